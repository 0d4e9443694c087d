"""When we may call back: hours of the line and of the person, attempts spread over half-days, both changes of hour."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.calendars import Calendar
from grc.calendars.frames import weekly_hours
from grc.callback_rules import (
    PARIS,
    Allowed,
    Rules,
    attempt_next,
    hours_of_day,
    last_moment,
    promised_window,
)

OFFICE = Calendar(
    "Ligne",
    weekly_hours(
        monday=[("08:00", "21:00")], tuesday=[("08:00", "21:00")], wednesday=[("08:00", "21:00")],
        thursday=[("08:00", "21:00")], friday=[("08:00", "21:00")], saturday=[("08:00", "14:00")],
    ),
)  # fmt: skip
LINE = Allowed(OFFICE)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("at", "start", "end"),
    [
        ("2026-11-16T09:00", "2026-11-16T09:00", "2026-11-16T11:00"),
        ("2026-11-16T20:00", "2026-11-16T20:00", "2026-11-16T21:00"),
        ("2026-11-16T20:45", "2026-11-17T08:00", "2026-11-17T10:00"),
        ("2026-11-16T05:00", "2026-11-16T08:00", "2026-11-16T10:00"),
        ("2026-11-14T13:40", "2026-11-16T08:00", "2026-11-16T10:00"),
        ("2026-11-11T10:00", "2026-11-12T08:00", "2026-11-12T10:00"),  # the armistice, a public holiday
    ],
)
def test_promised_window__never_past_closing_time(at: str, start: str, end: str) -> None:
    assert promised_window(at=paris(at), allowed=LINE) == (paris(start), paris(end))


@pytest.mark.parametrize(
    ("at", "start", "end"),
    [
        ("2026-11-16T09:00", "2026-11-16T17:30", "2026-11-16T19:30"),
        ("2026-11-16T18:50", "2026-11-16T18:50", "2026-11-16T20:00"),
        ("2026-11-16T19:45", "2026-11-17T17:30", "2026-11-17T19:30"),
        ("2026-11-13T20:30", "2026-11-16T17:30", "2026-11-16T19:30"),  # Saturday closes before
    ],
)
def test_promised_window__within_the_hours_of_the_person(at: str, start: str, end: str) -> None:
    evening = Allowed(OFFICE, time(17, 30), time(20, 0))
    assert promised_window(at=paris(at), allowed=evening) == (paris(start), paris(end))


def test_promised_window__without_calendar_is_from_now() -> None:
    at = datetime(2026, 11, 16, 22, 0, tzinfo=UTC)
    assert promised_window(at=at, allowed=Allowed()) == (at, at + timedelta(hours=2))


@pytest.mark.parametrize(
    ("person", "hours"),
    [
        ((None, None), (time(8), time(20))),
        ((time(17, 30), None), (time(17, 30), time(20))),
        ((None, time(12)), (time(8), time(12))),
        ((time(20), time(22)), (time(20), time(22))),  # asked for by the person
        ((time(14), time(9)), (time(8), time(20))),  # two persons of one house: no hour between them
        ((time(20), None), (time(8), time(20))),
    ],
)
def test_hours_of_day__the_person_s_own_come_before_the_line_s(
    person: tuple[time | None, time | None], hours: tuple[time, time]
) -> None:
    assert hours_of_day(line=(time(8), time(20)), person=person) == hours


@pytest.mark.parametrize(
    ("at", "start", "end"),
    [
        ("2026-11-16T01:00", "2026-11-16T08:00", "2026-11-16T10:00"),
        ("2026-11-16T19:00", "2026-11-16T19:00", "2026-11-16T20:00"),
        ("2026-11-16T19:45", "2026-11-17T08:00", "2026-11-17T10:00"),
        ("2026-11-15T10:00", "2026-11-15T10:00", "2026-11-15T12:00"),  # a Sunday: such a line is open
    ],
)
def test_promised_window__a_line_open_at_all_hours_wakes_nobody(at: str, start: str, end: str) -> None:
    allowed = Allowed(None, time(8), time(20))
    assert promised_window(at=paris(at), allowed=allowed) == (paris(start), paris(end))


@pytest.mark.parametrize(
    ("day", "start_utc"),
    [
        ("2026-03-28T13:45", datetime(2026, 3, 30, 6, 0, tzinfo=UTC)),  # summer time begins on Sunday
        ("2026-10-24T13:45", datetime(2026, 10, 26, 7, 0, tzinfo=UTC)),  # and ends
    ],
)
def test_promised_window__eight_o_clock_on_both_sides_of_the_change_of_hour(
    day: str, start_utc: datetime
) -> None:
    start, end = promised_window(at=paris(day), allowed=LINE)
    assert start == start_utc
    assert (start.hour, end.hour) == (8, 10)


@pytest.mark.parametrize(
    ("at", "begin"),
    [
        ("2026-11-16T09:00", "2026-11-16T13:00"),  # morning: the afternoon
        ("2026-11-16T12:30", "2026-11-16T14:00"),  # ninety minutes at least
        ("2026-11-16T16:00", "2026-11-17T08:00"),  # afternoon: tomorrow morning
        ("2026-11-13T20:00", "2026-11-14T08:00"),  # Friday evening: Saturday morning
        ("2026-11-14T09:00", "2026-11-14T13:00"),  # Saturday: the line is open until two
        ("2026-11-14T13:10", "2026-11-16T08:00"),
    ],
)
def test_attempt_next__later_and_in_another_half_of_a_day(at: str, begin: str) -> None:
    found = attempt_next(attempts=1, at=paris(at), allowed=LINE, rules=Rules())
    assert found.window is not None
    assert found.window[0] == paris(begin)


def test_attempt_next__half_days_of_the_person() -> None:
    mornings = Allowed(OFFICE, time(9, 0), time(11, 0))
    found = attempt_next(attempts=2, at=paris("2026-11-16T10:00"), allowed=mornings, rules=Rules())
    assert found.window == (paris("2026-11-17T09:00"), paris("2026-11-17T11:00"))


@pytest.mark.parametrize(("attempts", "again"), [(1, True), (2, True), (3, False), (4, False)])
def test_attempt_next__three_in_all(attempts: int, again: bool) -> None:
    found = attempt_next(attempts=attempts, at=paris("2026-11-16T09:00"), allowed=LINE, rules=Rules())
    assert (found.window is not None) is again


def test_last_moment__one_window_late() -> None:
    assert last_moment(window_end=paris("2026-11-16T11:00"), allowed=LINE) == paris("2026-11-16T13:00")
    assert last_moment(window_end=paris("2026-11-16T21:00"), allowed=LINE) == paris("2026-11-17T10:00")


def test_promised_window__nothing_allows_it() -> None:
    never = Allowed(OFFICE, time(22, 0), time(23, 0))
    at = paris("2026-11-16T09:00")
    assert promised_window(at=at, allowed=never) == (at + timedelta(days=1), at + timedelta(days=1, hours=2))


@given(
    st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31)),  # noqa: DTZ001
    st.integers(min_value=1, max_value=2),
    st.sampled_from([(None, None), (time(9, 0), None), (None, time(12, 0)), (time(14, 0), time(18, 0))]),
)
def test_attempt_next__is_always_allowed_spread_and_within_hours(
    at: datetime, attempts: int, hours: tuple[time | None, time | None]
) -> None:
    allowed = Allowed(OFFICE, *hours)
    moment = at.replace(tzinfo=UTC)
    found = attempt_next(attempts=attempts, at=moment, allowed=allowed, rules=Rules())
    assert found.window is not None
    start, end = found.window
    assert start - moment >= timedelta(minutes=90)
    assert timedelta(minutes=30) <= end - start <= timedelta(hours=2)
    assert allowed.is_now(start)
    assert allowed.is_now(end - timedelta(seconds=1))
    before = allowed.local(moment)
    assert (before.date(), before.hour >= 13) != (start.date(), start.hour >= 13)
