"""The product and the telephone network, end to end over HTTP: a real server on each side."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from channels_in.phone.provider import TwilioTelephony
from channels_in.sms.provider import TwilioMessages
from grc import clock
from grc.enums import Channel, DeliveryState
from grc.errors import ProviderError, RateLimited
from grc.models import Agent, Call, Contact, Dispatch, Message, OptOut, QueueEntry, Ticket
from grc.ports import Outgoing, UnknownOutcome, message_port, register_message_port, register_telephony
from grc.selectors.actors import actor_of_agent
from grc.services.call_answering import call_answer
from grc.services.dispatching import dispatches_run
from grc.services.messages import Way, message_send
from grc.services.outbox import deliveries_run
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
from tests.factories import AT, SYSTEM

DESK = "+33199001234"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reception(transactional_db: None) -> Reception:
    return reception_make()


@pytest.fixture
def phone(live_server: LiveServer, twilio: Settings, reception: Reception) -> Iterator[Telephone]:
    base = live_server.url
    twilio.PUBLIC_BASE_URL = base
    twilio.TWILIO_ACCOUNT_SID = ACCOUNT_SID
    twilio.TWILIO_SMS_SENDER = LINE
    webhooks = f"{base}/webhooks/twilio"
    line = NetworkLine(
        LINE, f"{webhooks}/voice/incoming", f"{webhooks}/messaging/incoming", f"{webhooks}/voice/status"
    )
    known = message_port(Channel.SMS)
    with Telephone([line], account_sid=ACCOUNT_SID, auth_token=TOKEN) as network:
        twilio.TWILIO_API_BASE_URL = network.base_url
        register_telephony(TwilioTelephony())
        register_message_port(Channel.SMS, TwilioMessages())
        yield network
        # Nothing may still be under way between the two servers when the tables are emptied.
        for call in network.calls():
            network.hang_up(call["sid"])
        assert network.settle()
        assert [note for note in network.debugger() if note["error_code"] != 30003] == []
    register_telephony(None)
    if known is not None:
        register_message_port(Channel.SMS, known)


def agent_at_desk(reception: Reception) -> Agent:
    agent = agent_present(reception.organisation)
    agent.desk_phone = DESK
    agent.save()
    agent.grants.update(role="reception")
    return agent


def to_the_queue(phone: Telephone, number: str = CALLER) -> str:
    sid = str(phone.call(number, LINE)["sid"])
    for keys in ("4", "2", "62000"):
        phone.press(sid, keys)
    return sid


def answered(reception: Reception, agent: Agent) -> None:
    assert call_answer(actor=actor_of_agent(agent), organisation_id=reception.organisation.pk) is not None


def test_call__is_queued_answered_talked_and_ended(phone: Telephone, reception: Reception) -> None:
    agent = agent_at_desk(reception)
    sid = to_the_queue(phone)
    state = phone.state(sid)
    assert state["queue"]["name"] == f"attente-{reception.organisation.pk}"
    reference = Ticket.objects.get().reference
    heard = phone.heard(sid)
    assert any(f"{reference[:3]}, {reference[3:6]}, {reference[6:]}" in line for line in heard)
    assert "Votre appel est le prochain." in heard
    answered(reception, agent)
    # While the desk phone rings the caller is where they were.
    assert phone.state(sid)["queue"]["name"] == f"attente-{reception.organisation.pk}"
    phone.answer(DESK)
    phone.settle()
    assert phone.state(sid)["conference"]["name"] == f"contact-{Contact.objects.get().pk}"
    desk = phone.calls(DESK)[0]["sid"]
    phone.say(sid, "Bonjour, il y a un trou dans ma rue.")
    assert phone.state(desk)["talking_to"]
    phone.hang_up(desk)
    phone.settle()
    assert phone.state(sid)["status"] == "completed"
    call = Call.objects.get()
    assert (call.end_kind, call.provider_status) == ("answered", "completed")
    assert QueueEntry.objects.get().state == "answered"
    assert Contact.objects.count() == 1


def test_call__goes_back_to_wait_when_the_desk_does_not_answer(
    phone: Telephone, reception: Reception
) -> None:
    agent = agent_at_desk(reception)
    sid = to_the_queue(phone)
    answered(reception, agent)
    phone._post("refuse", number=DESK)
    phone.settle()
    assert phone.state(sid)["queue"]["name"] == f"attente-{reception.organisation.pk}"
    entry = QueueEntry.objects.get()
    assert (entry.state, entry.agent) == ("waiting", None)
    answered(reception, agent)
    phone.answer(DESK)
    phone.settle()
    phone.hang_up(sid)
    phone.settle()
    assert Call.objects.get().end_kind == "answered"


def test_call__caller_who_hangs_up_while_waiting_is_offered_to_nobody(
    phone: Telephone, reception: Reception
) -> None:
    agent = agent_at_desk(reception)
    sid = to_the_queue(phone)
    phone.hang_up(sid)
    phone.settle()
    assert (QueueEntry.objects.get().state, Call.objects.get().end_kind) == ("left", "abandoned")
    assert call_answer(actor=actor_of_agent(agent), organisation_id=reception.organisation.pk) is None
    assert Ticket.objects.get().state == "new"


def test_call__leaves_the_queue_for_a_callback(phone: Telephone, reception: Reception) -> None:
    agent_at_desk(reception)
    sid = to_the_queue(phone)
    phone.press(sid, "1")
    phone.press(sid, "1")
    phone.settle()
    assert phone.state(sid)["status"] == "completed"
    assert any(line.startswith("C’est noté. Nous vous rappellerons") for line in phone.heard(sid))
    assert Call.objects.get().end_kind == "called_back"


def test_call__hidden_number(phone: Telephone, reception: Reception) -> None:
    agent_at_desk(reception)
    sid = to_the_queue(phone, "anonymous")
    assert phone.state(sid)["queue"] is not None
    assert Call.objects.get().hidden_number is True


def test_ring__for_a_caller_who_hangs_up_stops(phone: Telephone, reception: Reception) -> None:
    agent = agent_at_desk(reception)
    sid = to_the_queue(phone)
    answered(reception, agent)
    assert [call["status"] for call in phone.calls(DESK)] == ["ringing"]
    phone.hang_up(sid)
    phone.settle()
    assert [call["status"] for call in phone.calls(DESK)] == ["canceled"]
    assert (QueueEntry.objects.get().state, Call.objects.get().end_kind) == ("left", "abandoned")


def test_sms__is_acknowledged_and_delivered(phone: Telephone, reception: Reception) -> None:
    phone.text(MOBILE, LINE, "nid de poule au 62000")
    deliveries_run()
    assert dispatches_run() == 1
    phone.settle()
    answer = Message.objects.get(direction="outbound")
    assert answer.delivery == DeliveryState.DELIVERED
    received = [text for text in phone.texts(MOBILE) if text["direction"] == "outbound-api"]
    assert [text["sid"] for text in received] == [answer.provider_id]
    # The secret code is in what the person reads, and in no row of ours.
    assert re.search(r"code \d{6}\.$", received[0]["body"])
    assert answer.body.endswith("code ******.")
    assert Dispatch.objects.get().state == "done"


def test_sms__a_long_answer_arrives_whole_and_in_order(phone: Telephone, reception: Reception) -> None:
    text = " ".join(f"Voici la pièce numéro {number}." for number in range(1, 121))
    assert len(text) == 3131
    owed(reception, MOBILE, text)
    while dispatches_run():
        phone.settle()
    received = sorted(phone.texts(MOBILE), key=lambda row: text.index(row["body"]))
    bodies = [row["body"] for row in received]
    assert [len(body) for body in bodies] == [1576, 1554]
    assert " ".join(bodies) == text
    sent = Message.objects.order_by("pk")
    assert [(row.body, row.segments, row.delivery) for row in sent] == [
        (bodies[0], 11, "delivered"),
        (bodies[1], 11, "delivered"),
    ]
    assert [row["sid"] for row in received] == [row.provider_id for row in sent]


def owed(reception: Reception, to: str, body: str = "Bonjour") -> Message:
    from tests.factories import contact_make

    contact = contact_make(reception.organisation, channel=Channel.SMS, address_value=to)
    way = Way(Channel.SMS, to, LINE)
    return message_send(actor=SYSTEM, contact=contact, ticket=None, way=way, body=body, at=clock.now())


def test_sms__unknown_outcome_is_looked_up_and_never_sent_twice(
    phone: Telephone, reception: Reception
) -> None:
    message = owed(reception, "+33639980005")
    assert dispatches_run(limit=1) == 1
    message.refresh_from_db()
    assert message.delivery in (DeliveryState.UNKNOWN, DeliveryState.DELIVERED)
    Dispatch.objects.update(next_at=AT)
    assert dispatches_run(limit=1) == 1
    phone.settle()
    message.refresh_from_db()
    assert [text["sid"] for text in phone.texts("+33639980005")] == [message.provider_id]
    assert message.delivery == DeliveryState.DELIVERED


def test_sms__undelivered_says_why(phone: Telephone, reception: Reception) -> None:
    message = owed(reception, "+33639980003")
    dispatches_run()
    phone.settle()
    message.refresh_from_db()
    assert message.delivery == DeliveryState.UNDELIVERED
    assert message.delivery_error == "Le téléphone était éteint ou hors de portée. (erreur 30003)"


def test_sms__stop_told_to_the_network_only_is_learnt_from_its_refusal(
    phone: Telephone, reception: Reception
) -> None:
    phone.text(MOBILE, LINE, "STOP")
    OptOut.objects.all().delete()
    message = owed(reception, MOBILE)
    dispatches_run()
    message.refresh_from_db()
    assert (message.delivery, message.delivery_error) == (
        DeliveryState.FAILED,
        "Cette personne a répondu STOP. (erreur 21610)",
    )
    assert OptOut.objects.get().value == MOBILE


@pytest.mark.parametrize(
    ("to", "error", "permanent"),
    [
        ("+33639980001", ProviderError, True),
        ("+33639980002", ProviderError, True),
        ("+33639980005", UnknownOutcome, False),
    ],
)
def test_send__says_whether_trying_again_can_help(
    phone: Telephone, to: str, error: type[ProviderError], permanent: bool
) -> None:
    with pytest.raises(error) as refused:
        TwilioMessages().send(Outgoing(to=to, sender=LINE, body="Bonjour"))
    assert refused.value.permanent is permanent


def test_send__too_many_at_once_asks_to_wait(phone: Telephone) -> None:
    with pytest.raises(RateLimited) as refused:
        TwilioMessages().send(Outgoing(to="+33639980008", sender=LINE, body="Bonjour"))
    assert refused.value.retry_after == 5


def test_send__network_that_does_not_answer_was_never_reached(phone: Telephone, twilio: Settings) -> None:
    twilio.TWILIO_API_BASE_URL = "http://127.0.0.1:9"
    with pytest.raises(ProviderError) as refused:
        TwilioMessages().send(Outgoing(to=MOBILE, sender=LINE, body="Bonjour"))
    assert not isinstance(refused.value, UnknownOutcome)
    assert refused.value.permanent is False


def test_find_sent__only_what_is_ours_since_then_and_not_known(phone: Telephone) -> None:
    port = TwilioMessages()
    message = Outgoing(to=MOBILE, sender=LINE, body="Bonjour")
    assert port.find_sent(message, since=AT, known_ids=[]) is None
    first = port.send(message)
    second = port.send(message)
    assert port.find_sent(message, since=AT, known_ids=[]) in (first, second)
    assert port.find_sent(message, since=AT, known_ids=[first.provider_id]) == second
    assert port.find_sent(message, since=AT, known_ids=[first.provider_id, second.provider_id]) is None
    other = Outgoing(to=MOBILE, sender=LINE, body="Autre")
    assert port.find_sent(other, since=AT, known_ids=[]) is None
