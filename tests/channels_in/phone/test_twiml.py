"""Exact documents sent to Twilio for each kind of step, and the rules of a wait document."""

import xml.etree.ElementTree as ET

from channels_in.phone.twiml import (
    Voice,
    WebhookUrls,
    conference_document,
    hangup_document,
    step_document,
    wait_document,
)
from grc.voice_script import Expect, Input, State, Step, again, wait_step
from tests.grc.voice_script.calls import Call

URLS = WebhookUrls("https://grc.example.org")
VOICE = Voice("Polly.Lea")
SAID = {"voice": "Polly.Lea", "language": "fr-FR"}
ALLOWED_WHILE_WAITING = {"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"}

Tree = tuple[str, dict[str, str], object]


def tree(element: ET.Element) -> Tree:
    children = [tree(child) for child in element]
    return (element.tag, dict(element.attrib), children or (element.text or ""))


def parsed(document: str) -> list[Tree]:
    root = ET.fromstring(document)
    assert (root.tag, root.attrib) == ("Response", {})
    return [tree(child) for child in root]


def rendered(*say: str, expect: Expect, number: int = 4, fill: dict[str, str] | None = None) -> list[Tree]:
    state = State(node="n", step=number, said=say, expect=expect)
    step = Step(say, expect, (), state)
    return parsed(step_document(step, urls=URLS, voice=VOICE, queue="accueil", fill=fill))


def test_step_document__question_by_key_or_speech() -> None:
    expect = Expect("keys", num_digits=1, timeout=6, speech=True, hints=("logement", "RSA"))
    assert rendered("Choisissez.", "pour le logement, tapez 1.", expect=expect) == [
        (
            "Gather",
            {
                "input": "dtmf speech",
                "action": "https://grc.example.org/webhooks/twilio/voice/step/4",
                "method": "POST",
                "timeout": "6",
                "finishOnKey": "",
                "actionOnEmptyResult": "true",
                "language": "fr-FR",
                "speechTimeout": "auto",
                "hints": "logement, RSA",
                "numDigits": "1",
            },
            [("Say", SAID, "Choisissez."), ("Say", SAID, "pour le logement, tapez 1.")],
        )
    ]


def test_step_document__secret_code_by_keys_only() -> None:
    expect = Expect("keys", num_digits=6, finish_on_key="#", timeout=10)
    assert rendered("Tapez le code.", expect=expect) == [
        (
            "Gather",
            {
                "input": "dtmf",
                "action": "https://grc.example.org/webhooks/twilio/voice/step/4",
                "method": "POST",
                "timeout": "10",
                "finishOnKey": "#",
                "actionOnEmptyResult": "true",
                "numDigits": "6",
            },
            [("Say", SAID, "Tapez le code.")],
        )
    ]


def test_step_document__wait_enters_the_waiting_room() -> None:
    assert rendered("Ne quittez pas.", expect=Expect("wait")) == [
        ("Say", SAID, "Ne quittez pas."),
        (
            "Enqueue",
            {
                "action": "https://grc.example.org/webhooks/twilio/voice/left/4",
                "method": "POST",
                "waitUrl": "https://grc.example.org/webhooks/twilio/voice/wait/4",
                "waitUrlMethod": "POST",
            },
            "accueil",
        ),
    ]


def test_step_document__leave_says_nothing() -> None:
    assert rendered(expect=Expect("leave")) == [("Leave", {}, "")]


def test_step_document__record() -> None:
    assert rendered("Parlez.", expect=Expect("record", max_seconds=120)) == [
        (
            "Gather",
            {
                "input": "dtmf",
                "action": "https://grc.example.org/webhooks/twilio/voice/step/4",
                "method": "POST",
                "numDigits": "1",
                "finishOnKey": "",
                "timeout": "1",
            },
            [("Say", SAID, "Parlez.")],
        ),
        (
            "Record",
            {
                "action": "https://grc.example.org/webhooks/twilio/voice/step/4",
                "method": "POST",
                "maxLength": "120",
                "finishOnKey": "#0",
                "playBeep": "true",
                "timeout": "6",
                "recordingStatusCallback": "https://grc.example.org/webhooks/twilio/voice/recording",
            },
            "",
        ),
        ("Redirect", {"method": "POST"}, "https://grc.example.org/webhooks/twilio/voice/step/4"),
    ]


def test_step_document__dial() -> None:
    assert rendered("Un instant.", expect=Expect("dial", number="+33321000000")) == [
        ("Say", SAID, "Un instant."),
        (
            "Dial",
            {
                "action": "https://grc.example.org/webhooks/twilio/voice/step/4",
                "method": "POST",
                "timeout": "30",
            },
            "+33321000000",
        ),
    ]


def test_step_document__hangup_and_the_code_filled_at_the_last_moment() -> None:
    assert rendered("Votre code est {code}.", expect=Expect("hangup"), fill={"code": "12 34 56"}) == [
        ("Say", SAID, "Votre code est 12 34 56."),
        ("Hangup", {}, ""),
    ]


def test_step_document__text_is_escaped() -> None:
    assert rendered("<Dial>0899</Dial> & cie", expect=Expect("hangup"))[0] == (
        "Say",
        SAID,
        "<Dial>0899</Dial> & cie",
    )


def test_step_document__repeat_is_the_same_document() -> None:
    call = Call()
    step = call.press("2", "1", "62000")
    first = step_document(step, urls=URLS, voice=VOICE, queue="accueil")
    assert step_document(again(call.state), urls=URLS, voice=VOICE, queue="accueil") == first


def test_step_document__each_document_names_its_own_step() -> None:
    call = Call()
    actions = []
    for keys in ("2", "1", "62100"):
        document = step_document(call.step, urls=URLS, voice=VOICE, queue="accueil")
        actions.append(parsed(document)[0][1]["action"].rpartition("/")[2])
        call.press(keys)
    assert actions == ["1", "2", "3"]


def test_wait_document__keys_are_heard_and_only_allowed_verbs_are_used() -> None:
    call = Call()
    call.press("2", "1", "62000")
    step = wait_step(call.script, call.state, position_sentence="Votre appel est le prochain.")
    document = wait_document(step, urls=URLS, voice=VOICE)
    assert parsed(document) == [
        (
            "Gather",
            {
                "input": "dtmf",
                "action": "https://grc.example.org/webhooks/twilio/voice/step/4",
                "method": "POST",
                "numDigits": "1",
                "finishOnKey": "",
                "timeout": "4",
            },
            [
                ("Say", SAID, "Votre appel est le prochain."),
                ("Say", SAID, "Vous pouvez rester en ligne, votre place est gardée."),
                ("Say", SAID, "pour être rappelé sans perdre votre place, tapez 1."),
                ("Say", SAID, "pour laisser un message, tapez 2."),
                ("Say", SAID, "pour recevoir par SMS un lien pour continuer seul, tapez 3."),
                ("Say", SAID, "pour réentendre votre référence, tapez étoile."),
                ("Pause", {"length": "15"}, ""),
            ],
        )
    ]
    assert {element.tag for element in ET.fromstring(document).iter()} - {"Response"} <= ALLOWED_WHILE_WAITING


def test_wait_document__plays_music_when_there_is_some() -> None:
    call = Call()
    call.press("0")
    step = wait_step(call.script, call.state)
    gather = parsed(
        wait_document(step, urls=URLS, voice=VOICE, music_url="https://grc.example.org/static/attente.mp3")
    )[0]
    assert isinstance(gather[2], list)
    assert gather[2][-1] == ("Play", {}, "https://grc.example.org/static/attente.mp3")


def test_conference_document__named_by_the_contact() -> None:
    document = conference_document(
        "contact-7",
        lines=["On vous répond."],
        voice=VOICE,
        ends_for_all=True,
        told=URLS.conference("contact-7"),
        action=URLS.after(),
    )
    assert parsed(document) == [
        ("Say", SAID, "On vous répond."),
        (
            "Dial",
            {"action": "https://grc.example.org/webhooks/twilio/voice/after", "method": "POST"},
            [
                (
                    "Conference",
                    {
                        "startConferenceOnEnter": "true",
                        "endConferenceOnExit": "true",
                        "beep": "false",
                        "waitUrl": "",
                        "statusCallback": "https://grc.example.org/webhooks/twilio/voice/conference/contact-7",
                        "statusCallbackEvent": "join leave",
                        "statusCallbackMethod": "POST",
                    },
                    "contact-7",
                )
            ],
        ),
    ]


def test_hangup_document__says_and_hangs_up() -> None:
    assert parsed(hangup_document(["Au revoir."], voice=VOICE)) == [
        ("Say", SAID, "Au revoir."),
        ("Hangup", {}, ""),
    ]


def test_step_document__every_step_of_a_closed_call_renders() -> None:
    call = Call(line_open=False)
    verbs = []
    for keys in ("1", "2", "1", "62000", "2", "0612345678"):
        call.give(Input.heard(keys=keys))
        document = step_document(call.step, urls=URLS, voice=VOICE, queue="accueil")
        verbs.append([element[0] for element in parsed(document)][-1])
    assert verbs == ["Gather", "Gather", "Gather", "Gather", "Gather", "Hangup"]
