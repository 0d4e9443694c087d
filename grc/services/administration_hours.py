"""Editing opening hours: the usual week and the exceptional days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from grc.calendars import from_dict, to_dict
from grc.errors import NotFound
from grc.models import Calendar
from grc.services.administration import administer_require, setting_change
from grc.types import Actor


@transaction.atomic
def calendar_edit(
    *,
    actor: Actor,
    calendar_id: int,
    weekly: Mapping[str, Sequence[Sequence[str]]],
    exceptions: Sequence[Mapping[str, Any]],
) -> Calendar:
    """``weekly`` and ``exceptions`` in the shape of :mod:`grc.calendars.codec`; the rest of the calendar is kept.

    Raises Invalid with a French sentence per path (« weekly.monday », « exceptions[0].to »).
    """
    calendar = Calendar.objects.select_for_update(of=("self",)).filter(pk=calendar_id).first()
    if calendar is None:
        raise NotFound("Ce calendrier n’existe pas.")
    administer_require(actor=actor, organisation_id=calendar.organisation_id)
    wanted = {**calendar.definition, "weekly": dict(weekly), "exceptions": list(exceptions)}
    definition = to_dict(from_dict(wanted))
    if definition != to_dict(from_dict(calendar.definition)):
        setting_change(
            actor=actor,
            row=calendar,
            entity="calendar",
            verb="calendar_edited",
            fields={"definition": definition},
        )
    return calendar
