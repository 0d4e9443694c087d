"""Calls the network places: outbound by REST, and `<Dial>` to people."""

from collections.abc import Iterator

import pytest

from simulators.telephone.testing import Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Product, start_phone
from tests.simulators.telephone.rest import rest

AGENT = "+33199001234"
OTHER = "+33353011234"
EVENTS = ["initiated", "ringing", "answered", "completed"]


def _ring(phone: Telephone, product: Product, **more: str | list[str]) -> str:
    made = rest(
        phone, "POST", "Calls.json", To=AGENT, From=LINE, Url=product.base + "/out",
        StatusCallback=product.base + "/progress", StatusCallbackEvent=EVENTS, **more,
    )  # fmt: skip
    assert made.status_code == 201, made.text
    phone.settle()
    return str(made.json()["sid"])


def test_place__answered_call_runs_its_document_and_tells_each_step(
    product: Product, phone: Telephone
) -> None:
    product.documents["/out"] = "<Say>Nous vous rappelons.</Say><Pause/><Gather/>"
    sid = _ring(phone, product)
    assert phone.state(sid)["status"] == "ringing"
    phone.answer(AGENT)
    assert phone.heard(sid) == ["Nous vous rappelons."]
    phone.advance(4)
    phone.hang_up(sid)
    told = [asked.params for asked in product.to("/progress")]
    assert [params["CallStatus"] for params in told] == ["initiated", "ringing", "in-progress", "completed"]
    assert [params["SequenceNumber"] for params in told] == ["0", "1", "2", "3"]
    assert told[-1]["CallDuration"] == "4"
    assert told[-1]["Direction"] == "outbound-api"
    assert told[-1]["Timestamp"].endswith("+0000")


def test_place__nobody_answers(product: Product, phone: Telephone) -> None:
    sid = _ring(phone, product, Timeout="20")
    phone.advance(19)
    assert phone.state(sid)["status"] == "ringing"
    phone.advance(1)
    assert phone.state(sid)["status"] == "no-answer"
    assert product.to("/out") == []
    assert product.to("/progress")[-1].params["CallStatus"] == "no-answer"


def test_place__refused_is_busy(product: Product, phone: Telephone) -> None:
    sid = _ring(phone, product)
    phone.refuse(AGENT)
    assert phone.state(sid)["status"] == "busy"


def test_place__canceled_by_rest_while_it_rings(product: Product, phone: Telephone) -> None:
    sid = _ring(phone, product)
    rest(phone, "POST", f"Calls/{sid}.json", Status="canceled")
    phone.settle()
    assert phone.state(sid)["status"] == "canceled"


def test_place__completed_by_rest_while_it_talks(product: Product, phone: Telephone) -> None:
    product.documents["/out"] = '<Gather timeout="60"/>'
    sid = _ring(phone, product)
    phone.answer(AGENT)
    rest(phone, "POST", f"Calls/{sid}.json", Status="completed")
    phone.settle()
    assert phone.state(sid)["status"] == "completed"


@pytest.fixture
def willing(product: Product) -> Iterator[Telephone]:
    made = start_phone(product, auto_answer=frozenset({AGENT}))
    yield made
    made.stop()


def test_place__auto_answer_picks_up(product: Product, willing: Telephone) -> None:
    product.documents["/out"] = "<Say>Bonjour</Say>"
    sid = _ring(willing, product)
    assert willing.state(sid)["status"] == "completed"
    assert willing.heard(sid) == ["Bonjour"]


def test_place__always_busy_number(product: Product, phone: Telephone) -> None:
    made = rest(phone, "POST", "Calls.json", To="+33639980011", From=LINE, Url=product.base + "/out")
    phone.settle()
    assert phone.state(made.json()["sid"])["status"] == "busy"


def test_dial__two_people_hear_each_other(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = f'<Dial action="/done" answerOnBridge="true">{AGENT}</Dial>'
    call = phone.call(CALLER, LINE)
    assert call["status"] == "ringing"
    leg = phone.answer(AGENT)
    assert leg["direction"] == "outbound-dial"
    assert leg["parent"] == call["sid"]
    assert phone.state(call["sid"])["status"] == "in-progress"
    phone.say(call["sid"], "Allô ?")
    phone.say(leg["sid"], "Oui, bonjour.")
    assert phone.state(leg["sid"])["transcript"][-2]["text"] == "Allô ?"
    assert phone.state(call["sid"])["transcript"][-1]["text"] == "Oui, bonjour."
    phone.advance(9)
    phone.hang_up(leg["sid"])
    done = product.to("/done")[0].params
    assert done["DialCallStatus"] == "completed"
    assert done["DialCallDuration"] == "9"
    assert done["DialCallSid"] == leg["sid"]


def test_dial__caller_hangs_up_and_the_other_end_too(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = f"<Dial>{AGENT}</Dial>"
    call = phone.call(CALLER, LINE)
    leg = phone.answer(AGENT)
    phone.hang_up(call["sid"])
    assert phone.state(leg["sid"])["status"] == "completed"


def test_dial__no_answer_goes_to_its_action(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = f'<Dial action="/done" timeout="15">{AGENT}</Dial>'
    phone.call(CALLER, LINE)
    phone.advance(15)
    assert product.to("/done")[0].params["DialCallStatus"] == "no-answer"
    assert phone.calls(AGENT)[0]["status"] == "no-answer"


def test_dial__first_of_two_wins_and_the_other_stops_ringing(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = f"<Dial><Number>{AGENT}</Number><Number>{OTHER}</Number></Dial>"
    call = phone.call(CALLER, LINE)
    phone.answer(OTHER)
    assert phone.state(call["sid"])["talking_to"] == [OTHER]
    assert phone.calls(AGENT)[0]["status"] == "no-answer"


def test_dial__client_is_rung_by_its_identity(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Dial><Client>agent-7</Client></Dial>"
    call = phone.call(CALLER, LINE)
    phone.answer("client:agent-7")
    assert phone.state(call["sid"])["talking_to"] == ["client:agent-7"]


def test_dial__action_is_told_when_the_caller_gives_up(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = f'<Dial action="/done">{AGENT}</Dial>'
    call = phone.call(CALLER, LINE)
    phone.hang_up(call["sid"])
    assert product.to("/done")[0].params["DialCallStatus"] == "canceled"
    assert phone.calls(AGENT)[0]["status"] == "canceled"
