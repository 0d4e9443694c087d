"""A request as the person may read it: its state, its team, its conversation; never a note, never an agent's name.

The person is a resident to whom the request belongs, or somebody who holds its code (:func:`holder_actor`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from grc.enums import Channel, Confidentiality, Direction, TicketState
from grc.errors import NotFound
from grc.events import EventName
from grc.models import Attachment, Message, Ticket, TimelineEntry
from grc.policies import can_see_ticket, holder_scope
from grc.selectors.tickets import RELATED, tickets_visible
from grc.types import Actor

# What happened that a person may be told; the words shown are the portal's, never those written by agents.
TOLD = {
    "ticket_opened",
    EventName.TICKET_ROUTED.value,
    EventName.TICKET_TRANSFERRED.value,
    EventName.TICKET_CLAIMED.value,
    EventName.TICKET_PAUSED.value,
    EventName.TICKET_RESUMED.value,
    EventName.TICKET_CLOSED.value,
    EventName.TICKET_REOPENED.value,
}


@dataclass(frozen=True)
class PersonPiece:
    id: int
    name: str
    size: int


@dataclass(frozen=True)
class PersonMessage:
    """``mine``: written by the person. ``channel``: a code; an SMS answer also shows here."""

    mine: bool
    automatic: bool
    body: str
    at: datetime
    channel: str
    pieces: tuple[PersonPiece, ...]


@dataclass(frozen=True)
class PersonStep:
    """``verb``: an event's name; ``detail``: a code that goes with it (reason of the wait, outcome), or empty."""

    verb: str
    at: datetime
    detail: str = ""


@dataclass(frozen=True)
class PersonTicket:
    """``topic`` is empty when the motive must not show on a screen others may see."""

    id: int
    reference: str
    state: str
    pending_reason: str
    outcome: str
    topic: str
    team: str
    commune: str
    created_at: datetime
    closed_at: datetime | None
    reopen_until: datetime | None
    channel: str
    messages: tuple[PersonMessage, ...]
    steps: tuple[PersonStep, ...]
    has_mobile: bool

    @property
    def is_closed(self) -> bool:
        return self.state in (TicketState.CLOSED.value, TicketState.RESOLVED.value)

    @property
    def is_merged(self) -> bool:
        return self.state == TicketState.MERGED.value


def holder_actor(*ticket_ids: int) -> Actor:
    """Somebody not identified who holds these requests."""
    return Actor(kind="channel", label="La personne", scopes=frozenset(holder_scope(pk) for pk in ticket_ids))


def person_ticket_find(*, actor: Actor, reference: str) -> Ticket:
    """The request, for services to act on. NotFound when it is not theirs, whether it exists or not."""
    ticket = Ticket.objects.select_related(*RELATED).filter(reference=reference).first()
    if ticket is None or actor.kind not in ("resident", "channel") or not can_see_ticket(actor, ticket):
        raise NotFound("Aucune demande ne porte ce numéro.")
    return ticket


def person_ticket_get(*, actor: Actor, reference: str) -> PersonTicket:
    """The request with its conversation and history. Raises NotFound, see :func:`person_ticket_find`."""
    ticket = person_ticket_find(actor=actor, reference=reference)
    return PersonTicket(
        id=ticket.pk,
        reference=ticket.reference,
        state=ticket.state,
        pending_reason=ticket.pending_reason,
        outcome=ticket.outcome,
        topic=topic_shown(ticket),
        team=ticket.team.label if ticket.team is not None else "",
        commune=ticket.commune.name if ticket.commune is not None else "",
        created_at=ticket.created_at,
        closed_at=ticket.closed_at,
        reopen_until=reopen_until(ticket),
        channel=ticket.channel,
        messages=_messages(ticket),
        steps=_steps(ticket),
        has_mobile=bool(ticket.origin_contact.address_value),
    )


def person_tickets(*, actor: Actor, limit: int = 100) -> list[PersonTicket]:
    """The requests of a logged-in resident, the latest first, without their conversation."""
    if actor.kind != "resident":
        return []
    rows = tickets_visible(actor).select_related("topic", "team", "commune", "origin_contact")
    return [
        PersonTicket(
            id=ticket.pk,
            reference=ticket.reference,
            state=ticket.state,
            pending_reason=ticket.pending_reason,
            outcome=ticket.outcome,
            topic=topic_shown(ticket),
            team=ticket.team.label if ticket.team is not None else "",
            commune=ticket.commune.name if ticket.commune is not None else "",
            created_at=ticket.created_at,
            closed_at=ticket.closed_at,
            reopen_until=reopen_until(ticket),
            channel=ticket.channel,
            messages=(),
            steps=(),
            has_mobile=False,
        )
        for ticket in rows.order_by("-created_at", "-id")[:limit]
    ]


def attachment_for_person(*, actor: Actor, reference: str, attachment_id: int) -> Attachment:
    """One file of one's own request. NotFound otherwise."""
    ticket = person_ticket_find(actor=actor, reference=reference)
    row = Attachment.objects.filter(ticket=ticket, pk=attachment_id).first()
    if row is None:
        raise NotFound("Ce document n’existe pas.")
    return row


def topic_shown(ticket: Ticket) -> str:
    if ticket.topic is None or ticket.confidentiality != Confidentiality.NORMAL:
        return ""
    return ticket.topic.label


def reopen_until(ticket: Ticket) -> datetime | None:
    """Until when the person may reopen; None when it is not closed."""
    if ticket.closed_at is None:
        return None
    days = ticket.topic.reopen_days if ticket.topic is not None else 30
    return ticket.closed_at + timedelta(days=days)


def _messages(ticket: Ticket) -> tuple[PersonMessage, ...]:
    # A note of a call is the agents' writing: only what was exchanged with the person is shown.
    rows = (
        Message.objects.filter(ticket=ticket)
        .exclude(channel=Channel.PHONE)
        .prefetch_related("attachments")
        .order_by("at", "id")[:500]
    )
    return tuple(
        PersonMessage(
            mine=row.direction == Direction.INBOUND,
            automatic=row.automatic,
            body=row.body,
            at=row.at,
            channel=row.channel,
            pieces=tuple(
                PersonPiece(piece.pk, piece.original_name, piece.size) for piece in row.attachments.all()
            ),
        )
        for row in rows
    )


def _steps(ticket: Ticket) -> tuple[PersonStep, ...]:
    rows = TimelineEntry.objects.filter(ticket_id=ticket.pk, verb__in=TOLD).order_by("at", "id")[:200]
    return tuple(
        PersonStep(row.verb, row.at, str(row.new.get("reason") or row.new.get("outcome") or ""))
        for row in rows
    )
