"""Opening a request: reference, confidentiality, first rank; routing and clocks follow by events."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from grc.enums import Channel, Confidentiality, Priority
from grc.events import EventName
from grc.keys import reference_key
from grc.models import Citizen, Commune, Contact, Ticket, Topic
from grc.references import reference_from_sequence
from grc.services.dims import dims_of_ticket
from grc.services.history import history_write
from grc.services.outbox import event_publish
from grc.types import Actor

DEFAULT_DELAY: Final = timedelta(days=15)
PRIORITY_ADVANCE: Final = {
    Priority.URGENT: timedelta(days=30),
    Priority.HIGH: timedelta(days=7),
    Priority.NORMAL: timedelta(0),
    Priority.LOW: -timedelta(days=15),
}


def queue_rank(*, priority: Priority, due_at: datetime | None, created_at: datetime) -> int:
    """Seconds since 1970 of the due date, brought forward by the priority: the smallest is taken first."""
    due = due_at or created_at + DEFAULT_DELAY
    return int((due - PRIORITY_ADVANCE[priority]).timestamp())


def _new_reference() -> str:
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval('grc_ticket_reference')")
            row = cursor.fetchone()
        reference = reference_from_sequence(int(row[0]) if row else 0, reference_key())
        # Only a changed key could give a reference twice; the next number is then as good.
        if not Ticket.objects.filter(reference=reference).exists():
            return reference


@transaction.atomic
def ticket_open(
    *,
    actor: Actor,
    contact: Contact,
    topic: Topic | None,
    commune: Commune | None,
    at: datetime,
    subject: str = "",
    description: str = "",
    requester: Citizen | None = None,
    beneficiary: Citizen | None = None,
    form_answers: dict[str, Any] | None = None,
    form_version: int | None = None,
    priority: Priority = Priority.NORMAL,
    channel: Channel | None = None,
) -> Ticket:
    """Open a request under a contact. Its team comes within seconds, by the routing which hears the event."""
    confidentiality = Confidentiality(topic.confidentiality) if topic else Confidentiality.NORMAL
    ticket = Ticket.objects.create(
        reference=_new_reference(),
        organisation_id=contact.organisation_id,
        topic=topic,
        commune=commune,
        requester=requester or contact.citizen,
        beneficiary=beneficiary or contact.beneficiary,
        origin_contact=contact,
        channel=channel or contact.channel,
        subject=subject[:200],
        description=description,
        form_answers=form_answers or {},
        form_version=form_version,
        priority=priority,
        confidentiality=confidentiality,
        queue_rank=queue_rank(priority=priority, due_at=None, created_at=at),
        created_at=at,
        changed_at=at,
    )
    history_write(
        actor=actor,
        verb="ticket_opened",
        sentence="Demande ouverte.",
        at=at,
        ticket_id=ticket.pk,
        contact_id=contact.pk,
        new={"topic": topic.code if topic else "", "commune": commune.code if commune else ""},
    )
    event_publish(
        name=EventName.TICKET_OPENED,
        payload={"ticket_id": ticket.pk, "reference": ticket.reference, "dims": dims_of_ticket(ticket)},
        order_key=f"ticket:{ticket.pk}",
        at=at,
    )
    return ticket
