"""The present moment, for the board one reads from five metres."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from grc.enums import PresenceState, QueueEntryState
from grc.figures.report import report_scope
from grc.models import Agent, Callback, Presence, QueueEntry, Ticket
from grc.models.queue import OPEN_CALLBACKS
from grc.models.tickets import OPEN_STATES, WAITING_STATES
from grc.types import Actor


@dataclass(frozen=True)
class LiveBoard:
    """``longest_wait_seconds``: None when nobody waits. ``presence``: number of agents by state, every state there."""

    callers_waiting: int
    longest_wait_seconds: int | None
    callbacks_owed: int
    callbacks_late: int
    tickets_to_take: int
    tickets_late: int
    presence: dict[PresenceState, int]

    @property
    def agents_present(self) -> int:
        return sum(count for state, count in self.presence.items() if state != PresenceState.OFFLINE)


def live_board(*, actor: Actor, now: datetime) -> LiveBoard:
    """Aggregates of the organisations whose figures the actor may read. Raises NotAllowed for the others."""
    ids = report_scope(actor).organisation_ids
    waiting = QueueEntry.objects.filter(organisation_id__in=ids, state=QueueEntryState.WAITING).aggregate(
        count=Count("pk"), oldest=Min("entered_at")
    )
    owed = Callback.objects.filter(organisation_id__in=ids, state__in=OPEN_CALLBACKS)
    tickets = Ticket.objects.filter(organisation_id__in=ids)
    oldest = waiting["oldest"]
    return LiveBoard(
        callers_waiting=waiting["count"],
        longest_wait_seconds=None if oldest is None else max(0, int((now - oldest).total_seconds())),
        callbacks_owed=owed.count(),
        callbacks_late=owed.filter(window_end__lt=now).count(),
        tickets_to_take=tickets.filter(assignee__isnull=True, state__in=OPEN_STATES).count(),
        tickets_late=tickets.filter(due_at__lt=now, state__in=[*OPEN_STATES, *WAITING_STATES]).count(),
        presence=_presence(ids),
    )


def _presence(organisation_ids: frozenset[int]) -> dict[PresenceState, int]:
    agents = Agent.objects.filter(organisation_id__in=organisation_ids, closed_on__isnull=True)
    rows = Presence.objects.filter(agent__in=agents).values("state").annotate(n=Count("pk"))
    counts = dict.fromkeys(PresenceState, 0)
    for row in rows:
        counts[PresenceState(row["state"])] = row["n"]
    counts[PresenceState.OFFLINE] += agents.filter(presence__isnull=True).count()
    return counts
