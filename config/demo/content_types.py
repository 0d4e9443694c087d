"""Pure. The shapes of the demonstration's content, as ``content_loader`` gives them.

Every code is ASCII snake_case (articles and citizens use dashes); phone numbers are E.164 or a short number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from grc.calendars import Calendar as Opening
from grc.calendars import from_dict


@dataclass(frozen=True, slots=True)
class Calendar:
    """``weekly`` and ``holidays`` as ``grc.calendars`` reads them."""

    code: str
    label: str
    invented: bool
    holidays: str
    weekly: Mapping[str, tuple[tuple[str, ...], ...]]

    def as_dict(self) -> dict[str, Any]:
        """The definition that is stored, in the shape of ``grc.calendars``."""
        weekly = {day: [list(span) for span in spans] for day, spans in self.weekly.items()}
        return {"name": self.label, "holidays": self.holidays, "weekly": weekly}

    def opening(self) -> Opening:
        """The calendar one can ask questions to."""
        return from_dict(self.as_dict())


@dataclass(frozen=True, slots=True)
class Organisation:
    """``kind`` is host or hosted; ``communes`` are the INSEE codes of a town, empty for the host."""

    code: str
    label: str
    short_label: str
    kind: str
    siren: str
    siret: str
    group: str
    departement: str
    communes: tuple[str, ...]
    calendar: str
    phone: str
    email: str
    sms_sender: str
    address: str
    colours: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    code: str
    label: str
    shared_agent: str


@dataclass(frozen=True, slots=True)
class Line:
    organisation: str
    number: str
    label: str
    calendar: str
    sms: bool
    real_hours: bool


@dataclass(frozen=True, slots=True)
class Layer:
    """``kind``: file (zones.csv), or commune, epci, arrondissement (derived from the reference data)."""

    code: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One line of ``zones.csv``, the format of ``import_zones``; dates are ISO, ``valid_to`` may be empty."""

    layer: str
    layer_label: str
    zone: str
    zone_label: str
    insee: str
    valid_from: str
    valid_to: str


@dataclass(frozen=True, slots=True)
class TourStop:
    """``every_weeks``: 1, or 2 for every other week counted from the week of ``starting`` (ISO date)."""

    weekday: str
    starting: str
    every_weeks: int
    start: str
    end: str
    commune: str
    place: str


@dataclass(frozen=True, slots=True)
class Site:
    code: str
    label: str
    organisation: str
    commune: str
    address: str
    calendar: str
    services: tuple[str, ...]
    phone: str
    accessibility: str
    zone: str
    itinerant: bool
    tour: tuple[TourStop, ...] = ()


@dataclass(frozen=True, slots=True)
class Delay:
    """``unit`` is a code of ``grc.enums.ClockUnit``."""

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Theme:
    """First level of the topics, a topic itself. ``key`` is its key inside the menu group ``group_key``."""

    code: str
    label: str
    spoken: str
    competent: str
    team: str
    layer: str
    words: tuple[str, ...]
    group_key: str
    key: str
    first_answer: Delay
    resolution: Delay


@dataclass(frozen=True, slots=True)
class Topic:
    """``own_team`` is True when the topic names its team, which then wins over its theme's zones."""

    code: str
    label: str
    theme: str
    words: tuple[str, ...]
    competent: str
    layer: str
    team: str
    own_team: bool
    partner: str
    sensitivity: str
    first_answer: Delay
    resolution: Delay
    silence: str
    script: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """``zone`` is (layer code, zone code) for the team of one zone, else None."""

    code: str
    label: str
    organisation: str
    calendar: str
    parent: str
    restricted: bool = False
    fallback: bool = False
    zone: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class RoutingDefault:
    """A topic (or theme) code, in a zone or anywhere, goes to a team. Precision: see ``Content.team_for``."""

    on: str
    organisation: str
    team: str
    layer: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Partner:
    code: str
    label: str
    short_label: str
    kind: str
    phone: str
    phone_invented: bool
    calendar: str
    website: str
    communes: tuple[str, ...]
    for_what: str


@dataclass(frozen=True, slots=True)
class AgentRole:
    """``scope``: organisation, team or site; ``target``: its code."""

    role: str
    scope: str
    target: str


@dataclass(frozen=True, slots=True)
class Agent:
    username: str
    first_name: str
    last_name: str
    organisation: str
    main_role: str
    roles: tuple[AgentRole, ...]
    teams: tuple[str, ...]
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    site: str
    desk_phone: str
    email: str
    takes_all: bool
    cleared: bool


@dataclass(frozen=True, slots=True)
class ContactPoint:
    kind: str
    value: str
    shared: bool
    discreet: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """The citizen is ``kind`` (parent, partner...) of the citizen ``to``."""

    kind: str
    to: str


@dataclass(frozen=True, slots=True)
class Citizen:
    """A person with empty names is known without a name; ``commune`` may be empty too."""

    code: str
    first_name: str
    last_name: str
    civility: str
    birth_date: str
    commune: str
    address: str
    no_fixed_address: bool
    language: str
    contact_points: tuple[ContactPoint, ...]
    family: str
    relations: tuple[Relation, ...]
    difficulties: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class MenuGroup:
    key: str
    spoken: str
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voices:
    """``choice`` has {choice} and {digit}; the other texts name their own placeholders."""

    choice: str
    agent: str
    repeat: str
    groups: tuple[MenuGroup, ...]
    phrases: Mapping[str, str]
    sms: Mapping[str, str]
    email: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Article:
    code: str
    title: str
    summary: str
    topics: tuple[str, ...]
    partners: tuple[str, ...]
    body: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    calendars: Mapping[str, Calendar]
    organisations: tuple[Organisation, ...]
    groups: tuple[Group, ...]
    lines: tuple[Line, ...]
    layers: tuple[Layer, ...]
    zones: tuple[ZoneRow, ...]
    sites: tuple[Site, ...]
    themes: tuple[Theme, ...]
    topics: tuple[Topic, ...]
    teams: tuple[Team, ...]
    routing: tuple[RoutingDefault, ...]
    partners: tuple[Partner, ...]
    agents: tuple[Agent, ...]
    citizens: tuple[Citizen, ...]
    voices: Voices
    articles: tuple[Article, ...]
    sources: Mapping[str, str]

    @property
    def host(self) -> Organisation:
        return next(row for row in self.organisations if row.kind == "host")

    @cached_property
    def topic_by_code(self) -> Mapping[str, Topic]:
        return {row.code: row for row in self.topics}

    @cached_property
    def theme_by_code(self) -> Mapping[str, Theme]:
        return {row.code: row for row in self.themes}

    @cached_property
    def team_by_code(self) -> Mapping[str, Team]:
        return {row.code: row for row in self.teams}

    @cached_property
    def zone_of(self) -> Mapping[tuple[str, str], str]:
        """(layer, INSEE code) -> zone code, for the layers kept as a file and for communes."""
        zones = {(row.layer, row.insee): row.zone for row in self.zones}
        zones.update({("commune", row.insee): row.insee for row in self.zones})
        return zones

    @cached_property
    def _routing_index(self) -> Mapping[tuple[str, str, str], RoutingDefault]:
        return {(row.on, row.layer, row.zone): row for row in self.routing}

    def site_calendar(self, site: Site) -> dict[str, Any]:
        """The definition of a site's hours, its tour included, in the shape of ``grc.calendars``."""
        if site.calendar:
            return self.calendars[site.calendar].as_dict()
        tours = [
            {
                "place": stop.place,
                "weekday": stop.weekday,
                "hours": [[stop.start, stop.end]],
                "starting": stop.starting,
                "every_weeks": stop.every_weeks,
            }
            for stop in site.tour
        ]
        return {"name": site.label, "holidays": "FR", "weekly": {}, "tours": tours}

    @cached_property
    def openings(self) -> Mapping[str, Opening]:
        """Calendars one can ask questions to, by code."""
        return {code: calendar.opening() for code, calendar in self.calendars.items()}

    def team_for(self, topic: str, commune: str = "") -> Team:
        """The team the defaults give to a topic or theme code in a commune (INSEE code, "" when unknown).

        Most precise first: topic and zone, topic, theme and zone, theme, fallback team of the host.
        """
        subject = self.topic_by_code.get(topic)
        layer = subject.layer if subject else self.theme_by_code[topic].layer
        zone = self.zone_of.get((layer, commune), "")
        for code in (topic, subject.theme if subject else topic):
            for key in ((code, layer, zone), (code, "", "")):
                found = self._routing_index.get(key) if key[1] == "" or zone else None
                if found is not None:
                    return self.team_by_code[found.team]
        return next(row for row in self.teams if row.fallback and row.organisation == self.host.code)
