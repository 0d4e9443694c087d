"""The telephone network refuses, or never says what it did, while an agent answers: the caller stays with somebody.

Whatever order fails, and however, the caller is on the line, waits or talks, keeps one contact and one place; once the
network works again they are answered.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from grc import clock
from grc.errors import GrcError
from grc.models import Call, Contact, QueueEntry
from grc.services.call_legs import legs_expire, legs_repair
from simulators.telephone.testing import Telephone
from tests.channels_in.reception import Reception
from tests.channels_in.test_network import DESK, agent_at_desk, answered, phone, reception, to_the_queue

__all__ = ["phone", "reception"]
pytestmark = pytest.mark.django_db(transaction=True)
KINDS = ["refused", "not_done", "done_unanswered"]


def on_the_line(telephone: Telephone, sid: str) -> None:
    """In the waiting room or in the room of their contact, never in between."""
    state = telephone.state(sid)
    assert state["status"] == "in-progress"
    assert state["queue"] is not None or state["conference"] is not None, state["transcript"][-3:]
    assert Contact.objects.count() == 1
    assert Call.objects.get().ended_at is None


def talks_in_the_end(telephone: Telephone, sid: str) -> None:
    """What is under way is let finish; else the agent takes the caller again."""
    telephone.settle()
    legs_repair(now=clock.now() + timedelta(seconds=30))
    telephone.settle()
    on_the_line(telephone, sid)


@pytest.mark.parametrize("kind", KINDS)
def test_ring__that_fails_leaves_the_caller_in_their_place(
    phone: Telephone, reception: Reception, kind: str
) -> None:
    agent = agent_at_desk(reception)
    sid = to_the_queue(phone)
    before = QueueEntry.objects.get().rank
    # 21210: the number may not call. A lost answer is no refusal: that telephone may be ringing.
    phone.fault(kind, method="POST", path="/Calls.json", code=21210)
    with suppress(GrcError):
        answered(reception, agent)
    on_the_line(phone, sid)
    entry = QueueEntry.objects.get()
    assert entry.rank == before
    assert len(phone.calls(DESK)) == (1 if kind == "done_unanswered" else 0)
    assert entry.state == ("waiting" if kind == "refused" else "offered")
    # A ring whose news is lost, whether it rings or not, holds the caller for a minute and a half at most.
    legs_expire(now=clock.now() + timedelta(seconds=80))
    assert QueueEntry.objects.get().state == entry.state
    legs_expire(now=clock.now() + timedelta(seconds=95))
    assert QueueEntry.objects.get().state == "waiting"
    on_the_line(phone, sid)


@pytest.mark.parametrize("kind", KINDS)
def test_join__that_fails_is_ordered_again(phone: Telephone, reception: Reception, kind: str) -> None:
    agent = agent_at_desk(reception)
    sid = to_the_queue(phone)
    answered(reception, agent)
    phone.fault(kind, method="POST", path=f"/Calls/{sid}")
    phone.answer(DESK)
    phone.settle()
    on_the_line(phone, sid)
    talks_in_the_end(phone, sid)
    assert phone.state(sid)["conference"]["name"] == f"contact-{Contact.objects.get().pk}"
    assert QueueEntry.objects.get().state == "answered"
