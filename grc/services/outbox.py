"""The outbox: an event is a row in the caller's transaction, one more row per subscriber; then somebody runs them.

Waking a worker is best effort; a sweep every second (``manage.py outbox --follow``) needs no broker.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from grc import clock
from grc.enums import EventDeliveryState
from grc.errors import GrcError, ProviderError
from grc.events import EventName
from grc.models import Event, EventDelivery
from grc.retry import ErrorClass, GiveUp, next_step
from grc.subscriptions import PublishedEvent, handler_of, subscribers_of

logger = logging.getLogger(__name__)
OPEN = [EventDeliveryState.PENDING.value, EventDeliveryState.RETRYING.value]
_wake: list[Callable[[], None]] = []
_circuit = {"closed_at": 0.0}


def set_wake(function: Callable[[], None] | None) -> None:
    """How to wake a worker (given by grc.tasks at start-up); None: nobody is woken, the sweep finds the rows."""
    _wake[:] = [] if function is None else [function]


@contextmanager
def wake_paused() -> Iterator[None]:
    """Inside, nobody is woken: whoever publishes by thousands runs the deliveries too, or leaves them to the sweep."""
    kept = list(_wake)
    _wake.clear()
    try:
        yield
    finally:
        _wake[:] = kept


def event_publish(*, name: EventName, payload: dict[str, Any], order_key: str, at: datetime) -> Event:
    """Owe an event to its subscribers, in the caller's transaction. ``payload``: ids and codes, see grc.events."""
    event = Event.objects.create(name=name, payload=payload, order_key=order_key, at=at)
    EventDelivery.objects.bulk_create(
        EventDelivery(event=event, subscriber=subscriber, order_key=order_key, next_at=at)
        for subscriber in subscribers_of(name)
    )
    wake_after_commit()
    return event


def wake_after_commit() -> None:
    """Best effort: a failure of the broker changes nothing for the caller."""
    transaction.on_commit(_try_wake, robust=True)


def _try_wake() -> None:
    if not _wake or time.monotonic() < _circuit["closed_at"]:
        return
    try:
        _wake[0]()
    except Exception:  # noqa: BLE001  (any broker failure whatever its class: the sweep does the work)
        _circuit["closed_at"] = time.monotonic() + 5.0
        logger.warning("the broker does not answer; the sweep does the work for 5 s")


def deliveries_run(*, limit: int = 200) -> int:
    """Run due deliveries, one transaction each; gives how many were tried. Safe from any number of processes."""
    for done in range(limit):
        if not delivery_run_next():
            return done
    return limit


_NEXT = """
SELECT d.id FROM grc_eventdelivery d
WHERE d.state IN ('pending', 'retrying') AND d.next_at <= %s
  AND NOT EXISTS (SELECT 1 FROM grc_eventdelivery e WHERE e.subscriber = d.subscriber
                  AND e.order_key = d.order_key AND e.id < d.id AND e.state IN ('pending', 'retrying'))
ORDER BY d.next_at, d.id FOR UPDATE SKIP LOCKED LIMIT 1
"""


def delivery_run_next() -> bool:
    """Take one due row and run its handler in the same transaction: its database effects happen exactly once."""
    now = clock.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, [now])
            row = cursor.fetchone()
        if row is None:
            return False
        delivery = EventDelivery.objects.select_related("event").get(pk=row[0])
        error = _attempt(delivery)
        if error is None:
            delivery.state = EventDeliveryState.DONE
            delivery.attempts += 1
            delivery.save(update_fields=["state", "attempts"])
        else:
            _postpone(delivery, error, now)
    return True


def _attempt(delivery: EventDelivery) -> Exception | None:
    handler = handler_of(delivery.subscriber)
    if handler is None:
        return GrcError(f"Aucun code ne répond au nom {delivery.subscriber}.", code="no_handler")
    event = delivery.event
    published = PublishedEvent(event.pk, EventName(event.name), event.payload, event.at)
    try:
        with transaction.atomic():
            handler(published)
    except Exception as error:  # noqa: BLE001  (a handler may fail in any way; its row says how)
        logger.warning("delivery %s to %s failed: %s", delivery.pk, delivery.subscriber, type(error).__name__)
        return error
    return None


def _postpone(delivery: EventDelivery, error: Exception, now: datetime) -> None:
    permanent = isinstance(error, ProviderError) and error.permanent
    kind = ErrorClass.PERMANENT if permanent else ErrorClass.TRANSIENT
    delivery.attempts += 1
    delivery.error_class = kind.value
    delivery.last_error = f"{type(error).__name__}: {error}"[:500]
    decision = next_step(
        attempts=delivery.attempts,
        error=kind,
        first_at=delivery.event.at,
        now=now,
        seed=str(delivery.pk),
    )
    if isinstance(decision, GiveUp):
        delivery.state = EventDeliveryState.DEAD
    else:
        delivery.state = EventDeliveryState.RETRYING
        delivery.next_at = decision.at
    delivery.save(update_fields=["state", "attempts", "error_class", "last_error", "next_at"])


_ARCHIVE = """
WITH finished AS (
  DELETE FROM grc_event e WHERE e.at < %s
    AND NOT EXISTS (SELECT 1 FROM grc_eventdelivery d WHERE d.event_id = e.id AND d.state <> 'done')
  RETURNING e.id, e.at, e.name, e.payload)
INSERT INTO grc_finishedevent (event_id, at, name, payload) SELECT id, at, name, payload FROM finished
"""


def events_archive(*, before: datetime) -> int:
    """Move events everybody has had to the partitioned archive; gives how many."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM grc_eventdelivery d USING grc_event e WHERE d.event_id = e.id AND d.state = 'done' "
            "AND e.at < %s AND NOT EXISTS (SELECT 1 FROM grc_eventdelivery o WHERE o.event_id = e.id "
            "AND o.state <> 'done')",
            [before],
        )
        cursor.execute(_ARCHIVE, [before])
        return int(cursor.rowcount)


def deliveries_retry_dead() -> int:
    """An operator asks for what was given up to be tried again; gives how many."""
    return EventDelivery.objects.filter(state=EventDeliveryState.DEAD).update(
        state=EventDeliveryState.RETRYING, next_at=clock.now(), attempts=0
    )
