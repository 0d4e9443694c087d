from __future__ import annotations

from datetime import date, timedelta

import pytest

from grc.enums import Channel, OrganisationKind, Priority, Role, TicketState
from grc.errors import Invalid, NotAllowed
from grc.models import Event, EventDelivery, Organisation, Team, Ticket, TimelineEntry, Topic
from grc.services.outbox import deliveries_run
from grc.services.ticket_work import ticket_qualify
from grc.subscriptions import PublishedEvent
from routing.handlers import on_ticket_opened__route
from routing.models import Assignment, Decision, TerritoryLayer, Zone, ZoneMember
from routing.selectors.competence import competence
from routing.services.decisions import decision_make
from routing.services.settings import assignment_set, rule_add, rule_close
from tests import factories as make

ON = date(2026, 1, 1)
pytestmark = pytest.mark.django_db


class World:
    """A Département with one layer, a hosted town, and their teams."""

    def __init__(self) -> None:
        self.host = make.organisation_make("cd62", name="Département")
        self.host.departement = "62"
        self.host.save()
        self.town = make.organisation_make("bertincourt", kind=OrganisationKind.HOSTED, name="Bertincourt")
        self.town.commune_codes = ["62117"]
        self.town.save()
        self.reception = make.team_make(self.host, "gps", label="Accueil", fallback=True)
        self.elders = make.team_make(self.host, "autonomie", label="Autonomie")
        self.elders_arras = make.team_make(self.host, "autonomie_arras", label="Autonomie Arras")
        self.mairie = make.team_make(self.town, "mairie", label="Mairie", fallback=True)
        self.theme = make.topic_make(self.host, "autonomie", layer_code="mds", competent_kind="departement")
        self.topic = make.topic_make(
            self.host, "apa", parent=self.theme, label="APA", layer_code="mds", competent_kind="departement"
        )
        self.passport = make.topic_make(self.host, "passeport", layer_code="none", competent_kind="commune")
        self.arras = make.commune_make(epci=("200033579", "CU d’Arras"))
        self.bertincourt = make.commune_make("62117", "Bertincourt")
        layer = TerritoryLayer.objects.create(organisation=self.host, code="mds", label="MDS")
        self.zone = Zone.objects.create(layer=layer, code="arrageois", label="Arrageois")
        ZoneMember.objects.create(zone=self.zone, layer=layer, insee="62041", validity=(ON, None))
        self.assign("autonomie", None, self.elders)
        self.assign("autonomie", self.zone, self.elders_arras)

    def assign(self, topic: str, zone: Zone | None, team: Team) -> Assignment:
        return assignment_set(
            actor=make.SYSTEM, organisation=team.organisation, topic_code=topic, zone=zone, team=team, on=ON
        )

    def opened(self, topic: Topic | None = None, channel: Channel = Channel.WEB) -> Ticket:
        return make.ticket_make(self.host, topic=topic or self.topic, commune=self.arras, channel=channel)


@pytest.fixture
def world() -> World:
    return World()


def test_on_ticket_opened__team_zone_and_reasons_through_the_outbox(world: World) -> None:
    ticket = world.opened()
    deliveries_run()
    ticket.refresh_from_db()
    assert ticket.team == world.elders_arras
    assert (ticket.zone_code, ticket.zone_label) == ("arrageois", "Arrageois")
    assert ticket.routing_reasons[1] == "Arras est dans le territoire « Arrageois »."
    assert ticket.routing_reasons[-1].startswith("Autonomie Arras est désignée pour « Sujet autonomie »")
    kept = Decision.objects.get(ticket_id=ticket.pk)
    assert kept.team == world.elders_arras
    assert kept.reasons == ticket.routing_reasons
    assert EventDelivery.objects.filter(state="dead").count() == 0


def test_on_ticket_opened__twice_changes_nothing_more(world: World) -> None:
    ticket = world.opened()
    row = Event.objects.get(name="ticket_opened")
    event = PublishedEvent(row.pk, "ticket_opened", row.payload, row.at)  # type: ignore[arg-type]
    on_ticket_opened__route(event)
    told = TimelineEntry.objects.filter(ticket_id=ticket.pk).count()
    events = Event.objects.count()
    on_ticket_opened__route(event)
    assert TimelineEntry.objects.filter(ticket_id=ticket.pk).count() == told
    assert Event.objects.count() == events
    assert Decision.objects.filter(ticket_id=ticket.pk).count() == 1


def test_decision_make__the_same_result_is_not_told_again(world: World) -> None:
    ticket = world.opened()
    decision_make(actor=make.SYSTEM, ticket_id=ticket.pk, at=make.AT)
    events = Event.objects.count()
    decision_make(actor=make.SYSTEM, ticket_id=ticket.pk, at=make.AT)
    assert Event.objects.count() == events


def test_on_ticket_qualified__decides_again(world: World) -> None:
    ticket = world.opened(world.passport)
    deliveries_run()
    ticket.refresh_from_db()
    assert ticket.team == world.reception
    assert ticket.routing_reasons[-1] == "Accueil oriente la personne."
    actor = make.actor_make(world.host, Role.RECEPTION)
    ticket_qualify(actor=actor, ticket=ticket, topic=world.topic, commune=world.arras)
    deliveries_run()
    ticket.refresh_from_db()
    assert ticket.team == world.elders_arras
    assert ticket.zone_code == "arrageois"


def test_decision_make__a_hosted_town_gets_the_request_and_it_becomes_its_own(world: World) -> None:
    ticket = make.ticket_make(world.host, topic=world.passport, commune=world.bertincourt)
    decision_make(actor=make.SYSTEM, ticket_id=ticket.pk, at=make.AT)
    ticket.refresh_from_db()
    assert ticket.team == world.mairie
    assert ticket.organisation == world.town


def test_decision_make__caller_and_call_owed_follow(world: World) -> None:
    contact = make.contact_make(world.host, channel=Channel.PHONE)
    ticket = make.ticket_make(world.host, topic=world.topic, commune=world.arras, contact=contact)
    entry = make.queue_entry_make(make.call_make(contact), ticket=ticket)
    callback = make.callback_make(contact, world.reception, ticket=ticket)
    decision_make(actor=make.SYSTEM, ticket_id=ticket.pk, at=make.AT)
    entry.refresh_from_db()
    callback.refresh_from_db()
    assert entry.team == world.elders_arras
    assert callback.team == world.elders_arras


def test_decision_make__rule_gives_team_priority_and_rank(world: World) -> None:
    rule = rule_add(
        actor=make.SYSTEM,
        organisation=world.host,
        sentence="SMS urgents",
        conditions={"all": [{"fact": "channel", "is": "sms"}, {"fact": "topic", "under": "autonomie"}]},
        team=world.reception,
        on=ON,
        priority=Priority.URGENT,
    )
    normal = world.opened()
    ticket = world.opened(channel=Channel.SMS)
    decision_make(actor=make.SYSTEM, ticket_id=ticket.pk, at=make.AT)
    ticket.refresh_from_db()
    assert (ticket.team, ticket.priority) == (world.reception, Priority.URGENT)
    assert normal.queue_rank - ticket.queue_rank == 30 * 24 * 3600
    rule_close(actor=make.SYSTEM, rule=rule, on=date(2026, 11, 1))
    other = world.opened(channel=Channel.SMS)
    decision_make(actor=make.SYSTEM, ticket_id=other.pk, at=make.AT)
    other.refresh_from_db()
    assert other.team == world.elders_arras


def test_decision_make__merged_request_is_left_alone(world: World) -> None:
    target, ticket = world.opened(), world.opened()
    Ticket.objects.filter(pk=ticket.pk).update(state=TicketState.MERGED, merged_into=target)
    assert decision_make(actor=make.SYSTEM, ticket_id=ticket.pk, at=make.AT) is None


def test_decision_make__no_fallback_team_uses_the_oldest(world: World) -> None:
    Team.objects.filter(pk=world.reception.pk).update(fallback=False)
    ticket = make.ticket_make(world.host)
    decision_make(actor=make.SYSTEM, ticket_id=ticket.pk, at=make.AT)
    ticket.refresh_from_db()
    assert ticket.team == world.reception


def test_decision_make__no_team_at_all_says_so() -> None:
    empty = make.organisation_make("vide")
    ticket = make.ticket_make(empty)
    with pytest.raises(Invalid, match="aucune équipe"):
        decision_make(actor=make.SYSTEM, ticket_id=ticket.pk, at=make.AT)


def test_assignment_set__closes_the_one_before(world: World) -> None:
    first = Assignment.objects.get(topic_code="autonomie", zone=None)
    again = world.assign("autonomie", None, world.elders)
    assert again.pk == first.pk
    assignment_set(
        actor=make.SYSTEM,
        organisation=world.host,
        topic_code="autonomie",
        zone=None,
        team=world.reception,
        on=date(2026, 6, 1),
    )
    first.refresh_from_db()
    assert first.closed_on == date(2026, 6, 1)
    assert Assignment.objects.filter(topic_code="autonomie", zone=None).count() == 2


def test_assignment_set__needs_the_role_and_an_own_team(world: World) -> None:
    agent = make.actor_make(world.host, Role.INSTRUCTOR)
    given = {"organisation": world.host, "topic_code": "", "zone": None, "on": ON}
    with pytest.raises(NotAllowed):
        assignment_set(actor=agent, team=world.reception, **given)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        assignment_set(actor=make.SYSTEM, team=world.mairie, **given)  # type: ignore[arg-type]


def test_competence__team_zone_and_reasons(world: World) -> None:
    found = competence(actor=make.SYSTEM, topic_code="apa", commune_code="62041", now=make.AT)
    assert found.organisation == world.host
    assert found.team == world.elders_arras
    assert found.zone is not None
    assert found.zone.code == "arrageois"
    assert found.reasons[-1].startswith("Autonomie Arras est désignée")


def test_competence__nobody_here(world: World) -> None:
    found = competence(actor=make.SYSTEM, topic_code="passeport", commune_code="62041", now=make.AT)
    assert (found.organisation, found.team) == (None, None)
    assert "la mairie (Arras)" in found.reasons[-2]


def test_competence__unknown_topic_and_commune(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        competence(actor=make.SYSTEM, topic_code="rien", commune_code="00000", now=make.AT)
    assert refused.value.fields == {
        "topic": ["Aucun thème n’a le code « rien »."],
        "commune": ["Aucune commune n’a le code « 00000 »."],
    }


def test_place__zone_by_date_and_by_former_code(world: World) -> None:
    layer = TerritoryLayer.objects.get(code="mds")
    old = Zone.objects.create(layer=layer, code="ancienne", label="Ancienne")
    ZoneMember.objects.create(zone=old, layer=layer, insee="62041", validity=(date(2020, 1, 1), ON))
    ZoneMember.objects.create(zone=old, layer=layer, insee="62999", validity=(ON, None))
    world.bertincourt.other_names.create(code="62999", name="Jadis", sort_name="jadis", kind="deleguee")
    before = make.AT - timedelta(days=365)
    found = competence(actor=make.SYSTEM, topic_code="apa", commune_code="62041", now=before)
    assert found.zone is not None
    assert found.zone.code == "ancienne"
    merged = competence(actor=make.SYSTEM, topic_code="apa", commune_code="62999", now=make.AT)
    assert merged.commune == world.bertincourt
    assert merged.zone is not None
    assert merged.zone.code == "ancienne"


def test_organisation__level_follows_its_communes(world: World) -> None:
    Organisation.objects.filter(pk=world.town.pk).update(commune_codes=["62117", "62041"])
    found = competence(actor=make.SYSTEM, topic_code="passeport", commune_code="62117", now=make.AT)
    assert found.organisation is None
