"""Calls from the first ring to the end, the queue, the debts of call-back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grc.enums import CallbackState, Channel, QueueEntryState, Role
from grc.errors import Conflict, Invalid, ProviderError
from grc.models import Call, Callback, CallLeg, Contact, Event, Line, QueueEntry, Team
from grc.ports import register_telephony
from grc.services.call_answering import call_answer
from grc.services.call_legs import leg_pick_up
from grc.services.call_queue import call_enqueue, queue_entry_announce
from grc.services.callback_results import callback_attempt
from grc.services.callbacks import callback_owe
from grc.services.calls import call_end, call_receive, call_status_record, calls_sweep
from grc.types import Actor
from tests.factories import SYSTEM, agent_make, contact_make, organisation_make, team_make
from tests.telephony import RememberingNetwork

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
CALLER = "+33321000042"


@pytest.fixture(autouse=True)
def no_telephony() -> object:
    yield
    register_telephony(None)


def ring(provider_id: str = "CA1", *, number: str = CALLER) -> Call:
    organisation = organisation_make()
    team_make(organisation, fallback=True)
    line = Line.objects.create(
        organisation=organisation, number=f"+3332121{len(provider_id)}216", label="Essai", script={}
    )
    return call_receive(
        actor=SYSTEM,
        line=line,
        provider="twilio",
        provider_id=provider_id,
        from_number=number,
        hidden_number=not number,
        at=AT,
    )


def agent_of(call: Call, *, desk: str = "+33321000099") -> Actor:
    from grc.selectors.actors import actor_of_agent

    agent = agent_make(call.contact.organisation, role=Role.RECEPTION)
    agent.desk_phone = desk
    agent.save()
    return actor_of_agent(agent)


def dispositions() -> list[str]:
    return [event.payload["disposition"] for event in Event.objects.filter(name="call_ended").order_by("id")]


def test_call_end__who_hangs_up_while_waiting_is_abandoned() -> None:
    call = ring()
    entry = call_enqueue(actor=SYSTEM, call=call, ticket=None, at=AT + timedelta(seconds=30))
    call_end(actor=SYSTEM, call=call, at=AT + timedelta(seconds=90))
    entry.refresh_from_db()
    assert entry.state == QueueEntryState.LEFT
    assert dispositions() == ["abandoned"]
    assert Event.objects.get(name="call_ended").payload["wait_seconds"] == 60


def test_call_end__twice_is_once() -> None:
    call = ring()
    call_end(actor=SYSTEM, call=call, at=AT)
    call_end(actor=SYSTEM, call=call, at=AT + timedelta(hours=1))
    assert dispositions() == ["abandoned"]
    call.refresh_from_db()
    assert call.ended_at == AT


def test_call_end__a_promised_call_back_is_its_disposition() -> None:
    call = ring()
    callback_owe(
        actor=SYSTEM, contact=call.contact, ticket=None, number="+33639980001", reason="Attente", at=AT
    )
    call_end(actor=SYSTEM, call=call, at=AT)
    assert dispositions() == ["called_back"]


def test_call_status_record__late_reports_change_nothing() -> None:
    call = ring()
    call_status_record(actor=SYSTEM, call=call, status="completed", sequence=3, at=AT)
    call_status_record(actor=SYSTEM, call=call, status="in-progress", sequence=2, at=AT)
    call.refresh_from_db()
    assert call.provider_status == "completed"
    assert dispositions() == ["abandoned"]


def test_calls_sweep__ends_the_calls_nobody_reported() -> None:
    ring()
    assert calls_sweep(actor=SYSTEM, now=AT + timedelta(hours=3)) == 0
    assert calls_sweep(actor=SYSTEM, now=AT + timedelta(hours=5)) == 1
    assert calls_sweep(actor=SYSTEM, now=AT + timedelta(hours=6)) == 0


def test_call_enqueue__entering_twice_keeps_the_first_place() -> None:
    call = ring()
    first = call_enqueue(actor=SYSTEM, call=call, ticket=None, at=AT)
    again = call_enqueue(actor=SYSTEM, call=call, ticket=None, at=AT + timedelta(minutes=5))
    assert again.pk == first.pk
    assert again.entered_at == AT


def test_queue_entry_announce__the_position_never_goes_up() -> None:
    entry = call_enqueue(actor=SYSTEM, call=ring(), ticket=None, at=AT)
    assert queue_entry_announce(entry=entry, position=4) == 4
    entry.refresh_from_db()
    assert queue_entry_announce(entry=entry, position=6) == 4
    assert queue_entry_announce(entry=entry, position=2) == 2


def test_call_answer__joins_the_legs_and_counts_the_wait() -> None:
    call = ring()
    call_enqueue(actor=SYSTEM, call=call, ticket=None, at=AT)
    network = RememberingNetwork()
    register_telephony(network)
    actor = agent_of(call)
    entry = call_answer(actor=actor, organisation_id=call.contact.organisation_id)
    assert entry is not None
    assert [(ring.to, ring.conference) for ring in network.rung] == [
        ("+33321000099", f"contact-{call.contact_id}")
    ]
    call.refresh_from_db()
    assert (call.answered_at, QueueEntry.objects.get().state) == (None, "offered")
    leg = CallLeg.objects.get(kind="agent")
    picked = leg_pick_up(leg_id=leg.pk, provider_id=leg.provider_id, at=AT + timedelta(seconds=20))
    assert picked.conference == f"contact-{call.contact_id}"
    call.refresh_from_db()
    assert (call.answered_at, QueueEntry.objects.get().state) == (AT + timedelta(seconds=20), "answered")
    assert Event.objects.get(name="call_answered").payload["wait_seconds"] == 20
    assert call_answer(actor=actor, organisation_id=call.contact.organisation_id) is None
    with pytest.raises(Conflict, match="déjà été pris"):
        call_answer(actor=actor, organisation_id=call.contact.organisation_id, entry_id=entry.pk)


def test_call_answer__a_refusal_of_the_network_gives_the_place_back() -> None:
    call = ring()
    call_enqueue(actor=SYSTEM, call=call, ticket=None, at=AT)
    register_telephony(RememberingNetwork(refuse=True))
    actor = agent_of(call)
    with pytest.raises(ProviderError):
        call_answer(actor=actor, organisation_id=call.contact.organisation_id)
    entry = QueueEntry.objects.get()
    assert (entry.state, entry.agent_id, entry.entered_at) == ("waiting", None, AT)
    call.refresh_from_db()
    assert call.answered_at is None


def test_call_answer__without_a_desk_number_says_what_to_do() -> None:
    call = ring()
    register_telephony(RememberingNetwork())
    with pytest.raises(Invalid, match="n’a pas de numéro"):
        call_answer(actor=agent_of(call, desk=""), organisation_id=call.contact.organisation_id)


def test_callback_owe__one_open_debt_per_number_keeps_its_place() -> None:
    contact = contact_make(organisation_make(), channel=Channel.PHONE)
    team_make(contact.organisation, fallback=True)
    first = callback_owe(
        actor=SYSTEM, contact=contact, ticket=None, number="+33639980001", reason="Attente", at=AT
    )
    again = callback_owe(
        actor=SYSTEM,
        contact=contact,
        ticket=None,
        number="+33639980001",
        reason="Encore",
        at=AT + timedelta(hours=1),
    )
    assert again.pk == first.pk
    assert again.queue_since == AT
    assert (first.window_start, first.window_end) == (AT, AT + timedelta(hours=2))


def proposal_make(contact: Contact, team: Team, *, state: str = "proposed") -> Callback:
    return Callback.objects.create(
        contact=contact,
        organisation=contact.organisation,
        team=team,
        number="+33639980001",
        state=state,
        origin="abandoned",
        reason="Appel abandonné",
        queue_since=AT,
        rank=0,
        window_start=AT,
        window_end=AT + timedelta(hours=2),
        next_at=AT,
        created_at=AT,
    )


def test_callback_owe__refused_leaves_the_proposal_of_the_number() -> None:
    contact = contact_make(organisation_make(), channel=Channel.PHONE)
    proposal = proposal_make(contact, team_make(contact.organisation))
    with pytest.raises(Invalid, match="Aucune équipe de repli"):
        callback_owe(
            actor=SYSTEM, contact=contact, ticket=None, number="+33639980001", reason="Attente", at=AT
        )
    proposal.refresh_from_db()
    assert proposal.state == CallbackState.PROPOSED


def test_callback_owe__who_only_hung_up_has_asked_for_nothing() -> None:
    contact = contact_make(organisation_make(), channel=Channel.PHONE)
    team = team_make(contact.organisation, fallback=True)
    for _ in range(5):
        proposal_make(contact, team, state="cancelled")
    debt = callback_owe(
        actor=SYSTEM, contact=contact, ticket=None, number="+33639980001", reason="Attente", at=AT
    )
    assert debt.state == CallbackState.OWED


def test_callback_owe__at_night_promises_the_morning() -> None:
    contact = contact_make(organisation_make(), channel=Channel.PHONE)
    team_make(contact.organisation, fallback=True)
    debt = callback_owe(
        actor=SYSTEM,
        contact=contact,
        ticket=None,
        number="+33639980001",
        reason="Attente",
        at=datetime(2026, 1, 15, 0, 0, tzinfo=UTC),
    )
    assert (debt.window_start, debt.window_end) == (
        datetime(2026, 1, 15, 7, 0, tzinfo=UTC),
        datetime(2026, 1, 15, 9, 0, tzinfo=UTC),
    )


def test_callback_owe__refuses_a_premium_number() -> None:
    contact = contact_make(organisation_make(), channel=Channel.PHONE)
    team_make(contact.organisation, fallback=True)
    with pytest.raises(Invalid):
        callback_owe(
            actor=SYSTEM, contact=contact, ticket=None, number="+33899123456", reason="Attente", at=AT
        )
    assert Callback.objects.count() == 0


def test_callback_attempt__three_misses_end_the_debt() -> None:
    call = ring()
    actor = agent_of(call)
    callback = callback_owe(
        actor=SYSTEM, contact=call.contact, ticket=None, number="+33639980001", reason="Attente", at=AT
    )
    states = [callback_attempt(actor=actor, callback=callback, result="no_answer").state for _ in range(3)]
    assert states == [CallbackState.OWED, CallbackState.OWED, CallbackState.MISSED]
    with pytest.raises(Conflict):
        callback_attempt(actor=actor, callback=callback, result="reached")
