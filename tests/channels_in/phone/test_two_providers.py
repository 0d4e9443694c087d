"""One conversation, two providers: what is decided, kept and done does not depend on whose words carry it.

Each conversation is walked twice, through Twilio's markup and through Jambonz's JSON verbs, by a telephone that only
follows the addresses it is given. What the call remembers after each step, what it said, what it opened and owes, must
be the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from channels_in.phone.jambonz.telephony import JambonzTelephony
from channels_in.phone.jambonz.verbs import NO_RECORDING
from channels_in.phone.sentences import AN_AGENT_ANSWERS, TROUBLE
from channels_in.receive.webhook import REFUSED
from grc.errors import ProviderError
from grc.models import Call, Callback, CallStep, Contact, QueueEntry, Ticket
from grc.ports import Ring, UnknownOutcome
from tests.channels_in.reception import BASE, CALLER, LINE, Caller, Reception, agent_present
from tests.support.database import database_gone
from tests.support.json_verbs import problems

VOICE = "/webhooks/jambonz/voice/"
SECRET = "webhook-secret-of-the-tests"
SID = "5f3e0d5f-ba6f-4b18-8d80-000000000001"


@pytest.fixture(autouse=True)
def jambonz(settings: Settings) -> Settings:
    settings.JAMBONZ_ENABLED = True
    settings.JAMBONZ_WEBHOOK_SECRET = SECRET
    settings.JAMBONZ_ACCOUNT_SID = "acc-1"
    settings.JAMBONZ_API_KEY = "key-1"
    settings.JAMBONZ_APPLICATION_SID = ""
    settings.PUBLIC_BASE_URL = BASE
    return settings


def signed(body: bytes, *, secret: str = SECRET, moment: int | None = None) -> dict[str, str]:
    """Written from Jambonz's source: HMAC-SHA256 of « moment.body »."""
    at = int(time.time()) if moment is None else moment
    made = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Jambonz-Signature": f"t={at},v1={made}"}


def post(path: str, payload: dict[str, Any], headers: dict[str, str] | None = None) -> HttpResponse:
    body = json.dumps(payload).encode()
    return cast(
        "HttpResponse",
        Client().post(path, body, content_type="application/json", headers=headers or signed(body)),
    )


@dataclass
class JsonCaller:
    """One call on Jambonz: it runs the verbs, and follows redirections until somebody must do something."""

    sid: str = SID
    number: str = CALLER
    to: str = LINE
    verbs: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def post(self, path: str, **more: Any) -> list[dict[str, Any]]:
        base = {
            "call_sid": self.sid, "account_sid": "acc-1", "direction": "inbound", "from": self.number, "to": self.to,
            "call_status": "in-progress", "sip_status": 200,
        }  # fmt: skip
        answer = post(path, base | more)
        assert answer.status_code == 200, answer.content
        assert answer["Content-Type"] == "application/json"
        text = answer.content.decode()
        assert problems(text) == []
        self.verbs = json.loads(text)
        for verb in self.verbs:
            spoken = verb if verb["verb"] == "say" else verb.get("say", {})
            self.said += spoken.get("text", [])
        if self.verbs and self.verbs[-1]["verb"] == "redirect":
            self.post(self.verbs[-1]["actionHook"].removeprefix(BASE))
        return self.verbs

    def dial(self) -> None:
        self.post(VOICE + "incoming", call_status="trying")

    @property
    def hook(self) -> str:
        return str(self.verbs[-1]["actionHook"]).removeprefix(BASE)

    def press(self, keys: str) -> None:
        self.post(self.hook, digits=keys, reason="dtmfDetected")

    def say(self, words: str) -> None:
        heard = {"is_final": True, "alternatives": [{"transcript": words, "confidence": 0.9}]}
        self.post(self.hook, speech=heard, reason="speechDetected")

    def silence(self) -> None:
        self.post(self.hook, reason="timeout")


class XmlCaller(Caller):
    """The same acts on Twilio, its waiting room and its way out included."""

    def dial(self, *, idempotency: str = "") -> str:
        return self._followed(super().dial(idempotency=idempotency))

    def press(self, keys: str, *, idempotency: str = "") -> str:
        return self._followed(super().press(keys, idempotency=idempotency))

    def say(self, words: str) -> None:
        self._followed(self.post(self.action, SpeechResult=words))

    def silence(self) -> None:
        if self.waiting is not None:
            self.post(self.waiting)
        else:
            self._followed(self.post(self.action))

    waiting: str | None = None
    out: str = ""

    def _followed(self, text: str) -> str:
        room = self.document.find("Enqueue")
        if room is not None:
            self.waiting, self.out = (room.attrib[name].removeprefix(BASE) for name in ("waitUrl", "action"))
            return self.post(self.waiting)
        if self.document.find("Leave") is not None:
            self.waiting = None
            return self._followed(self.post(self.out, QueueResult="leave"))
        return text


Someone = Any
Walk = Callable[[Someone], None]


def to_the_queue(one: Someone) -> None:
    one.dial()
    for keys in ("4", "2", "62000"):
        one.press(keys)


def by_voice(one: Someone) -> None:
    one.dial()
    one.say("il y a un nid de poule")
    one.press("62000")


def lost(one: Someone) -> None:
    one.dial()
    one.silence()
    one.press("9")
    one.press("*")
    one.press("4")


def called_back(one: Someone) -> None:
    to_the_queue(one)
    one.silence()
    one.press("1")


def three_silences(one: Someone) -> None:
    one.dial()
    for _ in range(3):
        one.silence()


def a_human(one: Someone) -> None:
    one.dial()
    one.press("0")


def several_communes(one: Someone) -> None:
    one.dial()
    for keys in ("4", "2", "62116", "2"):
        one.press(keys)


def status_refused(one: Someone) -> None:
    one.dial()
    one.press("6")
    one.press("1234567890")
    one.press("000000")


WALKS: dict[str, Walk] = {
    walk.__name__: walk
    for walk in (
        to_the_queue, by_voice, lost, called_back, three_silences, a_human, several_communes, status_refused,
    )
}  # fmt: skip


def remembered() -> dict[str, Any]:
    """All that the call leaves, but what must differ: identifiers, numbers drawn."""
    tickets = {ticket.reference: f"<{place}>" for place, ticket in enumerate(Ticket.objects.order_by("id"))}

    def plain(value: Any) -> Any:
        text = json.dumps(value, sort_keys=True, ensure_ascii=False)
        for reference, name in tickets.items():
            text = text.replace(reference, name)
        return text

    steps = []
    for step in CallStep.objects.order_by("number"):
        state, output = json.loads(plain(step.state)), json.loads(plain(step.output))
        # References are said in groups of digits: only how many sentences, and where they wait, is compared.
        spelled = [one for one in output["say"] if not any(sign.isdigit() for sign in one)]
        steps.append(
            (step.number, state["node"], state.get("stage"), state.get("facts"), output["expect"], spelled)
        )
    call = Call.objects.get()
    return {
        "steps": steps,
        "path": call.menu_path,
        "end": call.end_kind,
        "tickets": list(Ticket.objects.order_by("id").values_list("topic__code", "commune__code", "state")),
        "queue": list(QueueEntry.objects.values_list("state", "announced_position")),
        "callbacks": list(Callback.objects.values_list("state", "number", "reason")),
        "contacts": Contact.objects.count(),
    }


def left_by(one: Someone, walk: Walk) -> dict[str, Any]:
    """What a walk leaves, then nothing of it."""
    with transaction.atomic():
        walk(one)
        found = remembered()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", sorted(WALKS))
def test_conversation__is_the_same_through_both(reception: Reception, name: str) -> None:
    agent_present(reception.organisation)
    by_twilio = left_by(XmlCaller(), WALKS[name])
    by_jambonz = left_by(JsonCaller(), WALKS[name])
    assert len(by_twilio["steps"]) > 1
    assert by_jambonz == by_twilio


def test_conversations__do_something() -> None:
    """The walks are not all the same call."""
    assert len(WALKS) == 8


def test_waiting_room__tells_the_place_and_takes_a_key(reception: Reception) -> None:
    agent_present(reception.organisation)
    one = JsonCaller()
    to_the_queue(one)
    assert one.hook == VOICE + "waited/4"
    one.said.clear()
    one.silence()
    assert one.hook == VOICE + "waited/4"
    assert one.said
    one.press("9")
    assert QueueEntry.objects.get().state == "waiting"
    assert Call.objects.get().provider == "jambonz"


def test_record__says_that_it_cannot_and_gives_a_human(reception: Reception) -> None:
    reception.line.script = {
        "start": "message",
        "human": "fin",
        "version": 1,
        "phrases": {},
        "nodes": {
            "message": {"kind": "voicemail", "text": "Laissez un message.", "next": "fin"},
            "fin": {"kind": "end", "text": "Quelqu’un vous rappelle."},
        },
    }
    reception.line.save()
    one = JsonCaller()
    one.dial()
    assert NO_RECORDING in one.said
    assert one.said[-1] == "Quelqu’un vous rappelle."
    assert one.verbs[-1] == {"verb": "hangup"}


def test_report__ends_the_call_once(reception: Reception) -> None:
    one = JsonCaller()
    one.dial()
    ended = {"call_sid": SID, "call_status": "completed", "from": CALLER, "to": LINE, "duration": 12}
    for _ in range(2):
        assert post(VOICE + "status", ended).status_code == 204
    assert Call.objects.get().ended_at is not None
    assert post(VOICE + "status", ended | {"call_status": "in-progress"}).status_code == 204
    assert Call.objects.get().provider_status == "completed"


def test_repeat__is_answered_as_the_first_time(reception: Reception) -> None:
    one = JsonCaller()
    one.dial()
    pressed = {"call_sid": SID, "from": CALLER, "to": LINE, "digits": "4", "reason": "dtmfDetected"}
    first = post(VOICE + "step/1", pressed).content
    assert post(VOICE + "step/1", pressed).content == first
    assert Call.objects.get().step == 2


def test_unknown_call__begins_again(reception: Reception) -> None:
    one = JsonCaller()
    one.post(VOICE + "step/3", digits="1")
    assert one.verbs[-1]["verb"] == "gather"
    assert Contact.objects.count() == 1


def test_numbers__without_their_plus_are_known(reception: Reception) -> None:
    JsonCaller(number=CALLER.removeprefix("+"), to=LINE.removeprefix("+")).dial()
    assert Call.objects.get().from_number == CALLER


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Jambonz-Signature": "t=1,v1=" + "0" * 64},
        {"Jambonz-Signature": "v1"},
        signed(b"{}", secret="another"),
        signed(b"{}", moment=int(time.time()) - 3600),
    ],
)
def test_forged__is_refused_and_only_counted(db: None, headers: dict[str, str]) -> None:
    before = REFUSED.labels(provider="jambonz")._value.get()
    answer = Client().post(VOICE + "incoming", b"{}", content_type="application/json", headers=headers)
    assert answer.status_code == 403
    assert REFUSED.labels(provider="jambonz")._value.get() == before + 1
    assert not Contact.objects.exists()


def test_off__refuses_everything(settings: Settings) -> None:
    settings.JAMBONZ_WEBHOOK_SECRET = ""
    assert post(VOICE + "incoming", {}, signed(b"{}", secret="")).status_code == 403


@pytest.mark.parametrize("body", [b"[]", b"not json", b'"text"'])
def test_not_an_object__is_refused(body: bytes) -> None:
    answer = Client().post(VOICE + "incoming", body, content_type="application/json", headers=signed(body))
    assert answer.status_code == 400


def test_moved__into_the_room_and_out(reception: Reception) -> None:
    one = JsonCaller()
    one.dial()
    one.post(VOICE + "join/contact-7")
    assert one.verbs == [
        {"verb": "say", "text": [AN_AGENT_ANSWERS]},
        {
            "verb": "conference",
            "name": "contact-7",
            "beep": False,
            "startConferenceOnEnter": True,
            "endConferenceOnExit": True,
            "statusHook": f"{BASE}{VOICE}conference/contact-7",
            "statusEvents": ["join", "leave"],
            "actionHook": f"{BASE}{VOICE}after",
        },
    ]


class Platform:
    """Jambonz's REST API on a real port: keeps what it was asked, answers what it is told to."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any], str]] = []
        self.answers: list[int] = []
        platform = self

        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                platform.asked.append((self.command, self.path, body, self.headers["Authorization"]))
                status = platform.answers.pop(0) if platform.answers else 201
                sent = b'{"sid": "leg-1"}' if status < 300 else b"{}"
                self.send_response(status)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            def do_POST(self) -> None:
                self._serve()

            def do_PUT(self) -> None:
                self._serve()

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def platform(jambonz: Settings) -> Iterator[Platform]:
    made = Platform()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    jambonz.JAMBONZ_API_BASE_URL = made.base
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join(5)


def test_telephony__rings_moves_holds_and_ends(platform: Platform) -> None:
    port = JambonzTelephony()
    assert port.ring(Ring(12, "+33199001234", LINE, 20, "contact-7")) == "leg-1"
    port.join(call_id="call-1", conference="contact-7")
    port.hold(call_id="call-1", conference="contact-7", on=True)
    port.hold(call_id="call-1", conference="contact-7", on=False)
    port.wait_again(call_id="call-1", why="missed")
    port.hang_up(call_id="call-1")
    calls = "/v1/Accounts/acc-1/Calls"
    hook = f"{BASE}{VOICE}"
    assert [(method, path, body) for method, path, body, _ in platform.asked] == [
        (
            "POST",
            calls,
            {
                "from": LINE,
                "to": {"type": "phone", "number": "+33199001234"},
                "call_hook": {"url": f"{hook}leg/12", "method": "POST"},
                "call_status_hook": {"url": f"{hook}leg/12/status", "method": "POST"},
                "timeout": 20,
            },
        ),
        ("PUT", f"{calls}/call-1", {"call_hook": f"{hook}join/contact-7"}),
        ("PUT", f"{calls}/call-1", {"conf_hold_status": "hold", "waitHook": f"{hook}hold/contact-7"}),
        ("PUT", f"{calls}/call-1", {"conf_hold_status": "unhold"}),
        ("PUT", f"{calls}/call-1", {"call_hook": f"{hook}again/missed"}),
        ("PUT", f"{calls}/call-1", {"call_status": "completed"}),
    ]
    assert {token for *_, token in platform.asked} == {"Bearer key-1"}


def test_telephony__hanging_up_who_rings_or_has_gone(platform: Platform) -> None:
    platform.answers = [422, 202]
    JambonzTelephony().hang_up(call_id="call-1")
    assert [body["call_status"] for _, _, body, _ in platform.asked] == ["completed", "no-answer"]
    platform.answers = [404, 404]
    JambonzTelephony().hang_up(call_id="call-1")


@pytest.mark.parametrize(
    ("status", "error"), [(400, ProviderError), (500, UnknownOutcome), (429, ProviderError)]
)
def test_telephony__refusals_are_ours(platform: Platform, status: int, error: type[ProviderError]) -> None:
    platform.answers = [status]
    with pytest.raises(error) as refused:
        JambonzTelephony().join(call_id="call-1", conference="contact-7")
    assert refused.value.permanent is (status == 400)


def test_telephony__out_of_reach(jambonz: Settings) -> None:
    jambonz.JAMBONZ_API_BASE_URL = "http://127.0.0.1:9"
    with pytest.raises(ProviderError) as refused:
        JambonzTelephony().wait_again(call_id="call-1", why="missed")
    assert refused.value.code == "unreachable"


def test_database_gone__the_caller_hears_it_here_too(
    transactional_db: None, jambonz: Settings, troubles: None
) -> None:
    with database_gone():
        answer = post(VOICE + "incoming", {"call_sid": SID, "from": CALLER, "to": LINE})
        report = post(VOICE + "status", {"call_sid": SID, "call_status": "completed"})
    assert json.loads(answer.content) == [
        {"verb": "say", "text": [TROUBLE]},
        {"verb": "pause", "length": 4},
        {"verb": "redirect", "actionHook": f"{BASE}{VOICE}resume/1"},
    ]
    assert report.status_code == 503


def test_verbs__the_table_catches_what_jambonz_refuses() -> None:
    assert problems(json.dumps([{"verb": "sing"}])) == ["verbe 'sing' inconnu"]
    assert problems(json.dumps([{"verb": "pause"}])) == ["pause : length manque"]
    assert problems(json.dumps([{"verb": "pause", "length": True}])) == [
        "pause : length n’est pas de ['int', 'float']"
    ]
    assert problems(json.dumps([{"verb": "say", "words": "a"}])) == ["say : words est inconnu"]
    assert problems(json.dumps([{"verb": "hangup"}, {"verb": "say", "text": "a"}])) == [
        "say n’est jamais atteint après hangup"
    ]
    assert problems(json.dumps([{"verb": "redirect", "actionHook": "/a"}])) == [
        "redirect : actionHook n’est pas une adresse absolue"
    ]
    assert problems("{}") == ["un document est une liste de verbes"]
