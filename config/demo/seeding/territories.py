"""The official geographic code, the layers of territories and which team serves which zone."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import date

from config.demo.seeding.stage import Stage
from grc.reference.rows import ReferenceData
from grc.selectors.reference import communes_held
from grc.services.communes import communes_import
from routing.services.setup import AssignmentGiven, assignments_setup
from routing.services.zones import zone_lines_of_reference, zones_import, zones_read


def communes_seed(stage: Stage, data: ReferenceData) -> None:
    """All the communes of a source, unless they are there; a newer source is the business of `import_communes`."""
    if communes_held() >= len(data.current):
        return

    def progress(what: str, done: int, total: int) -> None:
        if done >= total:
            stage.say(f"    {what} : {total}")

    communes_import(data=data, progress=progress)


def zones_seed(stage: Stage) -> None:
    """The layers kept as a file, then those that the geographic code gives."""
    content = stage.content
    start = first_day(stage)
    lines = zones_read([asdict(row) for row in content.zones])
    for layer in content.layers:
        if layer.kind != "file":
            lines += zone_lines_of_reference(
                layer=layer.code,
                layer_label=layer.label,
                kind=layer.kind,
                departement=content.host.departement,
                start=start,
            )
    done = zones_import(actor=stage.actor, organisation=stage.host, lines=lines)
    stage.say(f"    {done.layers} découpages, {done.zones} territoires")


def assignments_seed(stage: Stage) -> None:
    given: dict[str, list[AssignmentGiven]] = defaultdict(list)
    for row in stage.content.routing:
        given[row.organisation].append(
            AssignmentGiven(topic_code=row.on, team=stage.teams[row.team], layer=row.layer, zone=row.zone)
        )
    for code, rows in given.items():
        assignments_setup(
            actor=stage.actor,
            organisation=stage.organisations[code],
            zones_of=stage.host,
            rows=rows,
            on=first_day(stage),
        )


def first_day(stage: Stage) -> date:
    """The first day of validity of the territories: what is derived begins with what is kept as a file."""
    return min(date.fromisoformat(row.valid_from) for row in stage.content.zones)
