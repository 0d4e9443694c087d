"""Who is there to take a caller, and what the boards show of each agent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grc.call_rules import Person, is_reachable
from grc.enums import PresenceState
from grc.errors import NotFound
from grc.models import Agent, CallLeg, CallOffer, Presence
from grc.policies import Verb, roles_with
from grc.types import Actor


def person_of(row: Presence) -> Person:
    """What the rules read of a presence; its agent is needed."""
    return Person(row.state, row.reach, row.agent.desk_phone, row.touched_at)


def presence_of(*, actor: Actor) -> Presence:
    """The actor's own presence; offline, and not kept, for an agent who never said anything."""
    if actor.agent_id is None:
        raise NotFound("Seul un agent a une présence.")
    row = Presence.objects.select_related("agent").filter(agent_id=actor.agent_id).first()
    if row is not None:
        return row
    agent = Agent.objects.get(pk=actor.agent_id)
    # Since nothing: a row that is not kept has no beginning of its own.
    return Presence(agent=agent, state=PresenceState.OFFLINE.value)


def presences_board(*, actor: Actor) -> list[Presence]:
    """Every agent at work, one row each, of the organisations where this actor receives people or reads figures."""
    roles = roles_with(Verb.RECEPTION) | roles_with(Verb.REPORT)
    ids = {grant.organisation_id for grant in actor.grants if grant.role in roles}
    rows = Presence.objects.filter(agent__organisation_id__in=ids, agent__closed_on__isnull=True)
    return list(
        rows.exclude(state=PresenceState.OFFLINE)
        .select_related("agent__site")
        .order_by("agent__sort_name", "agent_id")
    )


@dataclass(frozen=True)
class Free:
    """An agent who may be offered a caller now. ``team_ids``: of which they are a member."""

    agent_id: int
    since: datetime
    team_ids: frozenset[int]


def agents_free(*, organisation_id: int, now: datetime) -> list[Free]:
    """Available agents of reception who can be rung, without an offer nor a call; longest idle first."""
    rows = (
        Presence.objects.filter(
            state=PresenceState.AVAILABLE,
            agent__closed_on__isnull=True,
            agent__grants__organisation_id=organisation_id,
            agent__grants__role__in=roles_with(Verb.RECEPTION),
        )
        .exclude(agent__offers__outcome="")
        .exclude(agent_id__in=CallLeg.objects.filter(kind="agent", ended_at__isnull=True).values("agent_id"))
        .select_related("agent")
        .prefetch_related("agent__memberships")
        .distinct()
        .order_by("since", "agent_id")
    )
    return [
        Free(row.agent_id, row.since, frozenset(member.team_id for member in row.agent.memberships.all()))
        for row in rows
        if is_reachable(person_of(row), now=now)
    ]


def agents_at_work(*, organisation_id: int) -> list[int]:
    """Agents of reception who take or will take contacts: available, on one or writing it up."""
    states = [PresenceState.AVAILABLE, PresenceState.ON_CONTACT, PresenceState.WRAPPING_UP]
    rows = Presence.objects.filter(
        state__in=states,
        agent__grants__organisation_id=organisation_id,
        agent__grants__role__in=roles_with(Verb.RECEPTION),
    )
    return list(rows.values_list("agent_id", flat=True).distinct())


def presence_can_be_asked(*, agent_id: int, now: datetime) -> bool:
    """Whether ringing this agent for a colleague makes sense: available, there, nothing else ringing for them."""
    row = Presence.objects.select_related("agent").filter(agent_id=agent_id).first()
    if row is None or row.state != PresenceState.AVAILABLE or not is_reachable(person_of(row), now=now):
        return False
    return not CallOffer.objects.filter(agent_id=agent_id, outcome="").exists()
