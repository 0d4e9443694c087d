"""Offering callers to agents: the head of the queue to the one who has been free the longest, one agent at a time.

Run after an event and every second, by any number of processes: one of them at a time decides for an organisation,
rows are taken with SKIP LOCKED, and the database refuses a second open offer for a caller or for an agent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from grc import clock
from grc.call_order import Idle, Skills, Waiting, matches
from grc.call_rules import AGENT_PATIENCE, REOFFER_AFTER, TEAM_PATIENCE, is_reachable
from grc.enums import AgentReach, OfferKind, OfferOutcome, PresenceState, QueueEntryState
from grc.events import EventName
from grc.models import CallOffer, Line, Presence, QueueEntry
from grc.ports import telephony
from grc.selectors.call_order import HEAD, skills_of_agents, waiting_of_entry
from grc.selectors.presence import Free, agents_at_work, agents_free, person_of
from grc.services.callback_dialling import callbacks_dial_run, callbacks_due
from grc.services.leg_rings import leg_ring_after_commit, leg_start
from grc.services.offer_ends import Place, offer_close, place_lock
from grc.services.outbox import event_publish

_LOCK: Final = 7301
RING_SECONDS: Final = 20
_REFUSED: Final = (OfferOutcome.MISSED, OfferOutcome.DECLINED, OfferOutcome.WITHDRAWN)


def call_offers_run(*, organisation_id: int | None = None) -> int:
    """End the offers that rang too long, then offer who waits and call those whose turn has come; gives how many.

    ``organisation_id`` None: every organisation where somebody waits or is owed a call.
    """
    now = clock.now()
    call_offers_expire(now=now)
    transfers_release(now=now)
    if telephony() is None:
        return 0
    waiting = QueueEntry.objects.filter(state=QueueEntryState.WAITING)
    if organisation_id is not None:
        waiting = waiting.filter(organisation_id=organisation_id)
    ids = set(waiting.order_by("organisation_id").values_list("organisation_id", flat=True).distinct())
    ids |= {one for one in callbacks_due(now=now) if organisation_id in (None, one)}
    return sum(_organisation_run(one, now) for one in sorted(ids))


def call_offers_expire(*, now: datetime) -> int:
    """Offers left without an answer are missed: their caller is free to be offered to somebody else."""
    due = CallOffer.objects.filter(outcome="", rings_until__lte=now).values_list("pk", "entry__call_id")
    ended = 0
    for offer_id, call_id in list(due.order_by("rings_until", "pk")[:200]):
        with transaction.atomic():
            held = QueueEntry.objects.select_for_update(skip_locked=True, of=("self",)).filter(
                call_id=call_id
            )
            if not held.values_list("pk").first():
                continue
            place = place_lock(call_id)
            offer = CallOffer.objects.select_for_update().get(pk=offer_id)
            if not offer.outcome and offer.rings_until <= now:
                offer_close(place, offer, OfferOutcome.MISSED, now)
                ended += 1
    return ended


@dataclass(frozen=True)
class _Round:
    """One look at an organisation: who is free, with their skills, and who has refused whom lately."""

    free: list[Free]
    skills: dict[int, Skills]
    refused: frozenset[tuple[int, int]]
    now: datetime

    def allowed(self, entry: QueueEntry) -> list[Free]:
        """Who may be asked for this caller, skills apart: the colleague they were handed to, the team of a restricted
        file or of a transfer, nobody who has just left them waiting."""
        asked = [one for one in self.free if (entry.pk, one.agent_id) not in self.refused]
        if entry.for_agent_id is not None:
            return [one for one in asked if one.agent_id == entry.for_agent_id]
        if entry.team is not None and (entry.team.restricted or entry.for_team):
            return [one for one in asked if entry.team_id in one.team_ids]
        return asked


@transaction.atomic
def _organisation_run(organisation_id: int, now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, organisation_id])
        row = cursor.fetchone()
    # Somebody else is deciding for this organisation; the next second looks again.
    if row is None or not row[0]:
        return 0
    # Debts whose turn comes before those on the line: the same order for both.
    called = callbacks_dial_run(organisation_id=organisation_id, now=now)
    round_ = _look(organisation_id, now)
    if not round_.free:
        return called
    entries = QueueEntry.objects.select_related("team").filter(
        organisation_id=organisation_id, state=QueueEntryState.WAITING, call__ended_at__isnull=True
    )
    present = list(skills_of_agents(agents_at_work(organisation_id=organisation_id)).values())
    made = 0
    for entry in entries.order_by("rank", "id")[:HEAD]:
        found = _best(entry, round_, present)
        if found is not None and _offer(entry, *found, now):
            round_.free[:] = [one for one in round_.free if one.agent_id != found[0]]
            made += 1
        if not round_.free:
            break
    return called + made


def _look(organisation_id: int, now: datetime) -> _Round:
    free = agents_free(organisation_id=organisation_id, now=now)
    ids = [one.agent_id for one in free]
    refused = CallOffer.objects.filter(
        agent_id__in=ids, outcome__in=[one.value for one in _REFUSED], ended_at__gt=now - REOFFER_AFTER
    )
    return _Round(free, skills_of_agents(ids), frozenset(refused.values_list("entry_id", "agent_id")), now)


def _best(entry: QueueEntry, round_: _Round, present: Sequence[Skills]) -> tuple[int, str] | None:
    """The agent for this caller and why, by grc.call_order: those handed over by name need no skill."""
    allowed = round_.allowed(entry)
    if entry.for_agent_id is not None and allowed:
        return allowed[0].agent_id, "Appel transféré par un collègue."
    idle = [Idle(one.agent_id, one.since, round_.skills.get(one.agent_id, Skills())) for one in allowed]
    waiting: Waiting = waiting_of_entry(entry)
    found = matches([waiting], idle, now=round_.now, present=present)
    return (found[0].agent_id, found[0].reason) if found else None


def _offer(entry: QueueEntry, agent_id: int, why: str, now: datetime) -> bool:
    """Offer a caller who still waits to an agent who is still free; False when either has just done something else."""
    held = QueueEntry.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        pk=entry.pk, state=QueueEntryState.WAITING
    )
    if not held.values_list("pk").first():
        return False
    place = place_lock(entry.call_id)
    row = (
        Presence.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("agent")
        .filter(agent_id=agent_id, state=PresenceState.AVAILABLE)
        .first()
    )
    gone = place.call.ended_at is not None or row is None or not is_reachable(person_of(row), now=now)
    if row is None or gone or CallOffer.objects.filter(agent_id=agent_id, outcome="").exists():
        return False
    kind = OfferKind.TRANSFER if entry.for_agent_id == agent_id else OfferKind.QUEUE
    offer_make(place, row, kind=kind, why=why, at=now)
    return True


def offer_make(
    place: Place, row: Presence, *, kind: OfferKind, why: str, at: datetime, from_agent_id: int | None = None
) -> CallOffer:
    """The offer of a locked caller to a locked agent; their telephone rings after the commit, unless they accept on
    the screen first."""
    entry = place.entry
    assert entry is not None
    ring = Line.objects.filter(number=place.call.to_number).values_list("ring_seconds", flat=True).first()
    seconds = ring or RING_SECONDS
    offer = CallOffer.objects.create(
        entry=entry,
        agent_id=row.agent_id,
        kind=kind.value,
        from_agent_id=from_agent_id,
        why=why[:200],
        offered_at=at,
        rings_until=at + timedelta(seconds=seconds),
    )
    if kind != OfferKind.CONSULT:
        entry.state, entry.agent_id = QueueEntryState.OFFERED.value, row.agent_id
        entry.save(update_fields=["state", "agent"])
    event_publish(
        name=EventName.CALL_OFFERED,
        payload={
            "offer_id": offer.pk,
            "entry_id": entry.pk,
            "contact_id": place.call.contact_id,
            "agent_id": row.agent_id,
            "kind": kind.value,
            "dims": place.dims,
        },
        order_key=place.key,
        at=at,
    )
    if row.reach != AgentReach.SCREEN:
        leg_ring_after_commit(leg_start(place, row.agent, offer=offer, at=at), seconds=seconds)
    return offer


@transaction.atomic
def offer_withdraw_of_agent(*, agent_id: int, at: datetime, outcome: OfferOutcome) -> CallOffer | None:
    """End the open offer of an agent who goes away; None when they had none. Lock nothing of theirs before."""
    known = CallOffer.objects.filter(agent_id=agent_id, outcome="").select_related("entry").first()
    if known is None:
        return None
    place = place_lock(known.entry.call_id)
    offer = CallOffer.objects.select_for_update().get(pk=known.pk)
    if not offer.outcome:
        offer_close(place, offer, outcome, at)
    return offer


def transfers_release(*, now: datetime) -> int:
    """Callers whom the chosen colleague or team does not take go to everybody after a while; gives how many."""
    waiting = QueueEntry.objects.filter(state=QueueEntryState.WAITING)
    named = waiting.filter(for_agent__isnull=False, handed_at__lt=now - AGENT_PATIENCE)
    of_team = waiting.filter(for_team=True, handed_at__lt=now - TEAM_PATIENCE)
    return named.update(for_agent=None) + of_team.update(for_team=False)
