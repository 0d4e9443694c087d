"""Ending a request with an outcome, waiting, and opening it again."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from grc import clock
from grc.enums import LABELS, Outcome, PendingReason, TicketMove, TicketState
from grc.errors import Conflict, Invalid
from grc.events import EventName
from grc.models import Organisation, Referral, Ticket
from grc.policies import Verdict, can_work
from grc.services.ticket_moves import ticket_lock, ticket_move, ticket_told
from grc.types import Actor


@transaction.atomic
def ticket_close(
    *,
    actor: Actor,
    ticket: Ticket,
    outcome: Outcome,
    note: str = "",
    oriented_to: Organisation | None = None,
) -> Ticket:
    """Resolve and confirm in one act. ``oriented`` keeps to whom in a referral when the body is known."""
    locked = ticket_lock(ticket_id=ticket.pk)
    target = ticket_move(actor=actor, ticket=locked, move=TicketMove.CLOSE, allowed=can_work)
    now = clock.now()
    locked.state, locked.outcome, locked.pending_reason = target, outcome, ""
    locked.resolved_at = locked.resolved_at or now
    locked.closed_at = locked.changed_at = now
    locked.save(
        update_fields=["state", "outcome", "pending_reason", "resolved_at", "closed_at", "changed_at"]
    )
    if oriented_to is not None:
        Referral.objects.create(ticket=locked, organisation=oriented_to, words=note.strip(), sent_at=now)
    label = LABELS[Outcome][outcome.value]
    ticket_told(
        actor=actor,
        ticket=locked,
        event=EventName.TICKET_CLOSED,
        sentence=f"Close : {label}. {note.strip()}".strip(),
        at=now,
        new={"outcome": outcome.value},
        payload={
            "outcome": outcome.value,
            "seconds": int((now - locked.created_at).total_seconds()),
            "late": bool(locked.due_at and now > locked.due_at),
        },
    )
    return locked


@transaction.atomic
def ticket_wait_for_citizen(*, actor: Actor, ticket: Ticket, reason: PendingReason) -> Ticket:
    """A piece or an answer is owed by the person."""
    if reason not in (PendingReason.CITIZEN_PIECE, PendingReason.CITIZEN_ANSWER):
        raise Invalid("Dites ce que la personne doit fournir.", fields={"reason": ["Motif non prévu."]})
    locked = ticket_lock(ticket_id=ticket.pk)
    target = ticket_move(actor=actor, ticket=locked, move=TicketMove.ASK, allowed=can_work)
    now = clock.now()
    locked.state, locked.pending_reason, locked.changed_at = target, reason, now
    locked.save(update_fields=["state", "pending_reason", "changed_at"])
    ticket_told(
        actor=actor,
        ticket=locked,
        event=EventName.TICKET_PAUSED,
        sentence=f"En attente de la personne : {LABELS[PendingReason][reason.value].lower()}.",
        at=now,
        new={"reason": reason.value},
        payload={"state": target.value},
    )
    return locked


@transaction.atomic
def ticket_resume(*, actor: Actor, ticket: Ticket) -> Ticket:
    """What was waited for has come."""
    locked = ticket_lock(ticket_id=ticket.pk)
    move = {
        TicketState.WAITING_CITIZEN: TicketMove.RECEIVE,
        TicketState.WAITING_PARTNER: TicketMove.ANSWER,
        TicketState.SCHEDULED: TicketMove.COME_DUE,
    }.get(TicketState(locked.state))
    if move is None:
        raise Conflict("Cette demande n’attend rien.", code="state")
    target = ticket_move(actor=actor, ticket=locked, move=move, allowed=can_work)
    now = clock.now()
    locked.state, locked.pending_reason, locked.changed_at = target, "", now
    locked.save(update_fields=["state", "pending_reason", "changed_at"])
    ticket_told(actor=actor, ticket=locked, event=EventName.TICKET_RESUMED, sentence="Reprise.", at=now)
    return locked


def can_reopen(actor: Actor, ticket: Ticket) -> Verdict:
    """Agents by their rights; the person within the delay of the topic."""
    if actor.kind in ("resident", "channel"):
        days = ticket.topic.reopen_days if ticket.topic is not None else 30
        if ticket.closed_at is None or clock.now() - ticket.closed_at <= timedelta(days=days):
            return Verdict(True)
        return Verdict(
            False, f"Cette demande est close depuis plus de {days} jours : faites-en une nouvelle."
        )
    return can_work(actor, ticket)


@transaction.atomic
def ticket_reopen(*, actor: Actor, ticket: Ticket, reason: str) -> Ticket:
    locked = ticket_lock(ticket_id=ticket.pk)
    target = ticket_move(actor=actor, ticket=locked, move=TicketMove.REOPEN, allowed=can_reopen)
    now = clock.now()
    old = locked.outcome
    locked.state, locked.outcome = target, ""
    locked.resolved_at = locked.closed_at = None
    locked.changed_at = now
    locked.save(update_fields=["state", "outcome", "resolved_at", "closed_at", "changed_at"])
    ticket_told(
        actor=actor,
        ticket=locked,
        event=EventName.TICKET_REOPENED,
        sentence=f"Rouverte. {reason.strip()}".strip(),
        at=now,
        old={"outcome": old},
    )
    return locked
