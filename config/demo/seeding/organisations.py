"""Bodies, hours, teams, reception points and lines of the content."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from config.demo.content_loader import FOLDER
from config.demo.content_types import Partner
from config.demo.seeding.stage import Stage
from grc.calendars import hours_text
from grc.enums import OrganisationKind
from grc.selectors.directory import commune_by_code
from grc.services.setup_organisations import (
    calendar_setup,
    line_setup,
    organisation_setup,
    site_setup,
    team_setup,
)

if TYPE_CHECKING:
    from grc.models import Calendar


def organisations_seed(stage: Stage) -> None:
    """The host, the hosted towns, the partners; then what each has."""
    for row in stage.content.organisations:
        stage.organisations[row.code] = organisation_setup(
            actor=stage.actor,
            code=row.code,
            kind=OrganisationKind(row.kind),
            name=row.label,
            siret=row.siret,
            phone=row.phone,
            email=row.email,
            address=row.address,
            departement=row.departement,
            commune_codes=row.communes,
            theme={**row.colours, "short_name": row.short_label},
            hours_text=_hours(stage, row.calendar),
            demo_data=True,
        )
    for partner in stage.content.partners:
        _partner(stage, partner)
    teams_seed(stage)
    sites_seed(stage)
    lines_seed(stage)


def _partner(stage: Stage, row: Partner) -> None:
    stage.organisations[row.code] = organisation_setup(
        actor=stage.actor,
        code=row.code,
        kind=OrganisationKind.PARTNER,
        name=row.label,
        phone=row.phone,
        website=row.website,
        purpose=row.for_what,
        hours_text=_hours(stage, row.calendar),
        commune_codes=row.communes,
        theme={"short_name": row.short_label},
        demo_data=True,
    )


def _hours(stage: Stage, code: str) -> str:
    return hours_text(stage.content.openings[code].weekly) if code else ""


def calendar_of(stage: Stage, organisation: str, code: str) -> Calendar | None:
    """The calendar of this code kept by an organisation, written at its first use."""
    if not code:
        return None
    row = stage.content.calendars[code]
    return _calendar(stage, organisation, code, row.label, row.as_dict())


def _calendar(stage: Stage, organisation: str, code: str, label: str, definition: dict[str, Any]) -> Calendar:
    key = (organisation, code)
    if key not in stage.calendars:
        stage.calendars[key] = calendar_setup(
            actor=stage.actor,
            organisation=stage.organisations[organisation],
            code=code,
            label=label,
            definition=definition,
        )
    return stage.calendars[key]


def teams_seed(stage: Stage) -> None:
    """Parents come before their children, whatever the order of the content."""
    waiting = list(stage.content.teams)
    while waiting:
        ready = [row for row in waiting if not row.parent or row.parent in stage.teams]
        if not ready:
            raise ValueError(f"parents of teams turn in circles: {[row.code for row in waiting]}")
        for row in ready:
            stage.teams[row.code] = team_setup(
                actor=stage.actor,
                organisation=stage.organisations[row.organisation],
                code=row.code,
                label=row.label,
                parent=stage.teams.get(row.parent),
                calendar=calendar_of(stage, row.organisation, row.calendar),
                restricted=row.restricted,
                fallback=row.fallback,
                demo_data=True,
            )
        waiting = [row for row in waiting if row.code not in stage.teams]


def sites_seed(stage: Stage) -> None:
    """A site on tour keeps a calendar of its own."""
    for row in stage.content.sites:
        calendar = calendar_of(stage, row.organisation, row.calendar) or _calendar(
            stage, row.organisation, f"tournee_{row.code}", row.label, stage.content.site_calendar(row)
        )
        stage.sites[row.code] = site_setup(
            actor=stage.actor,
            organisation=stage.organisations[row.organisation],
            code=row.code,
            name=row.label,
            address=row.address,
            commune=commune_by_code(row.commune),
            phone=row.phone,
            calendar=calendar,
            itinerant=row.itinerant,
            services=row.services,
            accessibility=row.accessibility,
            demo_data=True,
        )


def lines_seed(stage: Stage) -> None:
    """Both lines answer with the same script; the demonstration line never closes and receives the SMS."""
    script = json.loads((FOLDER / "voice_script.json").read_text(encoding="utf-8"))
    own_hours = {node["calendar"] for node in script["nodes"].values() if node.get("calendar")}
    for row in stage.content.lines:
        for code in sorted(own_hours):
            calendar_of(stage, row.organisation, code)
        number = row.number if row.real_hours else stage.demo_line
        stage.lines[number] = line_setup(
            actor=stage.actor,
            organisation=stage.organisations[row.organisation],
            number=number,
            label=row.label,
            script=script,
            calendar=calendar_of(stage, row.organisation, row.calendar) if row.real_hours else None,
            receives_sms=row.sms,
        )
