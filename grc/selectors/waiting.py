"""What is known of the wait of a caller: the order before them, the agents at work, what the last days measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from grc.call_order import Waiting, position
from grc.enums import CallbackState, PresenceState, QueueEntryState
from grc.models import Callback, Presence, QueueEntry
from grc.selectors.call_order import skills_of_agents, waiting_of_callback, waiting_of_entry
from grc.selectors.contacts import ANSWERING
from grc.wait_forecast import CALLBACK_GROUP, AgentNow, Ahead, Measured

MEASURED_DAYS: Final = 7
MEASURED_ROWS: Final = 600
OVERTAKING: Final = timedelta(hours=1)
ADVANCED_MS: Final = 60_000
"""A rank earlier than the arrival by more than this has a priority."""


@dataclass(frozen=True)
class WaitSituation:
    """`position`: 1 for the next. `order`: those before, then the caller."""

    position: int
    order: list[Ahead]
    agents: list[AgentNow]
    measured: Measured


def wait_situation(*, entry: QueueEntry, now: datetime) -> WaitSituation:
    """All that the estimate of this caller's wait is made of."""
    mine = waiting_of_entry(entry)
    before = _before(entry, mine, now)
    return WaitSituation(
        position=position(mine, before),
        order=[_ahead(place, now) for place in [*before, mine]],
        agents=_agents(entry.organisation_id, now),
        measured=wait_measured(organisation_id=entry.organisation_id, now=now),
    )


def _before(entry: QueueEntry, mine: Waiting, now: datetime) -> list[Waiting]:
    callers = QueueEntry.objects.filter(
        organisation_id=entry.organisation_id, state=QueueEntryState.WAITING
    ).filter(Q(rank__lt=entry.rank) | Q(rank=entry.rank, pk__lt=entry.pk))
    # An attempt under way already has its agent, who is counted as taken.
    owed = Callback.objects.filter(
        organisation_id=entry.organisation_id,
        state=CallbackState.OWED,
        rank__lte=entry.rank,
        next_at__lte=now,
        window_end__gt=now,
    )
    places = [waiting_of_entry(row) for row in callers] + [waiting_of_callback(row) for row in owed]
    return sorted((one for one in places if one.key < mine.key), key=lambda one: one.key)


def _ahead(place: Waiting, now: datetime) -> Ahead:
    waited = max(0.0, (now - place.since).total_seconds())
    if place.kind == "callback":
        return Ahead(place.need, CALLBACK_GROUP, waited, on_line=False)
    return Ahead(place.need, place.theme, waited)


def _agents(organisation_id: int, now: datetime) -> list[AgentNow]:
    rows = list(
        Presence.objects.filter(agent__organisation_id=organisation_id, state__in=ANSWERING).values_list(
            "agent_id",
            "state",
            "since",
            "contact__call__answered_at",
            "contact__call__queue_entry__skills",
        )
    )
    skills = skills_of_agents([row[0] for row in rows])
    agents = []
    for agent_id, state, since, answered_at, topics in rows:
        taken = None
        if state != PresenceState.AVAILABLE:
            taken = max(0.0, (now - (answered_at or since)).total_seconds())
        agents.append(AgentNow(skills[agent_id], taken, topics[0] if topics else ""))
    return agents


def wait_measured(*, organisation_id: int, now: datetime) -> Measured:
    """Handling times by theme (wrap-up included), how fast callers hang up, how often a priority passes before."""
    rows = (
        QueueEntry.objects.filter(
            organisation_id=organisation_id, left_at__gt=now - timedelta(days=MEASURED_DAYS), left_at__lte=now
        )
        .order_by("-left_at")
        .values_list(
            "state",
            "entered_at",
            "left_at",
            "rank",
            "skills",
            "call__answered_at",
            "call__ended_at",
            "call__wrapped_up_at",
        )[:MEASURED_ROWS]
    )
    handling: dict[str, list[float]] = {"": []}
    left, waited, passing = 0, 0.0, 0
    for state, entered, out, rank, skills, answered, ended, wrapped in rows:
        if out is not None:
            waited += max(0.0, (out - entered).total_seconds())
        left += state == QueueEntryState.LEFT
        if entered > now - OVERTAKING and rank < entered.timestamp() * 1000 - ADVANCED_MS:
            passing += 1
        if answered is not None and ended is not None:
            seconds = ((wrapped or ended) - answered).total_seconds()
            handling[""].append(seconds)
            if skills:
                handling.setdefault(skills[0], []).append(seconds)
    return Measured(
        handling,
        leave_rate=left / waited if waited else 0.0,
        overtake_rate=passing / OVERTAKING.total_seconds(),
    )
