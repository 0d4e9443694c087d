"""Retries, time-outs and the fragment of an address."""

import socket

from simulators.telephone.settings import Line
from simulators.telephone.testing import Telephone
from simulators.telephone.webhooks import Overrides, overrides
from tests.simulators.telephone.conftest import CALLER, LINE, Answer, Product


def _dial(url: str) -> tuple[dict[str, object], list[dict[str, object]], list[dict[str, object]]]:
    with Telephone([Line(LINE, url)]) as phone:
        call = phone.call(CALLER, LINE)
        return call, phone.requests(), phone.debugger()


def test_overrides__defaults_are_twilio_s() -> None:
    assert overrides("https://example.org/voice", 15) == Overrides(5.0, 15.0, 15.0, 1, frozenset({"ct"}))


def test_overrides__fragment_is_read() -> None:
    read = overrides("https://example.org/voice#ct=2000&rt=3000&tt=9000&rc=3&rp=5xx,rt", 15)
    assert read == Overrides(2.0, 3.0, 9.0, 3, frozenset({"5xx", "rt"}))


def test_overrides__out_of_bounds_keeps_the_default() -> None:
    assert overrides("https://example.org/#ct=99999&rc=9&rt=x", 15) == Overrides()


def test_overrides__all_is_every_cause() -> None:
    assert overrides("https://example.org/#rp=all", 15).causes == frozenset({"4xx", "5xx", "ct", "rt"})


def test_send__retries_carry_the_same_token(product: Product) -> None:
    product.documents["/voice"] = Answer("", status=503)
    _call, requests, notes = _dial(product.base + "/voice#rc=2&rp=5xx")
    assert [(row["attempt"], row["status"]) for row in requests] == [(0, 503), (1, 503), (2, 503)]
    assert len({asked.headers["I-Twilio-Idempotency-Token"] for asked in product.asked}) == 1
    assert [note["rule"] for note in notes] == ["http_status"]


def test_send__two_requests_have_two_tokens(product: Product) -> None:
    product.documents["/voice"] = "<Redirect>/next</Redirect>"
    _dial(product.base + "/voice")
    assert len({asked.headers["I-Twilio-Idempotency-Token"] for asked in product.asked}) == 2


def test_send__a_5xx_is_not_retried_by_default(product: Product) -> None:
    product.documents["/voice"] = Answer("", status=503)
    _call, requests, _notes = _dial(product.base + "/voice")
    assert len(requests) == 1


def test_send__refused_connection_is_tried_twice() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call, requests, notes = _dial(f"http://127.0.0.1:{port}/voice")
    assert [row["attempt"] for row in requests] == [0, 1]
    assert [(note["rule"], note["error_code"]) for note in notes] == [("http_connection", 11205)]
    assert call["status"] == "completed"
