"""Editing what the routing decides with: assignments, rules. What no longer holds is closed with a date."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from grc.enums import Priority
from grc.errors import Invalid
from grc.models import Organisation, Team
from grc.policies import Verb, can_in_organisation
from grc.services.audit import audit_write
from grc.types import Actor
from routing import engine
from routing.models import Assignment, Rule, Zone


@transaction.atomic
def assignment_set(
    *,
    actor: Actor,
    organisation: Organisation,
    topic_code: str,
    zone: Zone | None,
    team: Team,
    on: date,
) -> Assignment:
    """From ``on``, (topic, zone) goes to ``team``; the assignment before it is closed that day.

    ``topic_code`` empty is any topic, ``zone`` None is anywhere. Saying the same again changes nothing.
    """
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    if team.organisation_id != organisation.pk:
        raise Invalid("Cette équipe relève d’un autre organisme.", fields={"team": ["Autre organisme."]})
    known = (
        Assignment.objects.select_for_update()
        .filter(organisation=organisation, topic_code=topic_code, zone=zone, closed_on__isnull=True)
        .first()
    )
    if known is not None and known.team_id == team.pk:
        return known
    if known is not None:
        if on < known.starts_on:
            raise Invalid(
                f"Cette affectation tient depuis le {known.starts_on:%d/%m/%Y} : choisissez une date qui suit.",
                fields={"on": ["Date trop ancienne."]},
            )
        known.closed_on = on
        known.save(update_fields=["closed_on"])
    row = Assignment.objects.create(
        organisation=organisation, topic_code=topic_code, zone=zone, team=team, starts_on=on
    )
    audit_write(
        actor=actor,
        verb="assignment_set",
        entity="assignment",
        entity_id=row.pk,
        details={"topic": topic_code, "zone": zone.code if zone else "", "team": team.code},
    )
    return row


@transaction.atomic
def rule_add(
    *,
    actor: Actor,
    organisation: Organisation,
    sentence: str,
    conditions: Any,
    team: Team,
    on: date,
    priority: Priority | None = None,
    position: int | None = None,
) -> Rule:
    """Add a rule, last by default. Raises Invalid: a condition that does not read, a team of somebody else."""
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    if not sentence.strip():
        raise Invalid("Donnez un nom à cette règle.", fields={"sentence": ["Donnez un nom."]})
    if team.organisation_id != organisation.pk:
        raise Invalid("Cette équipe relève d’un autre organisme.", fields={"team": ["Autre organisme."]})
    engine.rule_condition(conditions)
    if position is None:
        last = Rule.objects.filter(organisation=organisation).aggregate(last=Max("position"))["last"]
        position = (last or 0) + 10
    row = Rule.objects.create(
        organisation=organisation,
        position=position,
        sentence=sentence.strip(),
        conditions=conditions,
        team=team,
        priority=priority.value if priority else "",
        starts_on=on,
    )
    audit_write(actor=actor, verb="rule_added", entity="rule", entity_id=row.pk, details={"team": team.code})
    return row


@transaction.atomic
def rule_close(*, actor: Actor, rule: Rule, on: date) -> Rule:
    """The rule no longer holds from ``on``; closing twice keeps the first date."""
    can_in_organisation(actor, Verb.ADMINISTER, rule.organisation_id).require()
    locked = Rule.objects.select_for_update().get(pk=rule.pk)
    if locked.closed_on is None:
        locked.closed_on = max(on, locked.starts_on)
        locked.save(update_fields=["closed_on"])
        audit_write(actor=actor, verb="rule_closed", entity="rule", entity_id=locked.pk)
    return locked
