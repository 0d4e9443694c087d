"""Pure. Read the demonstration's content (``config/demo/content/``) and check that it holds together.

``load_content()`` is the whole: typed rows, coherent, or a ContentError in French.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from config.demo.content_build import ContentError, Table, build, build_all, split
from config.demo.content_types import (
    Agent,
    Article,
    Calendar,
    Citizen,
    Content,
    Delay,
    Group,
    Layer,
    Line,
    MenuGroup,
    Organisation,
    Partner,
    RoutingDefault,
    Site,
    Team,
    Theme,
    Topic,
    Voices,
    ZoneRow,
)
from grc.enums import Theme as ThemeCode

FOLDER: Final = Path(__file__).parent / "content"


@lru_cache(maxsize=1)
def load_content() -> Content:
    """The shipped content, read and checked once. Raises ContentError."""
    from config.demo.content_checks import check_content
    from grc.reference.shipped import load_shipped

    content = read_content(FOLDER)
    problems = check_content(content, load_shipped())
    if problems:
        raise ContentError("contenu de démonstration", " ".join(problems[:5]))
    return content


def read_content(folder: Path) -> Content:
    """Typed rows of a folder, without the checks between files."""
    files = {path.stem: _toml(path) for path in sorted(folder.glob("*.toml"))}
    citizens = json.loads((folder / "citizens.json").read_text(encoding="utf-8"))
    zones = read_zones((folder / "zones.csv").read_text(encoding="utf-8"))
    voices = _voices(files["voices"])
    themes, topics = _topics(folder / "topics", voices)
    organisations = build_all(Organisation, files["organisations"]["organisations"], "organisations.toml")
    teams = _teams(files["teams"], zones)
    return Content(
        calendars={
            row.code: row for row in build_all(Calendar, files["calendars"]["calendars"], "calendars.toml")
        },
        organisations=organisations,
        groups=build_all(Group, files["organisations"]["groups"], "organisations.toml"),
        lines=build_all(Line, files["organisations"]["lines"], "organisations.toml"),
        layers=build_all(Layer, files["territories"]["layers"], "territories.toml"),
        zones=zones,
        sites=build_all(Site, files["sites"]["sites"], "sites.toml"),
        themes=themes,
        topics=topics,
        teams=teams,
        routing=_routing(files["routing"], themes, topics, organisations, zones),
        partners=build_all(Partner, files["partners"]["partners"], "partners.toml"),
        agents=build_all(Agent, files["agents"]["agents"], "agents.toml"),
        citizens=build_all(Citizen, citizens["citizens"], "citizens.json"),
        voices=voices,
        articles=build_all(Article, files["articles"]["articles"], "articles.toml"),
        sources={name: table["source"] for name, table in files.items()} | {"citizens": citizens["source"]},
    )


def read_zones(text: str) -> tuple[ZoneRow, ...]:
    """Lines of the zones file: layer,layer_label,zone,zone_label,insee,valid_from,valid_to."""
    reader = csv.DictReader(text.splitlines())
    return tuple(build(ZoneRow, row, f"zones.csv, ligne {reader.line_num}") for row in reader)


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ContentError(path.name, f"ce n’est pas du TOML valide ({error}).") from error
    if not table.get("source"):
        raise ContentError(path.name, "il manque la clé « source ».")
    return table


def _voices(table: Table) -> Voices:
    menu = table["menu"]
    return Voices(
        choice=menu["choice"],
        agent=menu["agent"],
        repeat=menu["repeat"],
        groups=build_all(MenuGroup, menu["groups"], "voices.toml"),
        phrases=dict(table["phrases"]),
        sms=dict(table["sms"]),
        email=dict(table["email"]),
    )


def _topics(folder: Path, voices: Voices) -> tuple[tuple[Theme, ...], tuple[Topic, ...]]:
    places = {
        code: (group.key, str(index))
        for group in voices.groups
        for index, code in enumerate(group.themes, start=1)
    }
    themes: list[Theme] = []
    topics: list[Topic] = []
    for member in ThemeCode:
        path = folder / f"{member.value}.toml"
        table = _toml(path)
        theme = _theme(table, places, path.name)
        themes.append(theme)
        topics.extend(_topic(row, table["defaults"], theme, path.name) for row in table["topics"])
    return tuple(themes), tuple(topics)


def _theme(table: Table, places: Mapping[str, tuple[str, str]], where: str) -> Theme:
    row, defaults = dict(table["theme"]), table["defaults"]
    group_key, key = places.get(row["code"], ("", ""))
    row["words"] = split(row["words"])
    row.setdefault("layer", defaults["layer"])
    return build(
        Theme,
        row,
        where,
        group_key=group_key,
        key=key,
        first_answer=_delay(defaults["first_answer"], where),
        resolution=_delay(defaults["resolution"], where),
    )


def _topic(row: Table, defaults: Table, theme: Theme, where: str) -> Topic:
    place = f"{where}, {row.get('code', 'sujet sans code')}"
    merged = {"partner": "", "silence": "none", "team": theme.team, **defaults, **row}
    merged["words"] = split(merged["words"])
    merged["needs"] = split(merged["needs"], None)
    merged["first_answer"] = _delay(merged["first_answer"], place)
    merged["resolution"] = _delay(merged["resolution"], place)
    return build(Topic, merged, place, theme=theme.code, own_team="team" in row)


def _delay(text: str, where: str) -> Delay:
    amount, _, unit = text.partition(" ")
    if not amount.isdecimal():
        raise ContentError(where, f"le délai « {text} » s’écrit « 2 working_days ».")
    return Delay(int(amount), unit)


def _teams(table: Table, zones: tuple[ZoneRow, ...]) -> tuple[Team, ...]:
    teams = list(build_all(Team, table["teams"], "teams.toml"))
    for family in table["families"]:
        for code, label in _zones_of(zones, family["layer"]).items():
            teams.append(
                Team(
                    code=family["code"].format(zone=code),
                    label=family["label"].format(zone_label=label),
                    organisation=family["organisation"],
                    calendar=family["calendar"],
                    parent=family["parent"],
                    zone=(family["layer"], code),
                )
            )
    return tuple(teams)


def _zones_of(zones: tuple[ZoneRow, ...], layer: str) -> dict[str, str]:
    return {row.zone: row.zone_label for row in sorted(zones, key=lambda row: row.zone) if row.layer == layer}


def _routing(
    table: Table,
    themes: tuple[Theme, ...],
    topics: tuple[Topic, ...],
    organisations: tuple[Organisation, ...],
    zones: tuple[ZoneRow, ...],
) -> tuple[RoutingDefault, ...]:
    host = next(row.code for row in organisations if row.kind == "host")
    rows = [RoutingDefault(theme.code, host, theme.team) for theme in themes]
    rows += [RoutingDefault(topic.code, host, topic.team) for topic in topics if topic.own_team]
    for split_by in table["by_zone"]:
        rows += [
            RoutingDefault(split_by["on"], host, split_by["team"].format(zone=zone), split_by["layer"], zone)
            for zone in _zones_of(zones, split_by["layer"])
        ]
    communes = {row.code: row.communes for row in organisations}
    for town in table["hosted"]:
        concerned = [t.code for t in themes if t.competent == town["competent"]]
        concerned += [t.code for t in topics if t.competent == town["competent"]]
        rows += [
            RoutingDefault(code, town["organisation"], town["team"], town["layer"], insee)
            for code in concerned
            for insee in communes[town["organisation"]]
        ]
    return tuple(rows)
