# ruff: noqa: F811 -- the fixtures of test_network
"""The agent's side of a call, over HTTP on both sides: offers, hold, transfers, advice, partners, wrap-up.

Agents act through the API, as a script would; callers and desk phones are those of the telephone network.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from grc.enums import Role
from grc.models import Agent, Call, CallLeg, CallOffer, Event, Presence, QueueEntry, Team, TeamMembership
from grc.services.call_legs import legs_repair
from grc.services.call_offers import call_offers_run
from grc.services.outbox import deliveries_run
from grc.services.presence import presences_sweep
from simulators.telephone.testing import Telephone
from tests.channels_in.api.calls import Program, program
from tests.channels_in.reception import CALLER, Reception
from tests.channels_in.test_network import phone, reception, to_the_queue  # noqa: F401
from tests.factories import agent_make, team_make

pytestmark = pytest.mark.django_db(transaction=True)
PARTNER = "+33321000077"
DESKS = ("+33199001234", "+33199001235", "+33199001236")


@dataclass
class Desk:
    """An agent with a token and a desk phone. What the API answers is checked where it is called."""

    agent: Agent
    api: Program
    number: str

    def presence(self, state: str = "available", reach: str = "screen", **more: str) -> dict[str, Any]:
        status, body = self.put("/me/presence", {"state": state, "reach": reach, **more})
        assert status == 200, body
        return dict(body)

    def put(self, path: str, body: Any) -> tuple[int, Any]:
        response = self.api.client.put(f"/api/v1{path}", body, content_type="application/json")
        return response.status_code, response.json() if response.content else None

    def offer(self) -> dict[str, Any] | None:
        status, body = self.api.get("/me/offer")
        return None if status == 204 else dict(body)

    def does(self, path: str, body: Any = None) -> dict[str, Any]:
        status, answer = self.api.post(path, body)
        assert status == 200, answer
        return dict(answer)

    def refused(self, path: str, body: Any = None) -> tuple[int, str]:
        status, answer = self.api.post(path, body)
        return status, str(answer["error"]["code"])


def desk_make(reception: Reception, place: int = 0, *, team: Team | None = None) -> Desk:
    agent = agent_make(
        reception.organisation,
        role=Role.RECEPTION,
        display_name=("Awa", "Basile", "Chloé")[place],
        member_of=[team] if team else [],
    )
    Agent.objects.filter(pk=agent.pk).update(desk_phone=DESKS[place])
    agent.refresh_from_db()
    return Desk(agent, program(agent), DESKS[place])


def told(phone: Telephone) -> None:
    """Everything told has been heard, on both sides."""
    phone.settle()
    deliveries_run()
    phone.settle()


def talking(phone: Telephone, desk: Desk, number: str = CALLER) -> tuple[str, int]:
    """A caller offered to this desk, taken and on the line with it: (call, contact)."""
    desk.presence()
    sid = to_the_queue(phone, number)
    told(phone)
    offer = desk.offer()
    assert offer is not None
    desk.does(f"/calls/offers/{offer['id']}/accept")
    phone.answer(desk.number)
    told(phone)
    return sid, int(offer["contact_id"])


def room(phone: Telephone, sid: str) -> str:
    found = phone.state(sid)["conference"]
    return str(found["name"]) if found else ""


def waits(phone: Telephone, sid: str) -> bool:
    return phone.state(sid)["queue"] is not None


# -- offers ----------------------------------------------------------------------------------------------------------


def test_offer__says_who_calls_before_answering_then_joins(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception)
    desk.presence()
    sid = to_the_queue(phone)
    told(phone)
    offer = desk.offer()
    assert offer is not None
    assert (offer["kind"], offer["number"], offer["commune"]) == ("queue", CALLER, "Arras")
    assert offer["path"] == ["les routes ou les transports", "une route départementale"]
    assert phone.calls(desk.number) == []
    assert waits(phone, sid)
    desk.does(f"/calls/offers/{offer['id']}/accept")
    assert waits(phone, sid)
    phone.answer(desk.number)
    told(phone)
    assert room(phone, sid) == f"contact-{offer['contact_id']}"
    legs = list(CallLeg.objects.order_by("pk").values_list("kind", "end_reason"))
    assert legs == [("caller", ""), ("agent", "")]
    assert Presence.objects.get().state == "on_contact"
    assert desk.does(f"/calls/offers/{offer['id']}/accept")["id"] == offer["id"]


def test_offer__a_desk_phone_rings_at_once_and_picking_up_accepts(
    phone: Telephone,
    reception: Reception,
) -> None:
    desk = desk_make(reception)
    desk.presence(reach="desk_phone")
    sid = to_the_queue(phone)
    told(phone)
    assert [call["status"] for call in phone.calls(desk.number)] == ["ringing"]
    phone.answer(desk.number)
    told(phone)
    assert room(phone, sid) != ""
    assert CallOffer.objects.get().outcome == "accepted"


def test_offer__left_without_an_answer_goes_to_another_then_the_agent_is_paused(
    phone: Telephone,
    reception: Reception,
) -> None:
    first, second = desk_make(reception), desk_make(reception, 1)
    first.presence()
    to_the_queue(phone)
    told(phone)
    assert first.offer() is not None
    second.presence()
    CallOffer.objects.update(rings_until=timezone.now() - timedelta(seconds=1))
    call_offers_run()
    assert first.offer() is None
    offer = second.offer()
    assert offer is not None
    # Once missed, the first agent is still there; twice in a row, they are paused, and the reason says so.
    assert Presence.objects.get(agent=first.agent).state == "available"
    second.does(f"/calls/offers/{offer['id']}/decline")
    CallOffer.objects.update(ended_at=timezone.now() - timedelta(minutes=2))
    call_offers_run()
    assert first.offer() is not None
    CallOffer.objects.filter(outcome="").update(rings_until=timezone.now() - timedelta(seconds=1))
    call_offers_run()
    row = Presence.objects.get(agent=first.agent)
    assert (row.state, row.reason) == ("paused", "missed_offers")
    outcomes = list(CallOffer.objects.order_by("pk").values_list("outcome", flat=True))
    assert outcomes[:3] == ["missed", "declined", "missed"]


def test_offer__nobody_rings_for_a_caller_who_left(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception)
    desk.presence(reach="desk_phone")
    sid = to_the_queue(phone)
    told(phone)
    offer = CallOffer.objects.get()
    phone.hang_up(sid)
    told(phone)
    assert [call["status"] for call in phone.calls(desk.number)] == ["canceled"]
    assert desk.refused(f"/calls/offers/{offer.pk}/accept") == (409, "caller_left")
    assert call_offers_run() == 0
    leg = CallLeg.objects.get(kind="agent")
    assert (leg.end_reason, Presence.objects.get().state) == ("caller_left", "available")
    assert Call.objects.get().end_kind == "abandoned"


def test_offer__desk_phone_refused_goes_on_waiting(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception)
    desk.presence(reach="desk_phone")
    sid = to_the_queue(phone)
    told(phone)
    phone.refuse(desk.number)
    told(phone)
    assert CallOffer.objects.get().outcome == "declined"
    assert (QueueEntry.objects.get().state, waits(phone, sid)) == ("waiting", True)


def test_offer__belongs_to_its_agent(phone: Telephone, reception: Reception) -> None:
    desk, other = desk_make(reception), desk_make(reception, 1)
    desk.presence()
    to_the_queue(phone)
    told(phone)
    offer = desk.offer()
    assert offer is not None
    assert other.refused(f"/calls/offers/{offer['id']}/accept") == (404, "not_found")
    assert other.api.post("/calls/take-next")[0] == 204


def test_offer__an_agent_on_contact_paused_or_gone_is_never_asked(
    phone: Telephone,
    reception: Reception,
) -> None:
    busy, paused, gone = (desk_make(reception, place) for place in range(3))
    talking(phone, busy)
    paused.presence("paused", reason="meal")
    gone.presence()
    Presence.objects.filter(agent=gone.agent).update(touched_at=timezone.now() - timedelta(minutes=4))
    to_the_queue(phone, "+33321000043")
    told(phone)
    assert call_offers_run() == 0
    assert (busy.offer(), paused.offer(), gone.offer()) == (None, None, None)
    assert presences_sweep(now=timezone.now()) == 1
    assert Presence.objects.get(agent=gone.agent).state == "offline"
    assert Presence.objects.get(agent=busy.agent).state == "on_contact"


def test_join__a_lost_order_is_given_again(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception)
    sid, _contact = talking(phone, desk)
    assert legs_repair(now=timezone.now() + timedelta(seconds=10)) == 0
    assert room(phone, sid) != ""


# -- hold ------------------------------------------------------------------------------------------------------------


def test_hold__music_then_the_agent_again(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception)
    sid, contact = talking(phone, desk)
    held = desk.does(f"/calls/{contact}/hold")
    phone.settle()
    assert held["held"] is True
    assert "Restez en ligne, s’il vous plaît. Votre agent revient vers vous." in phone.heard(sid)
    assert desk.does(f"/calls/{contact}/hold")["held"] is True
    assert desk.does(f"/calls/{contact}/resume")["held"] is False
    phone.settle()
    phone.say(sid, "Je suis là.")
    heard = phone.state(phone.calls(desk.number)[0]["sid"])["transcript"]
    assert "Je suis là." in [entry["text"] for entry in heard]
    assert Event.objects.filter(name="call_resumed").count() == 1


# -- transfers -------------------------------------------------------------------------------------------------------


def test_transfer__to_a_team_keeps_the_place_and_the_story(phone: Telephone, reception: Reception) -> None:
    roads = team_make(reception.organisation, "voirie", label="Voirie")
    desk, other = desk_make(reception), desk_make(reception, 1)
    skilled = desk_make(reception, 2, team=roads)
    sid, contact = talking(phone, desk)
    before = QueueEntry.objects.get()
    desk.put(f"/calls/{contact}/notes", {"body": "Nid-de-poule dangereux, déjà signalé."})
    other.presence()
    desk.does(f"/calls/{contact}/transfer", {"team": "voirie"})
    told(phone)
    entry = QueueEntry.objects.get()
    assert (entry.state, entry.team, entry.rank, entry.entered_at) == (
        "waiting",
        roads,
        before.rank,
        before.entered_at,
    )
    assert waits(phone, sid)
    assert any("Vous gardez votre place." in line for line in phone.heard(sid))
    assert Presence.objects.get(agent=desk.agent).state == "wrapping_up"
    desk.does(f"/calls/{contact}/wrap-up", {})
    assert other.offer() is None
    skilled.presence()
    told(phone)
    offer = skilled.offer()
    assert offer is not None
    assert offer["contact_id"] == contact
    skilled.does(f"/calls/offers/{offer['id']}/accept")
    phone.answer(skilled.number)
    told(phone)
    assert room(phone, sid) == f"contact-{contact}"
    phone.hang_up(sid)
    told(phone)
    # Answered once in the figures, however many agents answered.
    again = [event.payload["again"] for event in Event.objects.filter(name="call_answered").order_by("pk")]
    assert again == [False, True]
    reasons = list(CallLeg.objects.order_by("pk").values_list("kind", "end_reason"))
    assert reasons[:2] == [("caller", "hung_up"), ("agent", "transferred")]
    # Both ends are told at the same moment, in either order.
    assert reasons[2] in {("agent", "caller_left"), ("agent", "hung_up")}


def test_transfer__to_a_colleague_who_does_not_answer_comes_back_to_everybody(
    phone: Telephone,
    reception: Reception,
) -> None:
    desk, colleague, third = (desk_make(reception, place) for place in range(3))
    sid, contact = talking(phone, desk)
    assert desk.refused(f"/calls/{contact}/transfer", {"agent": colleague.agent.username}) == (
        409,
        "not_available",
    )
    colleague.presence()
    third.presence()
    Presence.objects.filter(agent=third.agent).update(since=timezone.now() - timedelta(hours=1))
    desk.does(f"/calls/{contact}/transfer", {"agent": colleague.agent.username})
    told(phone)
    offer = colleague.offer()
    assert offer is not None
    assert (offer["kind"], third.offer()) == ("transfer", None)
    colleague.does(f"/calls/offers/{offer['id']}/decline")
    told(phone)
    call_offers_run()
    assert third.offer() is not None
    assert waits(phone, sid)


def test_transfer__to_a_number_frees_the_agent(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception)
    sid, contact = talking(phone, desk)
    desk.does(f"/calls/{contact}/transfer", {"number": "03 21 00 00 77"})
    told(phone)
    assert phone.calls(desk.number)[0]["status"] == "completed"
    assert Presence.objects.get().state == "wrapping_up"
    phone.answer(PARTNER)
    told(phone)
    partner = phone.calls(PARTNER)[0]["sid"]
    phone.say(sid, "Bonjour, on m’a donné votre numéro.")
    heard = [entry["text"] for entry in phone.state(partner)["transcript"]]
    assert "Bonjour, on m’a donné votre numéro." in heard
    phone.hang_up(partner)
    told(phone)
    assert phone.state(sid)["status"] == "completed"
    assert list(CallLeg.objects.order_by("pk").values_list("kind", "end_reason")) == [
        ("caller", "hung_up"),
        ("agent", "transferred"),
        ("partner", "hung_up"),
    ]


def test_transfer__to_a_number_that_does_not_answer_gives_the_place_back(
    phone: Telephone,
    reception: Reception,
) -> None:
    desk = desk_make(reception)
    sid, contact = talking(phone, desk)
    desk.does(f"/calls/{contact}/transfer", {"number": PARTNER})
    told(phone)
    phone.refuse(PARTNER)
    told(phone)
    assert (waits(phone, sid), QueueEntry.objects.get().state) == (True, "waiting")
    assert any("Votre correspondant ne répond pas." in line for line in phone.heard(sid))


@pytest.mark.parametrize(
    ("number", "code"),
    [("0899123456", "partner_number"), ("+32470123456", "partner_number"), ("15", "phone_short")],
)
def test_partner__numbers_that_may_not_be_called(
    phone: Telephone,
    reception: Reception,
    number: str,
    code: str,
) -> None:
    desk = desk_make(reception)
    sid, contact = talking(phone, desk)
    assert desk.refused(f"/calls/{contact}/conference", {"number": number}) == (422, code)
    assert phone.state(sid)["talking_to"]


# -- advice and partners ---------------------------------------------------------------------------------------------


def consulting(phone: Telephone, desk: Desk, colleague: Desk) -> tuple[str, int]:
    """The caller on hold, the desk and a colleague talking apart."""
    sid, contact = talking(phone, desk)
    colleague.presence()
    desk.does(f"/calls/{contact}/consult", {"agent": colleague.agent.username})
    told(phone)
    offer = colleague.offer()
    assert offer is not None
    assert (offer["kind"], offer["from_agent"]) == ("consult", "Awa")
    colleague.does(f"/calls/offers/{offer['id']}/accept")
    phone.answer(colleague.number)
    told(phone)
    return sid, contact


def hears(phone: Telephone, sid: str, words: str) -> bool:
    return words in [entry["text"] for entry in phone.state(sid)["transcript"]]


def test_consult__apart_then_handed_over(phone: Telephone, reception: Reception) -> None:
    desk, colleague = desk_make(reception), desk_make(reception, 1)
    sid, contact = consulting(phone, desk, colleague)
    mine = phone.calls(desk.number)[0]["sid"]
    theirs = phone.calls(colleague.number)[0]["sid"]
    phone.say(mine, "Peux-tu le prendre ?")
    assert hears(phone, theirs, "Peux-tu le prendre ?")
    assert not hears(phone, sid, "Peux-tu le prendre ?")
    desk.does(f"/calls/{contact}/transfer", {"warm": True})
    told(phone)
    phone.say(theirs, "Bonjour, je prends la suite.")
    assert hears(phone, sid, "Bonjour, je prends la suite.")
    assert phone.state(mine)["status"] == "completed"
    states = {row.agent_id: row.state for row in Presence.objects.all()}
    assert states == {desk.agent.pk: "wrapping_up", colleague.agent.pk: "on_contact"}
    assert Call.objects.get().contact.agent == colleague.agent
    phone.hang_up(theirs)
    told(phone)
    assert phone.state(sid)["status"] == "completed"
    assert Presence.objects.get(agent=colleague.agent).state == "wrapping_up"


def test_consult__apart_then_back_to_the_caller(phone: Telephone, reception: Reception) -> None:
    desk, colleague = desk_make(reception), desk_make(reception, 1)
    sid, contact = consulting(phone, desk, colleague)
    assert desk.does(f"/calls/{contact}/consult/end")["held"] is False
    told(phone)
    assert phone.calls(colleague.number)[0]["status"] == "completed"
    phone.say(phone.calls(desk.number)[0]["sid"], "Me revoilà.")
    assert hears(phone, sid, "Me revoilà.")
    # Who gave advice has nothing to write up.
    assert Presence.objects.get(agent=colleague.agent).state == "available"


def test_consult__apart_then_all_together(phone: Telephone, reception: Reception) -> None:
    desk, colleague = desk_make(reception), desk_make(reception, 1)
    sid, contact = consulting(phone, desk, colleague)
    desk.does(f"/calls/{contact}/conference")
    told(phone)
    phone.say(sid, "Bonjour à vous deux.")
    assert hears(phone, phone.calls(desk.number)[0]["sid"], "Bonjour à vous deux.")
    assert hears(phone, phone.calls(colleague.number)[0]["sid"], "Bonjour à vous deux.")


def test_consult__who_asked_hangs_up_and_the_colleague_has_the_caller(
    phone: Telephone,
    reception: Reception,
) -> None:
    desk, colleague = desk_make(reception), desk_make(reception, 1)
    sid, _contact = consulting(phone, desk, colleague)
    phone.hang_up(phone.calls(desk.number)[0]["sid"])
    told(phone)
    phone.say(sid, "Allô ?")
    assert hears(phone, phone.calls(colleague.number)[0]["sid"], "Allô ?")
    assert Call.objects.get().contact.agent == colleague.agent


def test_consult__a_second_one_is_refused_and_a_transfer_ends_the_first(
    phone: Telephone, reception: Reception
) -> None:
    desk, colleague, third = (desk_make(reception, place) for place in range(3))
    sid, contact = talking(phone, desk)
    colleague.presence()
    asked = {"agent": third.agent.username}
    assert desk.refused(f"/calls/{contact}/consult", asked) == (409, "not_available")
    assert not CallLeg.objects.filter(held_since__isnull=False).exists(), "nobody hears music for nothing"
    desk.does(f"/calls/{contact}/consult", {"agent": colleague.agent.username})
    third.presence()
    assert desk.refused(f"/calls/{contact}/consult", asked) == (409, "ringing")
    desk.does(f"/calls/{contact}/transfer", {"agent": third.agent.username})
    told(phone)
    assert waits(phone, sid) is True
    assert colleague.offer() is None
    call_offers_run()
    offer = third.offer()
    assert offer is not None
    assert (offer["contact_id"], offer["kind"]) == (contact, "transfer")


def test_consult__nobody_answers_and_the_caller_comes_back(phone: Telephone, reception: Reception) -> None:
    desk, colleague = desk_make(reception), desk_make(reception, 1)
    sid, contact = talking(phone, desk)
    colleague.presence(reach="desk_phone")
    desk.does(f"/calls/{contact}/consult", {"agent": colleague.agent.username})
    told(phone)
    assert desk.refused(f"/calls/{contact}/transfer", {"warm": True}) == (409, "alone")
    phone.refuse(colleague.number)
    told(phone)
    assert desk.does(f"/calls/{contact}/resume")["held"] is False
    phone.settle()
    phone.say(sid, "Toujours là.")
    assert hears(phone, phone.calls(desk.number)[0]["sid"], "Toujours là.")


def test_conference__with_a_partner_then_the_agent_leaves(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception)
    sid, contact = talking(phone, desk)
    assert desk.refused(f"/calls/{contact}/leave") == (409, "alone")
    desk.does(f"/calls/{contact}/conference", {"number": PARTNER})
    phone.answer(PARTNER)
    told(phone)
    partner = phone.calls(PARTNER)[0]["sid"]
    phone.say(partner, "La CAF, bonjour.")
    assert hears(phone, sid, "La CAF, bonjour.")
    assert hears(phone, phone.calls(desk.number)[0]["sid"], "La CAF, bonjour.")
    desk.does(f"/calls/{contact}/leave")
    told(phone)
    phone.say(partner, "Je vous écoute.")
    assert hears(phone, sid, "Je vous écoute.")
    assert phone.calls(desk.number)[0]["status"] == "completed"


# -- the end ---------------------------------------------------------------------------------------------------------


def test_end__for_everybody_then_written_up(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception)
    sid, contact = talking(phone, desk)
    desk.put(f"/calls/{contact}/notes", {"body": "Rappeler après 17 h."})
    assert desk.refused(f"/calls/{contact}/wrap-up", {}) == (409, "on_contact")
    assert desk.does(f"/calls/{contact}/end")["over"] is True
    told(phone)
    assert phone.state(sid)["status"] == "completed"
    assert phone.calls(desk.number)[0]["status"] == "completed"
    assert desk.does(f"/calls/{contact}/end")["over"] is True
    assert Presence.objects.get().state == "wrapping_up"
    body = {
        "answers": [{"topic": "routes", "said": "La route est communale."}],
        "requests": [{"topic": "logement", "commune": "62041", "subject": "Aide au loyer"}],
        "difficulties": ["french"],
    }
    assert desk.does(f"/calls/{contact}/wrap-up", body)["state"] == "available"
    call = Call.objects.select_related("contact").get()
    assert (call.end_kind, call.wrapped_up_at is not None) == ("answered", True)
    assert (call.contact.notes, call.contact.difficulties) == ("Rappeler après 17 h.", ["french"])
    assert [answer.said for answer in call.contact.instant_answers.all()] == ["La route est communale."]
    assert Event.objects.filter(name="call_wrapped_up").count() == 1


def test_wrap_up__ends_by_itself_on_the_server(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception)
    sid, _contact = talking(phone, desk)
    phone.hang_up(sid)
    told(phone)
    row = Presence.objects.get()
    assert row.state == "wrapping_up"
    assert row.until is not None
    assert row.until - row.since == timedelta(seconds=60)
    assert presences_sweep(now=row.until - timedelta(seconds=1)) == 0
    assert presences_sweep(now=row.until + timedelta(seconds=5)) == 1
    assert Presence.objects.get().state == "available"
    told_ = Event.objects.get(name="call_wrapped_up").payload
    assert told_["wrap_up_seconds"] == 60
    assert Event.objects.filter(name="presence_changed").count() == 4


def test_softphone__closed_browser_sends_the_caller_to_somebody_else(
    phone: Telephone,
    reception: Reception,
) -> None:
    desk = desk_make(reception)
    desk.presence(reach="softphone")
    sid = to_the_queue(phone)
    told(phone)
    number = CallLeg.objects.get(kind="agent").number
    assert number.startswith("client:agent-")
    phone.answer(number)
    told(phone)
    assert room(phone, sid) != ""
    phone.hang_up(phone.calls(number)[0]["sid"])
    told(phone)
    assert (waits(phone, sid), QueueEntry.objects.get().state) == (True, "waiting")
    assert any("la communication avec l’agent a été coupée" in line for line in phone.heard(sid))
    assert CallLeg.objects.get(kind="agent").end_reason == "lost"


def test_membership__skills_of_another_topic_are_passed_over(phone: Telephone, reception: Reception) -> None:
    desk = desk_make(reception, team=reception.team)
    TeamMembership.objects.update(skills=["logement"])
    generalist = desk_make(reception, 1)
    desk.presence()
    generalist.presence()
    Presence.objects.filter(agent=desk.agent).update(since=timezone.now() - timedelta(hours=1))
    to_the_queue(phone)
    told(phone)
    assert desk.offer() is None
    assert generalist.offer() is not None
