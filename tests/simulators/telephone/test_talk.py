"""Say, Gather, Record and the ways out, on real sockets and driven time."""

from simulators.telephone.testing import Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Product

MENU = (
    '<Gather numDigits="1" action="/choice" timeout="7" input="dtmf speech" language="fr-FR">'
    '<Say language="fr-FR">Pour la voirie, tapez 1.</Say></Gather><Say>Rien entendu.</Say>'
)


def test_call__first_webhook_is_what_twilio_sends(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Say>Bonjour</Say>"
    call = phone.call(CALLER, LINE)
    asked = product.to("/voice")[0]
    assert asked.params["CallSid"] == call["sid"]
    assert asked.params["From"] == "+33639981234"
    assert asked.params["To"] == "+33321216216"
    assert asked.params["CallStatus"] == "ringing"
    assert asked.params["Direction"] == "inbound"
    assert asked.params["ApiVersion"] == "2010-04-01"
    assert asked.params["FromCountry"] == "FR"
    assert asked.headers["Content-Type"].startswith("application/x-www-form-urlencoded")


def test_call__end_of_document_hangs_up_and_tells_the_line(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Say>Bonjour</Say>"
    call = phone.call(CALLER, LINE)
    assert call["status"] == "completed"
    assert [asked.params["CallStatus"] for asked in product.to("/status")] == ["completed"]
    assert product.to("/status")[0].params["CallDuration"] == "0"


def test_call__hidden_number_is_anonymous(product: Product, phone: Telephone) -> None:
    phone.call("anonymous", LINE)
    assert product.to("/voice")[0].params["From"] == "anonymous"


def test_gather__waits_then_hands_the_digit_to_its_action(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = MENU
    product.documents["/choice"] = lambda params: f"<Say>Touche {params['Digits']}</Say>"
    call = phone.call(CALLER, LINE)
    assert call["status"] == "in-progress"
    assert call["expecting"]["gather"]["num_digits"] == 1
    assert call["expecting"]["gather"]["timeout"] == 7.0
    pressed = phone.press(call["sid"], "1")
    assert pressed["accepted"] == "1"
    assert phone.heard(call["sid"]) == ["Pour la voirie, tapez 1.", "Touche 1"]


def test_gather__digits_beyond_num_digits_are_lost_and_noted(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = MENU
    product.documents["/choice"] = '<Gather numDigits="1" action="/next"/>'
    call = phone.call(CALLER, LINE)
    pressed = phone.press(call["sid"], "123")
    assert (pressed["accepted"], pressed["refused"]) == ("1", "23")
    assert product.to("/choice")[0].params["Digits"] == "1"
    assert product.to("/next") == []
    assert [note["rule"] for note in phone.debugger()] == ["extra_digits"]


def test_gather__speech_is_handed_over(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = MENU
    call = phone.call(CALLER, LINE)
    said = phone.say(call["sid"], "un nid-de-poule rue Pasteur")
    assert said["heard"] is True
    assert product.to("/choice")[0].params["SpeechResult"] == "un nid-de-poule rue Pasteur"
    assert product.to("/choice")[0].params["Confidence"] == "0.9"


def test_gather__speech_is_not_heard_by_a_keys_only_gather(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Gather action="/choice"/>'
    call = phone.call(CALLER, LINE)
    assert phone.say(call["sid"], "bonjour")["heard"] is False
    assert product.to("/choice") == []


def test_gather__timeout_goes_on_to_the_next_verb(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = MENU
    call = phone.call(CALLER, LINE)
    ended = phone.time_out(call["sid"])
    assert ended["status"] == "completed"
    assert phone.heard(call["sid"])[-1] == "Rien entendu."
    assert product.to("/choice") == []


def test_gather__its_own_seconds_pass_on_the_driven_clock(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = MENU
    call = phone.call(CALLER, LINE)
    phone.advance(6)
    assert phone.state(call["sid"])["status"] == "in-progress"
    phone.advance(1)
    assert phone.state(call["sid"])["status"] == "completed"
    assert phone.state(call["sid"])["duration"] == 7


def test_gather__empty_result_is_told_when_asked(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Gather action="/choice" actionOnEmptyResult="true"/>'
    call = phone.call(CALLER, LINE)
    phone.time_out(call["sid"])
    assert product.to("/choice")[0].params["Digits"] == ""


def test_gather__finish_key_is_not_among_the_digits(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Gather action="/choice" finishOnKey="#"/>'
    call = phone.call(CALLER, LINE)
    phone.press(call["sid"], "62000#")
    assert product.to("/choice")[0].params["Digits"] == "62000"


def test_gather__without_action_asks_the_same_address(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = lambda params: (
        f"<Say>Reçu {params['Digits']}</Say>" if "Digits" in params else '<Gather numDigits="1"/>'
    )
    call = phone.call(CALLER, LINE)
    phone.press(call["sid"], "4")
    assert phone.heard(call["sid"]) == ["Reçu 4"]


def test_record__keeps_the_words_and_tells_both_addresses(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Record action="/message" recordingStatusCallback="/sound"/>'
    call = phone.call(CALLER, LINE)
    phone.say(call["sid"], "Bonjour, rappelez-moi s’il vous plaît.")
    phone.press(call["sid"], "#")
    message = product.to("/message")[0].params
    assert message["Digits"] == "#"
    assert message["RecordingDuration"] == "3"
    assert message["RecordingSid"] == product.to("/sound")[0].params["RecordingSid"]
    assert product.to("/sound")[0].params["RecordingStatus"] == "completed"


def test_record__silence_goes_on_to_the_next_verb(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Record action="/message"/><Say>Au revoir.</Say>'
    call = phone.call(CALLER, LINE)
    phone.time_out(call["sid"])
    assert product.to("/message") == []
    assert phone.heard(call["sid"]) == ["Au revoir."]


def test_record__hang_up_keeps_the_message(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Record action="/message"/>'
    call = phone.call(CALLER, LINE)
    phone.say(call["sid"], "Je rappellerai.")
    phone.hang_up(call["sid"])
    assert product.to("/message")[0].params["Digits"] == "hangup"


def test_reject__busy_is_never_answered(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = '<Reject reason="busy"/>'
    call = phone.call(CALLER, LINE)
    assert call["status"] == "busy"
    assert product.to("/status")[0].params["CallStatus"] == "busy"


def test_redirect__relative_address_is_taken_from_the_document(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = "<Redirect>later/step</Redirect>"
    product.documents["/later/step"] = "<Say>Suite</Say>"
    call = phone.call(CALLER, LINE)
    assert phone.heard(call["sid"]) == ["Suite"]


def test_hang_up__by_the_caller_during_a_gather_ends_the_call(product: Product, phone: Telephone) -> None:
    product.documents["/voice"] = MENU
    call = phone.call(CALLER, LINE)
    phone.advance(3)
    assert phone.hang_up(call["sid"])["status"] == "completed"
    assert product.to("/choice") == []
    assert product.to("/status")[0].params["CallDuration"] == "3"
