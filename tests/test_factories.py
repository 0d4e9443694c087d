"""The factories make rows the database accepts."""

import pytest

from grc.enums import Role, TicketState
from grc.selectors.actors import actor_of_token
from tests import factories as make


@pytest.mark.django_db
def test_ticket_make__everything_given() -> None:
    town = make.organisation_make("mairie")
    team = make.team_make(town, "etat-civil")
    agent = make.agent_make(town, "lea", role=Role.RECEPTION, member_of=[team])
    theme = make.topic_make(town, "papiers")
    topic = make.topic_make(town, "passeport", parent=theme)
    ticket = make.ticket_make(town, topic=topic, commune=make.commune_make(), team=team, assignee=agent)
    assert topic.path == ["papiers", "passeport"]
    assert topic.theme == "papiers"
    assert ticket.state == TicketState.OPEN
    assert ticket.commune_id == "62041"
    assert len(ticket.reference) == 10


@pytest.mark.django_db
def test_token_make__bound_to_its_agent() -> None:
    town = make.organisation_make("mairie")
    agent = make.agent_make(town, "lea", role=Role.RECEPTION)
    found = actor_of_token(make.token_make(agent, token="secret"), now=make.AT)
    assert found is not None
    assert found.actor.agent_id == agent.pk
    assert found.actor.organisations_with(Role.RECEPTION) == {town.pk}


@pytest.mark.django_db
def test_callback_and_queue_make__accepted() -> None:
    town = make.organisation_make("mairie")
    team = make.team_make(town)
    contact = make.contact_make(town)
    call = make.call_make(contact)
    assert make.queue_entry_make(call).state == "waiting"
    assert make.callback_make(contact, team).state == "owed"
    assert make.message_make(contact, provider_id="SM1").contact_id == contact.pk
    assert make.site_make(town, "mairie-annexe").code == "mairie-annexe"
    assert make.actor_make(town, Role.MANAGER).has_role(Role.MANAGER)
    assert make.citizen_make(town).search_name == "dupont jeanne"
