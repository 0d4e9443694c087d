"""Sounds through the real telephone network: fetched, kept, erased; conversations only where everything allows it."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import httpx
import pytest
from pytest_django import Settings

from channels_in.exchange.transcription import HttpTranscription
from channels_in.phone.recorder import TwilioRecordings
from grc import clock
from grc.enums import TicketState
from grc.errors import ProviderError
from grc.models import Agent, Call, Contact, Line, Message, Recording, Ticket, TimelineEntry, Topic
from grc.ports import Sound, register_recording, register_transcription
from grc.selectors.actors import actor_of_agent
from grc.services.outbox import deliveries_run
from grc.services.recording_work import recordings_run
from grc.services.recordings import recording_refuse, recordings_erase_due
from simulators.telephone.testing import ACCOUNT_SID, Telephone
from tests.channels_in.reception import MOBILE, TOKEN, Reception
from tests.channels_in.test_network import DESK, agent_at_desk, answered, phone, reception, to_the_queue
from tests.factories import SYSTEM

__all__ = ["phone", "reception"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def files_in(tmp_path: Path, settings: Settings) -> Iterator[Path]:
    settings.MEDIA_ROOT = tmp_path
    register_recording(TwilioRecordings())
    yield tmp_path
    register_recording(None)


def left_message(phone: Telephone) -> str:
    sid = to_the_queue(phone, MOBILE)
    phone.press(sid, "2")
    # A key is heard during the words before the tone; nobody presses one.
    phone.time_out(sid)
    phone.say(sid, "Bonjour, je rappelle pour le trou dans la route.")
    phone.press(sid, "#")
    phone.settle()
    return sid


def at_provider(phone: Telephone, recording: str) -> int:
    address = f"{phone.base_url}/2010-04-01/Accounts/{ACCOUNT_SID}/Recordings/{recording}.json"
    return httpx.get(address, auth=(ACCOUNT_SID, TOKEN), trust_env=False).status_code


def talking(phone: Telephone, reception: Reception, agent: Agent) -> str:
    """A caller told of the recording, then answered."""
    sid = to_the_queue(phone)
    answered(reception, agent)
    phone.answer(DESK)
    phone.settle()
    deliveries_run()
    return sid


def records(reception: Reception, share: int = 50) -> None:
    Line.objects.filter(pk=reception.line.pk).update(recording_share=share)


def chosen(monkeypatch: pytest.MonkeyPatch, draw: int = 0) -> None:
    """Chance is a digest of the call's identifier, which the network draws: fixed here."""
    monkeypatch.setattr("grc.services.recordings._draw", lambda call: draw)


def test_voicemail__sound_is_fetched_then_erased_at_the_provider(
    phone: Telephone, reception: Reception, files_in: Path
) -> None:
    agent_at_desk(reception)
    left_message(phone)
    row = Recording.objects.get()
    assert (row.kind, row.state, row.message) == (
        "voicemail",
        "ready",
        Message.objects.get(direction="inbound"),
    )
    assert at_provider(phone, row.provider_id) == 200
    assert recordings_run(limit=1) == 1
    row.refresh_from_db()
    assert (row.state, row.content_type, row.at_provider) == ("kept", "audio/wav", True)
    with wave.open(BytesIO(row.file.read())) as sound:
        assert sound.getnframes() / sound.getframerate() == row.seconds
    assert recordings_run() == 1
    row.refresh_from_db()
    assert (row.at_provider, row.next_at) == (False, None)
    assert at_provider(phone, row.provider_id) == 404
    assert len(list(files_in.rglob("*.wav"))) == 1


def test_voicemail__address_of_the_provider_is_not_shown(phone: Telephone, reception: Reception) -> None:
    agent_at_desk(reception)
    left_message(phone)
    assert Message.objects.get(direction="inbound").body == "Message vocal de 4\N{NO-BREAK SPACE}s."


def test_voicemail__lost_at_the_provider_is_said_and_not_asked_for_ever(
    phone: Telephone, reception: Reception
) -> None:
    agent_at_desk(reception)
    left_message(phone)
    row = Recording.objects.get()
    TwilioRecordings().erase(call_id=row.call.provider_id, recording_id=row.provider_id)
    assert recordings_run() == 1
    row.refresh_from_db()
    assert (row.state, row.next_at) == ("lost", None)
    assert row.last_error == "L’opérateur n’a plus cet enregistrement."


def test_voicemail__waits_while_the_network_is_away(
    phone: Telephone, reception: Reception, settings: Settings
) -> None:
    agent_at_desk(reception)
    left_message(phone)
    address, settings.TWILIO_API_BASE_URL = settings.TWILIO_API_BASE_URL, "http://127.0.0.1:1"
    assert recordings_run() == 1
    row = Recording.objects.get()
    assert (row.state, row.attempts, row.last_error) == ("ready", 1, "L’opérateur est injoignable.")
    assert row.next_at is not None
    assert row.next_at > clock.now()
    settings.TWILIO_API_BASE_URL = address
    Recording.objects.update(next_at=clock.now())
    assert recordings_run() == 2
    row.refresh_from_db()
    assert row.state == "kept"


def test_voicemail__is_kept_while_its_request_lives_then_erased(
    phone: Telephone, reception: Reception, files_in: Path
) -> None:
    agent_at_desk(reception)
    left_message(phone)
    recordings_run()
    later = clock.now() + timedelta(days=181)
    assert recordings_erase_due(actor=SYSTEM, now=clock.now() + timedelta(days=179)) == 0
    assert recordings_erase_due(actor=SYSTEM, now=later) == 0
    Ticket.objects.update(state=TicketState.CLOSED, outcome="answered", closed_at=clock.now())
    assert recordings_erase_due(actor=SYSTEM, now=later) == 1
    row = Recording.objects.get()
    assert (row.state, row.erased_at, bool(row.file)) == ("erased", later, False)
    assert list(files_in.rglob("*.wav")) == []
    told = TimelineEntry.objects.get(verb="recording_erased")
    assert told.sentence == "Enregistrement effacé. Durée de conservation atteinte."
    assert recordings_erase_due(actor=SYSTEM, now=later) == 0


def test_conversation__is_recorded_after_the_notice(
    phone: Telephone, reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = agent_at_desk(reception)
    records(reception)
    chosen(monkeypatch, 49)
    sid = talking(phone, reception, agent)
    heard = phone.heard(sid)
    assert "Votre conversation peut être enregistrée, pour améliorer l'accueil." in heard
    assert "pour qu'elle ne soit pas enregistrée, tapez 9." in heard
    assert Recording.objects.get().state == "wanted"
    assert recordings_run() == 1
    assert Recording.objects.get().state == "running"
    phone.advance(30)
    phone.hang_up(sid)
    phone.settle()
    row = Recording.objects.get()
    assert (row.state, row.seconds) == ("ready", 30)
    recordings_run()
    row.refresh_from_db()
    assert (row.state, row.kind, row.message, row.at_provider) == ("kept", "conversation", None, False)
    # Six months, whatever happens to the request.
    assert recordings_erase_due(actor=SYSTEM, now=row.started_at + timedelta(days=181)) == 1


@pytest.mark.parametrize("share", [0, 50])
def test_conversation__not_chosen_is_not_recorded(
    phone: Telephone, reception: Reception, monkeypatch: pytest.MonkeyPatch, share: int
) -> None:
    agent = agent_at_desk(reception)
    records(reception, share)
    chosen(monkeypatch, 50)
    talking(phone, reception, agent)
    assert Recording.objects.count() == 0
    assert Call.objects.get().recording_consent == ("told" if share else "")


def test_conversation__refused_by_key_keeps_the_place_and_is_not_recorded(
    phone: Telephone, reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = agent_at_desk(reception)
    records(reception)
    chosen(monkeypatch)
    sid = to_the_queue(phone)
    phone.press(sid, "9")
    phone.settle()
    assert "Votre conversation ne sera pas enregistrée." in phone.heard(sid)
    assert phone.state(sid)["queue"] is not None
    assert Call.objects.get().recording_consent == "refused"
    answered(reception, agent)
    phone.answer(DESK)
    phone.settle()
    deliveries_run()
    assert Recording.objects.count() == 0


def test_conversation__on_a_forbidden_topic_is_not_recorded(
    phone: Telephone, reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = agent_at_desk(reception)
    records(reception)
    chosen(monkeypatch)
    # The theme forbids it: so does every topic below.
    Topic.objects.filter(code="routes").update(recording_forbidden=True)
    talking(phone, reception, agent)
    assert Recording.objects.count() == 0


def test_conversation__objection_to_the_agent_erases_what_was_recorded(
    phone: Telephone, reception: Reception, monkeypatch: pytest.MonkeyPatch
) -> None:
    agent = agent_at_desk(reception)
    records(reception)
    chosen(monkeypatch)
    sid = talking(phone, reception, agent)
    recordings_run()
    recording_refuse(actor=actor_of_agent(agent), contact_id=Contact.objects.get().pk, at=clock.now())
    row = Recording.objects.get()
    assert (row.state, at_provider(phone, row.provider_id)) == ("erased", 200)
    recordings_run()
    assert at_provider(phone, row.provider_id) == 404
    phone.hang_up(sid)
    phone.settle()
    recordings_run()
    assert [row.state for row in Recording.objects.all()] == ["erased"]


class _Server(BaseHTTPRequestHandler):
    answers: list[tuple[int, bytes]] = []
    asked: list[tuple[str, bytes]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.headers.get("Authorization", ""), body))
        status, answer = self.answers.pop(0)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args: object) -> None:
        return


@pytest.fixture
def writer(settings: Settings) -> Iterator[type[_Server]]:
    """A speech-to-text server: a real HTTP peer."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = Thread(target=server.serve_forever)
    thread.start()
    settings.TRANSCRIPTION_URL = f"http://127.0.0.1:{server.server_port}/v1/audio/transcriptions"
    settings.TRANSCRIPTION_TOKEN = "secret"
    _Server.answers, _Server.asked = [], []
    register_transcription(HttpTranscription())
    yield _Server
    register_transcription(None)
    server.shutdown()
    thread.join()
    server.server_close()


def test_transcription__writes_the_message_down(
    phone: Telephone, reception: Reception, writer: type[_Server]
) -> None:
    agent_at_desk(reception)
    left_message(phone)
    writer.answers = [(503, b"busy"), (200, b'{"text": " Il y a un trou dans la route. "}')]
    recordings_run()
    row = Recording.objects.get()
    assert (row.transcript_state, row.transcript) == ("wanted", "")
    Recording.objects.update(next_at=clock.now())
    recordings_run()
    row.refresh_from_db()
    assert (row.transcript_state, row.transcript) == ("done", "Il y a un trou dans la route.")
    assert [sent[0] for sent in writer.asked] == ["Bearer secret", "Bearer secret"]
    assert b"RIFF" in writer.asked[0][1]
    assert b'name="language"\r\n\r\nfr' in writer.asked[0][1]


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [
        ((400, b"{}"), True),
        ((200, b"not json"), True),
        ((200, b'{"text": 3}'), True),
        ((500, b""), False),
        ((429, b""), False),
    ],
)
def test_transcription__what_goes_wrong_is_told_apart(
    writer: type[_Server], answer: tuple[int, bytes], permanent: bool
) -> None:
    writer.answers = [answer]
    with pytest.raises(ProviderError) as refused:
        HttpTranscription().transcribe(Sound(b"RIFF", "audio/wav"), language="fr")
    assert refused.value.permanent is permanent
