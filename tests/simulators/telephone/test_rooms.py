"""Conferences: who hears whom, how they start and end, what REST does to them."""

from simulators.telephone.testing import Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Product
from tests.simulators.telephone.rest import rest

AGENT = "+33199001234"
EVENTS = "start end join leave mute hold"
CALLER_SIDE = (
    '<Dial action="/done"><Conference statusCallback="/room" statusCallbackEvent="' + EVENTS + '" '
    'startConferenceOnEnter="false" endConferenceOnExit="true" waitUrl="/music">contact-1</Conference></Dial>'
)
AGENT_SIDE = "<Response><Dial><Conference>contact-1</Conference></Dial></Response>"


def _both(product: Product, phone: Telephone) -> tuple[str, str]:
    product.documents["/voice"] = CALLER_SIDE
    product.documents["/music"] = '<Play>https://example.org/attente.mp3</Play><Pause length="5"/>'
    caller = phone.call(CALLER, LINE)["sid"]
    agent = rest(phone, "POST", "Calls.json", To=AGENT, From=LINE, Twiml=AGENT_SIDE).json()["sid"]
    phone.answer(AGENT)
    return caller, agent


def _events(product: Product) -> list[str]:
    return [asked.params["StatusCallbackEvent"] for asked in product.to("/room")]


def _voices(phone: Telephone, sid: str) -> list[str]:
    return [entry["text"] for entry in phone.state(sid)["transcript"] if entry["verb"] == "Voice"]


def test_conference__starts_when_the_second_joins_and_carries_voices(
    product: Product, phone: Telephone
) -> None:
    caller, agent = _both(product, phone)
    phone.say(agent, "Bonjour, que puis-je pour vous ?")
    assert _voices(phone, caller) == ["Bonjour, que puis-je pour vous ?"]
    assert _events(product) == ["participant-join", "participant-join", "conference-start"]
    assert len(product.to("/music")) == 1


def test_conference__ends_with_the_caller(product: Product, phone: Telephone) -> None:
    caller, agent = _both(product, phone)
    phone.hang_up(caller)
    assert phone.state(agent)["status"] == "completed"
    last = product.to("/room")[-1].params
    assert last["StatusCallbackEvent"] == "conference-end"
    assert last["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert last["CallSidEndingConference"] == caller


def test_conference__held_participant_hears_the_hold_document(product: Product, phone: Telephone) -> None:
    caller, agent = _both(product, phone)
    product.documents["/hold"] = '<Say>Un instant.</Say><Pause length="30"/>'
    room = phone.state(caller)["conference"]["sid"]
    path = f"Conferences/{room}/Participants/{caller}.json"
    held = rest(phone, "POST", path, Hold="true", HoldUrl=product.base + "/hold")
    assert held.json()["hold"] is True
    phone.settle()
    phone.say(agent, "Je cherche.")
    assert _voices(phone, caller) == []
    assert phone.heard(caller) == ["Un instant."]
    rest(phone, "POST", path, Hold="false")
    phone.settle()
    phone.say(agent, "Merci d’avoir patienté.")
    assert _voices(phone, caller) == ["Merci d’avoir patienté."]
    assert _events(product)[-2:] == ["participant-hold", "participant-unhold"]


def test_conference__muted_participant_is_not_heard(product: Product, phone: Telephone) -> None:
    caller, agent = _both(product, phone)
    room = phone.state(caller)["conference"]["sid"]
    rest(phone, "POST", f"Conferences/{room}/Participants/{agent}.json", Muted="true")
    phone.say(agent, "Vous m’entendez ?")
    assert _voices(phone, caller) == []


def test_conference__removed_participant_goes_on_after_the_dial(product: Product, phone: Telephone) -> None:
    caller, agent = _both(product, phone)
    product.documents["/done"] = "<Say>Au revoir.</Say>"
    room = phone.state(caller)["conference"]["sid"]
    assert rest(phone, "DELETE", f"Conferences/{room}/Participants/{caller}.json").status_code == 204
    phone.settle()
    assert phone.heard(caller)[-1] == "Au revoir."
    assert product.to("/done")[0].params["DialCallStatus"] == "answered"
    assert phone.state(agent)["status"] == "completed"


def test_conference__third_person_joins_by_rest(product: Product, phone: Telephone) -> None:
    caller, agent = _both(product, phone)
    room = phone.state(caller)["conference"]["sid"]
    made = rest(phone, "POST", f"Conferences/{room}/Participants.json", To="+33353011234", From=LINE)
    assert made.status_code == 201
    third = phone.answer("+33353011234")["sid"]
    phone.say(third, "La direction des routes, bonjour.")
    assert _voices(phone, caller) == _voices(phone, agent) == ["La direction des routes, bonjour."]


def test_conference__wait_document_may_not_record(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = CALLER_SIDE
    product.documents["/music"] = "<Record/>"
    call = phone.call(CALLER, LINE)
    assert call["status"] == "completed"
    assert phone.debugger()[0]["rule"] == "not_in_wait"
