"""Editing opening hours: the usual week, the exceptional days, the zone of holidays; and who follows which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.db import transaction

from grc.calendars import from_dict, to_dict
from grc.errors import Invalid, NotFound
from grc.models import Calendar, Line, Organisation, Team
from grc.services.administration import administer_require, setting_change, setting_told
from grc.types import Actor
from grc.voice_script import step_name

OFFICE_WEEK: Final = {
    day: [["09:00", "12:00"], ["14:00", "17:00"]]
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
}


@transaction.atomic
def calendar_edit(
    *,
    actor: Actor,
    calendar_id: int,
    weekly: Mapping[str, Sequence[Sequence[str]]],
    exceptions: Sequence[Mapping[str, Any]],
    holidays: str | None = None,
) -> Calendar:
    """``weekly`` and ``exceptions`` in the shape of :mod:`grc.calendars.codec`; the rest of the calendar is kept.

    ``holidays``: the zone whose public holidays close it (« FR », « FR-57 », « none »...), None leaves it as it is.
    Raises Invalid with a French sentence per path (« weekly.monday », « exceptions[0].to », « holidays »).
    """
    calendar = _calendar_lock(actor, calendar_id)
    wanted = {**calendar.definition, "weekly": dict(weekly), "exceptions": list(exceptions)}
    if holidays is not None:
        wanted["holidays"] = holidays
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


@transaction.atomic
def calendar_add(*, actor: Actor, organisation_id: int, label: str, like_id: int | None = None) -> Calendar:
    """New hours for a line, a team or a step of a voice menu; a copy of others, else office hours."""
    organisation = Organisation.objects.select_for_update(of=("self",)).filter(pk=organisation_id).first()
    if organisation is None:
        raise NotFound("Cet organisme n’existe pas.")
    administer_require(actor=actor, organisation_id=organisation.pk)
    name = label.strip()
    if not name:
        raise Invalid("Donnez un nom à ces horaires.", fields={"label": ["Donnez un nom."]})
    known = Calendar.objects.filter(organisation=organisation)
    definition: dict[str, Any] = {"weekly": OFFICE_WEEK, "holidays": "FR"}
    if like_id is not None:
        like = known.filter(pk=like_id).first()
        if like is None:
            raise Invalid("Ces horaires n’existent pas.", fields={"like": ["Choisissez dans la liste."]})
        definition = {**like.definition, "exceptions": []}
    calendar = Calendar.objects.create(
        organisation=organisation,
        code=step_name(name, known.values_list("code", flat=True)),
        label=name[:120],
        definition=to_dict(from_dict({**definition, "name": name[:120]})),
    )
    setting_told(
        actor=actor, entity="calendar", entity_id=calendar.pk, verb="calendar_added",
        changed={"label": [None, calendar.label]},
    )  # fmt: skip
    return calendar


@transaction.atomic
def line_calendar_choose(*, actor: Actor, line_id: int, calendar_id: int | None) -> Line:
    """Which hours the line follows; None answers at all hours."""
    line = Line.objects.select_for_update(of=("self",)).filter(pk=line_id, closed_on__isnull=True).first()
    if line is None:
        raise NotFound("Cette ligne n’existe pas.")
    administer_require(actor=actor, organisation_id=line.organisation_id)
    _follow(actor, line, "line", calendar_id)
    return line


@transaction.atomic
def team_calendar_choose(*, actor: Actor, team_id: int, calendar_id: int | None) -> Team:
    """Which hours the team follows; None is any time."""
    team = Team.objects.select_for_update(of=("self",)).filter(pk=team_id).first()
    if team is None:
        raise NotFound("Cette équipe n’existe pas.")
    administer_require(actor=actor, organisation_id=team.organisation_id)
    _follow(actor, team, "team", calendar_id)
    return team


def _follow(actor: Actor, row: Line | Team, entity: str, calendar_id: int | None) -> None:
    known = Calendar.objects.filter(organisation_id=row.organisation_id)
    chosen = known.filter(pk=calendar_id).first() if calendar_id is not None else None
    if calendar_id is not None and chosen is None:
        raise Invalid("Ces horaires n’existent pas.", fields={"pick": ["Choisissez dans la liste."]})
    before = row.calendar.label if row.calendar is not None else None
    if row.calendar_id == (chosen.pk if chosen else None):
        return
    row.calendar = chosen
    row.save(update_fields=["calendar"])
    setting_told(
        actor=actor, entity=entity, entity_id=row.pk, verb=f"{entity}_hours_chosen",
        changed={"calendar": [before, chosen.label if chosen else None]},
    )  # fmt: skip


def _calendar_lock(actor: Actor, calendar_id: int) -> Calendar:
    calendar = Calendar.objects.select_for_update(of=("self",)).filter(pk=calendar_id).first()
    if calendar is None:
        raise NotFound("Ce calendrier n’existe pas.")
    administer_require(actor=actor, organisation_id=calendar.organisation_id)
    return calendar
