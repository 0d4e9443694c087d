"""Handing owed messages to providers: never lost, never sent twice.

A row goes ``sending`` (committed) before the request leaves. If the process dies, the row is found again, and the
provider's own list is asked before anything is sent a second time.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import connection, transaction

from grc import clock
from grc.enums import Channel, DeliveryState, DispatchState
from grc.errors import ProviderError, RateLimited
from grc.models import Dispatch, Message
from grc.ports import OPTED_OUT, Accepted, MessagePort, Outgoing, UnknownOutcome, message_port
from grc.retry import ErrorClass, GiveUp, next_step
from grc.services.codes import CODE_MARK, ticket_code
from grc.services.messages import delivery_catch_up, opt_out_set

logger = logging.getLogger(__name__)
# Longer than any provider time-out: a row this old in ``sending`` has lost its process.
ORPHAN_AFTER: Final = timedelta(seconds=20)
# Providers list a message a moment after taking it, and clocks differ: look a little before the first attempt.
LOOK_BACK: Final = timedelta(minutes=2)

_NEXT = """
SELECT d.id FROM grc_dispatch d
WHERE ((d.state = 'pending' AND d.next_at <= %(now)s) OR (d.state = 'sending' AND d.started_at <= %(orphan)s))
  AND NOT EXISTS (SELECT 1 FROM grc_dispatch e WHERE e.order_key = d.order_key AND e.id < d.id
                  AND e.state IN ('pending', 'sending'))
ORDER BY d.next_at, d.id FOR UPDATE SKIP LOCKED LIMIT 1
"""


def dispatches_run(*, limit: int = 50) -> int:
    """Hand over due messages; gives how many were tried."""
    for done in range(limit):
        if not dispatch_run_next():
            return done
    return limit


def dispatch_run_next() -> bool:
    """Take one due message; False when none is due."""
    taken = _take()
    if taken is None:
        return False
    dispatch, doubtful = taken
    port = message_port(Channel(dispatch.port))
    if port is None:
        _failed(dispatch, ErrorClass.TRANSIENT, "Ce canal est éteint.")
        return True
    try:
        accepted = _hand_over(port, dispatch, doubtful=doubtful)
    except UnknownOutcome as error:
        _failed(dispatch, ErrorClass.UNKNOWN_OUTCOME, error.sentence)
    except RateLimited as error:
        _failed(dispatch, ErrorClass.RATE_LIMITED, error.sentence, retry_after=error.retry_after)
    except ProviderError as error:
        if error.code == OPTED_OUT:
            message = dispatch.message
            opt_out_set(line_number=message.from_address, value=message.to_address, at=clock.now())
        _failed(dispatch, ErrorClass.PERMANENT if error.permanent else ErrorClass.TRANSIENT, error.sentence)
    else:
        _accepted(dispatch, accepted)
    return True


def _take() -> tuple[Dispatch, bool] | None:
    now = clock.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_NEXT, {"now": now, "orphan": now - ORPHAN_AFTER})
            row = cursor.fetchone()
        if row is None:
            return None
        dispatch = Dispatch.objects.select_related("message__ticket").get(pk=row[0])
        doubtful = (
            dispatch.state == DispatchState.SENDING
            or dispatch.error_class == ErrorClass.UNKNOWN_OUTCOME.value
        )
        dispatch.state = DispatchState.SENDING
        dispatch.started_at = now
        dispatch.attempts += 1
        dispatch.save(update_fields=["state", "started_at", "attempts"])
    return dispatch, doubtful


def _body(message: Message) -> str:
    """What leaves: the secret code takes its place in our own messages, never in what somebody wrote."""
    if message.automatic and message.ticket is not None:
        return message.body.replace(CODE_MARK, ticket_code(message.ticket))
    return message.body


def _hand_over(port: MessagePort, dispatch: Dispatch, *, doubtful: bool) -> Accepted:
    message = dispatch.message
    outgoing = Outgoing(to=message.to_address, sender=message.from_address, body=_body(message))
    if doubtful:
        known = set(
            Message.objects.filter(to_address=message.to_address)
            .exclude(provider_id="")
            .values_list("provider_id", flat=True)
        )
        found = port.find_sent(outgoing, since=dispatch.first_at - LOOK_BACK, known_ids=known)
        if found is not None:
            return found
    return port.send(outgoing)


@transaction.atomic
def _accepted(dispatch: Dispatch, accepted: Accepted) -> None:
    message = Message.objects.select_for_update().get(pk=dispatch.message_id)
    message.provider, message.provider_id = accepted.provider, accepted.provider_id
    if message.delivery in (DeliveryState.QUEUED, DeliveryState.UNKNOWN):
        message.delivery = DeliveryState.SENT
    message.save(update_fields=["provider", "provider_id", "delivery"])
    Dispatch.objects.filter(pk=dispatch.pk).update(state=DispatchState.DONE, last_error="", error_class="")
    delivery_catch_up(provider=accepted.provider, provider_id=accepted.provider_id)


@transaction.atomic
def _failed(dispatch: Dispatch, kind: ErrorClass, said: str, *, retry_after: int | None = None) -> None:
    now = clock.now()
    decision = next_step(
        attempts=dispatch.attempts,
        error=kind,
        first_at=dispatch.first_at,
        now=now,
        seed=str(dispatch.pk),
        retry_after=timedelta(seconds=retry_after) if retry_after else None,
    )
    logger.warning("dispatch %s failed (%s), attempt %s", dispatch.pk, kind.value, dispatch.attempts)
    row = Dispatch.objects.select_for_update().get(pk=dispatch.pk)
    row.last_error, row.error_class = said[:500], kind.value
    if isinstance(decision, GiveUp):
        row.state = DispatchState.DEAD
        # A refusal says why by itself; after many tries the last error alone would not say that we stopped.
        reason = said if kind is ErrorClass.PERMANENT else decision.reason
        _tell_message(row, DeliveryState.FAILED, reason)
    else:
        row.state, row.next_at = DispatchState.PENDING, decision.at
        if kind is ErrorClass.UNKNOWN_OUTCOME:
            _tell_message(row, DeliveryState.UNKNOWN, said)
    row.save(update_fields=["state", "next_at", "last_error", "error_class"])


def _tell_message(dispatch: Dispatch, state: DeliveryState, said: str) -> None:
    Message.objects.filter(pk=dispatch.message_id).update(delivery=state, delivery_error=said[:200])


def dispatches_retry_dead(*, now: datetime) -> int:
    """An operator asks for what was given up to be tried again; gives how many."""
    return Dispatch.objects.filter(state=DispatchState.DEAD).update(
        state=DispatchState.PENDING, next_at=now, first_at=now, attempts=0
    )
