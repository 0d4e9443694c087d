"""An SMS through its webhook: request, topic, place, conversation, and everything people may send."""

from __future__ import annotations

import pytest

from grc.enums import Channel, Outcome, PendingReason
from grc.errors import Invalid
from grc.models import Contact, Dispatch, EventDelivery, Message, OptOut, Ticket
from grc.segmenting import Encoding, segment
from grc.services.messages import Way, message_send
from grc.services.outbox import deliveries_run
from grc.services.ticket_close import ticket_close, ticket_wait_for_citizen
from tests.channels_in.reception import LINE, MOBILE, Reception, post
from tests.factories import AT, SYSTEM

INCOMING = "/webhooks/twilio/messaging/incoming"
EMPTY_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response />'


def sms(body: str, sid: str = "SM1", *, number: str = MOBILE, idempotency: str = "", **more: str) -> None:
    params = {"MessageSid": sid, "From": number, "To": LINE, "Body": body, "NumMedia": "0", **more}
    answer = post(INCOMING, params, idempotency=idempotency)
    assert answer.status_code == 200
    assert answer.content.decode() == EMPTY_ANSWER


def test_sms__opens_a_request_on_its_topic_and_commune(reception: Reception) -> None:
    sms("Bonjour, gros nid de poule devant la mairie, 62000")
    ticket = Ticket.objects.get()
    assert (ticket.topic, ticket.commune_id) == (reception.topics["nid_de_poule"], "62041")
    assert (ticket.channel, ticket.state) == ("sms", "new")
    message = Message.objects.get()
    assert (message.ticket, message.contact.address_value, message.provider_id) == (ticket, MOBILE, "SM1")
    assert ticket.description == "Bonjour, gros nid de poule devant la mairie, 62000"


@pytest.mark.parametrize("idempotency", ["", "one-token"])
def test_sms__twice_is_one(reception: Reception, idempotency: str) -> None:
    for _ in range(2):
        sms("nid de poule", idempotency=idempotency)
    assert (Contact.objects.count(), Message.objects.count(), Ticket.objects.count()) == (1, 1, 1)


def test_sms__same_message_under_another_token_is_one(reception: Reception) -> None:
    sms("nid de poule", idempotency="one")
    sms("nid de poule", idempotency="two")
    assert Message.objects.count() == 1


def test_sms__unclear_words_are_left_to_be_qualified(reception: Reception) -> None:
    sms("Bonjour, rappelez-moi svp. 62116")
    ticket = Ticket.objects.get()
    assert (ticket.topic, ticket.commune) == (None, None)


def test_sms__second_message_joins_the_request(reception: Reception) -> None:
    sms("nid de poule")
    sms("c'est devant la mairie", "SM2")
    ticket = Ticket.objects.get()
    assert [message.ticket for message in Message.objects.order_by("id")] == [ticket, ticket]
    assert Contact.objects.count() == 1


def test_sms__answer_awaited_puts_the_request_to_work_again(reception: Reception) -> None:
    sms("nid de poule")
    ticket = Ticket.objects.get()
    ticket.state = "open"
    ticket.save()
    ticket_wait_for_citizen(actor=SYSTEM, ticket=ticket, reason=PendingReason.CITIZEN_ANSWER)
    sms("C'est rue de la Paix", "SM2")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.pending_reason) == ("open", "")


def test_sms__after_the_request_is_closed_another_opens(reception: Reception) -> None:
    sms("nid de poule")
    first = Ticket.objects.get()
    first.state = "open"
    first.save()
    ticket_close(actor=SYSTEM, ticket=first, outcome=Outcome.ANSWERED, note="")
    sms("un autre nid de poule", "SM2")
    assert Ticket.objects.exclude(pk=first.pk).get().description == "un autre nid de poule"


def test_sms__stop_then_start(reception: Reception) -> None:
    sms("ARRÊT")
    assert OptOut.objects.get().value == MOBILE
    assert Ticket.objects.count() == 0
    contact = Contact.objects.get()
    way = Way(Channel.SMS, MOBILE, LINE)
    with pytest.raises(Invalid, match="STOP"):
        message_send(actor=SYSTEM, contact=contact, ticket=None, way=way, body="Bonjour", at=AT)
    sms("START", "SM2")
    assert OptOut.objects.count() == 0
    assert Message.objects.count() == 2


def test_sms__empty_is_kept_and_said_once(reception: Reception) -> None:
    sms("")
    sms("  ", "SM2")
    received = Message.objects.filter(direction="inbound")
    assert [message.body for message in received] == ["", ""]
    answer = Message.objects.get(direction="outbound")
    assert answer.body.startswith("Votre SMS est arrivé vide.")
    assert (answer.to_address, answer.from_address, answer.segments) == (MOBILE, LINE, 1)
    assert Ticket.objects.count() == 0


def test_sms__empty_from_a_machine_is_not_answered(reception: Reception) -> None:
    sms("", number="36111")
    sms("", "SM2", number="MAIRIE")
    assert Message.objects.filter(direction="outbound").count() == 0
    assert Message.objects.count() == 2


def test_sms__four_thousand_characters_and_emoji(reception: Reception) -> None:
    long = "nid de poule " + "é" * 3987
    assert len(long) == 4000
    sms(long)
    sms("😀👩‍👩‍👧 nid de poule \0", "SM2", number="+33639980043")
    assert Ticket.objects.filter(topic=reception.topics["nid_de_poule"]).count() == 2
    assert {message.body for message in Message.objects.all()} == {long, "😀👩‍👩‍👧 nid de poule"}


def test_sms__script_stays_words(reception: Reception) -> None:
    sms("<script>alert(1)</script> nid de poule")
    assert Message.objects.get().body == "<script>alert(1)</script> nid de poule"


def test_sms__picture_alone_is_a_request(reception: Reception) -> None:
    sms("", NumMedia="1", MediaUrl0="https://api.twilio.com/2010-04-01/Media/ME1")
    ticket = Ticket.objects.get()
    assert ticket.description == "[une pièce jointe]\nhttps://api.twilio.com/2010-04-01/Media/ME1"


def test_sms__unknown_line_reaches_the_host(reception: Reception) -> None:
    params = {"MessageSid": "SM9", "From": MOBILE, "To": "+33321999999", "Body": "nid de poule"}
    assert post(INCOMING, params).status_code == 200
    assert Ticket.objects.get().organisation == reception.organisation


def test_sms__is_acknowledged_in_one_segment(reception: Reception) -> None:
    sms("nid de poule 62000")
    deliveries_run()
    answer = Message.objects.get(direction="outbound", automatic=True)
    told = segment(answer.body)
    assert (told.encoding, told.count) == (Encoding.GSM7, 1)
    assert Ticket.objects.get().reference in answer.body.replace(" ", "")
    assert Dispatch.objects.get().message == answer


def test_sms__is_not_acknowledged_to_who_said_stop(reception: Reception) -> None:
    OptOut.objects.create(line_number=LINE, value=MOBILE, since=AT)
    sms("nid de poule 62000")
    deliveries_run()
    assert Ticket.objects.count() == 1
    assert not Message.objects.filter(direction="outbound").exists()
    assert not EventDelivery.objects.exclude(state="done").exists()


@pytest.mark.parametrize(
    ("body", "commune"),
    [
        ("nid de poule à Achiet-le-Grand 62116", "62009"),
        ("62116 ACHIET LE GRAND, nid de poule", "62009"),
        ("nid de poule 62116", None),
        ("nid de poule entre Ablainzevelle et Achiet-le-Grand, 62116", None),
    ],
)
def test_sms__a_postal_code_of_several_communes_and_the_name_of_one(
    reception: Reception, body: str, commune: str | None
) -> None:
    sms(body)
    assert Ticket.objects.get().commune_id == commune


def test_sms__characters_nobody_sees_are_no_words(reception: Reception) -> None:
    sms("\u200b \ufeff")
    assert Ticket.objects.count() == 0
    assert Message.objects.get(direction="inbound").body == ""


def test_message_send__an_sms_nobody_would_read_is_refused_before_it_is_owed(reception: Reception) -> None:
    sms("nid de poule")
    contact = Contact.objects.get()
    way = Way(Channel.SMS, MOBILE, LINE)
    with pytest.raises(Invalid, match="Le SMS est trop long : 4001 caractères, 4000 au plus"):
        message_send(actor=SYSTEM, contact=contact, ticket=None, way=way, body="é" * 4001, at=AT)
    assert Dispatch.objects.count() == 0
    message_send(actor=SYSTEM, contact=contact, ticket=None, way=way, body="é" * 1600, at=AT)
    assert Dispatch.objects.count() == 1
    message_send(actor=SYSTEM, contact=contact, ticket=None, way=way, body="é" * 1601, at=AT)
    assert Dispatch.objects.count() == 3
