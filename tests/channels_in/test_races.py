"""Two requests at the same instant, with real threads on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from pytest_django import Settings

from grc.errors import Conflict
from grc.models import Call, CallLeg, CallStep, Contact, Message, Presence, QueueEntry, Ticket
from grc.ports import register_telephony
from grc.selectors.actors import actor_of_agent
from grc.services.call_answering import call_answer
from tests.channels_in.reception import (
    LINE,
    MOBILE,
    VOICE,
    Caller,
    Reception,
    agent_present,
    post,
    reception_make,
)
from tests.telephony import RememberingNetwork

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reception(transactional_db: None, twilio: Settings) -> Reception:
    return reception_make()


def together(*works: Callable[[], str]) -> list[str]:
    """Start them at the same instant; their results in order."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], str]) -> str:
        barrier.wait(10)
        try:
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


@pytest.mark.parametrize("tokens", [("", ""), ("same", "same"), ("one", "two")])
def test_incoming__four_at_once_are_one_call(reception: Reception, tokens: tuple[str, str]) -> None:
    works = [lambda token=token: Caller().dial(idempotency=token) for token in tokens * 2]
    answers = together(*works)
    assert len(set(answers)) == 1
    assert "<Gather" in answers[0]
    assert (Contact.objects.count(), Call.objects.count(), CallStep.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize("tokens", [("", ""), ("same", "same"), ("one", "two")])
def test_step__that_opens_a_ticket_at_once_twice_opens_one(
    reception: Reception, tokens: tuple[str, str]
) -> None:
    agent_present(reception.organisation)
    caller = Caller()
    caller.dial()
    caller.press("4")
    caller.press("2")
    works = [
        lambda token=token: Caller().post(VOICE + "step/3", idempotency=token, Digits="62000")
        for token in tokens * 2
    ]
    answers = together(*works)
    assert len(set(answers)) == 1
    assert "<Enqueue" in answers[0]
    assert (Ticket.objects.count(), QueueEntry.objects.count(), CallStep.objects.count()) == (1, 1, 4)


def test_sms__same_message_four_times_at_once_is_one(reception: Reception) -> None:
    params = {"MessageSid": "SM1", "From": MOBILE, "To": LINE, "Body": "nid de poule"}

    def send() -> str:
        return str(post("/webhooks/twilio/messaging/incoming", params).status_code)

    assert together(send, send, send, send) == ["200"] * 4
    assert (Message.objects.count(), Ticket.objects.count(), Contact.objects.count()) == (1, 1, 1)


def test_sms__two_messages_at_once_are_one_conversation(reception: Reception) -> None:
    def send(sid: str) -> str:
        params = {"MessageSid": sid, "From": MOBILE, "To": LINE, "Body": "nid de poule"}
        return str(post("/webhooks/twilio/messaging/incoming", params).status_code)

    together(*[lambda sid=f"SM{number}": send(sid) for number in range(4)])
    assert (Message.objects.count(), Ticket.objects.count(), Contact.objects.count()) == (4, 1, 1)


def test_answer__while_the_caller_hangs_up_never_deadlocks(reception: Reception) -> None:
    agent = agent_present(reception.organisation)
    agent.desk_phone = "+33321000099"
    agent.save()
    agent.grants.update(role="reception")
    actor = actor_of_agent(agent)
    register_telephony(RememberingNetwork())
    try:
        for number in range(6):
            caller = Caller(f"CA{number}", f"+3332100010{number}")
            caller.to_pothole_in_arras()
            entry = QueueEntry.objects.get(call__provider_id=f"CA{number}")

            def take(entry_id: int = entry.pk) -> str:
                try:
                    taken = call_answer(
                        actor=actor, organisation_id=reception.organisation.pk, entry_id=entry_id
                    )
                except Conflict:
                    return "gone"
                return "taken" if taken is not None else "gone"

            def end(base: dict[str, str] = caller.base) -> str:
                told = {**base, "CallStatus": "completed", "SequenceNumber": "1"}
                return str(post(VOICE + "status", told).status_code)

            _taken, status = together(take, end)
            assert status == "204"
            entry.refresh_from_db()
            # Whoever was first, the telephone that rings for somebody who has gone is stopped, and the agent is free.
            assert entry.state == "left"
            assert not CallLeg.objects.filter(call=entry.call_id, ended_at__isnull=True).exists()
            assert Presence.objects.get(agent=agent).state == "available"
            assert entry.call.__class__.objects.get(pk=entry.call_id).ended_at is not None
    finally:
        register_telephony(None)
