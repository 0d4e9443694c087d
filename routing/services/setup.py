"""Setting up many assignments at once, as a list says them. May be called again: what is already so is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from grc.errors import Invalid
from grc.models import Organisation, Team
from grc.types import Actor
from routing.models import Assignment, Zone
from routing.services.settings import assignment_set


@dataclass(frozen=True)
class AssignmentGiven:
    """``topic_code`` empty: any topic; ``layer`` and ``zone`` empty: anywhere, else codes of ``zones_of``'s zones."""

    topic_code: str
    team: Team
    layer: str = ""
    zone: str = ""


@transaction.atomic
def assignments_setup(
    *,
    actor: Actor,
    organisation: Organisation,
    zones_of: Organisation,
    rows: Iterable[AssignmentGiven],
    on: date,
) -> int:
    """From ``on``, these topics in these zones go to these teams; gives how many were written.

    Raises Invalid for a zone that does not exist.
    """
    zones = {
        (zone.layer.code, zone.code): zone
        for zone in Zone.objects.filter(layer__organisation=zones_of).select_related("layer")
    }
    held = {
        (row.topic_code, row.zone_id): row.team_id
        for row in Assignment.objects.filter(organisation=organisation, closed_on__isnull=True)
    }
    written = 0
    for row in rows:
        zone = zones.get((row.layer, row.zone)) if row.layer else None
        if row.layer and zone is None:
            raise Invalid(f"Le découpage « {row.layer} » n’a pas de zone « {row.zone} ».")
        if held.get((row.topic_code, zone.pk if zone else None)) == row.team.pk:
            continue
        assignment_set(
            actor=actor,
            organisation=organisation,
            topic_code=row.topic_code,
            zone=zone,
            team=row.team,
            on=on,
        )
        written += 1
    return written
