"""How many statements each webhook of a whole call takes: at most twelve, whatever the caller does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from grc.models import Call, Callback, Message, QueueEntry, Ticket
from grc.services.codes import ticket_code
from tests.channels_in.reception import MOBILE, VOICE, Caller, Reception, agent_present, post, reception_make

pytestmark = pytest.mark.django_db(transaction=True)
AT_MOST = 12
FRAME = ("BEGIN", "COMMIT")
RECORDING = "https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE12"


@pytest.fixture
def reception(transactional_db: None, twilio: Settings) -> Reception:
    made = reception_make()
    agent_present(made.organisation, "on_contact")
    # What a process reads once (the line, the content types) is read by a first call.
    Caller("CA-first", "+33321000001").to_pothole_in_arras()
    return made


class Steps:
    """Statements of each step, savepoints counted; the beginning and the end of the transaction are not."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        with CaptureQueriesContext(connection) as queries:
            yield
        said = [" ".join(query["sql"].split()) for query in queries]
        self.found[name] = [text for text in said if text not in FRAME]

    def check(self) -> None:
        """Every step within the limit; else the statements of those that are not, and the counts of all."""
        counts = {name: len(texts) for name, texts in self.found.items()}
        too_many = [name for name, count in counts.items() if count > AT_MOST]
        assert not too_many, f"{self.said(too_many)}\n{counts}"

    def said(self, names: list[str]) -> str:
        return "\n".join(
            f"{name}: {len(self.found[name])} statements\n"
            + "\n".join(f"  {place:2}. {text[:160]}" for place, text in enumerate(self.found[name], 1))
            for name in names
        )


def menu(steps: Steps, caller: Caller) -> None:
    """The demonstration's keys: roads, then roads again, then the postal code; then the waiting room."""
    with steps.step("incoming"):
        caller.dial(idempotency="token")
    with steps.step("menu"):
        caller.press("4", idempotency="token 1")
    with steps.step("second menu"):
        caller.press("2")
    with steps.step("wrong key"):
        caller.press("9")
    with steps.step("postal code: opens the request, enters the queue"):
        caller.press("62000")
    with steps.step("wait, first time"):
        caller.wait()
    with steps.step("wait, again"):
        caller.wait_again()


def status(caller: Caller, status: str, sequence: str) -> None:
    post(VOICE + "status", {**caller.base, "CallStatus": status, "SequenceNumber": sequence})


def test_statements__of_a_call_that_waits_and_hangs_up(reception: Reception) -> None:
    steps, caller = Steps(), Caller()
    menu(steps, caller)
    with steps.step("star: the reference again"):
        caller.press("*")
    with steps.step("star, repeated"):
        caller.press("*")
    with steps.step("report of progress"):
        status(caller, "in-progress", "1")
    with steps.step("left: hung up"):
        caller.post(VOICE + "left/4", QueueResult="hangup")
    with steps.step("end"):
        status(caller, "completed", "2")
    with steps.step("end, repeated"):
        status(caller, "completed", "2")
    assert Call.objects.get(provider_id="CA1").end_kind == "abandoned"
    steps.check()


def test_statements__of_a_call_that_asks_to_be_called_back(reception: Reception) -> None:
    steps, caller = Steps(), Caller(number=MOBILE)
    menu(steps, caller)
    with steps.step("chooses to be called back"):
        caller.press("1")
    with steps.step("left: by their choice"):
        caller.post(VOICE + "left/4", QueueResult="leave")
    with steps.step("call-back"):
        caller.press("1")
    with steps.step("end"):
        status(caller, "completed", "2")
    assert Callback.objects.get().number == MOBILE
    steps.check()


def test_statements__of_a_call_that_leaves_a_message(reception: Reception) -> None:
    steps, caller = Steps(), Caller()
    menu(steps, caller)
    with steps.step("chooses to leave a message"):
        caller.press("2")
    with steps.step("left: by their choice"):
        caller.post(VOICE + "left/4", QueueResult="leave")
    with steps.step("message"):
        caller.post(caller.action, RecordingUrl=RECORDING, RecordingDuration="12", Digits="hangup")
    with steps.step("recording ready"):
        told = {
            **caller.base,
            "RecordingSid": "RE12",
            "RecordingUrl": RECORDING,
            "RecordingStatus": "completed",
        }
        post(VOICE + "recording", told | {"RecordingDuration": "12"})
    with steps.step("end"):
        status(caller, "completed", "2")
    assert Message.objects.filter(provider_id="RE12").count() == 1
    steps.check()


def test_statements__of_a_call_that_follows_a_request(reception: Reception) -> None:
    ticket = Ticket.objects.get()
    steps, caller = Steps(), Caller()
    caller.dial()
    with steps.step("asks to follow"):
        caller.press("9")
    with steps.step("reference"):
        caller.press(ticket.reference)
    with steps.step("code"):
        caller.press(ticket_code(ticket))
    with steps.step("end"):
        status(caller, "completed", "2")
    assert Call.objects.get(provider_id="CA1").end_kind == "self_served"
    steps.check()


def test_statements__of_repeats_and_strangers(reception: Reception) -> None:
    steps, caller = Steps(), Caller()
    caller.dial()
    caller.press("4")
    caller.press("2")
    caller.press("62000")
    repeats: dict[str, Callable[[], object]] = {
        "incoming, repeated": lambda: caller.post(VOICE + "incoming"),
        "step, repeated": lambda: caller.post(VOICE + "step/3", Digits="62000"),
        "unknown call": lambda: Caller("CA404").post(VOICE + "step/3", Digits="1"),
        "unknown line": lambda: Caller("CA405", to="+33321999999").dial(),
    }
    for name, work in repeats.items():
        with steps.step(name):
            work()
    assert QueueEntry.objects.count() == 2
    steps.check()
