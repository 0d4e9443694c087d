"""The order as rows: who is taken first by whom, callers and call-backs in one list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from grc.enums import Role
from grc.models import Agent, Organisation, TeamMembership
from grc.selectors.actors import actor_of_agent
from grc.selectors.call_order import call_order, skills_of_agents
from grc.selectors.waiting import wait_situation
from grc.services.call_queue import call_enqueue, call_take
from grc.services.callbacks import callback_owe
from tests.factories import SYSTEM, agent_make, call_make, contact_make, organisation_make, team_make

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def specialist(organisation: Organisation, *skills: str, languages: tuple[str, ...] = ("fr",)) -> Agent:
    agent = agent_make(organisation, role=Role.RECEPTION)
    team = team_make(organisation)
    TeamMembership.objects.filter(agent=agent).delete()
    TeamMembership.objects.create(agent=agent, team=team, skills=list(skills), languages=list(languages))
    return agent


def enqueue(organisation: Organisation, minute: int, *skills: str, language: str = "") -> int:
    call = call_make(contact_make(organisation))
    at = NINE + timedelta(minutes=minute)
    return call_enqueue(actor=SYSTEM, call=call, ticket=None, at=at, skills=skills, language=language).pk


def test_call_take__whom_the_agent_is_skilled_for_first() -> None:
    organisation = organisation_make()
    housing = enqueue(organisation, 0, "logement")
    arabic = enqueue(organisation, 1, language="ar")
    roads = enqueue(organisation, 2, "routes", "nid_de_poule")
    actor = actor_of_agent(specialist(organisation, "routes"))
    order = []
    while (taken := call_take(actor=actor, organisation_id=organisation.pk)) is not None:
        order.append(taken.pk)
    assert order == [roads, housing, arabic]


def test_call_take__an_agent_without_skills_takes_the_longest_wait() -> None:
    organisation = organisation_make()
    first, second = enqueue(organisation, 0, "logement"), enqueue(organisation, 1)
    actor = actor_of_agent(specialist(organisation))
    found = [call_take(actor=actor, organisation_id=organisation.pk) for _ in range(2)]
    assert [entry.pk for entry in found if entry] == [first, second]


def test_call_order__a_debt_stands_at_its_first_moment_once_its_window_is_open() -> None:
    organisation = organisation_make()
    team = team_make(organisation, fallback=True)
    caller = enqueue(organisation, 5)
    call = call_make(contact_make(organisation))
    debt = callback_owe(
        actor=SYSTEM,
        contact=call.contact,
        ticket=None,
        number="+33321000077",
        reason="Rappel demandé",
        at=NINE + timedelta(minutes=6),
        queue_since=NINE,
        team=team,
    )
    now = NINE + timedelta(minutes=7)
    places = [(place.kind, place.id) for place in call_order(organisation_id=organisation.pk, now=now)]
    assert places == [("callback", debt.pk), ("call", caller)]
    early = call_order(organisation_id=organisation.pk, now=NINE + timedelta(minutes=5))
    assert [(place.kind, place.id) for place in early] == [("call", caller)]
    entry = call_make(contact_make(organisation))
    last = call_enqueue(actor=SYSTEM, call=entry, ticket=None, at=now)
    assert wait_situation(entry=last, now=now).position == 3


def test_skills_of_agents__all_their_teams_together() -> None:
    organisation = organisation_make()
    agent = specialist(organisation, "logement", languages=("fr", "ar"))
    TeamMembership.objects.create(
        agent=agent, team=team_make(organisation), skills=["insertion"], languages=[]
    )
    alone = agent_make(organisation)
    TeamMembership.objects.filter(agent=alone).delete()
    found = skills_of_agents([agent.pk, alone.pk])
    assert sorted(found[agent.pk].topics) == ["insertion", "logement"]
    assert sorted(found[agent.pk].languages) == ["ar", "fr"]
    assert found[alone.pk].topics == frozenset()
