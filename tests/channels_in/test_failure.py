"""What a caller hears when something of ours breaks: the database, a lock held too long, the whole process."""

from __future__ import annotations

import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from channels_in.phone.sentences import (
    TROUBLE,
    TROUBLE_AGENT,
    TROUBLE_HELD,
    TROUBLE_WAITING,
    trouble_sentences,
)
from channels_in.sms.words import TROUBLE as TROUBLE_SMS
from grc.models import Call, Contact, QueueEntry, Ticket
from grc.segmenting import segment
from simulators.telephone.settings import Line as NetworkLine
from simulators.telephone.testing import ACCOUNT_SID, Telephone
from tests.channels_in.reception import (
    BASE,
    CALLER,
    LINE,
    MOBILE,
    TOKEN,
    Reception,
    agent_present,
    post,
    reception_make,
)
from tests.support.database import (
    beside,
    connections_cut,
    connections_forget,
    database_gone,
    database_gone_until,
)
from tests.support.provider_traps import troubles as troubles_so_far

HOURS = "du lundi au vendredi, de 8 h à 18 h"
NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture
def reception(transactional_db: None) -> Reception:
    made = reception_make()
    # Somebody is there to answer: callers are put in the queue.
    agent_present(made.organisation)
    return made


def network_line(base: str, *, dead: str = "") -> NetworkLine:
    hooks = f"{base}/webhooks/twilio"
    return NetworkLine(
        LINE,
        f"{dead or hooks}/voice/incoming",
        f"{dead or hooks}/messaging/incoming",
        f"{hooks}/voice/status",
        voice_fallback_url=f"{hooks}/voice/fallback",
        sms_fallback_url=f"{hooks}/messaging/fallback",
    )


@pytest.fixture
def phone(live_server: LiveServer, twilio: Settings, reception: Reception) -> Iterator[Telephone]:
    twilio.PUBLIC_BASE_URL = live_server.url
    twilio.TWILIO_ACCOUNT_SID = ACCOUNT_SID
    twilio.ORGANISATION_HOURS = HOURS
    with Telephone([network_line(live_server.url)], account_sid=ACCOUNT_SID, auth_token=TOKEN) as network:
        yield network
        for call in network.calls():
            network.hang_up(call["sid"])
        assert network.settle()


def heard_since(phone: Telephone, sid: str, before: list[str]) -> list[str]:
    return phone.heard(sid)[len(before) :]


def after_trouble(times: int) -> Callable[[], bool]:
    """Whether this many webhooks have failed from now on. On a driven clock a pause before a new try lasts nothing."""
    before = troubles_so_far()
    return lambda: troubles_so_far() >= before + times


def test_database_gone__caller_hears_a_word_and_the_call_goes_on(phone: Telephone, troubles: None) -> None:
    sid = phone.call(CALLER, LINE)["sid"]
    menu = phone.heard(sid)
    with database_gone_until(after_trouble(1)):
        phone.press(sid, "4")
    # The menu again: the key had not been kept. The call is the same, and takes it now.
    assert heard_since(phone, sid, menu) == [TROUBLE, *menu]
    for keys in ("4", "2", "62000"):
        phone.press(sid, keys)
    assert phone.state(sid)["queue"] is not None
    assert Contact.objects.count() == 1
    assert Ticket.objects.count() == 1


def test_database_gone__at_the_first_ring_the_call_begins_when_it_is_back(
    phone: Telephone, troubles: None
) -> None:
    with database_gone_until(after_trouble(2)):
        sid = phone.call(CALLER, LINE)["sid"]
    heard = phone.heard(sid)
    assert heard[:2] == [TROUBLE, TROUBLE]
    assert len(heard) > 2
    assert phone.state(sid)["status"] == "in-progress"
    assert Call.objects.get().provider_id == sid
    phone.press(sid, "4")
    assert Call.objects.get().step == 2


def test_database_gone__for_long_the_caller_is_told_what_to_do(phone: Telephone, troubles: None) -> None:
    with database_gone():
        sid = phone.call(CALLER, LINE)["sid"]
        assert phone.heard(sid) == [TROUBLE, TROUBLE, *trouble_sentences(HOURS)]
        assert "Nous répondons au téléphone : du lundi au vendredi, de 8 h à 18 h." in phone.heard(sid)
        assert phone.state(sid)["status"] == "completed"


def test_database_gone__who_waits_keeps_waiting(phone: Telephone, troubles: None) -> None:
    sid = phone.call(CALLER, LINE)["sid"]
    for keys in ("4", "2", "62000"):
        phone.press(sid, keys)
    with database_gone():
        before = phone.heard(sid)
        phone.advance(90)
        assert phone.settle()
        assert TROUBLE_WAITING in heard_since(phone, sid, before)
        assert phone.state(sid)["queue"] is not None
    before = phone.heard(sid)
    phone.advance(90)
    assert phone.settle()
    assert phone.state(sid)["queue"] is not None
    assert any("tapez" in said for said in heard_since(phone, sid, before))
    assert QueueEntry.objects.get().state == "waiting"


def test_connections_cut__nobody_notices(phone: Telephone) -> None:
    """A restart between two keys: the work is done again on a new connection, with no word of trouble."""
    sid = phone.call(CALLER, LINE)["sid"]
    connections_cut()
    phone.press(sid, "4")
    connections_cut()
    phone.press(sid, "2")
    assert TROUBLE not in phone.heard(sid)
    assert phone.state(sid)["status"] == "in-progress"
    connections_forget()
    assert Call.objects.get().step == 3


def test_lock_held__an_answer_leaves_within_two_seconds(
    reception: Reception, twilio: Settings, troubles: None
) -> None:
    call = {"CallSid": "CA1", "From": CALLER, "To": LINE}
    post("/webhooks/twilio/voice/incoming", call)
    pressed = call | {"Digits": "4"}
    with beside(connection.settings_dict["NAME"]) as other:
        other.autocommit = False
        other.execute("SELECT 1 FROM grc_call WHERE provider_id = 'CA1' FOR UPDATE")
        begin = time.monotonic()
        answer = post("/webhooks/twilio/voice/step/1", pressed)
        spent = time.monotonic() - begin
        other.rollback()
    assert TROUBLE in answer.content.decode()
    assert 1.9 < spent < 2.6
    # The same key again, once the lock is gone: nothing of the first try was kept.
    assert TROUBLE not in post("/webhooks/twilio/voice/step/1", pressed).content.decode()
    assert Call.objects.get().step == 2


def test_report__not_kept_is_asked_again(reception: Reception, twilio: Settings, troubles: None) -> None:
    call = {"CallSid": "CA1", "From": CALLER, "To": LINE}
    assert post("/webhooks/twilio/voice/incoming", call).status_code == 200
    done = call | {"CallStatus": "completed", "SequenceNumber": "3"}
    with database_gone():
        assert post("/webhooks/twilio/voice/status", done).status_code == 503
    assert post("/webhooks/twilio/voice/status", done).status_code == 204
    assert Call.objects.get().ended_at is not None


def test_process_gone__the_fallback_speaks_and_the_call_begins(
    live_server: LiveServer, twilio: Settings, reception: Reception
) -> None:
    twilio.PUBLIC_BASE_URL = live_server.url
    line = network_line(live_server.url, dead=NOBODY_LISTENS)
    with Telephone([line], account_sid=ACCOUNT_SID, auth_token=TOKEN) as network:
        sid = network.call(CALLER, LINE)["sid"]
        assert network.heard(sid)[0] == TROUBLE
        assert len(network.heard(sid)) > 1
        assert network.state(sid)["status"] == "in-progress"
        assert network.text(MOBILE, LINE, "Bonjour")["status"] == "received"
        assert [text["body"] for text in network.texts(MOBILE) if text["direction"] != "inbound"] == [
            TROUBLE_SMS
        ]
        network.hang_up(sid)
        assert network.settle()
    assert Call.objects.get().provider_id == sid


@pytest.mark.parametrize(
    ("failed", "said", "then"),
    [
        ("", [TROUBLE], "/webhooks/twilio/voice/resume/1"),
        (f"{BASE}/webhooks/twilio/voice/step/4", [TROUBLE], "/webhooks/twilio/voice/resume/1"),
        (f"{BASE}/webhooks/twilio/voice/resume/1", [TROUBLE], "/webhooks/twilio/voice/resume/2"),
        (f"{BASE}/webhooks/twilio/voice/resume/2", trouble_sentences(HOURS), ""),
        (f"{BASE}/webhooks/twilio/voice/wait/4", [TROUBLE_WAITING], "/webhooks/twilio/voice/wait/4"),
        (
            f"{BASE}/webhooks/twilio/voice/hold/contact-7",
            [TROUBLE_HELD],
            "/webhooks/twilio/voice/hold/contact-7",
        ),
        (f"{BASE}/webhooks/twilio/voice/leg/12", [TROUBLE_AGENT], ""),
        (f"{BASE}/webhooks/twilio/voice/after", [TROUBLE], "/webhooks/twilio/voice/resume/1"),
    ],
)
def test_fallback__needs_no_database(twilio: Settings, failed: str, said: list[str], then: str) -> None:
    """No mark for the database: any query would fail this test."""
    twilio.ORGANISATION_HOURS = HOURS
    answer = post(
        "/webhooks/twilio/voice/fallback", {"CallSid": "CA1", "ErrorCode": "11205", "ErrorUrl": failed}
    )
    assert answer.status_code == 200
    document = ET.fromstring(answer.content.decode())
    assert [say.text for say in document.iter("Say")] == said
    redirect = document.find("Redirect")
    assert (redirect.text if redirect is not None else "") == (BASE + then if then else "")


def test_fallback__is_for_the_provider_alone(twilio: Settings) -> None:
    for place in ("voice", "messaging"):
        assert Client().post(f"/webhooks/twilio/{place}/fallback", {"CallSid": "CA1"}).status_code == 403


@pytest.mark.parametrize(
    ("body", "sender", "answered"),
    [
        ("Bonjour", MOBILE, True),
        ("STOP", MOBILE, False),
        ("Bonjour", "38600", False),
        ("Start", MOBILE, False),
    ],
)
def test_fallback__texts_answer_people_alone(
    twilio: Settings, body: str, sender: str, answered: bool
) -> None:
    answer = post("/webhooks/twilio/messaging/fallback", {"MessageSid": "SM1", "From": sender, "Body": body})
    assert (TROUBLE_SMS in answer.content.decode()) is answered


def test_trouble_text__is_one_plain_sms() -> None:
    assert segment(TROUBLE_SMS).count == 1
