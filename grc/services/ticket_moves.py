"""What every move of a ticket shares: lock, ask the policy, consult the table, save named fields, tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from grc.enums import TicketMove, TicketState
from grc.errors import Conflict, NotFound
from grc.events import EventName
from grc.models import Ticket
from grc.policies import Verdict
from grc.services.audit import audit_write
from grc.services.dims import dims_of_ticket
from grc.services.history import history_write
from grc.services.outbox import event_publish
from grc.transitions import Refusal, decide
from grc.types import Actor

RELATED = ("topic", "team", "organisation", "origin_contact__site", "assignee", "commune")


def ticket_lock(*, ticket_id: int) -> Ticket:
    """The row, locked until the end of the transaction, with what rules and figures read.

    Locked first, read after: one statement that waited for a lock and joins would give the row as it is now beside
    the assignee and the team it had before.
    """
    if not Ticket.objects.select_for_update().filter(pk=ticket_id).values_list("pk", flat=True):
        raise NotFound("Cette demande n’existe pas.")
    return Ticket.objects.select_related(*RELATED).get(pk=ticket_id)


def ticket_move(
    *, actor: Actor, ticket: Ticket, move: TicketMove, allowed: Callable[[Actor, Ticket], Verdict]
) -> TicketState:
    """Ask the policy then the table of states; gives the state reached (not saved yet)."""
    allowed(actor, ticket).require()
    decision = decide(TicketState(ticket.state), move)
    if isinstance(decision, Refusal):
        raise Conflict(decision.sentence, code="state")
    return decision.target


def ticket_told(
    *,
    actor: Actor,
    ticket: Ticket,
    event: EventName,
    sentence: str,
    at: datetime,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """History, audit and event of one move, in the caller's transaction."""
    history_write(
        actor=actor,
        verb=event.value,
        sentence=sentence,
        at=at,
        ticket_id=ticket.pk,
        contact_id=ticket.origin_contact_id,
        old=old,
        new=new,
    )
    if actor.kind != "system":
        audit_write(
            actor=actor,
            verb=event.value,
            entity="ticket",
            entity_id=ticket.pk,
            citizen_id=ticket.requester_id,
            details=new,
        )
    event_publish(
        name=event,
        payload={
            "ticket_id": ticket.pk,
            "reference": ticket.reference,
            "dims": dims_of_ticket(ticket),
            **(payload or {}),
        },
        order_key=f"ticket:{ticket.pk}",
        at=at,
    )
