# ruff: noqa: F811 -- the fixtures of test_network
"""Calling people back, over HTTP on both sides: the turn that comes, who answers, who does not, who calls again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from grc.enums import CallbackOrigin
from grc.models import (
    Call,
    Callback,
    CallbackAttempt,
    CallLeg,
    Citizen,
    Contact,
    ContactPoint,
    Event,
    Message,
    Presence,
    QueueEntry,
)
from grc.selectors.actors import actor_of_agent
from grc.services.call_offers import call_offers_run
from grc.services.callback_dialling import callback_dial, callbacks_repair
from grc.services.callback_results import callback_attempt, callbacks_expire
from grc.services.callbacks import callback_accept, callback_dismiss, callback_owe
from simulators.telephone.testing import Telephone
from tests.channels_in.reception import CALLER, LINE, MOBILE, Reception, agent_present
from tests.channels_in.test_agent_leg import DESKS, Desk, desk_make, told
from tests.channels_in.test_network import phone, reception, to_the_queue  # noqa: F401
from tests.factories import SYSTEM, contact_make

pytestmark = pytest.mark.django_db(transaction=True)
OTHER = "+33321000043"


@pytest.fixture(autouse=True)
def somebody_at_work(reception: Reception) -> None:
    """Busy with somebody else: callers wait rather than being told that nobody answers."""
    agent_present(reception.organisation, "on_contact")


def owe(reception: Reception, number: str = CALLER, *, waited: int = 0, ticket: bool = False) -> Callback:
    contact = contact_make(reception.organisation, address_value=number)
    now = timezone.now()
    return callback_owe(
        actor=SYSTEM,
        contact=contact,
        ticket=None,
        number=number,
        reason="Rappel demandé",
        at=now,
        queue_since=now - timedelta(minutes=waited),
        line=reception.line,
    )


def available(reception: Reception, place: int = 0) -> Desk:
    desk = desk_make(reception, place)
    desk.presence()
    return desk


def run(phone: Telephone) -> None:
    call_offers_run()
    told(phone)


def leg_of(phone: Telephone, number: str) -> str:
    return str(phone.calls(number)[-1]["sid"])


def test_turn__rings_the_agent_then_the_person_and_keeps_the_promise(
    phone: Telephone, reception: Reception
) -> None:
    desk = available(reception)
    debt = owe(reception, waited=5)
    run(phone)
    debt.refresh_from_db()
    assert (debt.state, debt.agent) == ("dialling", desk.agent)
    assert phone.calls(CALLER) == [], "nobody is called before an agent is there"
    phone.answer(desk.number)
    told(phone)
    assert [leg["status"] for leg in phone.calls(CALLER)] == ["ringing"]
    phone.answer(CALLER)
    told(phone)
    debt.refresh_from_db()
    assert (debt.state, debt.attempts.get().result) == ("kept", "reached")
    call = Call.objects.get(callback_attempt__callback=debt)
    person = leg_of(phone, CALLER)
    assert phone.state(person)["conference"]["name"] == f"contact-{call.contact_id}"
    assert phone.state(person)["talking_to"]
    assert (call.contact.direction, call.contact.agent) == ("outbound", desk.agent)
    phone.hang_up(person)
    told(phone)
    call.refresh_from_db()
    assert (call.end_kind, call.ended_at is not None) == ("called_out", True)
    assert Presence.objects.get(agent=desk.agent).state == "wrapping_up"
    assert not CallLeg.objects.filter(ended_at__isnull=True).exists()
    assert [leg.kind for leg in CallLeg.objects.order_by("pk")] == ["agent", "caller"]
    assert not Event.objects.filter(name="call_ended").exists(), "it is none of the calls offered to us"


def test_turn__comes_after_who_has_waited_longer_and_before_who_came_later(
    phone: Telephone, reception: Reception
) -> None:
    first = to_the_queue(phone, "+33321000051")
    QueueEntry.objects.update(rank=int((timezone.now() - timedelta(minutes=9)).timestamp() * 1000))
    debt = owe(reception, waited=5)
    last = to_the_queue(phone, "+33321000052")
    told(phone)
    desk = available(reception)
    run(phone)
    debt.refresh_from_db()
    assert debt.state == "owed"
    assert QueueEntry.objects.get(call__provider_id=first).state == "offered"
    other = available(reception, 1)
    run(phone)
    debt.refresh_from_db()
    assert (debt.state, debt.agent) == ("dialling", other.agent)
    assert QueueEntry.objects.get(call__provider_id=last).state == "waiting"
    assert desk.offer() is not None


@pytest.mark.parametrize(("how", "result"), [("refuse", "busy"), ("ring", "no_answer")])
def test_person__does_not_answer_is_tried_again_in_another_half_day(
    phone: Telephone, reception: Reception, how: str, result: str
) -> None:
    desk = available(reception)
    debt = owe(reception)
    run(phone)
    phone.answer(desk.number)
    told(phone)
    if how == "refuse":
        phone.refuse(CALLER)
    else:
        phone.advance(26)
    told(phone)
    debt.refresh_from_db()
    assert (debt.state, debt.attempts.get().result) == ("owed", result)
    assert debt.next_at - timezone.now() > timedelta(minutes=89)
    assert Presence.objects.get(agent=desk.agent).state in ("available", "wrapping_up")
    assert Call.objects.get().ended_at is not None
    run(phone)
    debt.refresh_from_db()
    assert debt.state == "owed", "not before its time"


def test_agent__does_not_pick_up_costs_no_attempt(phone: Telephone, reception: Reception) -> None:
    desk = available(reception)
    debt = owe(reception)
    run(phone)
    phone.advance(21)
    phone.settle()
    debt.refresh_from_db()
    assert (debt.state, debt.attempts.count()) == ("owed", 0)
    assert phone.calls(CALLER) == []
    assert Presence.objects.get(agent=desk.agent).missed_in_row == 1
    other = available(reception, 1)
    desk.presence("paused", reason="break")
    run(phone)
    phone.answer(other.number)
    told(phone)
    assert [leg["status"] for leg in phone.calls(CALLER)] == ["ringing"]


def test_agent__leaves_while_it_rings_stops_the_ring(phone: Telephone, reception: Reception) -> None:
    desk = available(reception)
    debt = owe(reception)
    run(phone)
    phone.answer(desk.number)
    told(phone)
    phone.hang_up(leg_of(phone, desk.number))
    told(phone)
    assert phone.calls(CALLER)[0]["status"] in ("canceled", "completed", "no-answer")
    debt.refresh_from_db()
    assert (debt.state, debt.attempts.get().result) == ("owed", "failed")


def test_agent__puts_the_telephone_down_ends_the_conversation(phone: Telephone, reception: Reception) -> None:
    desk = available(reception)
    owe(reception)
    run(phone)
    phone.answer(desk.number)
    told(phone)
    phone.answer(CALLER)
    told(phone)
    phone.hang_up(leg_of(phone, desk.number))
    told(phone)
    assert phone.state(leg_of(phone, CALLER))["status"] == "completed"
    assert Call.objects.get().end_kind == "called_out"


def test_answering_machine__noted_by_the_agent_is_no_kept_promise(
    phone: Telephone, reception: Reception
) -> None:
    desk = available(reception)
    debt = owe(reception)
    run(phone)
    phone.answer(desk.number)
    told(phone)
    phone.answer(CALLER)
    told(phone)
    phone.hang_up(leg_of(phone, desk.number))
    told(phone)
    callback_attempt(actor=actor_of_agent(desk.agent), callback=debt, result="voicemail")
    debt.refresh_from_db()
    assert (debt.state, debt.closed_at, debt.attempts.get().result) == ("owed", None, "voicemail")


def test_dial__by_an_agent_whatever_the_order(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception)
    desk.presence("paused", reason="back_office")
    owe(reception, OTHER, waited=30)
    debt = owe(reception)
    callback_dial(actor=actor_of_agent(desk.agent), callback_id=debt.pk)
    told(phone)
    phone.answer(desk.number)
    told(phone)
    phone.answer(CALLER)
    told(phone)
    debt.refresh_from_db()
    assert debt.state == "kept"
    assert Callback.objects.get(number=OTHER).state == "owed"


def test_abandoned__is_proposed_and_closed_by_the_new_call(phone: Telephone, reception: Reception) -> None:
    sid = to_the_queue(phone)
    QueueEntry.objects.update(entered_at=timezone.now() - timedelta(seconds=90))
    phone.hang_up(sid)
    told(phone)
    proposal = Callback.objects.get()
    assert (proposal.state, proposal.origin, proposal.number) == ("proposed", "abandoned", CALLER)
    assert not Event.objects.filter(name="callback_owed").exists(), "nothing was promised"
    desk = available(reception)
    run(phone)
    assert phone.calls(desk.number) == [], "nobody is called before an agent has accepted"
    desk.presence("paused", reason="break")
    again = to_the_queue(phone)
    told(phone)
    proposal.refresh_from_db()
    assert proposal.state == "cancelled"
    second = QueueEntry.objects.get(call__provider_id=again)
    assert second.rank == proposal.rank, "they have their first place"
    phone.hang_up(again)
    told(phone)


def test_abandoned__accepted_becomes_a_debt_at_its_place(phone: Telephone, reception: Reception) -> None:
    sid = to_the_queue(phone)
    QueueEntry.objects.update(entered_at=timezone.now() - timedelta(seconds=90))
    phone.hang_up(sid)
    told(phone)
    desk = available(reception)
    proposal = callback_accept(actor=actor_of_agent(desk.agent), callback_id=Callback.objects.get().pk)
    assert (proposal.state, proposal.rank) == ("owed", QueueEntry.objects.get().rank)
    run(phone)
    assert [leg["status"] for leg in phone.calls(desk.number)] == ["ringing"]


@pytest.mark.parametrize("case", ["short", "hidden", "discreet", "owed", "dismissed"])
def test_abandoned__not_proposed(phone: Telephone, reception: Reception, case: str) -> None:
    number = "" if case == "hidden" else CALLER
    if case == "owed":
        owe(reception)
    if case == "discreet":
        sid = str(phone.call(CALLER, LINE)["sid"])
        for keys in ("3", "2", "62000"):
            phone.press(sid, keys)
        assert QueueEntry.objects.filter(ticket__confidentiality="discreet").exists()
    else:
        sid = to_the_queue(phone, number or "anonymous")
    if case != "short":
        QueueEntry.objects.update(entered_at=timezone.now() - timedelta(seconds=90))
    phone.hang_up(sid)
    told(phone)
    if case == "dismissed":
        desk = desk_make(reception)
        callback_dismiss(actor=actor_of_agent(desk.agent), callback_id=Callback.objects.get().pk)
    assert [one.state for one in Callback.objects.all()] == {
        "owed": ["owed"],
        "dismissed": ["cancelled"],
    }.get(case, [])


def test_caller_who_calls_back__is_not_dialled_keeps_the_place_and_is_owed_nothing_once_answered(
    phone: Telephone, reception: Reception
) -> None:
    debt = owe(reception, waited=20)
    to_the_queue(phone, OTHER)
    to_the_queue(phone, CALLER)
    told(phone)
    desk = available(reception)
    run(phone)
    offer = desk.offer()
    assert offer is not None
    assert offer["contact_id"] == Contact.objects.get(call__from_number=CALLER).pk
    assert not CallbackAttempt.objects.exists(), "nobody dials who is on the line"
    desk.does(f"/calls/offers/{offer['id']}/accept")
    phone.answer(desk.number)
    told(phone)
    debt.refresh_from_db()
    assert debt.state == "cancelled"


def test_duplicates__one_live_call_back_for_a_number(phone: Telephone, reception: Reception) -> None:
    first = owe(reception, waited=10)
    assert owe(reception).pk == first.pk
    assert Callback.objects.count() == 1
    assert Callback.objects.get().queue_since == first.queue_since


def test_position__pending_call_backs_count_and_it_never_grows(
    phone: Telephone, reception: Reception
) -> None:
    owe(reception, OTHER, waited=10)
    sid = to_the_queue(phone)
    assert "Il y a un appel avant le vôtre." in phone.heard(sid)
    owe(reception, MOBILE, waited=20)
    phone.advance(60)
    phone.settle()
    assert "Il y a 2 appels avant le vôtre." not in phone.heard(sid)


def test_three_attempts__then_the_person_is_told_by_sms(phone: Telephone, reception: Reception) -> None:
    desk = available(reception)
    debt = owe(reception, MOBILE)
    actor = actor_of_agent(desk.agent)
    states = [callback_attempt(actor=actor, callback=debt, result="no_answer").state for _ in range(3)]
    assert states == ["owed", "owed", "missed"]
    message = Message.objects.get(channel="sms")
    assert message.to_address == MOBILE
    assert message.body == (
        "Nous avons essayé de vous rappeler sans vous joindre. "
        "Rappelez-nous quand vous voulez au 03 21 21 62 16."
    )


def test_missed__nothing_is_sent_where_nothing_may_be_said(phone: Telephone, reception: Reception) -> None:
    person = Citizen.objects.create(organisation=reception.organisation, created_at=timezone.now())
    ContactPoint.objects.create(citizen=person, kind="phone", value=MOBILE, may_leave_message=False)
    debt = owe(reception, MOBILE)
    actor = actor_of_agent(desk_make(reception).agent)
    callback_attempt(actor=actor, callback=debt, result="wrong_number")
    assert not Message.objects.exists()
    other = owe(reception, "+33639980077")
    callback_attempt(actor=actor, callback=other, result="wrong_number")
    assert not Message.objects.exists(), "a stranger is written nothing"
    again = owe(reception, MOBILE)
    for _ in range(3):
        callback_attempt(actor=actor, callback=again, result="busy")
    assert not Message.objects.exists()


def test_expired__after_its_window_and_the_next_one(phone: Telephone, reception: Reception) -> None:
    debt = owe(reception)
    assert callbacks_expire(now=debt.window_end + timedelta(minutes=119)) == 0
    assert callbacks_expire(now=debt.window_end + timedelta(minutes=121)) == 1
    debt.refresh_from_db()
    assert debt.state == "expired"
    assert Event.objects.get(name="callback_closed").payload["state"] == "expired"


def test_hours_of_the_person__are_kept(phone: Telephone, reception: Reception) -> None:
    person = Citizen.objects.create(organisation=reception.organisation, created_at=timezone.now())
    ContactPoint.objects.create(
        citizen=person, kind="phone", value=CALLER, call_from="17:30", call_until="20:00"
    )
    at = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    with time_machine.travel(at, tick=False):
        debt = owe(reception)
    assert timezone.localtime(debt.window_start).strftime("%d %H:%M") == "16 17:30"
    assert timezone.localtime(debt.window_end).strftime("%H:%M") == "19:30"


def test_lost_call__is_owed_again(phone: Telephone, reception: Reception) -> None:
    available(reception)
    debt = owe(reception)
    run(phone)
    CallLeg.objects.update(ended_at=timezone.now(), end_reason="lost")
    assert callbacks_repair(now=timezone.now() + timedelta(minutes=2)) == 0
    assert callbacks_repair(now=timezone.now() + timedelta(minutes=4)) == 1
    debt.refresh_from_db()
    assert (debt.state, CallbackAttempt.objects.count(), debt.origin) == ("owed", 0, CallbackOrigin.ASKED)
    assert DESKS[0] in [call["to"] for call in phone.calls(DESKS[0])]
