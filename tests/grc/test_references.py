from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.errors import Invalid
from grc.references import (
    SEQUENCE_SIZE,
    LinkExpired,
    LinkRefused,
    check_digit,
    code_matches,
    display,
    is_reference,
    parse,
    read_link,
    reference_from_sequence,
    secret_code,
    sign_link,
    spoken,
)

KEY = b"a key of the tests, 32 bytes ok."
OTHER = b"another key of the tests, longer"
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=2)


def test_check_digit__known_example_of_the_method() -> None:
    assert check_digit("572") == "4"
    assert check_digit("5724") == "0"


@given(st.integers(0, SEQUENCE_SIZE - 1))
def test_reference__catches_every_wrong_digit_and_every_swap(number: int) -> None:
    reference = reference_from_sequence(number, KEY)
    assert is_reference(reference)
    assert len(reference) == 10
    assert reference[0] != "0"
    for place, right in enumerate(reference):
        for wrong in "0123456789":
            if wrong != right:
                assert not is_reference(reference[:place] + wrong + reference[place + 1 :])
    for place in range(9):
        first, second = reference[place], reference[place + 1]
        if first != second:
            assert not is_reference(reference[:place] + second + first + reference[place + 2 :])


def test_reference__one_to_one_and_not_in_order() -> None:
    references = [reference_from_sequence(number, KEY) for number in range(3000)]
    assert len(set(references)) == 3000
    rising = sum(a < b for a, b in pairwise(references))
    assert 1300 < rising < 1700


def test_reference__depends_on_the_key_and_never_changes() -> None:
    assert reference_from_sequence(0, KEY) == "4114686126"
    assert reference_from_sequence(1, KEY) == "3664825318"
    assert reference_from_sequence(1, OTHER) != reference_from_sequence(1, KEY)


@pytest.mark.parametrize("number", [-1, SEQUENCE_SIZE])
def test_reference__refuses_a_number_outside_the_sequence(number: int) -> None:
    with pytest.raises(Invalid) as caught:
        reference_from_sequence(number, KEY)
    assert caught.value.code == "sequence_exhausted"


def test_reference__refuses_a_short_key() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        reference_from_sequence(1, b"short")


@pytest.mark.parametrize(
    "text",
    ["1234567894", "123 456\u00a07894", "12.34.56.78.94", " 123-456–7894 "],
)
def test_parse__ignores_separators(text: str) -> None:
    assert parse(text) == "1234567894"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "reference_not_digits"),
        ("12a4567890", "reference_not_digits"),
        ("١٢٣٤٥٦٧٨٩٠", "reference_not_digits"),
        ("123", "reference_length"),
        ("12345678901", "reference_length"),
        ("1234567891", "reference_check"),
        ("0000000000", "reference_check"),
    ],
)
def test_parse__refuses_in_french(text: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(text)
    assert caught.value.code == code
    assert caught.value.sentence.endswith(".")


def test_display_and_spoken__group_3_3_4() -> None:
    assert display("3212162164") == "321\u00a0216\u00a02164"
    assert spoken("3212162164") == "3 2 1, 2 1 6, 2 1 6 4"


def test_secret_code__six_digits_that_change_with_everything() -> None:
    code = secret_code("3212162164", 1, KEY)
    assert len(code) == 6
    assert code.isdecimal()
    others = {
        secret_code("3212162164", 2, KEY),
        secret_code("3212162165", 1, KEY),
        secret_code("3212162164", 1, OTHER),
    }
    assert code not in others


def test_code_matches__accepts_both_keys_during_a_rotation() -> None:
    old, new = secret_code("3212162164", 1, OTHER), secret_code("3212162164", 1, KEY)
    assert code_matches(old, "3212162164", 1, [KEY, OTHER])
    assert code_matches(new, "3212162164", 1, [KEY, OTHER])
    assert code_matches(f"{new[:3]} {new[3:]}", "3212162164", 1, [KEY])
    assert not code_matches(old, "3212162164", 1, [KEY])
    assert not code_matches(new, "3212162164", 2, [KEY])


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "é", "1234567"])
def test_code_matches__refuses_what_is_no_code(typed: str) -> None:
    assert not code_matches(typed, "3212162164", 1, [KEY])
    assert not code_matches(typed, "3212162164", 1, [])


@given(st.text(max_size=60), st.text(max_size=20))
def test_read_link__gives_back_the_subject(subject: str, purpose: str) -> None:
    token = sign_link(purpose, subject, LATER, KEY)
    link = read_link(token, purpose, NOW, [OTHER, KEY])
    assert (link.subject, link.expires_at) == (subject, LATER)


def test_read_link__expires_at_the_second() -> None:
    token = sign_link("referral", "42", LATER, KEY)
    assert read_link(token, "referral", LATER - timedelta(seconds=1), [KEY]).subject == "42"
    with pytest.raises(LinkExpired) as caught:
        read_link(token, "referral", LATER, [KEY])
    assert caught.value.sentence == "Ce lien a expiré. Demandez-en un nouveau."


def test_read_link__is_bound_to_its_purpose_and_key() -> None:
    token = sign_link("referral", "42", LATER, KEY)
    for purpose, keys in [("tracking", [KEY]), ("referral", [OTHER]), ("referral", [])]:
        with pytest.raises(LinkRefused):
            read_link(token, purpose, NOW, keys)


def test_read_link__refuses_any_change_of_one_character() -> None:
    token = sign_link("referral", "42", LATER, KEY)
    for place in range(len(token)):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        with pytest.raises(LinkRefused):
            read_link(changed, "referral", NOW, [KEY])


@pytest.mark.parametrize("token", ["", ".", "a", "a.b", "é.é", "a.b.c", "x" * 5000 + ".y"])
def test_read_link__refuses_rubbish(token: str) -> None:
    with pytest.raises(LinkRefused):
        read_link(token, "referral", NOW, [KEY])
