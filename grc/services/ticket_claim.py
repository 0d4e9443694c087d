"""Taking a request: one statement that either gets the row or does not."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction
from django.db.utils import OperationalError

from grc import clock
from grc.enums import TicketMove
from grc.errors import Conflict, NotAllowed
from grc.events import EventName
from grc.models import Team, Ticket
from grc.policies import can_claim, can_release
from grc.selectors.tickets import claimable_teams
from grc.services.ticket_moves import ticket_lock, ticket_move, ticket_told
from grc.types import Actor

_CLAIM = """
WITH next AS MATERIALIZED (
  SELECT id FROM grc_ticket
  WHERE team_id = ANY(%s) AND assignee_id IS NULL AND state IN ('new', 'open')
  ORDER BY queue_rank, id FOR UPDATE {skip} LIMIT 1)
UPDATE grc_ticket t SET assignee_id = %s, state = 'open', changed_at = %s
FROM next WHERE t.id = next.id AND t.assignee_id IS NULL RETURNING t.id
"""
_VISIBLE = """
SELECT EXISTS (SELECT 1 FROM grc_ticket
  WHERE team_id = ANY(%s) AND assignee_id IS NULL AND state IN ('new', 'open'))
"""


def ticket_claim_next(*, actor: Actor, team: Team | None = None) -> Ticket | None:
    """Take the first request of a team's queue, or of all the queues this agent may take from; None when empty.

    Nothing found while unclaimed rows are visible means that others hold them: one more try waits for them at most
    200 ms, so that a transaction that gives up does not leave its row behind.
    """
    if actor.agent_id is None:
        raise NotAllowed("Seul un agent peut prendre une demande.")
    team_ids = claimable_teams(actor=actor, team=team)
    if not team_ids:
        raise NotAllowed("Vous ne prenez pas de demandes dans cette file.")
    ticket = _claim(actor, team_ids, skip="SKIP LOCKED")
    if ticket is None and _still_visible(team_ids):
        try:
            ticket = _claim(actor, team_ids, skip="", lock_timeout_ms=200)
        except OperationalError:
            return None
    return ticket


def _claim(actor: Actor, team_ids: list[int], *, skip: str, lock_timeout_ms: int = 0) -> Ticket | None:
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        if lock_timeout_ms:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{lock_timeout_ms}ms"])
        cursor.execute(_CLAIM.format(skip=skip), [team_ids, actor.agent_id, now])
        row = cursor.fetchone()
        if row is None:
            return None
        ticket = ticket_lock(ticket_id=row[0])
        _tell_claimed(actor, ticket, now)
        return ticket


def _tell_claimed(actor: Actor, ticket: Ticket, now: datetime) -> None:
    ticket_told(
        actor=actor,
        ticket=ticket,
        event=EventName.TICKET_CLAIMED,
        sentence=f"Prise par {actor.label}.",
        at=now,
        new={"assignee": actor.agent_id},
        payload={"agent_id": actor.agent_id},
    )


def _still_visible(team_ids: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_VISIBLE, [team_ids])
        row = cursor.fetchone()
    return bool(row and row[0])


@transaction.atomic
def ticket_claim(*, actor: Actor, ticket: Ticket) -> Ticket:
    """Take this very request. Taking again one's own changes nothing; somebody else's is a conflict."""
    locked = ticket_lock(ticket_id=ticket.pk)
    can_claim(actor, locked).require()
    if locked.assignee_id == actor.agent_id:
        return locked
    if locked.assignee is not None:
        raise Conflict(f"{locked.assignee.display_name} a déjà pris cette demande.", code="already_taken")
    target = ticket_move(actor=actor, ticket=locked, move=TicketMove.CLAIM, allowed=can_claim)
    now = clock.now()
    locked.assignee_id = actor.agent_id
    locked.state, locked.changed_at = target, now
    locked.save(update_fields=["assignee", "state", "changed_at"])
    _tell_claimed(actor, locked, now)
    return locked


@transaction.atomic
def ticket_release(*, actor: Actor, ticket: Ticket) -> Ticket:
    """Give a request back to its team's queue, at its own place."""
    locked = ticket_lock(ticket_id=ticket.pk)
    target = ticket_move(actor=actor, ticket=locked, move=TicketMove.RELEASE, allowed=can_release)
    now = clock.now()
    previous = locked.assignee_id
    locked.assignee = None
    locked.state, locked.changed_at = target, now
    locked.save(update_fields=["assignee", "state", "changed_at"])
    ticket_told(
        actor=actor,
        ticket=locked,
        event=EventName.TICKET_RELEASED,
        sentence="Remise dans la file.",
        at=now,
        old={"assignee": previous},
    )
    return locked
