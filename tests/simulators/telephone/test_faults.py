"""Fallback addresses, and faults of the REST API asked for in advance."""

from __future__ import annotations

import httpx
import pytest

from simulators.telephone.settings import Line, parse_line
from simulators.telephone.testing import Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Answer, Product
from tests.simulators.telephone.rest import rest

DESK = "+33199001234"


def with_fallback(product: Product) -> Line:
    base = product.base
    return Line(LINE, f"{base}/voice", f"{base}/sms", "", "", f"{base}/fallback", f"{base}/sms-fallback")


def test_fallback__is_asked_with_the_error_and_its_address(product: Product) -> None:
    product.documents["/voice"] = Answer("", status=500)
    product.documents["/fallback"] = '<Say>Un instant.</Say><Gather timeout="5"/>'
    with Telephone([with_fallback(product)]) as phone:
        sid = phone.call(CALLER, LINE)["sid"]
        assert phone.heard(sid) == ["Un instant."]
        assert phone.state(sid)["status"] == "in-progress"
    asked = product.to("/fallback")[0].params
    assert (asked["ErrorCode"], asked["ErrorUrl"]) == ("11200", f"{product.base}/voice")


def test_fallback__is_asked_for_a_document_that_cannot_be_played(product: Product) -> None:
    product.documents["/voice"] = "<Sing/>"
    product.documents["/fallback"] = "<Say>Un instant.</Say>"
    with Telephone([with_fallback(product)]) as phone:
        assert phone.heard(phone.call(CALLER, LINE)["sid"]) == ["Un instant."]
    assert product.to("/fallback")[0].params["ErrorCode"] == "12200"


def test_fallback__that_fails_too_ends_the_call(product: Product) -> None:
    product.documents["/voice"] = product.documents["/fallback"] = Answer("", status=500)
    with Telephone([with_fallback(product)]) as phone:
        assert phone.call(CALLER, LINE)["status"] == "completed"
    assert len(product.to("/fallback")) == 1


def test_fallback__of_texts_answers(product: Product) -> None:
    product.documents["/sms"] = Answer("", status=503)
    product.documents["/sms-fallback"] = "<Message>Plus tard.</Message>"
    with Telephone([with_fallback(product)]) as phone:
        phone.text(CALLER, LINE, "Bonjour")
        assert [text["body"] for text in phone.texts(CALLER)] == ["Bonjour", "Plus tard."]


def test_parse_line__five_addresses() -> None:
    assert parse_line("+33321216216=http://a,http://b,http://c,http://d,http://e") == Line(
        "+33321216216", "http://a", "http://b", "http://c", "", "http://d", "http://e"
    )
    with pytest.raises(ValueError, match="expected"):
        parse_line("+33321216216=a,b,c,d,e,f")


def dial(phone: Telephone) -> httpx.Response:
    return rest(phone, "POST", "Calls.json", To=DESK, From=LINE, Twiml="<Response/>")


def test_fault__refused_once(phone: Telephone) -> None:
    phone.fault("refused", path="/Calls", code=20429)
    refused = dial(phone)
    assert (refused.status_code, refused.json()["code"]) == (429, 20429)
    assert dial(phone).status_code == 201
    assert len(phone.calls(DESK)) == 1


def test_fault__not_done(phone: Telephone) -> None:
    phone.fault("not_done", path="/Calls", method="POST")
    with pytest.raises(httpx.HTTPError):
        dial(phone)
    assert phone.calls(DESK) == []


def test_fault__done_and_unanswered(phone: Telephone) -> None:
    phone.fault("done_unanswered", path="/Calls")
    with pytest.raises(httpx.HTTPError):
        dial(phone)
    assert len(phone.calls(DESK)) == 1


def test_fault__meets_only_what_it_names(phone: Telephone) -> None:
    phone.fault("refused", path="/Messages")
    assert dial(phone).status_code == 201
    with pytest.raises(httpx.HTTPStatusError):
        phone.fault("sung", path="/Calls")
