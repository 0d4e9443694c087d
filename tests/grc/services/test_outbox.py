"""The outbox: rows first, then work; in order by key, retried, given up, replayed."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import transaction

from grc import subscriptions, tasks
from grc.enums import EventDeliveryState
from grc.errors import ProviderError
from grc.events import EventName
from grc.models import Event, EventDelivery, FinishedEvent
from grc.services import outbox
from grc.subscriptions import PublishedEvent

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Only one subscriber, which notes the ids it hears and fails when told to."""
    seen: list[int] = []

    def on_search_done__note(event: PublishedEvent) -> None:
        if event.payload.get("fail") == "now":
            raise ProviderError("Panne.", permanent=False)
        if event.payload.get("fail") == "always":
            raise ProviderError("Refus.", permanent=True)
        seen.append(int(event.payload["n"]))

    monkeypatch.setattr(subscriptions, "_handlers", {})
    monkeypatch.setattr(subscriptions, "_subscribers", {})
    subscriptions.subscribe(EventName.SEARCH_DONE, on_search_done__note)
    return seen


def publish(n: int, *, key: str = "k", fail: str = "") -> None:
    outbox.event_publish(name=EventName.SEARCH_DONE, payload={"n": n, "fail": fail}, order_key=key, at=AT)


def run_at(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return outbox.deliveries_run()


def test_event_publish__a_rolled_back_transaction_owes_nothing(heard: list[int]) -> None:
    with transaction.atomic():
        publish(1)
        transaction.set_rollback(True)
    assert Event.objects.count() == 0
    assert run_at(AT) == 0
    assert heard == []


def test_deliveries_run__each_event_once_in_order_of_its_key(heard: list[int]) -> None:
    for n in (1, 2, 3):
        publish(n)
    assert run_at(AT) == 3
    assert run_at(AT) == 0
    assert heard == [1, 2, 3]


def test_deliveries_run__a_failure_holds_its_key_only(heard: list[int]) -> None:
    publish(1, key="a", fail="now")
    publish(2, key="a")
    publish(3, key="b")
    run_at(AT)
    assert heard == [3]
    failed = EventDelivery.objects.get(event__payload__n=1)
    assert failed.state == EventDeliveryState.RETRYING
    assert failed.attempts == 1
    assert failed.last_error == "ProviderError: Panne."
    assert AT < failed.next_at <= AT + timedelta(minutes=1)
    Event.objects.filter(payload__n=1).update(payload={"n": 1})
    run_at(AT + timedelta(minutes=2))
    assert heard == [3, 1, 2]


def test_deliveries_run__a_permanent_refusal_is_given_up_then_replayed(heard: list[int]) -> None:
    publish(1, fail="always")
    publish(2)
    run_at(AT)
    assert EventDelivery.objects.get(event__payload__n=1).state == EventDeliveryState.DEAD
    assert heard == [2]
    Event.objects.filter(payload__n=1).update(payload={"n": 1})
    with time_machine.travel(AT, tick=False):
        assert outbox.deliveries_retry_dead() == 1
    run_at(AT + timedelta(seconds=1))
    assert heard == [2, 1]


def test_deliveries_run__a_handler_that_fails_leaves_nothing_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def on_search_done__write_then_fail(event: PublishedEvent) -> None:
        FinishedEvent.objects.create(event_id=event.id, at=event.at, name="half", payload={})
        raise ProviderError("Panne.", permanent=False)

    monkeypatch.setattr(subscriptions, "_handlers", {})
    monkeypatch.setattr(subscriptions, "_subscribers", {})
    subscriptions.subscribe(EventName.SEARCH_DONE, on_search_done__write_then_fail)
    publish(1)
    run_at(AT)
    assert FinishedEvent.objects.count() == 0


def test_events_archive__moves_what_everybody_had(heard: list[int]) -> None:
    publish(1)
    publish(2, key="z", fail="now")
    run_at(AT)
    assert outbox.events_archive(before=AT + timedelta(hours=1)) == 1
    assert list(FinishedEvent.objects.values_list("payload__n", flat=True)) == [1]
    assert list(Event.objects.values_list("payload__n", flat=True)) == [2]


def test_wake__a_dead_broker_changes_nothing_for_the_caller(
    heard: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def broken() -> None:
        calls.append(1)
        raise ConnectionError

    monkeypatch.setattr(outbox, "_wake", [broken])
    monkeypatch.setattr(outbox, "_circuit", {"closed_at": 0.0})
    publish(1)
    publish(2)
    assert calls == [1]  # the circuit stays open after the first failure
    assert run_at(AT) == 2
    assert heard == [1, 2]


def test_waker__asks_from_a_thread_of_its_own_and_once_for_many(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, sent = threading.Event(), []

    def apply_async(**options: object) -> None:
        sent.append(options)
        asked.set()

    monkeypatch.setattr(tasks.outbox_run, "apply_async", apply_async)
    waker = tasks._Waker()
    for _ in range(100):
        waker.ask()
    assert asked.wait(10)
    assert 1 <= len(sent) <= 2
    assert sent[0] == {"retry": False, "expires": 30}
