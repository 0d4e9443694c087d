"""The facts of a request, as the conditions of the rules name them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from grc.models import Contact, Ticket
from routing import engine


def facts_of_ticket(
    *, ticket: Ticket, subject: engine.Subject | None, place: engine.Place | None, at: datetime
) -> dict[str, Any]:
    """Facts at one instant; an unknown one is None. ``ticket`` comes with its contact and people."""
    contact, commune = ticket.origin_contact, ticket.commune
    zone = place.zone_of(subject.layer) if place and subject else None
    person = ticket.beneficiary or ticket.requester
    facts: dict[str, Any] = {
        "topic": "/".join(subject.path) if subject else None,
        "commune": commune.code if commune is not None else None,
        "zone": zone.code if zone else None,
        "epci": commune.epci_code or None if commune is not None else None,
        "departement": commune.departement if commune is not None else None,
        "site": contact.site.code if contact.site is not None else None,
        "channel": ticket.channel,
        "language": contact.locale,
        "difficulty": list(contact.difficulties),
        "confidentiality": ticket.confidentiality,
        "priority": ticket.priority,
        "state": ticket.state,
        "age": _age(person.birth_date, at.date()) if person and person.birth_date else None,
        "contacts": _recent_contacts(contact, at),
        "identified": ticket.requester_id is not None,
        "now": at,
        "received": ticket.created_at,
    }
    facts |= {f"answer.{name}": _answer(value) for name, value in ticket.form_answers.items()}
    return facts


def _age(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _recent_contacts(contact: Contact, at: datetime) -> int | None:
    """Contacts of the same person, or of the same number, over 7 days, this one included; None for nobody known."""
    rows = Contact.objects.filter(
        organisation_id=contact.organisation_id, started_at__gt=at - timedelta(days=7), started_at__lte=at
    )
    if contact.citizen_id is not None:
        return rows.filter(citizen_id=contact.citizen_id).count()
    if contact.address_value:
        return rows.filter(address_value=contact.address_value).count()
    return None


def _answer(value: Any) -> str | None:
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value) if isinstance(value, str | int | float) and value != "" else None
