"""One row by its identifier, for programs that carry identifiers from one act to the next; no right is asked."""

from __future__ import annotations

from grc.models import Call, Callback, Contact, QueueEntry, Ticket, Visit


def contact_by_id(contact_id: int) -> Contact:
    return Contact.objects.select_related("organisation", "site", "citizen").get(pk=contact_id)


def call_by_contact_id(contact_id: int) -> Call:
    return Call.objects.select_related("contact__organisation", "contact__site").get(contact_id=contact_id)


def queue_entry_by_contact_id(contact_id: int) -> QueueEntry | None:
    return QueueEntry.objects.filter(call__contact_id=contact_id).first()


def visit_by_contact_id(contact_id: int) -> Visit:
    return Visit.objects.select_related("contact__organisation", "contact__site").get(contact_id=contact_id)


def ticket_by_id(ticket_id: int) -> Ticket:
    related = ("organisation", "topic", "team", "assignee", "commune", "origin_contact__site")
    return Ticket.objects.select_related(*related).get(pk=ticket_id)


def callback_by_id(callback_id: int) -> Callback:
    return Callback.objects.select_related("contact__site", "ticket").get(pk=callback_id)
