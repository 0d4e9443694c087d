"""The table of refusals, rule by rule, against the running network."""

import threading

import pytest

from simulators.telephone.rules import RULES
from simulators.telephone.testing import Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Answer, Product, start_phone
from tests.simulators.telephone.rest import rest

ENQUEUE = '<Enqueue waitUrl="/wait">accueil</Enqueue>'
LONG = "x" * 65

# (rule, Twilio's code, document of the line, document at /wait or /other)
CASES: list[tuple[str, int | None, str | Answer, str | Answer]] = [
    ("not_in_wait", None, ENQUEUE, "<Record/>"),
    ("not_in_wait", None, ENQUEUE, "<Dial>+33199001234</Dial>"),
    ("not_in_wait", None, ENQUEUE, "<Enqueue>autre</Enqueue>"),
    ("not_in_wait", None, ENQUEUE, "<Reject/>"),
    ("unreachable", None, "<Redirect>/other</Redirect><Say>Jamais</Say>", ""),
    ("unreachable", None, "<Hangup/><Say>Jamais</Say>", ""),
    ("unknown_verb", 12200, "<Sing>La</Sing>", ""),
    ("unknown_verb", 12200, "<Gather><Sing>La</Sing></Gather>", ""),
    ("unknown_attribute", 12200, '<Say colour="blue">Bonjour</Say>', ""),
    ("unknown_attribute", 12200, '<Gather numdigits="1"/>', ""),
    ("bad_attribute", 12200, '<Gather numDigits="0"/>', ""),
    ("bad_attribute", 12200, '<Gather input="voice"/>', ""),
    ("bad_attribute", 12200, '<Gather finishOnKey="##"/>', ""),
    ("bad_attribute", 12200, '<Pause length="un"/>', ""),
    ("bad_attribute", 12200, '<Redirect method="PUT">/other</Redirect>', ""),
    ("bad_attribute", 12200, '<Dial record="always">+33199001234</Dial>', ""),
    ("nesting", 12200, "<Gather><Record/></Gather>", ""),
    ("nesting", 12200, "<Say>Bonjour<Play>x</Play></Say>", ""),
    ("nesting", 12200, "<Number>+33199001234</Number>", ""),
    ("nesting", 12200, "<Dial><Queue>a</Queue><Number>+33199001234</Number></Dial>", ""),
    ("stray_text", 12200, "<Hangup>maintenant</Hangup>", ""),
    ("stray_text", 12200, "Bonjour", ""),
    ("empty_verb", 12200, "<Say></Say>", ""),
    ("empty_verb", 12200, "<Redirect/>", ""),
    ("name_too_long", 12200, f"<Enqueue>{LONG}</Enqueue>", ""),
    ("name_too_long", 12200, f"<Dial><Conference>{LONG}</Conference></Dial>", ""),
    ("name_too_long", 12200, "<Enqueue/>", ""),
    ("not_xml", 12100, Answer("<Response><Say>Bonjour</Response>"), ""),
    ("not_xml", 12100, Answer(""), ""),
    ("root", 12100, Answer("<Reply/>"), ""),
    ("doctype", 12100, Answer('<!DOCTYPE r [<!ENTITY a "b">]><Response/>'), ""),
    ("content_type", 12300, Answer("{}", content_type="application/json"), ""),
    ("too_large", 11750, f"<Say>{'a' * 65536}</Say>", ""),
    ("http_status", 11200, Answer("<Response/>", status=500), ""),
    ("http_status", 11200, Answer("<Response/>", status=302), ""),
    ("redirect_loop", None, "<Redirect>/voice</Redirect>", ""),
]


@pytest.mark.parametrize("case", CASES)
def test_refusal__ends_the_call_and_is_noted(
    product: Product, phone: Telephone, case: tuple[str, int | None, str | Answer, str | Answer]
) -> None:
    rule, code, document, other = case
    product.documents["/voice"] = document
    product.documents["/wait"] = product.documents["/other"] = other
    call = phone.call(CALLER, LINE)
    assert call["status"] == "completed"
    assert call["transcript"][-3]["text"] == "Une erreur d’application est survenue. Au revoir."
    notes = phone.debugger()
    assert [(note["rule"], note["error_code"], note["subject"]) for note in notes] == [
        (rule, code, call["sid"])
    ]


ELSEWHERE = {
    "slow_answer", "http_connection", "extra_digits", "rest_parameter", "relative_url", "not_in_whisper",
    "no_sms_url", "queue_url",
}  # fmt: skip


def test_table__every_rule_is_tried() -> None:
    assert {case[0] for case in CASES} | ELSEWHERE == set(RULES)


def test_redirect_loop__stops_at_twenty(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Redirect>/voice</Redirect>"
    phone.call(CALLER, LINE)
    assert len(product.to("/voice")) == 20


def test_redirect_loop__a_menu_repeated_to_silence_is_none(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Gather numDigits="1" timeout="5"/><Redirect>/voice</Redirect>'
    call = phone.call(CALLER, LINE)
    phone.advance(150)
    assert phone.state(call["sid"])["status"] == "in-progress"
    assert len(product.to("/voice")) == 31


def test_relative_url__in_a_call_created_with_twiml(phone: Telephone) -> None:

    twiml = '<Response><Gather action="/next"/></Response>'
    rest(phone, "POST", "Calls.json", To="+33199001234", From=LINE, Twiml=twiml)
    phone.settle()
    phone.answer("+33199001234")
    assert [note["rule"] for note in phone.debugger()] == ["relative_url"]


def test_not_in_whisper__announcement_may_not_record(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Dial><Number url="/whisper">+33199001234</Number></Dial>'
    product.documents["/whisper"] = "<Record/>"
    phone.call(CALLER, LINE)
    phone.answer("+33199001234")
    assert [note["rule"] for note in phone.debugger()] == ["not_in_whisper"]


def test_queue_url__dialling_an_unknown_queue(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Dial><Queue>inconnue</Queue></Dial>"
    phone.call(CALLER, LINE)
    assert [note["rule"] for note in phone.debugger()] == ["queue_url"]


def test_slow_answer__is_cut_at_the_limit(product: Product) -> None:
    release = threading.Event()
    product.documents["/voice"] = Answer("<Response/>", wait_for=release)
    phone = start_phone(product, webhook_limit=0.3)
    try:
        call = phone.call(CALLER, LINE)
        assert call["status"] == "completed"
        assert [(note["rule"], note["error_code"]) for note in phone.debugger()] == [("slow_answer", 11205)]
        assert len(product.to("/voice")) == 1
    finally:
        release.set()
        phone.stop()


def test_lenient__only_notes_what_twilio_warns_about(product: Product) -> None:
    product.documents["/voice"] = '<Say colour="blue">Bonjour</Say><Sing>La</Sing><Say>Suite</Say>'
    phone = start_phone(product, lenient=True)
    try:
        call = phone.call(CALLER, LINE)
        assert phone.heard(call["sid"]) == ["Bonjour", "Suite"]
        assert [note["rule"] for note in phone.debugger()] == ["unknown_attribute", "unknown_verb"]
    finally:
        phone.stop()


def test_plain_text__is_read_aloud(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = Answer("Bonjour.", content_type="text/plain")
    assert phone.heard(phone.call(CALLER, LINE)["sid"]) == ["Bonjour."]
