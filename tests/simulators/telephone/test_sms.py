"""Texts both ways, and the numbers that misbehave on purpose."""

from pathlib import Path

import pytest

from simulators.telephone.numbers import opt_out_type, segments
from simulators.telephone.testing import Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Answer, Product, start_phone
from tests.simulators.telephone.rest import rest


def _send(phone: Telephone, product: Product, to: str, body: str = "Bonjour") -> tuple[int, int | None]:
    """(HTTP status, Twilio's code when refused)."""
    callback = product.base + "/delivery"
    answer = rest(phone, "POST", "Messages.json", To=to, From=LINE, Body=body, StatusCallback=callback)
    phone.settle()
    return answer.status_code, answer.json().get("code")


def _delivery(product: Product) -> list[tuple[str, str | None]]:
    return [(a.params["MessageStatus"], a.params.get("ErrorCode")) for a in product.to("/delivery")]


def test_send__sent_then_delivered(product: Product, phone: Telephone) -> None:
    assert _send(phone, product, CALLER) == (201, None)
    assert _delivery(product) == [("sent", None), ("delivered", None)]
    told = product.to("/delivery")[0].params
    assert told["MessageSid"] == told["SmsSid"] == phone.texts(CALLER)[0]["sid"]


@pytest.mark.parametrize(
    ("to", "status", "code"),
    [
        ("+33639980001", 400, 21211),
        ("+33639980002", 400, 21614),
        ("+33199001234", 400, 21614),
        ("0639981234", 400, 21211),
        ("+33639980008", 429, 20429),
    ],
)
def test_send__refused_at_once(product: Product, phone: Telephone, to: str, status: int, code: int) -> None:
    assert _send(phone, product, to) == (status, code)
    assert phone.texts("") == []


def test_send__unreachable_handset(product: Product, phone: Telephone) -> None:
    _send(phone, product, "+33639980003")
    assert _delivery(product) == [("sent", None), ("undelivered", "30003")]
    assert phone.texts("+33639980003")[0]["error_code"] == 30003


def test_send__overflow_once_then_delivered(product: Product, phone: Telephone) -> None:
    _send(phone, product, "+33639980007")
    _send(phone, product, "+33639980007")
    assert _delivery(product) == [("sent", None), ("failed", "30001"), ("sent", None), ("delivered", None)]


def test_send__no_callback_ever(product: Product, phone: Telephone) -> None:
    assert _send(phone, product, "+33639980004") == (201, None)
    assert _delivery(product) == []


def test_send__unknown_outcome_is_kept_and_found(product: Product, phone: Telephone) -> None:
    assert _send(phone, product, "+33639980005") == (500, 20500)
    found = rest(phone, "GET", "Messages.json", To="+33639980005").json()["messages"]
    assert [(message["body"], message["status"]) for message in found] == [("Bonjour", "delivered")]
    assert _send(phone, product, "+33639980005") == (201, None)


def test_send__stop_then_start(product: Product, phone: Telephone) -> None:
    phone.text(CALLER, LINE, " Stop ")
    assert product.to("/sms")[0].params["OptOutType"] == "STOP"
    assert _send(phone, product, CALLER) == (400, 21610)
    phone.text(CALLER, LINE, "START")
    assert _send(phone, product, CALLER) == (201, None)


def test_receive__webhook_and_answer(product: Product, phone: Telephone) -> None:
    product.documents["/sms"] = '<Message statusCallback="/delivery"><Body>Bien reçu.</Body></Message>'
    sent = phone.text(CALLER, LINE, "Un nid-de-poule rue Pasteur, ça secoue…")
    asked = product.to("/sms")[0].params
    assert asked["MessageSid"] == sent["sid"]
    assert asked["Body"] == "Un nid-de-poule rue Pasteur, ça secoue…"
    assert (asked["NumSegments"], asked["NumMedia"]) == ("1", "0")
    conversation = phone.texts(CALLER)
    assert [(m["direction"], m["body"]) for m in conversation] == [
        ("inbound", "Un nid-de-poule rue Pasteur, ça secoue…"),
        ("outbound-reply", "Bien reçu."),
    ]
    assert [status for status, _ in _delivery(product)] == ["sent", "delivered"]


def test_receive__failure_is_only_noted(product: Product, phone: Telephone) -> None:
    product.documents["/sms"] = Answer("", status=500)
    phone.text(CALLER, LINE, "Bonjour")
    assert [(note["rule"], note["error_code"]) for note in phone.debugger()] == [("http_status", 11200)]
    assert len(product.to("/sms")) == 1


def test_receive__voice_verb_in_a_text_answer_is_refused(product: Product, phone: Telephone) -> None:
    product.documents["/sms"] = "<Say>Bonjour</Say>"
    phone.text(CALLER, LINE, "Bonjour")
    assert [note["rule"] for note in phone.debugger()] == ["nesting"]


def test_state__texts_and_opt_outs_survive_a_restart(product: Product, tmp_path: Path) -> None:
    state = tmp_path / "telephone.json"
    first = start_phone(product, state_file=state)
    first.text(CALLER, LINE, "STOP")
    _send(first, product, "+33639985678", "Avant")
    first.stop()
    second = start_phone(product, state_file=state)
    try:
        found = rest(second, "GET", "Messages.json", To="+33639985678").json()["messages"]
        assert [(message["body"], message["status"]) for message in found] == [("Avant", "delivered")]
        assert _send(second, product, CALLER) == (400, 21610)
    finally:
        second.stop()


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("é" * 160, 1),
    ],
)
def test_segments__by_alphabet(body: str, count: int) -> None:
    assert segments(body) == count


@pytest.mark.parametrize(
    ("body", "kind"),
    [("stop", "STOP"), ("Arrêt", "STOP"), ("Start", "START"), ("aide", "HELP"), ("stop ici", "")],
)
def test_opt_out_type__whole_words_only(body: str, kind: str) -> None:
    assert opt_out_type(body) == kind
