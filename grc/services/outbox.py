"""The outbox: an event is a row in the caller's transaction, one more row per subscriber; then somebody runs them.

Waking a worker is best effort; a sweep every second (``manage.py outbox --follow``) needs no broker.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from grc import clock
from grc.enums import EventDeliveryState
from grc.errors import GrcError, ProviderError
from grc.events import EventName
from grc.models import EventDelivery
from grc.retry import ErrorClass, GiveUp, next_step
from grc.services.together import leave
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


def event_publish(*, name: EventName, payload: dict[str, Any], order_key: str, at: datetime) -> None:
    """Owe an event to its subscribers, in the caller's transaction. ``payload``: ids and codes, see grc.events."""
    leave(
        "event",
        name=name.value,
        payload=payload,
        order_key=order_key,
        at=at.isoformat(),
        subscribers=list(subscribers_of(name)),
    )
    wake_after_commit()


def wake_after_commit() -> None:
    """Once for a transaction. Best effort: a failure of the broker changes nothing for the caller."""
    if not any(callback[1] is _try_wake for callback in connection.run_on_commit):
        transaction.on_commit(_try_wake, robust=True)


def _try_wake() -> None:
    if not _wake or time.monotonic() < _circuit["closed_at"]:
        return
    try:
        _wake[0]()
    except Exception:  # noqa: BLE001  (any broker failure whatever its class: the sweep does the work)
        _circuit["closed_at"] = time.monotonic() + 5.0
        logger.warning("the broker does not answer; the sweep does the work for 5 s")


def deliveries_run(*, limit: int = 200, besides: Collection[str] = ()) -> int:
    """Run due deliveries, one transaction each; gives how many were tried. Safe from any number of processes.

    ``besides``: subscribers left to :func:`deliveries_run_together`.
    """
    for done in range(limit):
        if not delivery_run_next(besides=besides):
            return done
    return limit


_NEXT = """
SELECT d.id, d.subscriber, e.id, e.name, e.payload, e.at
FROM grc_eventdelivery d JOIN grc_event e ON e.id = d.event_id
WHERE d.state IN ('pending', 'retrying') AND d.next_at <= %s AND d.subscriber <> ALL(%s)
  AND NOT EXISTS (SELECT 1 FROM grc_eventdelivery f WHERE f.subscriber = d.subscriber
                  AND f.order_key = d.order_key AND f.id < d.id AND f.state IN ('pending', 'retrying'))
ORDER BY d.next_at, d.id FOR UPDATE OF d SKIP LOCKED LIMIT 1
"""
_TOGETHER = """
SELECT d.id, d.subscriber, e.id, e.name, e.payload, e.at
FROM grc_eventdelivery d JOIN grc_event e ON e.id = d.event_id
WHERE d.state IN ('pending', 'retrying') AND d.next_at <= %s AND d.subscriber = %s
ORDER BY d.id FOR UPDATE OF d SKIP LOCKED LIMIT %s
"""
_DONE = "UPDATE grc_eventdelivery SET state = 'done', attempts = attempts + 1 WHERE id = ANY(%s)"


def delivery_run_next(*, besides: Collection[str] = ()) -> bool:
    """Take one due row and run its handler in the same transaction: its database effects happen exactly once."""
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_NEXT, [now, list(besides)])
        row = cursor.fetchone()
        if row is None:
            return False
        error = _attempt(str(row[1]), _published(row))
        if error is None:
            cursor.execute(_DONE, [[row[0]]])
        else:
            logger.warning("delivery %s to %s failed: %s", row[0], row[1], type(error).__name__)
            _postpone(EventDelivery.objects.select_related("event").get(pk=row[0]), error, now)
    return True


def deliveries_run_together(
    *, subscriber: str, handler: Callable[[Sequence[PublishedEvent]], None], limit: int = 1000
) -> int:
    """Give many due rows of one subscriber to a handler that takes them at once, whatever their order; gives how many.

    All or nothing: an error of the handler leaves every row due. For effects that add up, like the figures.
    """
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TOGETHER, [now, subscriber, limit])
        rows = cursor.fetchall()
        if rows:
            handler([_published(row) for row in rows])
            cursor.execute(_DONE, [[row[0] for row in rows]])
    return len(rows)


_OF_KEYS = """
SELECT d.id, d.subscriber, e.id, e.name, e.payload, e.at
FROM grc_eventdelivery d JOIN grc_event e ON e.id = d.event_id
WHERE d.state IN ('pending', 'retrying') AND d.order_key = ANY(%s)
  AND NOT EXISTS (SELECT 1 FROM unnest(%s::text[]) AS b WHERE starts_with(d.subscriber, b))
ORDER BY d.id FOR UPDATE OF d SKIP LOCKED LIMIT 1
"""


def deliveries_run_of(*, order_keys: Collection[str], besides: Collection[str] = ()) -> int:
    """Run what is owed for these keys alone, in the caller's transaction, until nothing is; gives how many.

    ``besides``: beginnings of the names of subscribers left out. An error of a handler is the caller's.
    """
    done = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_OF_KEYS, [list(order_keys), list(besides)])
            row = cursor.fetchone()
            if row is None:
                return done
            error = _attempt(str(row[1]), _published(row))
            if error is not None:
                raise error
            cursor.execute(_DONE, [[row[0]]])
            done += 1


def _published(row: Sequence[Any]) -> PublishedEvent:
    return PublishedEvent(int(row[2]), EventName(row[3]), json.loads(row[4]), row[5])


def _attempt(subscriber: str, event: PublishedEvent) -> Exception | None:
    handler = handler_of(subscriber)
    if handler is None:
        return GrcError(f"Aucun code ne répond au nom {subscriber}.", code="no_handler")
    try:
        with transaction.atomic():
            handler(event)
    except Exception as error:  # noqa: BLE001  (a handler may fail in any way; its row says how)
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
