"""French writing: expected strings are written by hand, no-break spaces shown as escapes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc import french

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_french_date__a_datetime_is_moved_to_paris_in_winter() -> None:
    value = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
    assert french.french_date(value) == "mardi 24\u00a0novembre 2026 à 14\u00a0h\u00a005"


def test_french_date__a_datetime_is_moved_to_paris_in_summer() -> None:
    value = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    assert french.french_date(value, space=" ") == "jeudi 2 juillet 2026 à 0 h 30"


def test_french_date__a_date_has_no_hour() -> None:
    assert french.french_date(date(2026, 8, 14), space=" ") == "vendredi 14 août 2026"


def test_french_date__the_first_is_ordinal() -> None:
    assert french.french_date(date(2026, 12, 1), space=" ") == "mardi 1er décembre 2026"


def test_french_date__without_weekday() -> None:
    assert french.french_date(date(2026, 3, 3), weekday=False, space=" ") == "3 mars 2026"


def test_french_time__a_full_hour_has_no_minutes() -> None:
    assert french.french_time(datetime(2026, 1, 5, 7, 0, tzinfo=UTC)) == "8\u00a0h"


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (9000, "2 h 30"),
        (7500, "2 h 05"),
        (86399, "23 h 59"),
        (86400, "1 jour"),
        (100800, "1 jour 4 h"),
        (191000, "2 jours 5 h"),
        (259200, "3 jours"),
        (300000, "3 jours"),
        (-9000, "2 h 30"),
    ],
)
def test_french_duration__seconds(seconds: int, written: str) -> None:
    assert french.french_duration(seconds, space=" ") == written


def test_french_duration__a_timedelta_with_no_break_spaces() -> None:
    assert french.french_duration(timedelta(hours=2, minutes=30)) == "2\u00a0h\u00a030"


@given(st.integers(min_value=0, max_value=10**9))
def test_french_duration__never_breaks_inside_a_number_and_its_unit(seconds: int) -> None:
    assert " h" not in french.french_duration(seconds).replace("jours ", "").replace("jour ", "")


@pytest.mark.parametrize(
    ("ago", "written"),
    [
        (timedelta(seconds=20), "à l’instant"),
        (timedelta(seconds=-5), "à l’instant"),
        (timedelta(minutes=3, seconds=50), "il y a 3 min"),
        (timedelta(hours=26), "il y a 1 jour 2 h"),
        (timedelta(days=30), "il y a 30 jours"),
        (timedelta(days=31), "le 24 octobre 2026"),
    ],
)
def test_age__words_then_date(ago: timedelta, written: str) -> None:
    assert french.age(NOON - ago, now=NOON, space=" ") == written


def test_time_left__before_and_after_the_due_time() -> None:
    assert french.time_left(NOON + timedelta(minutes=150), now=NOON, space=" ") == "il reste 2 h 30"
    assert french.time_left(NOON - timedelta(days=3), now=NOON, space=" ") == "en retard de 3 jours"


@pytest.mark.parametrize(
    ("given_number", "written"),
    [
        ("+33321216216", "03 21 21 62 16"),
        ("0033321216216", "03 21 21 62 16"),
        ("03.21.21.62.16", "03 21 21 62 16"),
        ("+262262123456", "02 62 12 34 56"),
        ("3646", "36 46"),
        ("115", "115"),
        ("17", "17"),
        ("116117", "116 117"),
        ("+3221234567", "+3221234567"),
        ("masqué", "masqué"),
        ("", ""),
    ],
)
def test_phone__grouped_as_read_aloud(given_number: str, written: str) -> None:
    assert french.phone(given_number, space=" ") == written


def test_phone__groups_never_break() -> None:
    assert french.phone("0612345678") == "06\u00a012\u00a034\u00a056\u00a078"


@pytest.mark.parametrize(
    ("given_number", "address"),
    [
        ("03 21 216 216", "tel:+33321216216"),
        ("+33 3 21 21 62 16", "tel:+33321216216"),
        ("39 39", "tel:3939"),
    ],
)
def test_phone_link__is_dialled_from_anywhere(given_number: str, address: str) -> None:
    assert french.phone_link(given_number) == address


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Que faire ?", "Que faire\u202f?"),
        ("Attention ! Fermé ; revenez", "Attention\u202f! Fermé\u202f; revenez"),
        ("Téléphone : 115", "Téléphone\u00a0: 115"),
        ("le « guichet »", "le «\u00a0guichet\u00a0»"),
        ("«guichet»", "«\u00a0guichet\u00a0»"),
        ("12 € à 14 h 05", "12\u00a0€ à 14\u00a0h\u00a005"),
        ("https://exemple.fr/?a=1:2", "https://exemple.fr/?a=1:2"),
        ("12 hivers", "12 hivers"),
    ],
)
def test_typographic__spaces_of_french_punctuation(text: str, written: str) -> None:
    assert french.typographic(text) == written


@given(st.text(alphabet="ab1 ;:!?«»\u00a0\u202f€h"))
def test_typographic__twice_is_once(text: str) -> None:
    once = french.typographic(text)
    assert french.typographic(once) == once
