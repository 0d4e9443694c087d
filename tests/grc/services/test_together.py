"""What an act leaves behind is written at its end, in one statement; what a savepoint undid is not."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from grc.events import EventName
from grc.models import Event, EventDelivery, RawPayload, TimelineEntry
from grc.services.history import history_write
from grc.services.intake import raw_keep
from grc.services.outbox import event_publish
from grc.services.together import written_together
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 16, 9, 0, 0, 123456, tzinfo=UTC)


def note(verb: str) -> None:
    history_write(
        actor=SYSTEM, verb=verb, sentence="« Vérifié »", at=AT, contact_id=7, new={"état": ["clos", None]}
    )


def test_written_together__one_statement_for_all_of_it() -> None:
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        written_together(),
    ):
        note("one")
        raw_keep(provider="twilio", kind="voice", key="CA1:0", raw={"Digits": "4"}, at=AT)
        event_publish(name=EventName.TICKET_OPENED, payload={"ticket_id": 5}, order_key="ticket:5", at=AT)
        note("two")
        event_publish(name=EventName.SEARCH_DONE, payload={"found": 0}, order_key="search", at=AT)
        assert TimelineEntry.objects.count() == 0
    assert len([query for query in queries if "INSERT" in query["sql"]]) == 1
    rows = TimelineEntry.objects.order_by("id").values_list(
        "verb", "sentence", "at", "contact_id", "new", "old"
    )
    assert list(rows) == [
        ("one", "« Vérifié »", AT, 7, {"état": ["clos", None]}, {}),
        ("two", "« Vérifié »", AT, 7, {"état": ["clos", None]}, {}),
    ]
    raw = RawPayload.objects.get()
    assert (raw.provider, raw.kind, raw.key, raw.body, raw.at) == (
        "twilio",
        "voice",
        "CA1:0",
        {"Digits": "4"},
        AT,
    )
    first, second = Event.objects.order_by("id")
    assert (first.name, first.payload, first.order_key, first.at) == (
        "ticket_opened", {"ticket_id": 5}, "ticket:5", AT,
    )  # fmt: skip
    assert second.name == "search_done"
    owed = (
        EventDelivery.objects.filter(event=first)
        .order_by("id")
        .values_list("subscriber", "state", "attempts")
    )
    assert ("grc.handlers.on_ticket_opened__wind_clocks", "pending", 0) in set(owed)
    assert set(EventDelivery.objects.filter(event=first).values_list("order_key", "next_at")) == {
        ("ticket:5", AT)
    }


def test_written_together__deliveries_are_in_the_order_of_their_events() -> None:
    with written_together():
        for number in range(5):
            event_publish(
                name=EventName.TICKET_OPENED, payload={"ticket_id": number}, order_key="ticket:1", at=AT
            )
    rows = EventDelivery.objects.filter(subscriber="grc.handlers.on_ticket_opened__wind_clocks").order_by(
        "id"
    )
    assert [row.event.payload["ticket_id"] for row in rows.select_related("event")] == [0, 1, 2, 3, 4]


def test_written_together__what_a_savepoint_undid_is_not_written() -> None:
    with written_together():
        note("kept")
        with suppress(ValueError), transaction.atomic():
            note("undone")
            int("never")
        note("after")
        with transaction.atomic():
            note("inside")
    assert list(TimelineEntry.objects.order_by("id").values_list("verb", flat=True)) == [
        "kept",
        "after",
        "inside",
    ]


def test_written_together__an_error_writes_nothing_and_forgets_it() -> None:
    with pytest.raises(ValueError), written_together():  # noqa: PT012
        note("lost")
        raise ValueError
    note("alone")
    with written_together():
        note("next")
    assert list(TimelineEntry.objects.order_by("id").values_list("verb", flat=True)) == ["alone", "next"]


def test_written_together__inside_another_is_part_of_it() -> None:
    with written_together():
        with written_together():
            note("inner")
        assert TimelineEntry.objects.count() == 0
    assert TimelineEntry.objects.get().verb == "inner"


@pytest.mark.django_db(transaction=True)
def test_written_together__without_savepoints_of_the_tests() -> None:
    """The tests themselves run inside a savepoint: once without."""
    with written_together():
        note("kept")
        with suppress(ValueError), transaction.atomic():
            note("undone")
            int("never")
    assert list(TimelineEntry.objects.values_list("verb", flat=True)) == ["kept"]
