"""Reading the settings an administrator may change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Count, Q, QuerySet

from grc.errors import NotFound
from grc.models import Agent, AuditContent, Calendar, Line, Organisation, RoleGrant, Site, Team, Topic
from grc.policies import Verb, roles_with
from grc.types import Actor

Row = TypeVar("Row", Topic, Team, Line, Agent, Calendar)


def organisations_administered(*, actor: Actor) -> list[Organisation]:
    return list(Organisation.objects.filter(pk__in=_ids(actor)).order_by("sort_name"))


def _ids(actor: Actor) -> frozenset[int]:
    return actor.organisations_with(*roles_with(Verb.ADMINISTER))


@dataclass(frozen=True)
class TopicBranch:
    """A theme and everything under it, closed topics too."""

    theme: Topic
    topics: list[Topic]


def topics_administered(*, actor: Actor) -> list[TopicBranch]:
    rows = Topic.objects.filter(organisation_id__in=_ids(actor)).select_related("organisation")
    branches: dict[tuple[int, str], TopicBranch] = {}
    ordered = sorted(rows, key=lambda topic: (topic.parent_id is not None, topic.position, topic.sort_label))
    for topic in ordered:
        key = (topic.organisation_id, topic.theme)
        if topic.parent_id is None:
            branches[key] = TopicBranch(topic, [])
        elif key in branches:
            branches[key].topics.append(topic)
    return list(branches.values())


def topic_administered(*, actor: Actor, topic_id: int) -> Topic:
    return _one(
        Topic.objects.select_related("parent", "organisation"), actor, topic_id, "Ce sujet n’existe pas."
    )


def teams_administered(*, actor: Actor) -> list[Team]:
    """With ``members``: how many agents."""
    rows = Team.objects.filter(organisation_id__in=_ids(actor), closed_on__isnull=True)
    members = Count("memberships", filter=Q(memberships__agent__closed_on__isnull=True))
    return list(rows.select_related("parent", "organisation").annotate(members=members).order_by("label"))


def team_administered(*, actor: Actor, team_id: int) -> Team:
    return _one(
        Team.objects.select_related("parent", "organisation"), actor, team_id, "Cette équipe n’existe pas."
    )


def team_members(*, actor: Actor, team: Team) -> list[Agent]:
    if team.organisation_id not in _ids(actor):
        return []
    return list(Agent.objects.filter(memberships__team=team).order_by("sort_name"))


def lines_administered(*, actor: Actor) -> list[Line]:
    rows = Line.objects.filter(organisation_id__in=_ids(actor), closed_on__isnull=True)
    return list(rows.select_related("calendar", "organisation").order_by("number"))


def line_administered(*, actor: Actor, line_id: int) -> Line:
    return _one(
        Line.objects.select_related("calendar", "organisation"), actor, line_id, "Cette ligne n’existe pas."
    )


def calendar_users(*, calendar: Calendar) -> list[str]:
    """Names of what opens at the hours of this calendar: lines, sites, teams."""
    lines = Line.objects.filter(calendar=calendar, closed_on__isnull=True).values_list("label", flat=True)
    sites = Site.objects.filter(calendar=calendar, closed_on__isnull=True).values_list("name", flat=True)
    teams = Team.objects.filter(calendar=calendar, closed_on__isnull=True).values_list("label", flat=True)
    return sorted({*lines, *sites, *teams, *_menus_with(calendar)})


def _menus_with(calendar: Calendar) -> list[str]:
    """The voice menus one of whose steps follows this calendar."""
    rows = Line.objects.filter(organisation_id=calendar.organisation_id, closed_on__isnull=True)
    return [
        f"menu vocal de {label}"
        for label, script in rows.values_list("label", "script")
        if any(node.get("calendar") == calendar.code for node in script.get("nodes", {}).values())
    ]


def calendars_administered(*, actor: Actor) -> list[Calendar]:
    rows = Calendar.objects.filter(organisation_id__in=_ids(actor)).select_related("organisation")
    return list(rows.order_by("organisation__sort_name", "label"))


def calendar_administered(*, actor: Actor, calendar_id: int) -> Calendar:
    return _one(
        Calendar.objects.select_related("organisation"), actor, calendar_id, "Ces horaires n’existent pas."
    )


def agents_administered(*, actor: Actor) -> list[Agent]:
    """Open accounts first, then the closed ones."""
    rows = Agent.objects.filter(organisation_id__in=_ids(actor)).select_related("organisation", "site")
    return sorted(
        rows.prefetch_related("grants__organisation", "grants__team"),
        key=lambda agent: (agent.closed_on is not None, agent.sort_name),
    )


def agent_administered(*, actor: Actor, agent_id: int) -> Agent:
    return _one(Agent.objects.select_related("organisation"), actor, agent_id, "Cet agent n’existe pas.")


def agent_grants(*, actor: Actor, agent: Agent) -> list[RoleGrant]:
    """The roles this administrator may take back."""
    rows = RoleGrant.objects.filter(agent=agent, organisation_id__in=_ids(actor))
    return list(rows.select_related("organisation", "team").order_by("role", "organisation__sort_name", "pk"))


@dataclass(frozen=True)
class Change:
    """One line of a history. ``changed``: field -> (before, after)."""

    at: datetime
    who: str
    verb: str
    changed: dict[str, tuple[Any, Any]]


def changes_of(*, actor: Actor, entity: str, entity_id: int, limit: int = 50) -> list[Change]:
    """Who changed what, the latest first. Fetch the thing itself first: that is the permission test."""
    if not _ids(actor):
        return []
    rows = AuditContent.objects.filter(entity=entity, entity_id=entity_id, act="write").order_by("-at", "-id")
    return [
        Change(
            row.at,
            row.actor_label,
            row.verb,
            {name: (pair[0], pair[1]) for name, pair in row.details.get("changed", {}).items()},
        )
        for row in rows[:limit]
    ]


def _one(rows: QuerySet[Row], actor: Actor, pk: int, sentence: str) -> Row:
    found = rows.filter(pk=pk, organisation_id__in=_ids(actor)).first()
    if found is None:
        raise NotFound(sentence)
    return found
