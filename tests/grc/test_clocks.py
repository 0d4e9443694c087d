from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc.calendars import Calendar, weekly_hours
from grc.clocks import (
    ACKNOWLEDGEMENT,
    FIRST_ANSWER_EMAIL,
    FIRST_ANSWER_LETTER,
    REGISTRATION,
    Pause,
    Policy,
    Request,
    add_months,
    appeal_until,
    read,
    silence,
)
from grc.enums import ClockKind, ClockState, ClockUnit, SilenceRule
from grc.errors import Invalid

PARIS = ZoneInfo("Europe/Paris")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
OFFICE = Calendar(name="Bureaux", weekly=weekly_hours(**{day: [("09:00", "17:00")] for day in DAYS}))
FOUR_HOURS = Policy(ClockKind.FIRST_ANSWER, 4, ClockUnit.OFFICE_HOURS)
TWO_DAYS = Policy(ClockKind.RESOLUTION, 2, ClockUnit.WORKING_DAYS)
MONTH = Policy(ClockKind.RESOLUTION, 1, ClockUnit.CALENDAR_MONTHS)
TEN_DAYS = Policy(ClockKind.RESOLUTION, 10, ClockUnit.CALENDAR_DAYS)


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def pause(start: str, end: str | None) -> Pause:
    return Pause(paris(start), paris(end) if end else None, "pièce attendue de l’usager")


# 2026-04-06 is Easter Monday, 2026-05-01 and 05-08 are holidays (Fridays), 2026-05-14 Ascension.
@pytest.mark.parametrize(
    ("policy", "started", "due"),
    [
        (FOUR_HOURS, "2026-04-07 10:00", "2026-04-07 14:00"),
        (FOUR_HOURS, "2026-04-03 16:00", "2026-04-07 12:00"),
        (FOUR_HOURS, "2026-04-07 00:00", "2026-04-07 13:00"),
        (TWO_DAYS, "2026-04-07 10:00", "2026-04-09 23:59:59"),
        (TWO_DAYS, "2026-04-02 10:00", "2026-04-07 23:59:59"),
        (FIRST_ANSWER_EMAIL, "2026-05-07 10:00", "2026-05-18 23:59:59"),
        (FIRST_ANSWER_LETTER, "2026-05-07 10:00", "2026-06-02 23:59:59"),
        (REGISTRATION, "2026-04-03 18:00", "2026-04-07 23:59:59"),
        (ACKNOWLEDGEMENT, "2026-04-03 18:00", "2026-04-20 23:59:59"),
        (TEN_DAYS, "2026-04-07 10:00", "2026-04-17 23:59:59"),
        (MONTH, "2026-01-31 10:00", "2026-02-28 23:59:59"),
        (MONTH, "2026-03-15 23:30", "2026-04-15 23:59:59"),
    ],
)
def test_read__due_without_pause(policy: Policy, started: str, due: str) -> None:
    now = paris(started)
    reading = read(policy, started=now, pauses=[], calendar=OFFICE, now=now)
    assert reading.due == paris(due)
    assert reading.state is ClockState.RUNNING


@pytest.mark.parametrize(
    ("policy", "pauses", "due"),
    [
        (FOUR_HOURS, [pause("2026-04-07 11:00", "2026-04-07 12:30")], "2026-04-07 15:30"),
        (FOUR_HOURS, [pause("2026-04-07 11:00", "2026-04-09 10:00")], "2026-04-09 13:00"),
        (
            FOUR_HOURS,
            [pause("2026-04-07 11:00", "2026-04-07 12:00"), pause("2026-04-07 12:00", "2026-04-07 13:00")],
            "2026-04-07 16:00",
        ),
        (FOUR_HOURS, [pause("2026-04-07 14:00", "2026-04-08 10:00")], "2026-04-07 14:00"),
        (FOUR_HOURS, [pause("2026-04-06 09:00", "2026-04-07 11:00")], "2026-04-07 15:00"),
        (FOUR_HOURS, [pause("2026-04-01 09:00", "2026-04-02 11:00")], "2026-04-07 14:00"),
        (TWO_DAYS, [pause("2026-04-07 11:00", "2026-04-07 18:00")], "2026-04-09 23:59:59"),
        (TWO_DAYS, [pause("2026-04-08 11:00", "2026-04-13 18:00")], "2026-04-14 23:59:59"),
        (TEN_DAYS, [pause("2026-04-08 11:00", "2026-04-13 18:00")], "2026-04-22 23:59:59"),
        (
            TEN_DAYS,
            # The second pause begins after the first due date, within the extended one.
            [pause("2026-04-08 11:00", "2026-04-13 18:00"), pause("2026-04-20 09:00", "2026-04-21 09:00")],
            "2026-04-23 23:59:59",
        ),
        (TEN_DAYS, [pause("2026-04-18 00:00", "2026-04-21 09:00")], "2026-04-17 23:59:59"),
    ],
)
def test_read__pauses_add_what_they_took(policy: Policy, pauses: list[Pause], due: str) -> None:
    reading = read(
        policy,
        started=paris("2026-04-07 10:00"),
        pauses=pauses,
        calendar=OFFICE,
        now=paris("2026-04-30 10:00"),
    )
    assert reading.due == paris(due)


@pytest.mark.parametrize(
    ("now", "met_at", "pauses", "state"),
    [
        ("2026-04-09 23:59:59", None, [], "running"),
        ("2026-04-10 00:00:00", None, [], "missed"),
        ("2026-05-10 00:00:00", "2026-04-09 17:00", [], "met"),
        ("2026-05-10 00:00:00", "2026-04-10 08:00", [], "missed"),
        ("2026-04-08 12:00", None, [pause("2026-04-08 11:00", None)], "paused"),
        ("2026-06-08 12:00", None, [pause("2026-04-08 11:00", None)], "paused"),
        ("2026-04-08 12:00", None, [pause("2026-04-08 11:00", "2026-04-20 11:00")], "paused"),
        ("2026-04-08 12:00", None, [pause("2026-04-08 13:00", None)], "running"),
        ("2026-04-12 12:00", None, [pause("2026-04-11 11:00", None)], "missed"),
        ("2026-05-10 00:00:00", "2026-04-13 10:00", [pause("2026-04-08 11:00", "2026-04-10 12:00")], "met"),
    ],
)
def test_read__state(now: str, met_at: str | None, pauses: list[Pause], state: str) -> None:
    reading = read(
        TWO_DAYS,
        started=paris("2026-04-07 10:00"),
        pauses=pauses,
        calendar=OFFICE,
        now=paris(now),
        met_at=paris(met_at) if met_at else None,
    )
    assert reading.state == state


def test_read__while_paused_the_due_date_moves_with_now() -> None:
    for now, due in (
        ("2026-04-09 12:00", "2026-04-10 23:59:59"),
        ("2026-04-10 12:00", "2026-04-13 23:59:59"),
    ):
        reading = read(
            TWO_DAYS,
            started=paris("2026-04-07 10:00"),
            pauses=[pause("2026-04-08 11:00", None)],
            calendar=OFFICE,
            now=paris(now),
        )
        assert reading.due == paris(due)


@pytest.mark.parametrize(
    ("now", "met_at", "pauses", "sentence"),
    [
        (
            "2026-04-07 10:00",
            None,
            [],
            (
                "Résolution : à tenir au plus tard le jeudi 9 avril 2026 ; "
                "2 jours ouvrés à compter du mardi 7 avril 2026."
            ),
        ),
        (
            "2026-04-09 10:00",
            None,
            [pause("2026-04-08 11:00", None)],
            (
                "Résolution : délai suspendu depuis le mercredi 8 avril 2026 (pièce attendue de l’usager) ; "
                "2 jours ouvrés à compter du mardi 7 avril 2026, plus 1 jour de suspension."
            ),
        ),
        (
            "2026-04-10 10:00",
            None,
            [],
            (
                "Résolution : délai dépassé, l’échéance était le jeudi 9 avril 2026 ; "
                "2 jours ouvrés à compter du mardi 7 avril 2026."
            ),
        ),
        (
            "2026-04-10 10:00",
            "2026-04-08 10:00",
            [],
            (
                "Résolution : délai tenu, l’échéance était le jeudi 9 avril 2026 ; "
                "2 jours ouvrés à compter du mardi 7 avril 2026."
            ),
        ),
    ],
)
def test_read__explains_itself(now: str, met_at: str | None, pauses: list[Pause], sentence: str) -> None:
    reading = read(
        TWO_DAYS,
        started=paris("2026-04-07 10:00"),
        pauses=pauses,
        calendar=OFFICE,
        now=paris(now),
        met_at=paris(met_at) if met_at else None,
    )
    assert reading.sentence == sentence


def test_read__warns_in_office_time_only() -> None:
    policy = Policy(
        ClockKind.RESOLUTION,
        5,
        ClockUnit.WORKING_DAYS,
        (timedelta(days=1), timedelta(days=2), timedelta(hours=1)),
    )
    now = paris("2026-04-07 10:00")
    reading = read(policy, started=now, pauses=[], calendar=OFFICE, now=now)
    assert reading.due == paris("2026-04-14 23:59:59")
    # One day before is Monday 13 at 23:59:59, hence Tuesday 9:00; two days before is Sunday, hence Monday 9:00;
    # one hour before has no opening left, hence the last one before the due date.
    assert reading.warnings == (paris("2026-04-13 09:00"), paris("2026-04-14 09:00"))
    late = paris("2026-04-20 10:00")
    assert read(policy, started=now, pauses=[], calendar=OFFICE, now=late).warnings == ()


def test_read__refuses_overlapping_or_empty_pauses() -> None:
    start = paris("2026-04-07 10:00")
    overlapping = [pause("2026-04-08 11:00", "2026-04-10 11:00"), pause("2026-04-09 11:00", None)]
    with pytest.raises(Invalid) as caught:
        read(TWO_DAYS, started=start, pauses=overlapping, calendar=OFFICE, now=start)
    assert caught.value.code == "pauses_overlap"
    with pytest.raises(Invalid) as caught:
        read(
            TWO_DAYS,
            started=start,
            pauses=[pause("2026-04-08 11:00", "2026-04-08 11:00")],
            calendar=OFFICE,
            now=start,
        )
    assert caught.value.code == "pause_empty"


def test_read__never_open_calendar_is_said_not_looped() -> None:
    never = Calendar(name="Fermé", weekly=weekly_hours(), working_weekdays=frozenset())
    now = paris("2026-04-07 10:00")
    for policy in (FOUR_HOURS, TWO_DAYS):
        with pytest.raises(Invalid) as caught:
            read(policy, started=now, pauses=[], calendar=never, now=now)
        assert caught.value.code == "calendar_never_open"


def test_read__hours_across_the_change_of_clock() -> None:
    always = Calendar(
        name="24/24",
        weekly=weekly_hours(**{day: [("00:00", "24:00")] for day in (*DAYS, "saturday", "sunday")}),
    )
    for started, due in (
        ("2026-03-29 01:00", "2026-03-29 06:00"),
        ("2026-10-25 01:00", "2026-10-25 04:00"),
    ):
        reading = read(FOUR_HOURS, started=paris(started), pauses=[], calendar=always, now=paris(started))
        assert reading.due == paris(due)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2022, 4, 23), 2, date(2022, 6, 23)),
        (date(2025, 12, 31), 2, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 11, 15), 2, date(2027, 1, 15)),
        (date(2026, 1, 1), 0, date(2026, 1, 1)),
    ],
)
def test_add_months__same_day_or_the_last(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


def test_silence__rejection_counts_from_the_first_administration() -> None:
    request = Request(received=paris("2022-04-23 10:00"), received_competent=paris("2022-05-10 10:00"))
    reading = silence(
        SilenceRule.SVR, request, suspensions=[], calendar=OFFICE, now=paris("2022-05-12 10:00")
    )
    assert reading.due == paris("2022-06-23 23:59:59")
    assert reading.state is ClockState.RUNNING
    assert reading.warnings == (paris("2022-06-09 09:00"), paris("2022-06-20 09:00"))
    assert reading.sentence == (
        "Silence de l’administration : à tenir au plus tard le jeudi 23 juin 2022 ; "
        "2 mois à compter du samedi 23 avril 2022. Le silence vaut rejet."
    )
    assert appeal_until(date(2022, 6, 23)) == date(2022, 8, 24)


def test_silence__weekend_does_not_move_the_date() -> None:
    reading = silence(
        SilenceRule.SVR,
        Request(received=paris("2026-03-01 10:00")),
        suspensions=[],
        calendar=OFFICE,
        now=paris("2026-05-02 10:00"),
    )
    assert reading.due == paris("2026-05-01 23:59:59")
    assert reading.state is ClockState.MISSED


def test_silence__suspension_holds_a_rejection_back() -> None:
    reading = silence(
        SilenceRule.SVR,
        Request(received=paris("2022-04-23 10:00")),
        suspensions=[pause("2022-05-02 10:00", "2022-05-12 10:00")],
        calendar=OFFICE,
        now=paris("2022-05-20 10:00"),
    )
    assert reading.due == paris("2022-07-03 23:59:59")


def test_silence__acceptance_waits_for_a_full_file_at_the_competent_body() -> None:
    received = paris("2022-04-23 10:00")
    now = paris("2022-05-20 10:00")
    incomplete = Request(received=received, received_competent=received)
    reading = silence(SilenceRule.SVA, incomplete, suspensions=[], calendar=OFFICE, now=now)
    assert (reading.due, reading.state) == (None, ClockState.PAUSED)
    assert reading.sentence == (
        "Silence de l’administration : le délai n’a pas commencé, car le dossier est incomplet."
    )
    elsewhere = Request(received=received, complete=received)
    reading = silence(SilenceRule.SVA, elsewhere, suspensions=[], calendar=OFFICE, now=now)
    assert reading.due is None
    full = Request(received=received, received_competent=received, complete=paris("2022-05-12 10:00"))
    reading = silence(
        SilenceRule.SVA,
        full,
        suspensions=[pause("2022-04-25 10:00", "2022-05-12 10:00")],
        calendar=OFFICE,
        now=now,
    )
    assert reading.due == paris("2022-07-12 23:59:59")
    assert reading.sentence.endswith("Le silence vaut acceptation.")


def test_silence__a_decision_in_time_meets_it() -> None:
    decided = Request(received=paris("2022-04-23 10:00"), decided=paris("2022-06-23 18:00"))
    reading = silence(
        SilenceRule.SVR, decided, suspensions=[], calendar=OFFICE, now=paris("2022-08-01 10:00")
    )
    assert reading.state is ClockState.MET


def test_silence__no_rule_no_date() -> None:
    reading = silence(
        SilenceRule.NONE,
        Request(received=paris("2022-04-23 10:00")),
        suspensions=[],
        calendar=OFFICE,
        now=paris("2022-08-01 10:00"),
    )
    assert reading.due is None
    assert reading.warnings == ()


starts = st.datetimes(datetime(2025, 6, 1), datetime(2027, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001
policies = st.builds(
    Policy, st.just(ClockKind.RESOLUTION), st.integers(1, 30), st.sampled_from(list(ClockUnit))
)


@given(policies, starts, st.integers(0, 40), st.integers(1, 400))
@settings(max_examples=80, deadline=None)
def test_read__a_pause_never_brings_the_date_nearer(
    policy: Policy, started: datetime, after_hours: int, hours: int
) -> None:
    begins = started + timedelta(hours=after_hours)
    paused = [Pause(begins, begins + timedelta(hours=hours), "attente")]
    now = started + timedelta(days=2000)
    without = read(policy, started=started, pauses=[], calendar=OFFICE, now=now).due
    with_pause = read(policy, started=started, pauses=paused, calendar=OFFICE, now=now).due
    assert without is not None
    assert with_pause is not None
    assert with_pause.astimezone(UTC) >= without.astimezone(UTC)


@given(st.integers(1, 40), starts, st.lists(st.integers(1, 60), min_size=2, max_size=6))
@settings(max_examples=80, deadline=None)
def test_read__office_hours_outside_pauses_are_exactly_the_amount(
    amount: int, started: datetime, gaps: list[int]
) -> None:
    started = started.replace(microsecond=0)
    pauses, moment = [], started
    for running, stopped in zip(gaps[::2], gaps[1::2], strict=False):
        begins = moment + timedelta(hours=running)
        moment = begins + timedelta(hours=stopped)
        pauses.append(Pause(begins, moment, "attente"))
    policy = Policy(ClockKind.RESOLUTION, amount, ClockUnit.OFFICE_HOURS)
    due = read(policy, started=started, pauses=pauses, calendar=OFFICE, now=started + timedelta(days=900)).due
    assert due is not None
    end = due.astimezone(UTC)
    spent = OFFICE.office_seconds_between(started, end) - sum(
        OFFICE.office_seconds_between(one.start, min(one.end or end, end))
        for one in pauses
        if one.start < end
    )
    assert spent == amount * 3600
