"""From a login, a token or a name to an actor with its rights."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from grc.enums import AccountKind, Role
from grc.errors import NotAllowed, NotFound
from grc.models import Account, Agent, AgentLogin, ApiToken, CitizenLogin
from grc.types import Actor, Grant


def actor_of_agent(agent: Agent, *, account_id: int | None = None) -> Actor:
    """An agent of the console with every role and team."""
    grants = frozenset(
        Grant(Role(row["role"]), row["organisation_id"], row["team_id"])
        for row in agent.grants.values("role", "organisation_id", "team_id")
    )
    return Actor(
        kind="agent",
        label=agent.display_name,
        account_id=account_id,
        agent_id=agent.pk,
        organisation_id=agent.organisation_id,
        grants=grants,
        team_ids=frozenset(agent.memberships.values_list("team_id", flat=True)),
    )


def actor_of_account(account: Account) -> Actor | None:
    """The actor behind a login; None for a login that leads to nobody (closed agent)."""
    if account.kind == AccountKind.AGENT:
        login = AgentLogin.objects.select_related("agent").filter(account=account).first()
        if login is None or login.agent.closed_on is not None or not account.is_active:
            return None
        return actor_of_agent(login.agent, account_id=account.pk)
    if account.kind == AccountKind.RESIDENT:
        known = CitizenLogin.objects.select_related("citizen").filter(account=account).first()
        citizen = known.citizen if known else None
        return Actor(
            kind="resident",
            label="La personne",
            account_id=account.pk,
            citizen_id=citizen.pk if citizen else None,
            organisation_id=citizen.organisation_id if citizen else None,
        )
    return None


def agent_actor(username: str) -> Actor:
    """The actor of an agent by username, for administrators' programs that act in an agent's name."""
    agent = Agent.objects.filter(username=username, closed_on__isnull=True).first()
    if agent is None:
        raise NotFound(f"Aucun agent ne s’appelle « {username} ».")
    return actor_of_agent(agent)


@dataclass(frozen=True)
class TokenActor:
    """A program that calls the API and in whose name it acts."""

    token_id: int
    actor: Actor


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def actor_of_token(token: str, *, now: datetime, act_as: str = "") -> TokenActor | None:
    """The actor of a bearer token: the agent it is bound to, else a client. None: unknown, revoked or expired.

    ``act_as`` (``?as=``) needs the scope ``act_as``.
    """
    row = (
        ApiToken.objects.select_related("agent", "account")
        .filter(digest=token_digest(token), revoked_at__isnull=True, account__is_active=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .first()
    )
    if row is None:
        return None
    scopes = frozenset(str(scope) for scope in row.scopes)
    if act_as:
        if "act_as" not in scopes:
            raise NotAllowed("Ce jeton ne permet pas d’agir au nom d’un autre agent.")
        return TokenActor(row.pk, replace(agent_actor(act_as), scopes=scopes))
    if row.agent is not None:
        if row.agent.closed_on is not None:
            return None
        return TokenActor(row.pk, replace(actor_of_agent(row.agent), scopes=scopes))
    return TokenActor(row.pk, Actor(kind="client", label=row.label, account_id=row.account_id, scopes=scopes))
