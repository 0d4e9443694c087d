"""Who works here and with which roles."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from grc.enums import LABELS, Role
from grc.errors import Conflict, Invalid, NotFound
from grc.models import Agent, RoleGrant, Team
from grc.services.administration import administer_require, setting_change, setting_told
from grc.types import Actor


@transaction.atomic
def role_grant(
    *, actor: Actor, agent_id: int, role: Role, organisation_id: int, team_id: int | None = None
) -> RoleGrant:
    """Give a role on the organisation, or on one team of it; giving it twice changes nothing."""
    administer_require(actor=actor, organisation_id=organisation_id)
    agent = _agent_lock(actor, agent_id)
    if agent.closed_on is not None:
        raise Conflict("Ce compte est fermé : rouvrez-le avant de lui donner un rôle.", code="state")
    if team_id is not None and not Team.objects.filter(pk=team_id, organisation_id=organisation_id).exists():
        raise Invalid("Cette équipe n’existe pas ici.", fields={"team": ["Choisissez une équipe."]})
    team = None if team_id is None else Team.objects.get(pk=team_id)
    grant, created = RoleGrant.objects.get_or_create(
        agent=agent, role=role, organisation_id=organisation_id, team=team
    )
    if created:
        setting_told(
            actor=actor, entity="agent", entity_id=agent.pk, verb="role_granted",
            changed={"roles": [None, LABELS[Role][role.value]]},
        )  # fmt: skip
    return grant


@transaction.atomic
def role_revoke(*, actor: Actor, grant_id: int) -> None:
    """Take a role back; the last administrator of an organisation keeps theirs."""
    grant = RoleGrant.objects.select_for_update(of=("self",)).filter(pk=grant_id).first()
    if grant is None:
        raise NotFound("Ce rôle a déjà été retiré.")
    administer_require(actor=actor, organisation_id=grant.organisation_id)
    if grant.role == Role.ADMINISTRATOR and grant.team_id is None:
        _keep_an_administrator(organisation_id=grant.organisation_id, without_agent=grant.agent_id)
    grant.delete()
    setting_told(
        actor=actor, entity="agent", entity_id=grant.agent_id, verb="role_revoked",
        changed={"roles": [LABELS[Role][grant.role], None]},
    )  # fmt: skip


@transaction.atomic
def agent_close(*, actor: Actor, agent_id: int, on: date) -> Agent:
    """Close an account: its sessions and tokens open nothing any more; what the person did stays."""
    agent = _agent_lock(actor, agent_id)
    if agent.pk == actor.agent_id:
        raise Invalid("Vous ne pouvez pas fermer votre propre compte.")
    for grant in agent.grants.filter(role=Role.ADMINISTRATOR, team__isnull=True):
        _keep_an_administrator(organisation_id=grant.organisation_id, without_agent=agent.pk)
    if agent.closed_on is None:
        setting_change(actor=actor, row=agent, entity="agent", verb="agent_closed", fields={"closed_on": on})
    return agent


@transaction.atomic
def agent_reopen(*, actor: Actor, agent_id: int) -> Agent:
    """Undo a closing: the account has the roles it had."""
    agent = _agent_lock(actor, agent_id)
    setting_change(actor=actor, row=agent, entity="agent", verb="agent_reopened", fields={"closed_on": None})
    return agent


def _agent_lock(actor: Actor, agent_id: int) -> Agent:
    agent = Agent.objects.select_for_update(of=("self",)).filter(pk=agent_id).first()
    if agent is None:
        raise NotFound("Cet agent n’existe pas.")
    administer_require(actor=actor, organisation_id=agent.organisation_id)
    return agent


def _keep_an_administrator(*, organisation_id: int, without_agent: int) -> None:
    # Every administrator is locked: two of them who remove each other at once wait for one another.
    others = RoleGrant.objects.select_for_update(of=("self",)).filter(
        role=Role.ADMINISTRATOR,
        organisation_id=organisation_id,
        team__isnull=True,
        agent__closed_on__isnull=True,
    )
    if not [grant for grant in others.order_by("pk") if grant.agent_id != without_agent]:
        raise Conflict("C’est le dernier administrateur de cet organisme : nommez-en un autre d’abord.")
