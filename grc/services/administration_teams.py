"""Editing teams and who is in them."""

from __future__ import annotations

from django.db import transaction

from grc.errors import Invalid, NotFound
from grc.models import Agent, Team, TeamMembership
from grc.services.administration import administer_require, setting_change, setting_told
from grc.types import Actor


@transaction.atomic
def team_edit(*, actor: Actor, team_id: int, label: str, parent_id: int | None, restricted: bool) -> Team:
    """``parent_id``: where the team escalates; ``restricted``: only its members see its queue."""
    team = _team_lock(actor, team_id)
    if not label.strip():
        raise Invalid("L’équipe doit avoir un nom.", fields={"label": ["Donnez un nom."]})
    if restricted and team.fallback:
        sentence = (
            "L’équipe de repli reçoit tout ce que personne ne reçoit : elle ne peut pas être restreinte."
        )
        raise Invalid(sentence, fields={"restricted": [sentence]})
    _check_parent(team, parent_id)
    setting_change(
        actor=actor,
        row=team,
        entity="team",
        verb="team_edited",
        fields={"label": label.strip(), "parent_id": parent_id, "restricted": restricted},
    )
    return team


def _check_parent(team: Team, parent_id: int | None) -> None:
    seen = {team.pk}
    current = parent_id
    while current is not None:
        if current in seen:
            sentence = "Une équipe ne peut pas remonter à elle-même."
            raise Invalid(sentence, fields={"parent": [sentence]})
        seen.add(current)
        row = (
            Team.objects.filter(pk=current, organisation_id=team.organisation_id).values("parent_id").first()
        )
        if row is None:
            raise Invalid("Cette équipe n’existe pas ici.", fields={"parent": ["Choisissez une équipe."]})
        current = row["parent_id"]


@transaction.atomic
def team_member_add(*, actor: Actor, team_id: int, agent_id: int) -> None:
    """Adding twice changes nothing."""
    team = _team_lock(actor, team_id)
    agent = Agent.objects.filter(pk=agent_id, closed_on__isnull=True).first()
    # Somebody shared between several bodies belongs to one and has a role in the others.
    if agent is None or not (
        agent.organisation_id == team.organisation_id
        or agent.grants.filter(organisation_id=team.organisation_id).exists()
    ):
        raise Invalid("Cette personne n’a pas de rôle ici.", fields={"agent": ["Choisissez quelqu’un."]})
    _row, created = TeamMembership.objects.get_or_create(team=team, agent=agent)
    if created:
        setting_told(
            actor=actor, entity="team", entity_id=team.pk, verb="team_member_added",
            changed={"members": [None, agent.username]},
        )  # fmt: skip


@transaction.atomic
def team_member_remove(*, actor: Actor, team_id: int, agent_id: int) -> None:
    """Removing twice changes nothing; the requests the person holds stay theirs."""
    team = _team_lock(actor, team_id)
    row = TeamMembership.objects.filter(team=team, agent_id=agent_id).select_related("agent").first()
    if row is not None:
        row.delete()
        setting_told(
            actor=actor, entity="team", entity_id=team.pk, verb="team_member_removed",
            changed={"members": [row.agent.username, None]},
        )  # fmt: skip


def _team_lock(actor: Actor, team_id: int) -> Team:
    team = Team.objects.select_for_update(of=("self",)).filter(pk=team_id).first()
    if team is None:
        raise NotFound("Cette équipe n’existe pas.")
    administer_require(actor=actor, organisation_id=team.organisation_id)
    return team
