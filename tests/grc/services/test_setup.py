"""Setting up by code: written once, left alone when it is already so."""

from __future__ import annotations

import pytest

from grc.clock import now
from grc.enums import ClockKind, ClockUnit, OrganisationKind, Role
from grc.errors import Invalid, NotAllowed
from grc.models import AuditRecord, RoleGrant, Topic
from grc.selectors.actors import actor_of_token
from grc.services.setup_agents import RoleGiven, agent_roles_setup, token_issue
from grc.services.setup_organisations import calendar_setup, organisation_setup, team_setup
from grc.services.setup_topics import clock_policy_setup, topic_setup
from grc.types import system_actor
from tests.factories import actor_make, agent_make, organisation_make, team_make

pytestmark = pytest.mark.django_db
INSTALLER = system_actor("Installation")


def test_topic_setup__twice_writes_once() -> None:
    host = organisation_make()
    for _ in range(2):
        topic_setup(actor=INSTALLER, organisation=host, code="apa", label="APA", words=["aide à domicile"])
    assert Topic.objects.count() == 1
    assert AuditRecord.objects.count() == 1


def test_topic_setup__keeps_the_path_of_its_theme() -> None:
    host = organisation_make()
    theme = topic_setup(actor=INSTALLER, organisation=host, code="autonomie", label="Autonomie")
    topic = topic_setup(actor=INSTALLER, organisation=host, code="apa", label="APA", parent=theme)
    assert (topic.theme, topic.path) == ("autonomie", ["autonomie", "apa"])


def test_organisation_setup__refuses_an_agent_who_would_create_one() -> None:
    actor = actor_make(organisation_make(), role=Role.ADMINISTRATOR)
    with pytest.raises(NotAllowed):
        organisation_setup(actor=actor, code="nouveau", kind=OrganisationKind.HOSTED, name="Nouveau")


def test_team_setup__refuses_the_code_of_another_body() -> None:
    team_make(organisation_make(), "accueil")
    with pytest.raises(Invalid):
        team_setup(actor=INSTALLER, organisation=organisation_make(), code="accueil", label="Accueil")


def test_calendar_setup__refuses_hours_that_do_not_read() -> None:
    with pytest.raises(Invalid):
        calendar_setup(
            actor=INSTALLER,
            organisation=organisation_make(),
            code="bureau",
            label="Bureau",
            definition={"name": "Bureau", "weekly": {"monday": [["17:00", "09:00"]]}},
        )


def test_clock_policy_setup__refuses_a_delay_of_nothing() -> None:
    with pytest.raises(Invalid):
        clock_policy_setup(
            actor=INSTALLER,
            organisation=organisation_make(),
            topic=None,
            kind=ClockKind.RESOLUTION,
            amount=0,
            unit=ClockUnit.WORKING_DAYS,
        )


def test_agent_roles_setup__gives_and_takes_back() -> None:
    host = organisation_make()
    agent = agent_make(host, role=Role.RECEPTION)
    agent_roles_setup(actor=INSTALLER, agent=agent, roles=[RoleGiven(Role.EDITOR, host)])
    assert list(RoleGrant.objects.filter(agent=agent).values_list("role", flat=True)) == ["editor"]


def test_token_issue__stops_the_token_before_it() -> None:
    agent = agent_make(organisation_make())
    first, second = (
        token_issue(actor=INSTALLER, username="programme", label="Programme", agent=agent, at=now())
        for _ in range(2)
    )
    assert actor_of_token(first, now=now()) is None
    found = actor_of_token(second, now=now())
    assert found is not None
    assert found.actor.agent_id == agent.pk
