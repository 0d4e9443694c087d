"""The traps themselves: what is right passes, each thing that Twilio refuses is caught."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from pytest_django import Settings
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

from simulators.telephone import grammar, twiml
from simulators.telephone.grammar import Context
from simulators.telephone.testing import ACCOUNT_SID, AUTH_TOKEN
from tests.support import openapi_rules
from tests.support.provider_traps import (
    MIDDLEWARE,
    WATCH,
    DocumentsWatched,
    faults_expected,
    summary,
)
from tests.support.twiml_rules import (
    CONFERENCE_WAIT,
    MESSAGING,
    QUEUE_WAIT,
    VOICE,
    WHISPER,
    continued,
    library,
    problems,
)

BASE = "https://grc.example.org"
OURS = "/2010-04-01/Accounts/AC00000000000000000000000000000000"

# (kind of document, what is inside Response, a word of the reason, whether the simulator must refuse it too).
# The last is False only where Twilio itself takes the document and our own rule is stricter.
REFUSED = [
    (VOICE, "<Sing>La</Sing>", "inconnu", True),
    (VOICE, '<Say colour="blue">Bonjour</Say>', "inconnu", True),
    (VOICE, '<Gather numdigits="1"/>', "inconnu", True),
    (VOICE, "<Gather><Record/></Gather>", "inconnu", True),
    (VOICE, "<Number>+33199001234</Number>", "inconnu", True),
    (VOICE, "<Say>Bonjour<Play>x</Play></Say>", "inconnu", True),
    (VOICE, "<Say></Say>", "vide", True),
    (VOICE, "<Redirect/>", "vide", True),
    (VOICE, "<Hangup>maintenant</Hangup>", "texte", True),
    (VOICE, "Bonjour", "texte", True),
    (VOICE, "<Hangup/><Say>Jamais</Say>", "jamais atteint", True),
    (VOICE, f"<Redirect>{BASE}/a</Redirect><Say>Jamais</Say>", "jamais atteint", True),
    (VOICE, '<Gather numDigits="0"/>', "refusée", True),
    (VOICE, '<Gather input="voice"/>', "refusée", True),
    (VOICE, '<Gather finishOnKey="##"/>', "refusée", True),
    (VOICE, '<Gather timeout="-1"/>', "refusée", True),
    (VOICE, '<Gather actionOnEmptyResult="1"/>', "refusée", True),
    (VOICE, '<Gather action="/relative"/>', "refusée", False),
    (VOICE, '<Pause length="un"/>', "refusée", True),
    (VOICE, '<Record maxLength="0"/>', "refusée", True),
    (VOICE, '<Record recordingStatusCallbackEvent="done"/>', "refusée", True),
    (VOICE, f'<Redirect method="PUT">{BASE}/a</Redirect>', "refusée", True),
    (VOICE, '<Dial record="always">+33199001234</Dial>', "refusée", True),
    (VOICE, '<Dial callerId="accueil">+33199001234</Dial>', "refusée", False),
    (VOICE, '<Dial><Conference beep="loud">a</Conference></Dial>', "refusée", True),
    (VOICE, "<Dial><Queue>a</Queue><Number>+33199001234</Number></Dial>", "seul", True),
    (VOICE, "<Dial/>", "personne", True),
    (VOICE, f"<Enqueue>{'x' * 65}</Enqueue>", "64", True),
    (VOICE, f"<Dial><Conference>{'x' * 65}</Conference></Dial>", "64", True),
    (VOICE, "<Enqueue/>", "sans nom", True),
    (VOICE, f"<Say>{'a' * 5000}</Say>", "4096", False),
    (VOICE, f"<Say>{'a' * 65536}</Say>", "64 ko", True),
    (QUEUE_WAIT, "<Record/>", "pas admis", True),
    (QUEUE_WAIT, "<Dial>+33199001234</Dial>", "pas admis", True),
    (QUEUE_WAIT, "<Enqueue>autre</Enqueue>", "pas admis", True),
    (QUEUE_WAIT, "<Reject/>", "pas admis", True),
    (CONFERENCE_WAIT, "<Gather/>", "pas admis", True),
    (CONFERENCE_WAIT, "<Hangup/>", "pas admis", True),
    (WHISPER, "<Record/>", "pas admis", True),
    (WHISPER, "<Dial>+33199001234</Dial>", "pas admis", True),
    (MESSAGING, "<Say>Bonjour</Say>", "inconnu", True),
]
TAKEN = [
    (
        VOICE,
        '<Gather input="dtmf speech" numDigits="1" finishOnKey="" speechTimeout="auto"><Say>Bonjour</Say></Gather>',
    ),
    (VOICE, f'<Enqueue action="{BASE}/left" waitUrl="{BASE}/wait">attente-1</Enqueue>'),
    (VOICE, f'<Dial action="{BASE}/after"><Conference waitUrl="" beep="false">contact-1</Conference></Dial>'),
    (VOICE, '<Dial callerId="+33321216216"><Client><Identity>agent-1</Identity></Client></Dial>'),
    (VOICE, '<Say language="fr-FR">Bonjour<break strength="weak"/></Say><Hangup/>'),
    (QUEUE_WAIT, '<Gather numDigits="1"><Say>Bonjour</Say><Pause length="15"/></Gather><Leave/>'),
    (CONFERENCE_WAIT, f"<Say>Un instant.</Say><Redirect>{BASE}/hold</Redirect>"),
    (WHISPER, "<Say>Cet appel est enregistré.</Say>"),
    (MESSAGING, ""),
    (MESSAGING, "<Message>Bonjour</Message>"),
]
CONTEXTS = {
    VOICE: Context.VOICE,
    QUEUE_WAIT: Context.QUEUE_WAIT,
    CONFERENCE_WAIT: Context.CONFERENCE_WAIT,
    WHISPER: Context.WHISPER,
    MESSAGING: Context.MESSAGING,
}  # fmt: skip


def by_the_simulator(kind: str, inside: str) -> list[str]:
    body = f"<Response>{inside}</Response>".encode()
    return [str(one) for one in twiml.parse(body, "text/xml", CONTEXTS[kind]).problems]


@pytest.mark.parametrize(("kind", "inside", "word", "simulator_too"), REFUSED)
def test_twiml__what_is_refused_is_caught_here_and_by_the_simulator(
    kind: str, inside: str, word: str, simulator_too: bool
) -> None:
    found = problems(f"<Response>{inside}</Response>", kind)
    assert [one for one in found if word in one] != [], found
    assert bool(by_the_simulator(kind, inside)) is simulator_too


@pytest.mark.parametrize(("kind", "inside"), TAKEN)
def test_twiml__what_is_right_passes_here_and_in_the_simulator(kind: str, inside: str) -> None:
    assert problems(f"<Response>{inside}</Response>", kind) == []
    assert by_the_simulator(kind, inside) == []


def test_twiml__not_a_document() -> None:
    assert problems("<Response>") == ["pas du XML : no element found: line 1, column 10"]
    assert problems("<Reply/>") == ["la racine est <Reply> et non <Response> sans attribut"]
    assert problems("<!DOCTYPE a><Response/>") == ["une déclaration de type"]


def test_simulator__knows_no_attribute_and_no_place_that_the_library_does_not() -> None:
    """The other way round: its grammar, element by element, is inside the library's."""
    voice, messaging = library(VoiceResponse), library(MessagingResponse)
    known = {**voice, **messaging}
    attributes = {
        name: {one for (_, child), ones in known.items() if child == name for one in ones}
        for name in grammar.ELEMENTS
    }
    unknown = {
        name: sorted(set(element.attributes) - attributes[name])
        for name, element in grammar.ELEMENTS.items()
        if set(element.attributes) - attributes[name]
    }
    assert unknown == {}
    placed = {(name, child) for name, element in grammar.ELEMENTS.items() for child in element.children}
    assert placed - set(known) == set()


def test_continued__names_what_each_address_is_for() -> None:
    text = (
        f'<Response><Enqueue waitUrl="{BASE}/w">a</Enqueue><Dial><Conference waitUrl="{BASE}/c">b</Conference></Dial>'
        f'<Dial><Number url="{BASE}/n">+33199001234</Number></Dial></Response>'
    )
    assert continued(text, VOICE) == {
        f"{BASE}/w": QUEUE_WAIT,
        f"{BASE}/c": CONFERENCE_WAIT,
        f"{BASE}/n": WHISPER,
    }
    asked = f'<Response><Gather action="{BASE}/g"/></Response>'
    assert continued(asked, QUEUE_WAIT) == {f"{BASE}/g": QUEUE_WAIT}
    assert continued(asked, VOICE) == {}


def test_middleware__is_in_the_settings_and_catches_a_bad_document(settings: Settings) -> None:
    assert settings.MIDDLEWARE[0] == MIDDLEWARE

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("<Response><Sing/></Response>", content_type="text/xml; charset=utf-8")

    seen = WATCH.seen["documents"]
    with faults_expected() as faults:
        DocumentsWatched(view)(RequestFactory().post("/webhooks/twilio/voice/incoming", {"CallSid": "CA1"}))
    assert [one.partition("\n")[0] for one in faults] == [
        "TwiML de /webhooks/twilio/voice/incoming : <Sing> dans <Response> est inconnu de la bibliothèque de Twilio"
    ]
    assert WATCH.seen["documents"] == seen + 1


def test_middleware__holds_a_wait_address_to_its_own_rules_for_its_call_alone() -> None:
    answers = iter(
        [
            f'<Response><Dial><Conference waitUrl="{BASE}/webhooks/twilio/voice/hold">c</Conference></Dial></Response>',
            "<Response><Gather/></Response>",
            "<Response><Gather/></Response>",
        ]
    )
    watched = DocumentsWatched(lambda request: HttpResponse(next(answers), content_type="text/xml"))
    with faults_expected() as faults:
        watched(RequestFactory().post("/webhooks/twilio/voice/step/1", {"CallSid": "CA-trap"}))
        watched(RequestFactory().post("/webhooks/twilio/voice/hold", {"CallSid": "CA-other"}))
        assert faults == []
        watched(RequestFactory().post("/webhooks/twilio/voice/hold", {"CallSid": "CA-trap"}))
    assert [one.partition("\n")[0] for one in faults] == [
        "TwiML de /webhooks/twilio/voice/hold : <Gather> n’est pas admis dans ce document (conference)"
    ]


class _Nowhere(TwilioHttpClient):  # type: ignore[misc]
    """The library's own client, whose session goes nowhere."""

    def __init__(self) -> None:
        super().__init__(timeout=0.2)


def test_rest__a_bad_request_is_caught_where_the_library_sends_it() -> None:
    client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=_Nowhere())
    with faults_expected() as faults, pytest.raises(pytest.fail.Exception, match="seul 127"):
        client.calls.create(
            to="+33199001234",
            from_="+33321216216",
            twiml="<Response><Sing/></Response>",
            status_callback_method="PUT",
        )
    where = f"POST /2010-04-01/Accounts/{ACCOUNT_SID}/Calls.json"
    assert [one.partition("\n")[0] for one in faults] == [
        f"REST : {where} : StatusCallbackMethod : « PUT » n’est pas de ['GET', 'POST']",
        "TwiML de REST : <Sing> dans <Response> est inconnu de la bibliothèque de Twilio",
    ]


@pytest.mark.parametrize(
    ("method", "path", "form", "why"),
    [
        ("POST", "/Calls.json", {"To": "+33199001234"}, "From manque"),
        ("POST", "/Calls.json", {"To": "a", "From": "b", "Colour": "blue"}, "Colour est inconnu"),
        ("POST", "/Calls.json", {"To": "a", "From": "b", "Timeout": "long"}, "« long » n’est pas un entier"),
        ("POST", "/Calls.json", {"To": "a", "From": "b", "Record": "yes"}, "« yes » n’est ni true ni false"),
        (
            "POST",
            "/Calls.json",
            {"To": "a", "From": "b", "Url": "/a"},
            "« /a » n’est pas une adresse absolue",
        ),
        ("POST", "/Calls/CA1.json", {"Status": "finished"}, "n’est pas de ['canceled', 'completed']"),
        ("POST", "/Messages.json", {"Body": "Bonjour"}, "To manque"),
        ("DELETE", "/Calls.json", {}, "opération inconnue"),
        ("POST", "/Sings.json", {}, "opération inconnue"),
    ],
)
def test_openapi__what_the_published_document_does_not_know(
    method: str, path: str, form: dict[str, str], why: str
) -> None:
    assert why in openapi_rules.problems(method, OURS + path, query={}, form=form)[0]


def test_openapi__what_is_right_passes() -> None:
    form = {
        "To": "a",
        "From": "b",
        "Twiml": "<Response/>",
        "Timeout": 25,
        "StatusCallbackEvent": ["completed"],
    }
    assert openapi_rules.problems("POST", f"{OURS}/Calls.json", query={}, form=form) == []
    assert (
        openapi_rules.problems("GET", f"{OURS}/Messages.json", query={"To": "a", "PageSize": 50}, form={})
        == []
    )
    assert openapi_rules.problems("GET", f"{OURS}/Messages.json", query={"Colour": "a"}, form={}) == [
        f"GET {OURS}/Messages.json : paramètre Colour inconnu"
    ]


def test_run__a_test_that_lets_a_bad_document_leave_fails(pytester_run: str) -> None:
    assert "1 failed, 1 passed" in pytester_run
    assert "<Sing> dans <Response> est inconnu de la bibliothèque de Twilio" in pytester_run
    assert summary(Counter(documents=1)) in pytester_run


@pytest.fixture
def pytester_run(tmp_path: Path) -> str:
    """A run of its own, under the suite's own first file: one test that answers a bad document, one that does not."""
    import subprocess
    import sys

    inside = Path(__file__).parents[1] / "support" / f"test_made_{tmp_path.name.replace('-', '_')}.py"
    inside.write_text(
        "from tests.support.provider_traps import WATCH\n\n\n"
        "def test_bad() -> None:\n"
        "    WATCH.document('<Response><Sing/></Response>', path='/webhooks/twilio/voice/incoming', call='CA1')\n\n\n"
        "def test_good() -> None:\n    assert True\n",
        encoding="utf-8",
    )
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(inside)],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    finally:
        inside.unlink()
    return done.stdout
