"""Opening a request: reference, confidentiality, first rank; routing and clocks follow by events."""

from __future__ import annotations

import os
from collections import deque
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from grc.enums import Channel, Confidentiality, Priority
from grc.events import EventName
from grc.keys import reference_key
from grc.models import Citizen, Commune, Contact, Ticket, Topic
from grc.references import reference_from_sequence
from grc.services.dims import dims_of_ticket
from grc.services.history import history_write
from grc.services.outbox import event_publish
from grc.statements import insert_text, inserted, rows_of, values_of
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


# Numbers are taken from the sequence by the block, for the process: a block begun and lost tells nothing and costs
# nothing, since a reference does not show the number it is made of.
BLOCK: Final = 16
_numbers: deque[int] = deque()
os.register_at_fork(after_in_child=_numbers.clear)


def _new_reference() -> str:
    try:
        number = _numbers.popleft()
    except IndexError:
        rows = rows_of("SELECT nextval('grc_ticket_reference') FROM generate_series(1, %s)", [BLOCK])
        number, *others = (int(row[0]) for row in rows)
        _numbers.extend(others)
    return reference_from_sequence(number, reference_key())


def _insert(ticket: Ticket) -> None:
    """Under a reference that nobody has: only a changed key, or a sequence set back, could give one twice."""
    text, fields = insert_text(Ticket)
    rows: list[tuple[int]] = []
    while not rows:
        ticket.reference = _new_reference()
        rows = rows_of(f"{text} ON CONFLICT (reference) DO NOTHING RETURNING id", values_of(ticket, fields))
    inserted(ticket, rows[0][0])


@transaction.atomic(savepoint=False)
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
    discretion: Confidentiality = Confidentiality.NORMAL,
) -> Ticket:
    """Open a request under a contact. Its team comes within seconds, by the routing which hears the event.

    ``discretion``: what the way the request came asks for; the stricter of it and of the topic's is kept.
    """
    asked = [discretion, Confidentiality(topic.confidentiality) if topic else Confidentiality.NORMAL]
    confidentiality = max(asked, key=list(Confidentiality).index)
    ticket = Ticket(
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
    _insert(ticket)
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
