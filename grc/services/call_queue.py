"""Who waits on the telephone: order, position and wait are ours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from grc import clock
from grc.call_order import DEFAULT_LANGUAGE, rank_of
from grc.enums import Priority, QueueEntryState
from grc.errors import Conflict, Invalid
from grc.events import EventName
from grc.models import Call, QueueEntry, Team, Ticket
from grc.policies import Verb, can_in_organisation
from grc.selectors.telephony import CallNow
from grc.services.dims import dims_of_contact, dims_of_ticket
from grc.services.history import history_write
from grc.services.offer_ends import offers_stop, place_lock
from grc.services.outbox import event_publish
from grc.statements import insert_text, inserted, rows_of, values_of
from grc.types import Actor


@transaction.atomic(savepoint=False)
def call_enqueue(
    *,
    actor: Actor,
    call: Call,
    ticket: Ticket | None,
    at: datetime,
    skills: Sequence[str] = (),
    language: str = "",
    team_code: str = "",
    held: CallNow | None = None,
) -> QueueEntry:
    """Put a caller in the queue; entering twice keeps the first place.

    `skills`: codes of the topic said, theme first, when there is no request yet. `language`: empty for the contact's.
    `team_code`: the team the voice menu names, which goes before that of the request.
    `held`: the call and its place as they are, when the caller has locked them.
    """
    known = held.entry if held is not None else _place_lock(call)
    if known is not None:
        return _return_to_queue(known, ticket)
    entry = QueueEntry(
        call=call,
        ticket=ticket,
        organisation_id=call.contact.organisation_id,
        team=_team_named(call, team_code) or (ticket.team if ticket else None),
        entered_at=at,
        rank=rank_of(priority=Priority(ticket.priority) if ticket else Priority.NORMAL, since=at),
        skills=topic_skills(ticket) or list(skills),
        language=language or call.contact.locale or DEFAULT_LANGUAGE,
    )
    text, fields = insert_text(QueueEntry)
    rows = rows_of(
        f"WITH called AS (UPDATE grc_call SET queued_at = %s WHERE id = %s) {text} RETURNING id",  # noqa: S608 -- names of columns only
        [at, call.pk, *values_of(entry, fields)],
    )
    inserted(entry, rows[0][0])
    call.queued_at = at
    event_publish(
        name=EventName.CALL_QUEUED,
        payload={
            "contact_id": call.contact_id,
            "entry_id": entry.pk,
            "dims": dims_of_ticket(ticket) if ticket else dims_of_contact(call.contact),
        },
        order_key=f"contact:{call.contact_id}",
        at=at,
    )
    return entry


def _place_lock(call: Call) -> QueueEntry | None:
    return QueueEntry.objects.select_for_update(of=("self",)).filter(call=call).first()


def _team_named(call: Call, code: str) -> Team | None:
    """The open team of this code in the organisation called; None when there is none (any more)."""
    if not code:
        return None
    teams = Team.objects.filter(organisation_id=call.contact.organisation_id, closed_on__isnull=True)
    return teams.filter(code=code).first()


def topic_skills(ticket: Ticket | None) -> list[str]:
    """The skills a request asks for: the codes of its topic and of those above it."""
    return list(ticket.topic.path) if ticket is not None and ticket.topic is not None else []


_CAME_BACK = (QueueEntryState.LEFT, QueueEntryState.CALLED_BACK, QueueEntryState.VOICEMAIL)


def _return_to_queue(entry: QueueEntry, ticket: Ticket | None) -> QueueEntry:
    """Somebody who left the waiting room for something else and comes back has kept the place."""
    changed = []
    if entry.state in _CAME_BACK:
        entry.state, entry.left_at = QueueEntryState.WAITING, None
        changed = ["state", "left_at"]
    if ticket is not None and entry.ticket_id != ticket.pk:
        entry.ticket, entry.team = ticket, ticket.team
        entry.skills = topic_skills(ticket) or entry.skills
        changed += ["ticket", "team", "skills"]
    if changed:
        entry.save(update_fields=changed)
    return entry


def queue_entry_follow_ticket(*, ticket_id: int, team: Team) -> None:
    """The caller waits for the team which got the request."""
    waiting = QueueEntry.objects.filter(ticket_id=ticket_id, state=QueueEntryState.WAITING)
    # An agent who handed the caller to a team knew better.
    waiting.filter(for_team=False).update(team=team)


def queue_entry_leave(*, entry: QueueEntry, state: QueueEntryState, at: datetime) -> QueueEntry:
    """Leave the queue otherwise than by an answer (called back, voice message, hung up)."""
    if entry.state == QueueEntryState.OFFERED:
        _offers_stop(entry, at)
    left = rows_of(
        "UPDATE grc_queueentry SET state = %s, left_at = %s WHERE id = %s AND state = 'waiting' RETURNING id",
        [state.value, at, entry.pk],
    )
    if left:
        entry.state, entry.left_at = state, at
    return entry


def _offers_stop(entry: QueueEntry, at: datetime) -> None:
    """Nobody is offered, nor rung for, somebody who has chosen another way than waiting."""
    place = place_lock(entry.call_id)
    offers_stop(place, at)
    QueueEntry.objects.filter(pk=entry.pk, state=QueueEntryState.OFFERED).update(
        state=QueueEntryState.WAITING, agent=None
    )


def queue_entry_announce(*, entry: QueueEntry, position: int) -> int:
    """The position to say: it never goes up while somebody waits."""
    said = position if entry.announced_position is None else min(position, entry.announced_position)
    if said != entry.announced_position:
        QueueEntry.objects.filter(pk=entry.pk).update(announced_position=said)
    return said


# Whom this agent is skilled for first (grc.call_order.fits, in SQL); failing that, the head of the queue. Those of a
# restricted team are for its members alone; those handed to somebody are taken by others only when chosen by name.
_TAKE = """
WITH mine AS (
  SELECT coalesce(array_agg(DISTINCT skill) FILTER (WHERE skill IS NOT NULL), '{}') AS skills,
         coalesce(array_agg(DISTINCT spoken) FILTER (WHERE spoken IS NOT NULL), '{}') AS languages
  FROM grc_teammembership m
  LEFT JOIN unnest(m.skills) AS skill ON true LEFT JOIN unnest(m.languages) AS spoken ON true
  WHERE m.agent_id = %(agent)s
), next AS MATERIALIZED (
  SELECT q.id FROM grc_queueentry q CROSS JOIN mine
  WHERE q.organisation_id = %(organisation)s AND q.state = 'waiting'
    AND (q.id = %(entry)s OR %(entry)s::bigint IS NULL AND (q.for_agent_id IS NULL OR q.for_agent_id = %(agent)s))
    AND NOT EXISTS (SELECT 1 FROM grc_team t WHERE t.id = q.team_id
      AND (t.restricted OR q.for_team AND %(entry)s::bigint IS NULL)
      AND NOT EXISTS (SELECT 1 FROM grc_teammembership m WHERE m.team_id = t.id AND m.agent_id = %(agent)s))
  ORDER BY NOT ((q.language = 'fr' OR q.language = ANY(mine.languages))
    AND (q.skills = '{}' OR mine.skills = '{}' OR q.skills::text[] && mine.skills::text[])), q.rank, q.id
  FOR UPDATE OF q SKIP LOCKED LIMIT 1)
UPDATE grc_queueentry q SET state = %(state)s, agent_id = %(agent)s, left_at = %(left)s
FROM next WHERE q.id = next.id AND q.state = 'waiting' RETURNING q.id
"""


def _take(
    *, agent_id: int, organisation_id: int, entry_id: int | None, state: QueueEntryState, at: datetime
) -> QueueEntry | None:
    """One statement takes the next waiting caller, or this one, who has then ``state``. None: nobody waits."""
    left = at if state == QueueEntryState.ANSWERED else None
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "agent": agent_id,
                "organisation": organisation_id,
                "entry": entry_id,
                "state": state.value,
                "left": left,
            },
        )
        row = cursor.fetchone()
    if row is None:
        if entry_id is not None:
            raise Conflict("Cet appel a déjà été pris, ou la personne a raccroché.", code="already_taken")
        return None
    return QueueEntry.objects.select_related(
        "call__contact__site", "ticket__topic", "ticket__team", "ticket__origin_contact__site"
    ).get(pk=row[0])


def entry_reserve(*, agent_id: int, organisation_id: int, entry_id: int | None) -> QueueEntry | None:
    """The caller is this agent's, whose telephone is about to ring; locked, in the caller's transaction."""
    return _take(
        agent_id=agent_id,
        organisation_id=organisation_id,
        entry_id=entry_id,
        state=QueueEntryState.OFFERED,
        at=clock.now(),
    )


def call_take(*, actor: Actor, organisation_id: int, entry_id: int | None = None) -> QueueEntry | None:
    """The caller is this agent's at once, without a telephone being rung: for a call that the network joins on its
    own, or whose course is written afterwards."""
    can_in_organisation(actor, Verb.RECEPTION, organisation_id).require()
    if actor.agent_id is None:
        raise Invalid("Seul un agent peut répondre.")
    now = clock.now()
    with transaction.atomic():
        entry = _take(
            agent_id=actor.agent_id,
            organisation_id=organisation_id,
            entry_id=entry_id,
            state=QueueEntryState.ANSWERED,
            at=now,
        )
        if entry is not None:
            entry_answered(actor=actor, entry=entry, call=entry.call, at=now)
    return entry


def entry_answered(*, actor: Actor, entry: QueueEntry, call: Call, at: datetime) -> None:
    """The caller of this locked place talks with this agent. The wait counts once: a second answer, after a transfer,
    says so."""
    again = call.answered_at is not None
    entry.state, entry.agent_id, entry.left_at = QueueEntryState.ANSWERED.value, actor.agent_id, at
    entry.for_agent_id, entry.for_team = None, False
    entry.save(update_fields=["state", "agent", "left_at", "for_agent", "for_team"])
    if not again:
        call.answered_at = at
        call.save(update_fields=["answered_at"])
    call.contact.agent_id = actor.agent_id
    call.contact.save(update_fields=["agent"])
    history_write(
        actor=actor,
        verb="call_answered",
        sentence=f"Appel pris par {actor.label}.",
        at=at,
        contact_id=call.contact_id,
        ticket_id=entry.ticket_id,
    )
    event_publish(
        name=EventName.CALL_ANSWERED,
        payload={
            "contact_id": call.contact_id,
            "entry_id": entry.pk,
            "agent_id": actor.agent_id,
            "again": again,
            "wait_seconds": int((at - entry.entered_at).total_seconds()),
            "dims": dims_of_ticket(entry.ticket) if entry.ticket else dims_of_contact(call.contact),
        },
        order_key=f"contact:{call.contact_id}",
        at=at,
    )
