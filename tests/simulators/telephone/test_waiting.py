"""Queues: the wait document, its figures, and every way out."""

from simulators.telephone.testing import Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Answer, Product
from tests.simulators.telephone.rest import rest

ENQUEUE = '<Enqueue action="/left" waitUrl="/wait">accueil</Enqueue>'
AGENT = "+33199001234"


def test_enqueue__asks_the_wait_document_again_each_time_it_ends(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = ENQUEUE
    product.documents["/wait"] = '<Pause length="10"/>'
    call = phone.call(CALLER, LINE)
    assert call["queue"]["name"] == "accueil"
    assert call["queue"]["position"] == 1
    assert len(product.to("/wait")) == 1
    phone.advance(25)
    assert [asked.params["QueueTime"] for asked in product.to("/wait")] == ["0", "10", "20"]
    first = product.to("/wait")[0].params
    assert first["QueuePosition"] == "1"
    assert first["CurrentQueueSize"] == "1"
    assert first["MaxQueueSize"] == "1000"
    assert first["AvgQueueTime"] == "0"
    assert first["QueueSid"].startswith("QU")


def test_enqueue__second_caller_moves_up_when_the_first_leaves(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = ENQUEUE
    product.documents["/wait"] = '<Pause length="10"/>'
    first = phone.call(CALLER, LINE)
    second = phone.call("+33639985678", LINE)
    assert second["queue"]["position"] == 2
    phone.advance(12)
    phone.hang_up(first["sid"])
    assert phone.state(second["sid"])["queue"]["position"] == 1
    left = product.to("/left")
    assert [asked.params["QueueResult"] for asked in left] == ["hangup"]
    assert left[0].params["QueueTime"] == "12"
    phone.advance(10)
    assert product.to("/wait")[-1].params["AvgQueueTime"] == "12"


def test_enqueue__leave_runs_the_action(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = ENQUEUE
    product.documents["/wait"] = '<Gather numDigits="1" action="/wish"><Say>Tapez 1.</Say></Gather>'
    product.documents["/wish"] = "<Leave/>"
    product.documents["/left"] = lambda params: f"<Say>{params['QueueResult']}</Say>"
    call = phone.call(CALLER, LINE)
    phone.press(call["sid"], "1")
    assert phone.heard(call["sid"])[-1] == "leave"
    assert phone.state(call["sid"])["queue"] is None


def test_enqueue__failing_wait_document_is_an_error_result(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = ENQUEUE
    product.documents["/wait"] = Answer("", status=500)
    phone.call(CALLER, LINE)
    assert product.to("/left")[0].params["QueueResult"] == "error"
    assert phone.debugger()[0]["error_code"] == 11200


def test_enqueue__full_queue(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Enqueue action="/left" maxQueueSize="1">accueil</Enqueue>'
    phone.call(CALLER, LINE)
    phone.call("+33639985678", LINE)
    assert [asked.params["QueueResult"] for asked in product.to("/left")] == ["queue-full"]


def test_enqueue__rest_update_of_the_call_takes_it_out(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = ENQUEUE
    product.documents["/wait"] = '<Pause length="10"/>'
    product.documents["/taken"] = "<Say>Un agent vous répond.</Say><Pause/>"
    call = phone.call(CALLER, LINE)
    rest(phone, "POST", f"Calls/{call['sid']}.json", Url=product.base + "/taken")
    phone.settle()
    assert phone.heard(call["sid"]) == ["Un agent vous répond."]
    assert product.to("/left")[0].params["QueueResult"] == "redirected"


def test_enqueue__member_is_dequeued_by_rest(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = ENQUEUE
    product.documents["/wait"] = '<Pause length="10"/>'
    product.documents["/taken"] = "<Say>À vous.</Say>"
    call = phone.call(CALLER, LINE)
    queue = call["queue"]["sid"]
    rest(phone, "POST", f"Queues/{queue}/Members/Front.json", Url=product.base + "/taken")
    phone.settle()
    assert phone.heard(call["sid"]) == ["À vous."]
    assert rest(phone, "GET", f"Queues/{queue}.json").json()["current_size"] == 0


def test_dial_queue__bridges_after_the_announcement(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = ENQUEUE
    product.documents["/wait"] = '<Pause length="10"/>'
    product.documents["/agent"] = '<Dial action="/done"><Queue url="/announce">accueil</Queue></Dial>'
    product.documents["/announce"] = "<Say>Vous êtes en relation.</Say>"
    call = phone.call(CALLER, LINE)
    phone.advance(4)
    agent = rest(phone, "POST", "Calls.json", To=AGENT, From=LINE, Url=product.base + "/agent").json()
    phone.answer(AGENT)
    announced = product.to("/announce")[0].params
    assert announced["QueueTime"] == "4"
    assert announced["DequeingCallSid"] == agent["sid"]
    assert announced["CallSid"] == call["sid"]
    phone.say(agent["sid"], "Mairie, bonjour.")
    heard = phone.state(call["sid"])["transcript"]
    assert [entry["text"] for entry in heard if entry["verb"] == "Voice"] == ["Mairie, bonjour."]
    phone.advance(30)
    phone.hang_up(agent["sid"])
    assert product.to("/left")[0].params["QueueResult"] == "bridged"
    assert product.to("/left")[0].params["QueueTime"] == "4"
    assert product.to("/done")[0].params["DequeuedCallSid"] == call["sid"]


def test_dial_queue__nobody_waits(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Dial action="/done"><Queue>vide</Queue></Dial>'
    phone.call(CALLER, LINE)
    assert product.to("/done")[0].params["DequeueResult"] == "queue-not-found"
