"""Setting up agents: who they are, their roles and teams, their logins and tokens. May be called again."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from grc.enums import AccountKind, PresenceState, Role
from grc.errors import Invalid
from grc.models import (
    Account,
    Agent,
    AgentLogin,
    ApiToken,
    Organisation,
    Presence,
    RoleGrant,
    Site,
    Team,
    TeamMembership,
)
from grc.policies import Verb, can_in_organisation
from grc.reference.names import sort_key
from grc.selectors.actors import token_digest
from grc.services.audit import audit_write
from grc.services.setup_rows import row_upsert
from grc.types import Actor

TOKEN_BYTES: Final = 32


@dataclass(frozen=True)
class RoleGiven:
    """A role on a whole body, or on one team of it."""

    role: Role
    organisation: Organisation
    team: Team | None = None


@transaction.atomic
def agent_setup(
    *,
    actor: Actor,
    organisation: Organisation,
    username: str,
    first_name: str,
    last_name: str,
    email: str = "",
    desk_phone: str = "",
    site: Site | None = None,
    demo_data: bool = False,
) -> Agent:
    """The agent of this username."""
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    row, _ = row_upsert(
        Agent,
        actor=actor,
        keys={"username": username},
        values={
            "organisation": organisation,
            "display_name": f"{first_name} {last_name}",
            "sort_name": sort_key(f"{last_name} {first_name}"),
            "email": email,
            "desk_phone": desk_phone,
            "site": site,
            "demo_data": demo_data,
        },
    )
    return row


@transaction.atomic
def agent_roles_setup(*, actor: Actor, agent: Agent, roles: Iterable[RoleGiven]) -> None:
    """Exactly these roles; those not named are taken back. Each is given by somebody who administers its body."""
    wanted = {(one.role.value, one.organisation.pk, one.team.pk if one.team else None): one for one in roles}
    for grant in RoleGrant.objects.filter(agent=agent):
        if wanted.pop((grant.role, grant.organisation_id, grant.team_id), None) is None:
            can_in_organisation(actor, Verb.ADMINISTER, grant.organisation_id).require()
            _tell_role(actor, "role_taken_back", grant)
            grant.delete()
    for given in wanted.values():
        can_in_organisation(actor, Verb.ADMINISTER, given.organisation.pk).require()
        grant = RoleGrant.objects.create(
            agent=agent, role=given.role.value, organisation=given.organisation, team=given.team
        )
        _tell_role(actor, "role_given", grant)


def _tell_role(actor: Actor, verb: str, grant: RoleGrant) -> None:
    audit_write(
        actor=actor,
        verb=verb,
        entity="agent",
        entity_id=grant.agent_id,
        details={"role": grant.role, "organisation": grant.organisation_id, "team": grant.team_id},
    )


@transaction.atomic
def agent_teams_setup(
    *,
    actor: Actor,
    agent: Agent,
    teams: Iterable[Team],
    skills: Sequence[str] = (),
    languages: Sequence[str] = (),
) -> None:
    """Exactly these teams, with the same skills and languages in each."""
    wanted = {team.pk: team for team in teams}
    for team in wanted.values():
        can_in_organisation(actor, Verb.ADMINISTER, team.organisation_id).require()
        row_upsert(
            TeamMembership,
            actor=actor,
            keys={"agent": agent, "team": team},
            values={"skills": list(skills), "languages": list(languages)},
        )
    TeamMembership.objects.filter(agent=agent).exclude(team_id__in=wanted).delete()


@transaction.atomic
def agent_presence_setup(*, agent: Agent, state: PresenceState, at: datetime) -> Presence:
    """The presence row of an agent; one that exists is left as the agent put it."""
    row, _ = Presence.objects.get_or_create(agent=agent, defaults={"state": state.value, "since": at})
    return row


@transaction.atomic
def agent_login_setup(*, actor: Actor, agent: Agent, password: str | None) -> Account:
    """The local login of an agent, named like the agent. ``password`` None leaves the one it has."""
    can_in_organisation(actor, Verb.ADMINISTER, agent.organisation_id).require()
    account = Account.objects.select_for_update().filter(username=agent.username).first()
    if account is None:
        account = Account.objects.create_account(
            kind=AccountKind.AGENT, username=agent.username, password=password
        )
        AgentLogin.objects.create(account=account, agent=agent)
    elif not AgentLogin.objects.filter(account=account, agent=agent).exists():
        raise Invalid(f"L’identifiant « {agent.username} » est déjà pris par quelqu’un d’autre.")
    elif password is not None:
        account.set_password(password)
        account.save(update_fields=["password"])
    if password is not None:
        audit_write(actor=actor, verb="password_set", entity="agent", entity_id=agent.pk)
    return account


@transaction.atomic
def token_issue(
    *, actor: Actor, username: str, label: str, agent: Agent, scopes: Sequence[str] = (), at: datetime
) -> str:
    """A new bearer token with the rights of ``agent``, given once: only its digest is kept.

    Earlier tokens of the same program (``username``) stop working at once.
    """
    can_in_organisation(actor, Verb.ADMINISTER, agent.organisation_id).require()
    account = Account.objects.filter(username=username).first()
    if account is None:
        account = Account.objects.create_account(kind=AccountKind.CLIENT, username=username)
    elif account.kind != AccountKind.CLIENT:
        raise Invalid(f"« {username} » est l’identifiant d’une personne, pas d’un programme.")
    ApiToken.objects.filter(account=account, revoked_at__isnull=True).update(revoked_at=at)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    row = ApiToken.objects.create(
        account=account, agent=agent, label=label[:100], digest=token_digest(token), scopes=list(scopes)
    )
    audit_write(
        actor=actor,
        verb="token_issued",
        entity="token",
        entity_id=row.pk,
        details={"agent": agent.pk, "scopes": list(scopes)},
    )
    return token
