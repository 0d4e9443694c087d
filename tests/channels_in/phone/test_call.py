"""A call through its webhooks: what is heard, what is kept, what a repeat changes (nothing)."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grc.enums import QueueEntryState
from grc.models import (
    Call,
    Callback,
    CallStep,
    Contact,
    Message,
    QueueEntry,
    RawPayload,
    Ticket,
    Topic,
)
from grc.services.codes import ticket_code
from tests.channels_in.reception import (
    BASE,
    CALLER,
    LINE,
    MOBILE,
    VOICE,
    Caller,
    Reception,
    agent_present,
    post,
)


def counts() -> tuple[int, int, int, int, int]:
    """Contacts, calls, steps, tickets, places in the queue."""
    return (
        Contact.objects.count(),
        Call.objects.count(),
        CallStep.objects.count(),
        Ticket.objects.count(),
        QueueEntry.objects.count(),
    )


def test_call__gives_a_ticket_on_its_topic_and_commune_and_a_place(reception: Reception) -> None:
    agent_present(reception.organisation)
    caller = Caller()
    caller.to_pothole_in_arras()
    ticket = Ticket.objects.get()
    assert (ticket.topic, ticket.commune_id, ticket.channel) == (reception.topics["routes"], "62041", "phone")
    assert ticket.organisation == reception.organisation
    entry = QueueEntry.objects.get()
    assert (entry.ticket, entry.state, entry.organisation) == (ticket, "waiting", reception.organisation)
    contact = Contact.objects.get()
    assert (contact.address_value, contact.line_number, contact.channel) == (CALLER, LINE, "phone")
    assert caller.verbs[-1] == "Enqueue"
    said = " ".join(caller.said)
    assert "Votre commune est Arras." in said
    reference = ticket.reference
    assert f"{reference[:3]}, {reference[3:6]}, {reference[6:]}" in said
    code = ticket_code(ticket)
    assert f"{code[:2]} {code[2:4]} {code[4:]}" in said
    assert Call.objects.get().menu_path == ["main_menu", "road_menu", "postal_code", "queue"]


def test_call__a_discreet_menu_makes_a_discreet_request_of_any_topic(reception: Reception) -> None:
    Topic.objects.filter(code="enfance").update(confidentiality="normal")
    agent_present(reception.organisation)
    caller = Caller()
    caller.dial()
    for keys in ("3", "2", "62000"):
        caller.press(keys)
    ticket = Ticket.objects.get()
    assert (ticket.topic, ticket.confidentiality) == (reception.topics["enfance"], "discreet")


def test_call__secret_code_is_stored_nowhere(reception: Reception) -> None:
    agent_present(reception.organisation)
    Caller().to_pothole_in_arras()
    code = ticket_code(Ticket.objects.get())
    spoken = f"{code[:2]} {code[2:4]} {code[4:]}"
    kept = [str(row) for row in CallStep.objects.values_list("state", "output")]
    assert [text for text in kept if spoken in text or code in text] == []


@pytest.mark.parametrize("with_token", [True, False])
def test_call__each_webhook_sent_twice_changes_nothing(reception: Reception, with_token: bool) -> None:
    agent_present(reception.organisation)
    caller = Caller()
    number = iter(range(100))

    def twice(path: str, **more: str) -> None:
        token = f"token-{next(number)}" if with_token else ""
        first = caller.post(path, idempotency=token, **more)
        before = counts()
        assert caller.post(path, idempotency=token, **more) == first
        assert counts() == before

    twice(VOICE + "incoming")
    for keys in ("4", "2", "62000"):
        twice(caller.action, Digits=keys)
    assert counts() == (1, 1, 4, 1, 1)


def test_call__a_repeat_of_an_old_step_is_answered_as_it_was(reception: Reception) -> None:
    caller = Caller()
    first = caller.dial()
    second = caller.press("4")
    caller.press("2")
    assert caller.post(VOICE + "incoming") == first
    assert caller.post(VOICE + "step/1", Digits="4") == second
    assert Call.objects.get().step == 3


def test_call__repeat_keeps_what_was_answered_even_with_another_key(reception: Reception) -> None:
    caller = Caller()
    caller.dial()
    second = caller.press("4", idempotency="once")
    assert caller.post(VOICE + "step/1", idempotency="once", Digits="5") == second


def test_call__same_call_under_another_token_is_still_one_call(reception: Reception) -> None:
    caller = Caller()
    first = caller.dial(idempotency="one")
    assert caller.dial(idempotency="two") == first
    assert counts() == (1, 1, 1, 0, 0)


def test_call__same_key_twice_at_one_menu_is_not_a_repeat(reception: Reception) -> None:
    caller = Caller()
    caller.dial()
    first = caller.press("8")
    assert "Je n'ai pas reconnu votre choix." in caller.said
    second = caller.press("8")
    assert second != first
    assert "Je n'ai pas reconnu votre choix." in caller.said
    assert Call.objects.get().step == 3


def test_call__secret_code_keyed_is_not_kept_raw(reception: Reception) -> None:
    agent_present(reception.organisation)
    Caller().to_pothole_in_arras()
    ticket = Ticket.objects.get()
    asking = Caller("CA2")
    asking.dial()
    asking.press("9")
    asking.press(ticket.reference)
    asking.press(ticket_code(ticket))
    assert "Votre demande est reçue. Un agent va l’étudier." in asking.said
    raw = [row.body.get("Digits") for row in RawPayload.objects.filter(key__startswith="CA2").order_by("id")]
    assert raw == [None, "9", ticket.reference, "***"]
    post(VOICE + "status", {"CallSid": "CA2", "CallStatus": "completed", "SequenceNumber": "3"})
    assert Call.objects.get(provider_id="CA2").end_kind == "self_served"


def test_call__wrong_code_is_refused_then_tries_are_limited(reception: Reception) -> None:
    agent_present(reception.organisation)
    Caller().to_pothole_in_arras()
    ticket = Ticket.objects.get()
    wrong = "000000" if ticket_code(ticket) != "000000" else "111111"
    outcomes = []
    for number in range(11):
        asking = Caller(f"CB{number}")
        asking.dial()
        asking.press("9")
        asking.press(ticket.reference)
        asking.press(wrong)
        outcomes.append("Cette référence et ce code ne vont pas ensemble." in asking.said)
    assert outcomes == [True] * 10 + [False]


# waiting


def test_wait__position_range_and_offers_are_of_now(reception: Reception) -> None:
    agent_present(reception.organisation, "on_contact")
    callers = [Caller(f"CA{number}", f"+3332100001{number}") for number in (1, 2, 3)]
    for caller in callers:
        caller.to_pothole_in_arras()
    last = callers[2]
    entered = last.text
    last.wait()
    assert last.said[0] == "Il y a 2 appels avant le vôtre."
    assert re.fullmatch(r"L'attente est de .* minutes\.", last.said[1])
    assert any("tapez 1" in line for line in last.said)
    gather = last.document.find("Gather")
    assert gather is not None
    assert gather.attrib["action"] == f"{BASE}{VOICE}step/4"
    post(VOICE + "left/4", {**callers[0].base, "QueueResult": "hangup"})
    last.document = last.document.__class__("Response")
    last.post(VOICE + "wait/4")
    assert last.said[0] == "Il y a un appel avant le vôtre."
    assert "Enqueue" in entered
    assert QueueEntry.objects.get(call__provider_id="CA1").state == QueueEntryState.LEFT


def test_wait__announced_position_never_goes_up(reception: Reception) -> None:
    agent_present(reception.organisation)
    first, second = Caller("CA1", "+33321000011"), Caller("CA2", "+33321000012")
    first.to_pothole_in_arras()
    second.to_pothole_in_arras()
    second.wait()
    assert second.said[0] == "Il y a un appel avant le vôtre."
    QueueEntry.objects.filter(call__provider_id="CA2").update(rank=1)
    second.post(VOICE + "wait/4")
    assert second.said[0] == "Votre appel est le prochain."
    QueueEntry.objects.filter(call__provider_id="CA2").update(rank=2**40)
    second.post(VOICE + "wait/4")
    assert second.said[0] == "Votre appel est le prochain."


def test_wait__reading_it_is_never_a_repeat_and_changes_no_step(reception: Reception) -> None:
    agent_present(reception.organisation)
    caller = Caller()
    caller.to_pothole_in_arras()
    before = counts()
    for _ in range(3):
        caller.post(VOICE + "wait/4", idempotency="same")
        assert caller.said[0] == "Votre appel est le prochain."
    assert counts() == before


def test_wait__star_says_the_reference_again_then_a_choice_is_still_heard(reception: Reception) -> None:
    agent_present(reception.organisation)
    caller = Caller()
    caller.to_pothole_in_arras()
    caller.wait()
    reference = Ticket.objects.get().reference
    for _ in range(2):
        caller.press("*")
        assert f"{reference[:3]}, {reference[3:6]}, {reference[6:]}" in caller.said[0]
        assert caller.verbs == ["Gather"]
    caller.press("1")
    assert caller.verbs == ["Leave"]


def test_wait__nobody_available_says_so_and_still_lets_wait(reception: Reception) -> None:
    caller = Caller()
    caller.to_pothole_in_arras()
    assert "Tous nos agents sont déjà en ligne." in " ".join(caller.said)
    assert Ticket.objects.count() == 1
    caller.press("2")
    assert caller.verbs[-1] == "Enqueue"
    assert QueueEntry.objects.get().state == QueueEntryState.WAITING


# call-backs and voice messages


def leave_for_callback(caller: Caller) -> None:
    caller.to_pothole_in_arras()
    caller.wait()
    caller.press("1")
    caller.post(VOICE + "left/4", QueueResult="leave")


def test_callback__keeps_the_place_of_the_queue(reception: Reception) -> None:
    agent_present(reception.organisation)
    caller = Caller(number=MOBILE)
    with time_machine.travel(datetime(2026, 11, 16, 9, 0, tzinfo=UTC), tick=False):
        leave_for_callback(caller)
    with time_machine.travel(datetime(2026, 11, 16, 9, 7, tzinfo=UTC), tick=False):
        said = caller.press("1", idempotency="confirm")
        assert caller.post(VOICE + "step/6", idempotency="confirm", Digits="1") == said
    callback = Callback.objects.get()
    assert (callback.number, callback.state, callback.team) == (MOBILE, "owed", reception.team)
    assert callback.queue_since == datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    assert callback.ticket == Ticket.objects.get()
    assert "C’est noté. Nous vous rappellerons aujourd’hui, avant 12 h 10." in " ".join(caller.said).replace(
        "\u00a0", " "
    )
    assert QueueEntry.objects.get().state == QueueEntryState.CALLED_BACK
    post(VOICE + "status", {**caller.base, "CallStatus": "completed", "SequenceNumber": "2"})
    assert Call.objects.get().end_kind == "called_back"


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "+32470123456"])
def test_callback__hidden_or_foreign_number_gives_another(reception: Reception, number: str) -> None:
    agent_present(reception.organisation)
    caller = Caller(number=number)
    leave_for_callback(caller)
    assert "Tapez les dix chiffres du numéro où vous rappeler, puis dièse." in caller.said
    caller.press("0899123456")
    assert "Nous ne pouvons pas rappeler ce numéro." in caller.said
    caller.press("0321000099")
    assert Callback.objects.get().number == "+33321000099"
    call = Call.objects.get()
    assert call.hidden_number is (not number.startswith("+32"))
    assert call.from_number == ("+32470123456" if number.startswith("+32") else "")


def test_callback__one_open_per_number_keeps_the_first(reception: Reception) -> None:
    agent_present(reception.organisation)
    for sid in ("CA1", "CA2"):
        caller = Caller(sid)
        leave_for_callback(caller)
        caller.press("1")
    assert Callback.objects.count() == 1


RECORDING = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE12"


def to_voicemail(caller: Caller) -> None:
    caller.to_pothole_in_arras()
    caller.wait()
    caller.press("2")
    caller.post(VOICE + "left/4", QueueResult="leave")


def test_voicemail__is_kept_once_with_its_request_and_a_callback(reception: Reception) -> None:
    agent_present(reception.organisation)
    caller = Caller()
    to_voicemail(caller)
    record = caller.document.find("Record")
    assert record is not None
    assert record.attrib["recordingStatusCallback"] == f"{BASE}{VOICE}recording"
    caller.post(caller.action, RecordingUrl=RECORDING, RecordingDuration="12", Digits="hangup")
    told = {**caller.base, "RecordingSid": "RE12", "RecordingUrl": RECORDING, "RecordingStatus": "completed"}
    assert post(VOICE + "recording", told | {"RecordingDuration": "12"}).status_code == 204
    message = Message.objects.get()
    assert (message.provider_id, message.ticket, message.direction) == (
        "RE12",
        Ticket.objects.get(),
        "inbound",
    )
    assert message.body == "Message vocal de 12\N{NO-BREAK SPACE}s."
    assert Callback.objects.get().number == CALLER
    assert Call.objects.get().end_kind == "voicemail"


def test_voicemail__kept_from_its_own_callback_when_the_call_has_gone(reception: Reception) -> None:
    agent_present(reception.organisation)
    caller = Caller(number="anonymous")
    to_voicemail(caller)
    post(VOICE + "status", {**caller.base, "CallStatus": "completed", "SequenceNumber": "1"})
    told = {**caller.base, "RecordingSid": "RE12", "RecordingUrl": RECORDING, "RecordingStatus": "completed"}
    for _ in range(2):
        post(VOICE + "recording", told | {"RecordingDuration": "9"})
    assert [message.provider_id for message in Message.objects.all()] == ["RE12"]
    assert Callback.objects.count() == 0


# bad input


def test_call__unknown_line_is_answered_politely_and_kept(reception: Reception) -> None:
    caller = Caller(to="+33321999999")
    first = caller.dial()
    assert caller.verbs == ["Say", "Hangup"]
    assert "n’est plus en service" in caller.said[0]
    assert caller.dial() == first
    assert RawPayload.objects.count() == 1
    assert Contact.objects.count() == 0


def test_call__postal_code_that_does_not_exist(reception: Reception) -> None:
    caller = Caller()
    caller.dial()
    caller.press("4")
    caller.press("2")
    caller.press("99999")
    assert "Je ne trouve pas ce code postal." in caller.said
    caller.press("62116")
    assert "pour Ablainzevelle, tapez 1." in caller.said
    caller.press("2")
    assert Ticket.objects.get().commune_id == "62009"


@pytest.mark.parametrize("digits", ["'; drop", "\0", "1" * 500, "é"])
def test_call__what_no_telephone_sends_is_a_silence(reception: Reception, digits: str) -> None:
    caller = Caller()
    caller.dial()
    answer = post(VOICE + "step/1", {**caller.base, "Digits": digits})
    assert answer.status_code == 200
    assert "<Gather" in answer.content.decode()


def test_call__step_of_a_call_we_never_heard_of_begins_again(reception: Reception) -> None:
    caller = Caller("CA404")
    caller.post(VOICE + "step/3", Digits="1")
    assert caller.document.find("Redirect") is not None
    caller.dial()
    assert caller.verbs == ["Gather"]


def test_call__without_a_sid_is_not_a_call(reception: Reception) -> None:
    answer = post(VOICE + "incoming", {"From": CALLER, "To": LINE})
    assert answer.status_code == 200
    assert "<Hangup" in answer.content.decode()
    assert Contact.objects.count() == 0


# reports


def test_status__never_backwards_and_the_end_is_told_once(reception: Reception) -> None:
    agent_present(reception.organisation)
    caller = Caller()
    caller.to_pothole_in_arras()
    for status, sequence in (("in-progress", "1"), ("completed", "3"), ("completed", "3"), ("ringing", "0")):
        answer = post(VOICE + "status", {**caller.base, "CallStatus": status, "SequenceNumber": sequence})
        assert answer.status_code == 204
    call = Call.objects.get()
    assert (call.provider_status, call.end_kind) == ("completed", "abandoned")
    assert call.ended_at is not None
    assert QueueEntry.objects.get().state == QueueEntryState.LEFT
    assert Ticket.objects.get().state == "new"


def test_status__redirected_caller_is_counted_as_such(reception: Reception) -> None:
    caller = Caller()
    caller.dial()
    caller.press("4")
    caller.press("2")
    post(VOICE + "status", {**caller.base, "CallStatus": "completed", "SequenceNumber": "1"})
    assert Call.objects.get().end_kind == "redirected"


def test_incoming__costs_few_statements(reception: Reception) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        Caller().dial()
    assert len(queries) <= 15, [query["sql"][:80] for query in queries]
