"""Offers and presence on real tables: one offer per caller and per agent whatever is done at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from grc.enums import AgentReach, Channel, PauseReason, PresenceState, Role
from grc.errors import Conflict, GrcError, Invalid, NotAllowed
from grc.figures.report import service_level_report
from grc.models import Agent, Call, CallLeg, CallOffer, Event, Organisation, Presence, QueueEntry
from grc.ports import Ring, UnknownOutcome, register_telephony
from grc.selectors.actors import actor_of_agent
from grc.services.call_answering import call_answer, call_offer_accept
from grc.services.call_legs import leg_pick_up, legs_expire
from grc.services.call_offers import call_offers_run
from grc.services.call_queue import call_enqueue, call_take
from grc.services.calls import call_end
from grc.services.outbox import deliveries_run
from grc.services.presence import presence_set, presence_touch, presences_sweep
from grc.services.visits import visit_arrive, visit_call, visit_serve
from grc.types import Actor
from tests.factories import (
    SYSTEM,
    agent_make,
    call_make,
    contact_make,
    organisation_make,
    site_make,
    team_make,
)
from tests.telephony import RememberingNetwork


@pytest.fixture(autouse=True)
def network() -> Iterator[RememberingNetwork]:
    made = RememberingNetwork()
    register_telephony(made)
    yield made
    register_telephony(None)


def together(*acts: Callable[[], object]) -> list[object]:
    """Run at the same moment, each in its thread and connection; an expected refusal is its code."""
    barrier = threading.Barrier(len(acts))
    results: list[object] = [None] * len(acts)

    def run(place: int, act: Callable[[], object]) -> None:
        barrier.wait()
        try:
            results[place] = act()
        except GrcError as error:
            results[place] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def agent_at_work(organisation: Organisation, *, minutes_idle: int = 0, reach: str = "screen") -> Agent:
    agent = agent_make(organisation, role=Role.RECEPTION)
    Agent.objects.filter(pk=agent.pk).update(desk_phone="+33199001234")
    agent.refresh_from_db()
    now = timezone.now()
    Presence.objects.create(
        agent=agent,
        state=PresenceState.AVAILABLE,
        since=now - timedelta(minutes=minutes_idle),
        touched_at=now,
        reach=reach,
    )
    return agent


def caller_waits(organisation: Organisation, *, minutes: int = 0) -> QueueEntry:
    call = call_make(contact_make(organisation, channel=Channel.PHONE))
    CallLeg.objects.create(
        call=call,
        kind="caller",
        provider_id=call.provider_id,
        dialled_at=call.offered_at,
        answered_at=call.offered_at,
    )
    at = timezone.now() - timedelta(minutes=minutes)
    return call_enqueue(actor=SYSTEM, call=call, ticket=None, at=at)


@pytest.mark.django_db(transaction=True)
def test_call_offers_run__many_processes_never_offer_twice() -> None:
    organisation = organisation_make()
    agents = [agent_at_work(organisation, minutes_idle=number) for number in range(4)]
    entries = [caller_waits(organisation, minutes=10 - number) for number in range(6)]
    for _turn in range(3):
        together(*[call_offers_run] * 4)
    # Four agents: the four who have waited the longest, the oldest of them to whoever was idle the longest.
    made = {offer.entry_id: offer.agent_id for offer in CallOffer.objects.all()}
    assert sorted(made) == [entry.pk for entry in entries[:4]]
    assert made[entries[0].pk] == agents[3].pk
    assert sorted(made.values()) == [agent.pk for agent in agents]


@pytest.mark.django_db
def test_offer__the_database_refuses_a_second_open_one() -> None:
    organisation = organisation_make()
    first, second = agent_at_work(organisation), agent_at_work(organisation)
    entry, other = caller_waits(organisation), caller_waits(organisation)
    now = timezone.now()
    CallOffer.objects.create(entry=entry, agent=first, offered_at=now, rings_until=now)
    for given in ({"entry": entry, "agent": second}, {"entry": other, "agent": first}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CallOffer.objects.create(**given, offered_at=now, rings_until=now)


def take(actor: Actor, entry_id: int) -> int | None:
    assert actor.organisation_id is not None
    taken = call_answer(actor=actor, organisation_id=actor.organisation_id, entry_id=entry_id)
    return taken.agent_id if taken is not None else None


def accept(actor: Actor, offer_id: int) -> str:
    return call_offer_accept(actor=actor, offer_id=offer_id).outcome


def end(entry: QueueEntry) -> str:
    return call_end(actor=SYSTEM, call=Call.objects.get(pk=entry.call_id), at=timezone.now()).end_kind


def pause(actor: Actor) -> str:
    return presence_set(actor=actor, state=PresenceState.PAUSED, reason=PauseReason.BREAK).state


@pytest.mark.django_db(transaction=True)
def test_call_answer__two_agents_at_once_one_wins(network: RememberingNetwork) -> None:
    organisation = organisation_make()
    for _race in range(5):
        actors = [actor_of_agent(agent_at_work(organisation)) for _agent in range(3)]
        entry = caller_waits(organisation)

        results = together(*[partial(take, actor, entry.pk) for actor in actors])
        winners = [one for one in results if isinstance(one, int)]
        assert len(winners) == 1
        assert [one for one in results if one not in winners] == ["already_taken"] * 2
        assert CallLeg.objects.filter(kind="agent", call=entry.call_id).count() == 1
        Presence.objects.filter(agent__organisation=organisation).update(state="offline")
    assert len(network.rung) == 5


@pytest.mark.django_db(transaction=True)
def test_call_offer_accept__while_the_caller_hangs_up(network: RememberingNetwork) -> None:
    organisation = organisation_make()
    outcomes = set()
    for _race in range(8):
        agent = agent_at_work(organisation)
        entry = caller_waits(organisation)
        assert call_offers_run() == 1
        offer = CallOffer.objects.get(entry=entry)
        actor = actor_of_agent(agent)
        accepted, _ended = together(partial(accept, actor, offer.pk), partial(end, entry))
        outcomes.add(accepted)
        entry.refresh_from_db()
        offer.refresh_from_db()
        # Whoever was first: the caller has left, nobody rings any more, the agent is free for the next one.
        assert (entry.state, bool(offer.outcome)) == ("left", True)
        assert not CallLeg.objects.filter(call=entry.call_id, ended_at__isnull=True).exists()
        assert Presence.objects.get(agent=agent).state == "available"
        Presence.objects.filter(agent=agent).update(state="offline")
    assert outcomes <= {"accepted", "caller_left"}
    # A telephone that was rung for somebody who left is told to stop.
    rung = {f"CAleg{ring.leg_id}" for ring in network.rung}
    stopped = {one.rpartition("-")[0] for one in network.hung_up}
    assert rung <= stopped


@pytest.mark.django_db(transaction=True)
def test_call_offers_run__while_the_caller_hangs_up() -> None:
    organisation = organisation_make()
    for _race in range(8):
        agent = agent_at_work(organisation, reach="desk_phone")
        entry = caller_waits(organisation)
        together(call_offers_run, partial(end, entry))
        assert not CallOffer.objects.filter(outcome="").exists()
        assert not CallLeg.objects.filter(call=entry.call_id, ended_at__isnull=True).exists()
        assert Presence.objects.get(agent=agent).state == "available"
        Presence.objects.filter(agent=agent).update(state="offline")


@pytest.mark.django_db(transaction=True)
def test_presence_set__pausing_while_being_offered_sends_the_caller_on() -> None:
    organisation = organisation_make()
    for _race in range(5):
        agent = agent_at_work(organisation)
        entry = caller_waits(organisation)
        actor = actor_of_agent(agent)
        together(call_offers_run, partial(pause, actor))
        call_offers_run()
        assert Presence.objects.get(agent=agent).state == "paused"
        # Offered just before, just after, or not at all: whichever, nobody is left being asked.
        assert not CallOffer.objects.filter(outcome="").exists()
        assert QueueEntry.objects.get(pk=entry.pk).state == "waiting"
        call_end(actor=SYSTEM, call=Call.objects.get(pk=entry.call_id), at=timezone.now())


@pytest.mark.django_db
def test_leg_pick_up__twice_is_once_and_after_the_caller_left_says_so() -> None:
    organisation = organisation_make()
    agent = agent_at_work(organisation, reach="desk_phone")
    entry = caller_waits(organisation)
    call_offers_run()
    leg = CallLeg.objects.get(kind="agent")
    now = timezone.now()
    first = leg_pick_up(leg_id=leg.pk, provider_id="CAdesk", at=now)
    assert leg_pick_up(leg_id=leg.pk, provider_id="CAdesk", at=now) == first
    assert first.conference == f"contact-{entry.call.contact_id}"
    call_end(actor=SYSTEM, call=entry.call, at=now)
    assert leg_pick_up(leg_id=leg.pk, provider_id="CAdesk", at=now).refusal == "caller_gone"
    assert Presence.objects.get(agent=agent).state == "wrapping_up"


class Silent(RememberingNetwork):
    """Rings, and its answer is lost on the way."""

    def ring(self, ring: Ring) -> str:
        super().ring(ring)
        raise UnknownOutcome("L’opérateur n’a pas répondu à temps.")


@pytest.mark.django_db
def test_leg_ring__an_answer_lost_is_not_a_refusal(django_capture_on_commit_callbacks: Any) -> None:
    network = Silent()
    register_telephony(network)
    agent = agent_at_work(organisation_make(), reach="desk_phone")
    entry = caller_waits(agent.organisation)
    with django_capture_on_commit_callbacks(execute=True):
        call_offers_run()
    leg = CallLeg.objects.get(kind="agent")
    assert (len(network.rung), leg.provider_id, leg.ended_at) == (1, "", None)
    # Whoever picks up says which telephone it is.
    picked = leg_pick_up(leg_id=leg.pk, provider_id="CAdesk", at=timezone.now())
    assert picked.conference == f"contact-{entry.call.contact_id}"
    leg.refresh_from_db()
    assert leg.provider_id == "CAdesk"


@pytest.mark.django_db
def test_call_take__next_leaves_those_kept_for_others() -> None:
    organisation = organisation_make()
    agent, other = agent_at_work(organisation), agent_at_work(organisation)
    actor = actor_of_agent(agent)
    closed, open_team = team_make(organisation, "enfance", restricted=True), team_make(organisation, "routes")
    confidential, named, of_team, mine, anybody = (
        caller_waits(organisation, minutes=minutes) for minutes in (9, 8, 7, 6, 5)
    )
    QueueEntry.objects.filter(pk=confidential.pk).update(team=closed)
    QueueEntry.objects.filter(pk=named.pk).update(for_agent=other)
    QueueEntry.objects.filter(pk=of_team.pk).update(team=open_team, for_team=True)
    QueueEntry.objects.filter(pk=mine.pk).update(for_agent=agent)
    taken = [call_take(actor=actor, organisation_id=organisation.pk) for _ in range(3)]
    assert [entry and entry.pk for entry in taken] == [mine.pk, anybody.pk, None]
    chosen = call_take(actor=actor, organisation_id=organisation.pk, entry_id=named.pk)
    assert chosen is not None
    assert chosen.pk == named.pk
    with pytest.raises(Conflict):
        call_take(actor=actor, organisation_id=organisation.pk, entry_id=confidential.pk)


@pytest.mark.django_db
def test_call_take__a_restricted_team_is_answered_by_its_members() -> None:
    organisation = organisation_make()
    team, entry = team_make(organisation, "enfance", restricted=True), caller_waits(organisation)
    QueueEntry.objects.filter(pk=entry.pk).update(team=team)
    member = agent_make(organisation, role=Role.RECEPTION, team=team)
    taken = call_take(actor=actor_of_agent(member), organisation_id=organisation.pk)
    assert taken is not None
    assert taken.pk == entry.pk


@pytest.mark.django_db
def test_legs_expire__the_telephone_of_who_is_called_back(network: RememberingNetwork) -> None:
    at = timezone.now()
    call = call_make(contact_make(organisation_make(), channel=Channel.PHONE))
    call.contact.direction = "outbound"
    call.contact.save(update_fields=["direction"])
    leg = CallLeg.objects.create(call=call, kind="caller", number="+33639980042", dialled_at=at)
    assert legs_expire(now=at + timedelta(seconds=80)) == 0
    assert legs_expire(now=at + timedelta(seconds=95)) == 1
    leg.refresh_from_db()
    call.refresh_from_db()
    assert (leg.end_reason, call.end_kind) == ("failed", "called_out")


@pytest.mark.django_db
def test_leg_ring__a_telephone_that_cannot_be_rung_is_left_alone(
    django_capture_on_commit_callbacks: Any,
) -> None:
    register_telephony(RememberingNetwork(refuse=True))
    agent = agent_at_work(organisation_make(), reach="desk_phone")
    entry = caller_waits(agent.organisation)
    for _try in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert call_offers_run() == 1
        CallOffer.objects.update(ended_at=timezone.now() - timedelta(minutes=2))
    row = Presence.objects.get(agent=agent)
    assert (row.state, row.reason) == ("paused", "missed_offers")
    entry.refresh_from_db()
    assert entry.state == "waiting"
    reasons = set(CallLeg.objects.filter(kind="agent").values_list("end_reason", flat=True))
    assert reasons == {"withdrawn"}


@pytest.mark.django_db
def test_presence_set__rules() -> None:
    organisation = organisation_make()
    agent = agent_at_work(organisation)
    actor = actor_of_agent(agent)
    with pytest.raises(Invalid, match="motif"):
        presence_set(actor=actor, state=PresenceState.PAUSED)
    with pytest.raises(Invalid, match="suit ses contacts"):
        presence_set(actor=actor, state=PresenceState.ON_CONTACT)
    colleague = actor_of_agent(agent_make(organisation, role=Role.RECEPTION))
    with pytest.raises(NotAllowed):
        presence_set(actor=colleague, state=PresenceState.OFFLINE, agent_id=agent.pk)
    lead = actor_of_agent(agent_make(organisation, role=Role.SUPERVISOR))
    assert presence_set(actor=lead, state=PresenceState.OFFLINE, agent_id=agent.pk).state == "offline"
    Agent.objects.filter(pk=agent.pk).update(desk_phone="")
    with pytest.raises(Conflict, match="pas de numéro"):
        presence_set(actor=actor, state=PresenceState.AVAILABLE, reach=AgentReach.DESK_PHONE)
    states = [event.payload["state"] for event in Event.objects.filter(name="presence_changed")]
    assert states == ["offline"]


@pytest.mark.django_db
def test_presence__a_closed_page_is_absent_and_a_desk_phone_stays() -> None:
    organisation = organisation_make()
    moment = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        screen = agent_at_work(organisation)
        desk = agent_at_work(organisation, reach="desk_phone")
    with time_machine.travel(moment + timedelta(minutes=2), tick=False):
        presence_touch(actor=actor_of_agent(screen))
    assert presences_sweep(now=moment + timedelta(minutes=4, seconds=59)) == 0
    assert presences_sweep(now=moment + timedelta(minutes=5)) == 1
    assert Presence.objects.get(agent=screen).state == "offline"
    assert Presence.objects.get(agent=desk).state == "available"


@pytest.mark.django_db
def test_presence__somebody_at_the_counter_is_with_somebody() -> None:
    organisation = organisation_make()
    agent = agent_at_work(organisation)
    actor = actor_of_agent(agent)
    now = timezone.now()
    visit = visit_arrive(actor=actor, site=site_make(organisation), at=now)
    visit_call(actor=actor, visit=visit, desk="1", at=now)
    caller_waits(organisation)
    assert call_offers_run() == 0
    with pytest.raises(Conflict, match="Terminez d’abord"):
        presence_set(actor=actor, state=PresenceState.OFFLINE)
    with pytest.raises(Conflict, match="déjà en contact"):
        call_answer(actor=actor, organisation_id=organisation.pk)
    visit_serve(visit=visit, at=now)
    assert call_offers_run() == 1


@pytest.mark.django_db
def test_figures__of_offers_holds_and_wrap_up_come_from_events() -> None:
    organisation = organisation_make()
    team_make(organisation, fallback=True)
    agent_at_work(organisation, reach="desk_phone")
    entry = caller_waits(organisation)
    call_offers_run()
    CallOffer.objects.update(rings_until=timezone.now())
    call_offers_run()
    call_take(
        actor=actor_of_agent(agent_make(organisation, role=Role.RECEPTION)),
        organisation_id=organisation.pk,
        entry_id=entry.pk,
    )
    call_end(actor=SYSTEM, call=Call.objects.get(pk=entry.call_id), at=timezone.now())
    deliveries_run()
    today = timezone.localdate()
    actor = actor_of_agent(agent_make(organisation, role=Role.SUPERVISOR))
    phone = service_level_report(actor=actor, start=today, end=today, now=timezone.now())["phone"]
    assert (phone["offered_to_agents"], phone["missed_by_agents"], phone["transferred"]) == (1, 1, 0)
    assert phone["handling_seconds_mean"] is None
