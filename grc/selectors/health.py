"""What is owed and who waits, as plain numbers for the monitoring: no name, no subject, no organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min

from grc.enums import DispatchState, EventDeliveryState, QueueEntryState
from grc.errors import NotAllowed
from grc.models import Callback, Dispatch, EventDelivery, QueueEntry, Ticket
from grc.models.queue import OPEN_CALLBACKS
from grc.models.tickets import OPEN_STATES
from grc.types import Actor

OPEN_DELIVERIES = [EventDeliveryState.PENDING.value, EventDeliveryState.RETRYING.value]
OPEN_DISPATCHES = [DispatchState.PENDING.value, DispatchState.SENDING.value]


@dataclass(frozen=True)
class Owed:
    """Rows still to be done, rows given up, and the age in seconds of the oldest still to be done (0: none)."""

    pending: int
    dead: int
    oldest_seconds: float


@dataclass(frozen=True)
class Health:
    """State of the whole platform, every organisation together."""

    events: Owed
    messages: Owed
    callers_waiting: int
    callbacks_owed: int
    tickets_to_take: int


def health_now(*, actor: Actor, now: datetime) -> Health:
    """Counts read through partial indexes. Only the product itself asks: they are not limited to an organisation."""
    if actor.kind != "system":
        raise NotAllowed("Ces chiffres sont ceux de la plateforme.")
    events = EventDelivery.objects.filter(state__in=OPEN_DELIVERIES)
    messages = Dispatch.objects.filter(state__in=OPEN_DISPATCHES)
    return Health(
        events=Owed(
            pending=events.count(),
            dead=EventDelivery.objects.filter(state=EventDeliveryState.DEAD.value).count(),
            oldest_seconds=_age(events.aggregate(first=Min("event__at"))["first"], now),
        ),
        messages=Owed(
            pending=messages.count(),
            dead=Dispatch.objects.filter(state=DispatchState.DEAD.value).count(),
            oldest_seconds=_age(messages.aggregate(first=Min("first_at"))["first"], now),
        ),
        callers_waiting=QueueEntry.objects.filter(state=QueueEntryState.WAITING.value).count(),
        callbacks_owed=Callback.objects.filter(state__in=OPEN_CALLBACKS).count(),
        tickets_to_take=Ticket.objects.filter(assignee__isnull=True, state__in=OPEN_STATES).count(),
    )


def _age(first: datetime | None, now: datetime) -> float:
    return max(0.0, (now - first).total_seconds()) if first is not None else 0.0
