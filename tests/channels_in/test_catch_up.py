"""What came while we could not answer is fetched: texts, calls, and the ends of calls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from channels_in.phone.catch_up import calls_catch_up
from channels_in.sms.catch_up import messages_catch_up
from channels_in.tasks import catch_up
from grc import clock
from grc.models import Call, Contact, Message, QueueEntry, Ticket
from simulators.telephone.settings import Line as NetworkLine
from simulators.telephone.testing import ACCOUNT_SID, Telephone
from tests.channels_in.reception import (
    CALLER,
    LINE,
    MOBILE,
    TOKEN,
    Reception,
    agent_present,
    reception_make,
)

LATER = timedelta(minutes=5)
NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture
def reception(transactional_db: None) -> Reception:
    made = reception_make()
    agent_present(made.organisation)
    return made


def started(live_server: LiveServer, twilio: Settings, line: NetworkLine) -> Telephone:
    twilio.PUBLIC_BASE_URL = live_server.url
    twilio.TWILIO_ACCOUNT_SID = ACCOUNT_SID
    phone = Telephone([line], account_sid=ACCOUNT_SID, auth_token=TOKEN)
    twilio.TWILIO_API_BASE_URL = phone.start()
    return phone


@pytest.fixture
def deaf(live_server: LiveServer, twilio: Settings, reception: Reception) -> Iterator[Telephone]:
    """A network whose requests reach nobody of ours."""
    dead = f"{NOBODY_LISTENS}/webhooks"
    phone = started(live_server, twilio, NetworkLine(LINE, dead, dead, dead))
    yield phone
    phone.stop()


def test_texts__are_received_once_in_their_order(deaf: Telephone, reception: Reception) -> None:
    deaf.text(MOBILE, LINE, "Il y a un nid de poule à 62000")
    deaf.text(MOBILE, LINE, "Devant la mairie")
    assert not Message.objects.exists()
    assert messages_catch_up(now=clock.now() + LATER) == 2
    assert messages_catch_up(now=clock.now() + LATER) == 0
    kept = Message.objects.filter(direction="inbound").order_by("id")
    assert [message.body for message in kept] == ["Il y a un nid de poule à 62000", "Devant la mairie"]
    assert {message.ticket_id for message in kept} == {Ticket.objects.get().pk}


def test_texts__of_this_very_moment_are_left_to_their_webhook(deaf: Telephone) -> None:
    deaf.text(MOBILE, LINE, "Bonjour")
    assert messages_catch_up(now=clock.now()) == 0


def test_calls__never_heard_of_are_kept_and_counted(deaf: Telephone) -> None:
    sid = deaf.call(CALLER, LINE)["sid"]
    assert deaf.state(sid)["status"] == "completed"
    assert calls_catch_up(now=clock.now() + LATER) == (0, 1)
    assert calls_catch_up(now=clock.now() + LATER) == (0, 0)
    call = Call.objects.get()
    assert (call.provider_id, call.from_number, call.end_kind) == (sid, CALLER, "abandoned")
    assert call.ended_at is not None
    assert Contact.objects.get().ended_at is not None


def test_calls__whose_end_was_not_told_end(
    live_server: LiveServer, twilio: Settings, reception: Reception
) -> None:
    hooks = f"{live_server.url}/webhooks/twilio/voice"
    phone = started(live_server, twilio, NetworkLine(LINE, f"{hooks}/incoming", "", NOBODY_LISTENS))
    try:
        sid = phone.call(CALLER, LINE)["sid"]
        other = phone.call(MOBILE, LINE)["sid"]
        phone.hang_up(sid)
        assert phone.settle()
        assert Call.objects.filter(ended_at__isnull=True).count() == 2
        assert calls_catch_up(now=clock.now() + LATER) == (1, 0)
        assert Call.objects.get(provider_id=sid).ended_at is not None
        assert Call.objects.get(provider_id=other).ended_at is None
        assert not QueueEntry.objects.exists()
        phone.hang_up(other)
        assert phone.settle()
    finally:
        phone.stop()


def test_task__waits_for_the_next_round_when_the_provider_refuses(
    deaf: Telephone, caplog: pytest.LogCaptureFixture
) -> None:
    deaf.fault("refused", path="/Messages", code=20500)
    catch_up()
    assert "nothing caught up this time" in caplog.text


def test_task__does_nothing_when_the_telephone_is_off(settings: Settings) -> None:
    settings.TWILIO_ENABLED = False
    catch_up()
