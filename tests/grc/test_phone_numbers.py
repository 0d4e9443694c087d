import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.errors import Invalid
from grc.phone_numbers import callback_refusal, display, is_hidden, is_mobile, is_short, normalise


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("03 21 21 62 16", "+33321216216"),
        ("03 21 216 216", "+33321216216"),
        ("03.21.21.62.16", "+33321216216"),
        ("03-21-21-62-16", "+33321216216"),
        ("03\u00a021\u00a021\u202f62 16", "+33321216216"),
        ("+33321216216", "+33321216216"),
        ("+33 (0)3 21 21 62 16", "+33321216216"),
        ("0033321216216", "+33321216216"),
        ("0612345678", "+33612345678"),
        ("06 39 98 12 34", "+33639981234"),
        ("01 99 00 12 34", "+33199001234"),
        ("0700000000", "+33700000000"),
        ("0692 12 34 56", "+262692123456"),
        ("0639 01 02 03", "+262639010203"),
        ("0590 12 34 56", "+590590123456"),
        ("+262692123456", "+262692123456"),
        ("+32 2 555 12 12", "+3225551212"),
        ("0032 2 555 12 12", "+3225551212"),
        ("0899 70 12 34", "+33899701234"),
    ],
)
def test_normalise__as_people_and_carriers_write(raw: str, expected: str) -> None:
    assert normalise(raw) == expected
    assert normalise(expected) == expected


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "phone_hidden"),
        ("anonymous", "phone_hidden"),
        ("3939", "phone_short"),
        ("112", "phone_short"),
        ("116 117", "phone_short"),
        ("03 21 21 62", "phone_invalid"),
        ("03 21 21 62 16 99", "phone_invalid"),
        ("bonjour", "phone_invalid"),
        ("AMELI2000000", "phone_invalid"),
        ("+32 1", "phone_invalid"),
        ("0000000000", "phone_invalid"),
    ],
)
def test_normalise__refuses_in_french(raw: str, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        normalise(raw)
    assert caught.value.code == code
    assert caught.value.sentence.endswith(".")


def _refusal_code(raw: str) -> str | None:
    try:
        normalise(raw)
    except Invalid as refused:
        return refused.code
    return None


@given(st.one_of(st.text(max_size=30), st.from_regex(r"(0|\+|00)[0-9 .-]{2,18}", fullmatch=True)))
def test_normalise__any_text_gives_a_number_or_a_french_refusal(raw: str) -> None:
    code = _refusal_code(raw)
    assert code in (None, "phone_hidden", "phone_short", "phone_invalid")
    if code is None:
        number = normalise(raw)
        assert number.isascii()
        assert number[0] == "+"
        assert number[1:].isdecimal()
        assert normalise(number) == number


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "  ",
        None,
        "anonymous",
        "Anonymous",
        "+266696687",
        "266696687",
        "Restricted",
        "+7378742833",
        "Unavailable",
        "+86282452253",
        "unknown",
        "sip:anonymous@anonymous.invalid",
    ],
)
def test_is_hidden__what_carriers_send(raw: str | None) -> None:
    assert is_hidden(raw) is True


@pytest.mark.parametrize("raw", ["+33321216216", "0612345678", "3939", "+26669668"])
def test_is_hidden__a_number_is_a_number(raw: str) -> None:
    assert is_hidden(raw) is False


@pytest.mark.parametrize(
    ("text", "expected"), [("15", True), ("3949", True), ("36 46", True), ("0321", False)]
)
def test_is_short__french_short_numbers(text: str, expected: bool) -> None:
    assert is_short(text) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+33321216216", "03 21 21 62 16"),
        ("+33639981234", "06 39 98 12 34"),
        ("+262692123456", "06 92 12 34 56"),
        ("+3225551212", "+32 2 555 12 12"),
        (None, "numéro masqué"),
        ("", "numéro masqué"),
        ("3939", "3939"),
    ],
)
def test_display__grouped_by_two(number: str | None, expected: str) -> None:
    assert display(number) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+33612345678", True),
        ("+33712345678", True),
        ("+33639981234", True),
        ("+33321216216", False),
        ("+33972000000", False),
        ("+262692123456", True),
        ("+262262123456", False),
        ("+32470123456", True),
        ("+3225551212", False),
        ("3939", False),
    ],
)
def test_is_mobile__may_receive_an_sms(number: str, expected: bool) -> None:
    assert is_mobile(number) is expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("+33321216216", None),
        ("+33612345678", None),
        ("+33972000000", None),
        ("+262692123456", None),
        ("+33899701234", "Nous ne rappelons pas les numéros spéciaux commençant par 08."),
        ("+33826123456", "Nous ne rappelons pas les numéros spéciaux commençant par 08."),
        ("3939", "Nous ne rappelons pas les numéros courts."),
        ("+333939", "Ce numéro ne peut pas être rappelé."),
        ("+3225551212", "Nous ne rappelons pas à l’étranger."),
        ("+2126123456", "Nous ne rappelons pas à l’étranger."),
        ("anonymous", "Ce numéro ne peut pas être rappelé."),
        ("", "Ce numéro ne peut pas être rappelé."),
        ("+336123456789", "Ce numéro ne peut pas être rappelé."),
    ],
)
def test_callback_refusal__toll_fraud(number: str, expected: str | None) -> None:
    assert callback_refusal(number) == expected


def test_callback_refusal__accepted_neighbour_but_never_its_premium_numbers() -> None:
    assert callback_refusal("+3225551212", also=["+32"]) is None
    assert callback_refusal("+3290212345", also=["+32"]) == "Nous ne rappelons pas les numéros surtaxés."
    assert callback_refusal("+33899701234", also=["+33", "+"]) is not None
    assert callback_refusal("+2126123456", also=["+"]) is not None
