"""Agents with their roles and teams, and the invented persons."""

from __future__ import annotations

from datetime import date
from typing import Final

from config.demo.content_types import Agent, AgentRole, Citizen
from config.demo.seeding.stage import Stage
from grc.enums import ContactPointKind, PresenceState, Role
from grc.selectors.directory import commune_by_code
from grc.services.setup_agents import (
    RoleGiven,
    agent_presence_setup,
    agent_roles_setup,
    agent_setup,
    agent_teams_setup,
)
from grc.services.setup_citizens import PersonGiven, PointGiven, citizens_setup, relation_setup

RELATED_SINCE: Final = date(2020, 1, 1)


def agents_seed(stage: Stage) -> None:
    for row in stage.content.agents:
        agent = agent_setup(
            actor=stage.actor,
            organisation=stage.organisations[row.organisation],
            username=row.username,
            first_name=row.first_name,
            last_name=row.last_name,
            email=row.email,
            desk_phone=row.desk_phone,
            site=stage.sites.get(row.site),
            demo_data=True,
        )
        agent_roles_setup(
            actor=stage.actor,
            agent=agent,
            roles=[given for held in row.roles for given in _roles(stage, row, held)],
        )
        agent_teams_setup(
            actor=stage.actor,
            agent=agent,
            teams=[stage.teams[code] for code in row.teams],
            skills=row.skills,
            languages=row.languages,
        )
        agent_presence_setup(agent=agent, state=_presence(stage, row), at=stage.now)
        stage.agents[row.username] = agent


def _roles(stage: Stage, agent: Agent, held: AgentRole) -> list[RoleGiven]:
    """A role on a reception point is given on the teams that its holder has there."""
    role = Role(held.role)
    if held.scope == "organisation":
        return [RoleGiven(role, stage.organisations[held.target])]
    codes = (held.target,) if held.scope == "team" else agent.teams
    return [RoleGiven(role, stage.teams[code].organisation, stage.teams[code]) for code in codes]


def _presence(stage: Stage, agent: Agent) -> PresenceState:
    """Somebody is at work at the reception of the Département, so that a caller of the demonstration waits for someone:
    busy, because nobody of flesh and blood is there to take an offer before a newcomer says that they are."""
    host = stage.content.host.code
    front = next(team for team in stage.content.teams if team.fallback and team.organisation == host)
    at_desk = agent.main_role == Role.RECEPTION and front.code in agent.teams
    return PresenceState.ON_CONTACT if at_desk else PresenceState.OFFLINE


def citizens_seed(stage: Stage) -> None:
    rows = stage.content.citizens
    found = citizens_setup(
        actor=stage.actor,
        organisation=stage.host,
        persons=[_person(row) for row in rows],
        at=stage.now,
        demo_data=True,
    )
    stage.citizens = {row.code: citizen for row, citizen in zip(rows, found, strict=True)}
    for row in rows:
        for relation in row.relations:
            relation_setup(
                actor=stage.actor,
                from_citizen=stage.citizens[row.code],
                to_citizen=stage.citizens[relation.to],
                kind=relation.kind,
                since=RELATED_SINCE,
            )


def _person(row: Citizen) -> PersonGiven:
    return PersonGiven(
        family_name=row.last_name,
        given_names=row.first_name,
        birth_date=date.fromisoformat(row.birth_date) if row.birth_date else None,
        address=row.address,
        commune=commune_by_code(row.commune) if row.commune else None,
        locale=row.language,
        points=tuple(
            PointGiven(ContactPointKind(point.kind), point.value, point.shared, point.discreet)
            for point in row.contact_points
        ),
    )
