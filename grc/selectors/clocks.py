"""Reading the engagements of a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grc.enums import ClockState
from grc.models import Clock, Ticket
from grc.policies import can_see_ticket
from grc.types import Actor


@dataclass(frozen=True)
class ClockNow:
    """A clock as it stands: ``state`` is ``missed`` once the due date is past, even while the act is still owed."""

    kind: str
    due: datetime | None
    state: str
    reason: str


def clocks_of(*, actor: Actor, ticket: Ticket, now: datetime) -> list[ClockNow]:
    can_see_ticket(actor, ticket).require()
    return [
        ClockNow(clock.kind, clock.due_at, _state(clock, now), clock.reason)
        for clock in Clock.objects.filter(ticket=ticket).order_by("due_at", "kind")
    ]


def _state(clock: Clock, now: datetime) -> str:
    late = clock.due_at is not None and now > clock.due_at
    return ClockState.MISSED.value if clock.state == ClockState.RUNNING and late else clock.state
