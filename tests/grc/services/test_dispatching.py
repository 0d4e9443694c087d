"""Messages owed to a provider: never lost, never sent twice, whatever dies in between."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from grc.enums import Channel, DeliveryState, DispatchState
from grc.errors import Invalid, ProviderError
from grc.models import Dispatch, Message, OptOut
from grc.ports import Accepted, Outgoing, UnknownOutcome, register_message_port
from grc.services import dispatching, messages
from grc.services.messages import Way, delivery_record, message_send
from tests.factories import SYSTEM, contact_make, organisation_make, ticket_make

pytestmark = pytest.mark.django_db(transaction=True)
AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
WAY = Way(Channel.SMS, "+33639980001", "+33353010216")


@dataclass
class RecordingPort:
    """A provider: what it took, and how it fails the next time."""

    taken: list[str] = field(default_factory=list)
    fail: list[Exception] = field(default_factory=list)
    took_before_failing: bool = False

    def send(self, message: Outgoing) -> Accepted:
        if self.fail:
            error = self.fail.pop(0)
            if self.took_before_failing:
                self.taken.append(message.body)
            raise error
        self.taken.append(message.body)
        return Accepted("twilio", f"SM{len(self.taken)}")

    def find_sent(self, message: Outgoing, *, since: datetime, known_ids: Collection[str]) -> Accepted | None:
        for number, body in enumerate(self.taken, start=1):
            if body == message.body and f"SM{number}" not in known_ids:
                return Accepted("twilio", f"SM{number}")
        return None


@pytest.fixture
def port() -> Iterator[RecordingPort]:
    from grc import ports

    before = dict(ports._messages)
    recording = RecordingPort()
    register_message_port(Channel.SMS, recording)
    yield recording
    ports._messages.clear()
    ports._messages.update(before)


def owe(body: str) -> Message:
    contact = contact_make(organisation_make(), channel=Channel.SMS)
    return message_send(actor=SYSTEM, contact=contact, ticket=None, way=WAY, body=body, at=AT)


def run_at(moment: datetime) -> int:
    with time_machine.travel(moment, tick=False):
        return dispatching.dispatches_run()


def test_dispatches_run__hands_over_once(port: RecordingPort) -> None:
    message = owe("Bonjour")
    assert run_at(AT) == 1
    assert run_at(AT + timedelta(days=1)) == 0
    message.refresh_from_db()
    assert (message.delivery, message.provider_id) == ("sent", "SM1")
    assert port.taken == ["Bonjour"]


def test_dispatches_run__a_process_dead_between_request_and_answer_sends_nothing_twice(
    port: RecordingPort,
) -> None:
    message = owe("Bonjour")
    with time_machine.travel(AT, tick=False):
        assert dispatching._take() is not None  # the row says « sending », then the process dies
    port.taken.append("Bonjour")  # the provider had taken it
    assert run_at(AT + timedelta(seconds=10)) == 0  # too early to call it an orphan
    assert run_at(AT + timedelta(seconds=25)) == 1
    message.refresh_from_db()
    assert port.taken == ["Bonjour"]
    assert (message.delivery, message.provider_id) == ("sent", "SM1")


def test_dispatches_run__a_process_dead_before_the_request_sends_it_later(port: RecordingPort) -> None:
    owe("Bonjour")
    with time_machine.travel(AT, tick=False):
        dispatching._take()
    assert run_at(AT + timedelta(seconds=25)) == 1
    assert port.taken == ["Bonjour"]


def test_dispatches_run__unknown_outcome_looks_before_sending_again(port: RecordingPort) -> None:
    message = owe("Bonjour")
    port.fail, port.took_before_failing = [UnknownOutcome("Pas de réponse.")], True
    run_at(AT)
    message.refresh_from_db()
    assert message.delivery == "unknown"
    run_at(AT + timedelta(minutes=5))
    message.refresh_from_db()
    assert port.taken == ["Bonjour"]
    assert message.delivery == "sent"


def test_dispatches_run__two_equal_messages_are_two(port: RecordingPort) -> None:
    contact = contact_make(organisation_make(), channel=Channel.SMS)
    for _ in range(2):
        message_send(actor=SYSTEM, contact=contact, ticket=None, way=WAY, body="Oui", at=AT)
    run_at(AT)
    assert port.taken == ["Oui", "Oui"]
    assert sorted(Message.objects.values_list("provider_id", flat=True)) == ["SM1", "SM2"]


def test_dispatches_run__permanent_refusal_is_said_on_the_message(port: RecordingPort) -> None:
    message = owe("Bonjour")
    port.fail = [ProviderError("Numéro non attribué.", permanent=True)]
    run_at(AT)
    message.refresh_from_db()
    assert message.delivery == "failed"
    assert Dispatch.objects.get().state == DispatchState.DEAD


def test_dispatches_run__a_transient_failure_keeps_the_order_of_one_person(port: RecordingPort) -> None:
    contact = contact_make(organisation_make(), channel=Channel.SMS)
    for body in ("un", "deux"):
        message_send(actor=SYSTEM, contact=contact, ticket=None, way=WAY, body=body, at=AT)
    port.fail = [ProviderError("Réseau.", permanent=False)]
    run_at(AT)
    assert port.taken == []
    run_at(AT + timedelta(minutes=2))
    assert port.taken == ["un", "deux"]


def test_delivery_record__never_moves_backwards(port: RecordingPort) -> None:
    message = owe("Bonjour")
    run_at(AT)
    for state in (DeliveryState.DELIVERED, DeliveryState.SENT):
        delivery_record(provider="twilio", provider_id="SM1", state=state, sequence=0)
    message.refresh_from_db()
    assert message.delivery == "delivered"


def test_message_send__stop_is_respected(port: RecordingPort) -> None:
    messages.opt_out_set(line_number=WAY.sender, value=WAY.address, at=AT)
    with pytest.raises(Invalid, match="STOP"):
        owe("Bonjour")
    assert Message.objects.count() == 0
    messages.opt_out_clear(line_number=WAY.sender, value=WAY.address)
    assert OptOut.objects.count() == 0
    owe("Bonjour")
    assert run_at(AT) == 1


def test_dispatches_run__the_secret_code_leaves_but_is_stored_nowhere(port: RecordingPort) -> None:
    organisation = organisation_make()
    ticket = ticket_make(organisation, contact=contact_make(organisation, channel=Channel.SMS))
    for automatic, body in ((True, "Suivi, code ******."), (False, "J’ai tapé ******.")):
        message_send(
            actor=SYSTEM,
            contact=ticket.origin_contact,
            ticket=ticket,
            way=WAY,
            body=body,
            at=AT,
            automatic=automatic,
        )
    run_at(AT)
    assert re.fullmatch(r"Suivi, code \d{6}\.", port.taken[0])
    assert port.taken[1] == "J’ai tapé ******."
    assert list(Message.objects.order_by("id").values_list("body", flat=True)) == [
        "Suivi, code ******.",
        "J’ai tapé ******.",
    ]


def test_message_send__the_parts_of_a_long_text_wait_for_each_other(port: RecordingPort) -> None:
    parts = ["a" * 1599, "b" * 1599, "c"]
    first = owe(" ".join(parts))
    assert [row.body for row in Message.objects.order_by("pk")] == parts
    assert first.body == parts[0]
    port.fail = [ProviderError("occupé", permanent=False)]
    assert run_at(AT) == 1
    assert port.taken == [], "the second part does not overtake the first"
    while run_at(AT + timedelta(hours=2)):
        pass
    assert port.taken == parts


def test_message_send__a_long_text_stays_whole_where_nothing_limits_it() -> None:
    contact = contact_make(organisation_make(), channel=Channel.WEB)
    way = Way(Channel.WEB, "", "")
    message_send(actor=SYSTEM, contact=contact, ticket=None, way=way, body="a " * 1900, at=AT)
    assert Message.objects.get().body == ("a " * 1900).strip()
