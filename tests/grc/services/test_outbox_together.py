"""Events of one subscriber given at once, to a handler whose effects add up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from grc import subscriptions
from grc.enums import Channel, EventDeliveryState
from grc.events import EventName
from grc.figures.count import figures_count_many
from grc.handlers import on_any__count_figures
from grc.models import EventDelivery, FigureCell
from grc.services.intake import contact_open
from grc.services.outbox import deliveries_run, deliveries_run_together, event_publish
from grc.subscriptions import PublishedEvent, subscribe, subscriber_name
from tests.factories import SYSTEM, organisation_make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def on_search_done__one_by_one(event: PublishedEvent) -> None:
    raise AssertionError(event.id)


@pytest.fixture
def name(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(subscriptions, "_handlers", {})
    monkeypatch.setattr(subscriptions, "_subscribers", {})
    subscribe(EventName.SEARCH_DONE, on_search_done__one_by_one)
    return subscriber_name(on_search_done__one_by_one)


def _publish(*numbers: int) -> None:
    for n in numbers:
        event_publish(name=EventName.SEARCH_DONE, payload={"n": n}, order_key="search", at=AT)


def test_deliveries_run_together__gives_every_event_once(name: str) -> None:
    heard: list[int] = []
    _publish(1, 2, 3)
    done = deliveries_run_together(
        subscriber=name, handler=lambda events: heard.extend(int(one.payload["n"]) for one in events)
    )
    again = deliveries_run_together(subscriber=name, handler=lambda events: heard.append(0))
    assert (done, again, heard) == (3, 0, [1, 2, 3])
    states = EventDelivery.objects.values_list("state", "attempts")
    assert list(states) == [(EventDeliveryState.DONE, 1)] * 3


def test_deliveries_run_together__leaves_every_row_due_after_an_error(name: str) -> None:
    def refuse(_: object) -> None:
        raise ValueError("no")

    _publish(1, 2)
    with pytest.raises(ValueError, match="no"):
        deliveries_run_together(subscriber=name, handler=refuse)
    assert set(EventDelivery.objects.values_list("state", "attempts")) == {(EventDeliveryState.PENDING, 0)}


def test_deliveries_run__leaves_the_subscribers_it_is_told_to() -> None:
    figures = subscriber_name(on_any__count_figures)
    organisation = organisation_make()
    for _ in range(2):
        contact_open(actor=SYSTEM, organisation=organisation, channel=Channel.PHONE, at=AT)
    deliveries_run(besides=[figures])
    left = EventDelivery.objects.exclude(state=EventDeliveryState.DONE).values_list("subscriber", flat=True)
    assert list(left) == [figures, figures]
    deliveries_run_together(subscriber=figures, handler=figures_count_many)
    assert dict(FigureCell.objects.values_list("figure", "count")) == {"contacts": 2, "calls_offered": 2}
