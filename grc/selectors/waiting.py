"""What is known of the wait of a caller: the order before them, the agents at work, what the last days measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q

from grc.call_order import Waiting
from grc.enums import CallbackState, PresenceState, QueueEntryState
from grc.models import Callback, Presence, QueueEntry
from grc.selectors.call_order import skills_of_agents, waiting_of_callback, waiting_of_entry
from grc.selectors.contacts import ANSWERING
from grc.statements import rows_of
from grc.wait_estimate import Estimate, estimate_of
from grc.wait_forecast import CALLBACK_GROUP, AgentNow, Ahead, Measured, forecast

MEASURED_DAYS: Final = 7
MEASURED_ROWS: Final = 600
OVERTAKING: Final = timedelta(hours=1)
ADVANCED_MS: Final = 60_000
"""A rank earlier than the arrival by more than this has a priority."""


@dataclass(frozen=True)
class WaitSituation:
    """`position`: 1 for the next. `estimate`: None when no agent is at work."""

    position: int
    estimate: Estimate | None


@dataclass(frozen=True)
class _Board:
    """The futures of one organisation's order, played once for all who wait.

    `estimates`: of each place in the order, then of whoever comes next; one None when no agent is at work.
    """

    at: datetime
    estimates: list[Estimate | None]

    def estimate(self, position: int) -> Estimate | None:
        """By the position, which is of now: it may be better than when the futures were played."""
        return self.estimates[min(position, len(self.estimates)) - 1]


LASTS: Final = timedelta(seconds=5)
"""What is said is rounded to minutes: the same futures serve everybody who asks within these seconds."""
_boards: dict[int, _Board] = {}
_measures: dict[int, tuple[datetime, Measured]] = {}
MEASURES_LAST: Final = timedelta(seconds=30)


def wait_situation(*, entry: QueueEntry, now: datetime) -> WaitSituation:
    """Where this caller is in the order, now, and how long they will wait, as known a few seconds ago at most."""
    board = _boards.get(entry.organisation_id)
    if board is None or not timedelta(0) <= now - board.at < LASTS:
        board = _board(entry, now)
        _boards[entry.organisation_id] = board
    position = wait_position(entry=entry, now=now)
    return WaitSituation(position, board.estimate(position))


_POSITION: Final = """
SELECT 1 + (SELECT count(*) FROM grc_queueentry q
    WHERE q.organisation_id = %s AND q.state = 'waiting' AND (q.rank, q.id) < (%s, %s))
  + (SELECT count(*) FROM grc_callback b
    WHERE b.organisation_id = %s AND b.state = 'owed' AND b.rank <= %s AND b.next_at <= %s)
"""


def wait_position(*, entry: QueueEntry, now: datetime) -> int:
    """1 for the next one: by `Waiting.key`, a call-back due goes before a caller of the same rank.

    An attempt under way already has its agent, who is counted as taken.
    """
    here = entry.organisation_id
    return int(rows_of(_POSITION, [here, entry.rank, entry.pk, here, entry.rank, now])[0][0])


def _board(entry: QueueEntry, now: datetime) -> _Board:
    """The whole order is played, this caller in it even while an agent's telephone rings for them."""
    callers = QueueEntry.objects.filter(organisation_id=entry.organisation_id)
    owed = Callback.objects.filter(
        organisation_id=entry.organisation_id, state=CallbackState.OWED, next_at__lte=now
    )
    places = [
        waiting_of_entry(row) for row in callers.filter(Q(state=QueueEntryState.WAITING) | Q(pk=entry.pk))
    ]
    places += [waiting_of_callback(row) for row in owed]
    places.sort(key=lambda one: one.key)
    waits = forecast(
        # Somebody who comes within these seconds is last, needing nothing in particular as far as we know.
        [*(_ahead(place, now) for place in places), Ahead()],
        _agents(entry.organisation_id, now),
        _measured_lately(entry.organisation_id, now),
        # The same draws from one board to the next: what is said changes with the queue, not with chance.
        seed=entry.organisation_id,
    )
    return _Board(now, [estimate_of(wait) for wait in waits] or [None])


def _measured_lately(organisation_id: int, now: datetime) -> Measured:
    known = _measures.get(organisation_id)
    if known is None or not timedelta(0) <= now - known[0] < MEASURES_LAST:
        known = (now, wait_measured(organisation_id=organisation_id, now=now))
        _measures[organisation_id] = known
    return known[1]


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
