"""Dimensions of the figures, as codes: what every event carries."""

from __future__ import annotations

from typing import Any

from grc.models import Contact, Ticket


def dims_of_contact(contact: Contact) -> dict[str, Any]:
    return {
        "organisation": contact.organisation_id,
        "channel": contact.channel,
        "topic": "",
        "theme": "",
        "zone": "",
        "team": "",
        "site": contact.site.code if contact.site is not None else "",
    }


def dims_of_ticket(ticket: Ticket) -> dict[str, Any]:
    contact = ticket.origin_contact
    return {
        "organisation": ticket.organisation_id,
        "channel": ticket.channel,
        "topic": ticket.topic.code if ticket.topic is not None else "",
        "theme": ticket.topic.theme if ticket.topic is not None else "",
        "zone": ticket.zone_code,
        "team": ticket.team.code if ticket.team is not None else "",
        "site": contact.site.code if contact.site is not None else "",
    }
