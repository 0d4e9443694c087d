from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc.calendars import (
    Calendar,
    DateException,
    Frame,
    HolidayZone,
    TourStop,
    holiday_name,
    hours_text,
    tour_text,
    weekly_hours,
)
from grc.errors import Invalid

PARIS = ZoneInfo("Europe/Paris")
LINE = Calendar(
    name="Ligne unique",
    weekly=weekly_hours(
        **{day: [("08:00", "21:00")] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")},
        saturday=[("08:00", "14:00")],
    ),
)
DESK = Calendar(
    name="Guichet",
    weekly=weekly_hours(
        **{
            day: [("09:00", "12:00"), ("14:00", "17:00")]
            for day in ("monday", "tuesday", "thursday", "friday")
        }
    ),
)
ALWAYS = Calendar(
    name="Démonstration",
    weekly=weekly_hours(
        monday=[("00:00", "24:00")],
        tuesday=[("00:00", "24:00")],
        wednesday=[("00:00", "24:00")],
        thursday=[("00:00", "24:00")],
        friday=[("00:00", "24:00")],
        saturday=[("00:00", "24:00")],
        sunday=[("00:00", "24:00")],
    ),
    holidays=HolidayZone.NONE,
)
NEVER = Calendar(name="Fermé", weekly=weekly_hours(), working_weekdays=frozenset())


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


# 2026-04-06 is Easter Monday, 2026-05-14 Ascension (a Thursday), 2026-04-03 Good Friday.
@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-04-07 07:59:59", False),
        ("2026-04-07 08:00:00", True),
        ("2026-04-07 20:59:59", True),
        ("2026-04-07 21:00:00", False),
        ("2026-04-11 13:59:00", True),
        ("2026-04-11 14:00:00", False),
        ("2026-04-12 10:00:00", False),
        ("2026-04-06 10:00:00", False),
        ("2026-05-14 10:00:00", False),
        ("2026-04-03 10:00:00", True),
    ],
)
def test_is_open__the_line(moment: str, expected: bool) -> None:
    assert LINE.is_open(paris(moment)) is expected


def test_is_open__reads_any_time_zone() -> None:
    assert LINE.is_open(datetime(2026, 7, 15, 6, 0, tzinfo=UTC)) is True
    assert LINE.is_open(datetime(2026, 7, 15, 5, 59, tzinfo=UTC)) is False
    with pytest.raises(ValueError, match="aware"):
        LINE.is_open(datetime(2026, 7, 15, 6, 0))  # noqa: DTZ001


def test_is_open__no_closed_minute_at_midnight() -> None:
    for moment in ("2026-04-07 23:59:59", "2026-04-08 00:00:00", "2026-04-08 00:00:59"):
        assert ALWAYS.is_open(paris(moment))
    assert ALWAYS.next_closing(paris("2026-04-08 00:00:00")) is None


@pytest.mark.parametrize(
    ("day", "zone", "expected"),
    [
        (date(2026, 4, 6), "FR", "Lundi de Pâques"),
        (date(2026, 5, 14), "FR", "Ascension"),
        (date(2026, 4, 3), "FR", None),
        (date(2026, 4, 3), "FR-57", "Vendredi saint"),
        (date(2026, 12, 26), "FR-6AE", "Saint-Étienne"),
        (date(2026, 12, 26), "FR", None),
        (date(2026, 7, 14), "none", None),
    ],
)
def test_holiday_name__by_zone(day: date, zone: str, expected: str | None) -> None:
    assert holiday_name(HolidayZone(zone), day) == expected


@pytest.mark.parametrize(
    ("zone", "count"), [("FR", 11), ("FR-57", 13), ("FR-6AE", 13), ("FR-971", 15), ("FR-974", 12)]
)
def test_holiday_name__number_of_days_in_2026(zone: str, count: int) -> None:
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    assert sum(holiday_name(HolidayZone(zone), day) is not None for day in days) == count


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-04-07 10:00", "2026-04-07 10:00"),
        ("2026-04-07 12:00", "2026-04-07 14:00"),
        ("2026-04-07 17:00", "2026-04-09 09:00"),
        ("2026-04-03 17:00", "2026-04-07 09:00"),
        ("2026-05-12 18:00", "2026-05-15 09:00"),
    ],
)
def test_next_opening__several_frames_missing_days_and_holidays(moment: str, expected: str) -> None:
    assert DESK.next_opening(paris(moment)) == paris(expected)


def test_next_closing__end_of_the_present_frame() -> None:
    assert DESK.next_closing(paris("2026-04-07 10:00")) == paris("2026-04-07 12:00")
    assert DESK.next_closing(paris("2026-04-07 13:00")) is None


def test_next_closing__passes_midnight() -> None:
    night = Calendar(
        name="Nuit",
        weekly=weekly_hours(monday=[("20:00", "24:00")], tuesday=[("00:00", "06:00")]),
    )
    assert night.next_closing(paris("2026-04-13 22:00")) == paris("2026-04-14 06:00")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-04-07 10:00", None),
        ("2026-04-07 13:00", "Nous sommes fermés à cette heure. Réouverture aujourd’hui à 14 h."),
        ("2026-04-08 10:00", "Nous sommes fermés le mercredi. Réouverture demain à 9 h."),
        (
            "2026-04-06 10:00",
            (
                "Nous sommes fermés aujourd’hui, lundi 6 avril : Lundi de Pâques, jour férié. "
                "Réouverture demain à 9 h."
            ),
        ),
        ("2026-04-10 17:30", "Nous sommes fermés à cette heure. Réouverture le lundi 13 avril à 9 h."),
        ("2026-12-31 17:30", "Nous sommes fermés à cette heure. Réouverture le lundi 4 janvier 2027 à 9 h."),
    ],
)
def test_why_closed__says_it_and_when_next(moment: str, expected: str | None) -> None:
    assert DESK.why_closed(paris(moment)) == expected


def test_exception__closes_opens_and_the_last_wins() -> None:
    bridge = DateException(date(2026, 5, 15), date(2026, 5, 16), (), "pont de l’Ascension")
    opened = DateException(date(2026, 5, 14), date(2026, 5, 14), (Frame(600, 720),), "permanence")
    again = DateException(date(2026, 5, 16), date(2026, 5, 16), (Frame(540, 600),), "journée spéciale")
    calendar = Calendar(name="Ligne", weekly=LINE.weekly, exceptions=(bridge, opened, again))
    assert calendar.is_open(paris("2026-05-14 10:30"))
    assert not calendar.is_open(paris("2026-05-15 10:30"))
    assert calendar.is_open(paris("2026-05-16 09:30"))
    assert (
        calendar.why_closed(paris("2026-05-15 10:30"))
        == "Nous sommes fermés aujourd’hui : pont de l’Ascension. Réouverture demain à 9 h."
    )


def test_tour__every_other_week_first_of_the_month_and_holidays() -> None:
    fortnight = TourStop("Fruges", 1, (Frame(540, 720),), date(2026, 1, 6), every_weeks=2)
    first = TourStop("Hesdin", 0, (Frame(840, 1020),), date(2026, 1, 1), date(2026, 6, 30), week_of_month=1)
    bus = Calendar(name="Bus", weekly=weekly_hours(), tours=(fortnight, first))
    assert bus.is_open(paris("2026-01-06 10:00"))
    assert not bus.is_open(paris("2026-01-13 10:00"))
    assert bus.is_open(paris("2026-01-20 10:00"))
    assert [stop.place for stop in bus.tours_on(date(2026, 3, 2))] == ["Hesdin"]
    assert bus.tours_on(date(2026, 3, 9)) == []
    assert bus.tours_on(date(2026, 4, 6)) == []  # Easter Monday
    assert bus.tours_on(date(2026, 7, 6)) == []  # after the end
    assert tour_text(fortnight) == "Fruges : le mardi de 9 h à 12 h, une semaine sur deux"
    assert tour_text(first) == "Hesdin : le premier lundi du mois de 14 h à 17 h"


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-04-07 10:00", "2026-04-07 11:00", 3600),
        ("2026-04-07 11:30", "2026-04-07 14:30", 3600),
        ("2026-04-07 16:00", "2026-04-09 10:00", 7200),
        ("2026-04-03 16:00", "2026-04-07 10:00", 7200),
        ("2026-04-07 11:00", "2026-04-07 10:00", 0),
        ("2026-04-08 00:00", "2026-04-09 00:00", 0),
    ],
)
def test_office_seconds_between__the_desk(start: str, end: str, seconds: int) -> None:
    assert DESK.office_seconds_between(paris(start), paris(end)) == seconds


@pytest.mark.parametrize(
    ("day", "seconds"), [("2026-03-29", 23 * 3600), ("2026-10-25", 25 * 3600), ("2026-07-01", 24 * 3600)]
)
def test_office_seconds_between__days_of_23_and_25_hours(day: str, seconds: int) -> None:
    start = paris(f"{day} 00:00")
    assert ALWAYS.office_seconds_between(start, start + timedelta(days=1)) == seconds


@pytest.mark.parametrize(
    ("hours", "spring", "autumn"),
    [
        (("01:00", "05:00"), 3, 5),
        (("02:15", "02:45"), 0, 1.5),
        (("02:30", "04:00"), 1, 2.5),
        (("01:00", "02:30"), 1, 2.5),
    ],
)
def test_office_seconds_between__night_frames_on_the_two_odd_sundays(
    hours: tuple[str, str], spring: float, autumn: float
) -> None:
    night = Calendar(name="Nuit", weekly=weekly_hours(sunday=[hours]), holidays=HolidayZone.NONE)
    for day, expected in (("2026-03-29", spring), ("2026-10-25", autumn)):
        start = paris(f"{day} 00:00")
        assert night.office_seconds_between(start, start + timedelta(days=1)) == expected * 3600


def test_opening_hour__stays_local_across_the_change() -> None:
    assert LINE.next_opening(paris("2026-03-28 20:00")) == datetime(2026, 3, 30, 6, 0, tzinfo=UTC)
    assert LINE.next_opening(paris("2026-10-24 20:00")) == datetime(2026, 10, 26, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-04-07 10:00", 2, "2026-04-07 12:00"),
        ("2026-04-07 10:00", 3, "2026-04-07 15:00"),
        ("2026-04-07 02:00", 1, "2026-04-07 10:00"),
        ("2026-04-03 16:00", 2, "2026-04-07 10:00"),
        ("2026-05-12 16:00", 8, "2026-05-18 10:00"),
        ("2026-04-07 23:00", 0, "2026-04-07 23:00"),
    ],
)
def test_add_office_time__the_desk(start: str, hours: int, expected: str) -> None:
    assert DESK.add_office_time(paris(start), timedelta(hours=hours)) == paris(expected)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-04-07 10:00", 1, "2026-04-08 23:59:59"),
        ("2026-04-03 16:00", 1, "2026-04-07 23:59:59"),
        ("2026-04-03 16:00", 10, "2026-04-20 23:59:59"),
        ("2026-05-13 09:00", 1, "2026-05-15 23:59:59"),
        ("2026-04-11 09:00", 0, "2026-04-13 23:59:59"),
        ("2026-03-27 09:00", 1, "2026-03-30 23:59:59"),
        ("2026-04-07 23:30", 1, "2026-04-08 23:59:59"),
    ],
)
def test_add_working_days__weekends_and_holidays_do_not_count(start: str, days: int, expected: str) -> None:
    assert LINE.add_working_days(paris(start), days) == paris(expected)


def test_is_working_day__alsace_moselle_and_exceptions() -> None:
    moselle = Calendar(name="Metz", weekly=LINE.weekly, holidays=HolidayZone.MOSELLE)
    assert LINE.is_working_day(date(2026, 4, 3))
    assert not moselle.is_working_day(date(2026, 4, 3))
    worked = DateException(date(2026, 4, 3), date(2026, 4, 3), (Frame(480, 720),), "jour travaillé")
    kept = Calendar(name="Metz", weekly=LINE.weekly, holidays=HolidayZone.MOSELLE, exceptions=(worked,))
    assert kept.is_working_day(date(2026, 4, 3))


def test_never_open__answers_and_does_not_loop() -> None:
    now = paris("2026-04-07 10:00")
    assert NEVER.is_open(now) is False
    assert NEVER.next_opening(now) is None
    assert NEVER.next_closing(now) is None
    assert NEVER.office_seconds_between(now, now + timedelta(days=900)) == 0
    assert (
        NEVER.why_closed(now)
        == "Nous sommes fermés le mardi. Aucune réouverture n’est prévue pour le moment."
    )
    with pytest.raises(Invalid) as caught:
        NEVER.add_office_time(now, timedelta(hours=1))
    assert caught.value.code == "calendar_never_open"
    with pytest.raises(Invalid):
        NEVER.add_working_days(now, 1)


def test_ended_tour__runs_out_of_openings() -> None:
    stop = TourStop("Fruges", 1, (Frame(540, 600),), date(2026, 1, 6), date(2026, 1, 31))
    bus = Calendar(name="Bus", weekly=weekly_hours(), tours=(stop,))
    assert bus.add_office_time(paris("2026-01-05 08:00"), timedelta(hours=4)) == paris("2026-01-27 10:00")
    with pytest.raises(Invalid):
        bus.add_office_time(paris("2026-01-05 08:00"), timedelta(hours=5))


def week(**days: list[tuple[str, str]]) -> Any:
    return weekly_hours(**days)


MORNING = [("09:00", "12:00")]


@pytest.mark.parametrize(
    ("weekly", "expected"),
    [
        (LINE.weekly, "du lundi au vendredi de 8 h à 21 h, le samedi de 8 h à 14 h"),
        (
            DESK.weekly,
            "le lundi, le mardi, le jeudi et le vendredi de 9 h à 12 h et de 14 h à 17 h",
        ),
        (ALWAYS.weekly, "tous les jours, 24 heures sur 24"),
        (NEVER.weekly, "aucune ouverture régulière"),
        (week(monday=[("08:30", "12:15")]), "le lundi de 8 h\u00a030 à 12 h\u00a015"),
        (
            week(monday=MORNING, tuesday=MORNING, wednesday=MORNING, friday=MORNING),
            "du lundi au mercredi et le vendredi de 9 h à 12 h",
        ),
        (week(friday=[("20:00", "24:00")]), "le vendredi de 20 h à minuit"),
        (week(monday=[("08:00", "10:00"), ("10:00", "12:00")]), "le lundi de 8 h à 12 h"),
    ],
)
def test_hours_text__in_french(weekly: Any, expected: str) -> None:
    assert hours_text(weekly) == expected


moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(moments, st.integers(0, 200 * 3600), st.sampled_from([LINE, DESK, ALWAYS]))
@settings(max_examples=60, deadline=None)
def test_add_office_time__is_the_reverse_of_counting(
    start: datetime, seconds: int, calendar: Calendar
) -> None:
    start = start.replace(microsecond=0)
    due = calendar.add_office_time(start, timedelta(seconds=seconds))
    assert due >= start.astimezone(due.tzinfo)
    assert calendar.office_seconds_between(start, due) == seconds


@given(moments, st.integers(0, 20), st.integers(0, 20), st.sampled_from([LINE, DESK]))
@settings(max_examples=60, deadline=None)
def test_office_seconds_between__adds_up(
    start: datetime, first: int, second: int, calendar: Calendar
) -> None:
    start = start.replace(microsecond=0)
    middle, end = start + timedelta(hours=first), start + timedelta(hours=first + second)
    whole = calendar.office_seconds_between(start, end)
    parts = calendar.office_seconds_between(start, middle) + calendar.office_seconds_between(middle, end)
    assert whole == parts
    assert 0 <= whole <= (first + second) * 3600


@given(moments, st.sampled_from([LINE, DESK, ALWAYS]))
@settings(max_examples=60, deadline=None)
def test_next_opening__is_open_and_nothing_is_open_before(moment: datetime, calendar: Calendar) -> None:
    opening = calendar.next_opening(moment)
    assert opening is not None
    assert calendar.is_open(opening)
    assert calendar.office_seconds_between(moment, opening) == 0
    assert (calendar.why_closed(moment) is None) == (opening.astimezone(UTC) == moment)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 17, 10, 0, tzinfo=PARIS), "Ouvert aujourd’hui jusqu’à 12 h."),
        (datetime(2026, 11, 17, 12, 30, tzinfo=PARIS), "Fermé pour le moment. Ouverture aujourd’hui à 14 h."),
        (
            datetime(2026, 11, 20, 17, 0, tzinfo=PARIS),
            "Fermé pour le moment. Ouverture le lundi 23 novembre à 9 h.",
        ),
    ],
)
def test_opening_sentence__of_a_place_in_one_breath(moment: datetime, said: str) -> None:
    assert DESK.opening_sentence(moment).replace("\N{NO-BREAK SPACE}", " ") == said
