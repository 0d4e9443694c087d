"""The voice script of a line as its administrator works on it: in service, planned, draft, past; what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from grc.calendars import Calendar as OpeningCalendar
from grc.enums import VersionKind, VersionState
from grc.errors import NotFound
from grc.models import Calendar, Line, Site, Team, Topic, Version
from grc.phone_numbers import is_mobile
from grc.references import is_reference
from grc.selectors.administration import line_administered
from grc.selectors.directory import (
    calendar_of_code,
    commune_by_code,
    communes_of_postal_code,
    opening_calendar,
)
from grc.selectors.sites import sites_near
from grc.types import Actor
from grc.voice_script import (
    Commune,
    Context,
    Known,
    Script,
    SiteHeard,
    VoiceScriptError,
    problems,
    script_from_json,
)


@dataclass(frozen=True)
class LineMenu:
    """``content``: the draft if there is one, else what answers. ``versions``: the latest first."""

    line: Line
    versions: tuple[Version, ...]

    def of_state(self, state: VersionState) -> Version | None:
        return next((one for one in self.versions if one.state == state), None)

    @property
    def published(self) -> Version | None:
        return self.of_state(VersionState.PUBLISHED)

    @property
    def draft(self) -> Version | None:
        return self.of_state(VersionState.DRAFT)

    @property
    def scheduled(self) -> Version | None:
        return self.of_state(VersionState.SCHEDULED)

    @property
    def revision(self) -> int:
        """What a page shows and sends back: 0 as long as there is no draft."""
        return self.draft.revision if self.draft is not None else 0

    @property
    def content(self) -> Mapping[str, Any]:
        content: Mapping[str, Any] = self.draft.content if self.draft is not None else self.line.script
        return content

    @cached_property
    def script(self) -> Script | None:
        """None when it cannot even be read: ``problems`` says why."""
        try:
            return script_from_json(self.content)
        except VoiceScriptError:
            return None

    @cached_property
    def problems(self) -> dict[str, list[str]]:
        """{step, or "" for the whole: French sentences}."""
        return script_problems(organisation_id=self.line.organisation_id, content=self.content)


def line_menu(*, actor: Actor, line_id: int) -> LineMenu:
    """Only for the administrators of the line's organisation, else NotFound."""
    line = line_administered(actor=actor, line_id=line_id)
    rows = Version.objects.filter(kind=VersionKind.VOICE_SCRIPT, subject=line.pk).select_related("based_on")
    return LineMenu(line, tuple(rows.order_by("-number")))


def line_version(*, menu: LineMenu, number: int) -> Version:
    """One version of the menu already fetched."""
    for version in menu.versions:
        if version.number == number:
            return version
    raise NotFound("Cette version n’existe pas.")


def script_codes(*, organisation_id: int) -> Known:
    """The codes of an organisation that a script may point at."""
    teams = Team.objects.filter(organisation_id=organisation_id, closed_on__isnull=True)
    calendars = Calendar.objects.filter(organisation_id=organisation_id)
    topics = Topic.objects.filter(organisation_id=organisation_id)
    return Known(
        calendars=frozenset(calendars.values_list("code", flat=True)),
        topics=frozenset(topics.values_list("code", flat=True)),
        teams=frozenset(teams.values_list("code", flat=True)),
    )


def script_problems(*, organisation_id: int, content: Mapping[str, Any]) -> dict[str, list[str]]:
    """{step, or "" for the whole script: French sentences}; empty when the script may answer."""
    try:
        script = script_from_json(content)
    except VoiceScriptError as error:
        return {"": [str(error)]}
    found: dict[str, list[str]] = {}
    for problem in problems(script, script_codes(organisation_id=organisation_id)):
        found.setdefault(problem.node, []).append(problem.sentence)
    return found


SITES_READ: Final = 3


class ScriptLookup:
    """The reads the interpreter makes, for one organisation at one moment.

    ``shared_zones``: from a commune's code, what ``sites_near`` wants; only routing knows territories.
    """

    def __init__(
        self, *, organisation_id: int, now: datetime, shared_zones: Callable[[str], Mapping[str, int]]
    ) -> None:
        self._organisation_id = organisation_id
        self._now = now
        self._shared_zones = shared_zones

    def sites(self, commune_code: str) -> tuple[SiteHeard, ...]:
        commune = commune_by_code(commune_code) if commune_code else None
        shared = self._shared_zones(commune.code) if commune is not None else {}
        found = sites_near(organisation_id=self._organisation_id, commune=commune, shared_zones=shared)
        return tuple(self._heard(site) for site in found[:SITES_READ])

    def _heard(self, site: Site) -> SiteHeard:
        calendar = opening_calendar(site.calendar)
        hours = calendar.opening_sentence(self._now) if calendar is not None else ""
        return SiteHeard(site.code, site.name, site.address, hours)

    def communes(self, postal_code: str) -> tuple[Commune, ...]:
        return tuple(Commune(row.code, row.name) for row in communes_of_postal_code(postal_code))

    def reference_is_valid(self, reference: str) -> bool:
        return is_reference(reference)


@dataclass(frozen=True)
class Situation:
    """In which circumstances a call is tried. ``line_open`` None: the line's own hours at ``moment``."""

    moment: datetime
    line_open: bool | None = None
    caller_number: str = ""
    all_busy: bool = False


def rehearsal_context(
    *, line: Line, situation: Situation, shared_zones: Callable[[str], Mapping[str, int]]
) -> Context:
    """What the interpreter would know; the hours of a step are always those of the moment."""
    calendar = opening_calendar(line.calendar)
    is_open, why_closed = calendar_says(calendar, situation.moment)
    if situation.line_open is not None and situation.line_open != is_open:
        is_open, why_closed = (
            situation.line_open,
            "" if situation.line_open else "Nous sommes fermés à cette heure.",
        )
    return Context(
        lookup=ScriptLookup(
            organisation_id=line.organisation_id, now=situation.moment, shared_zones=shared_zones
        ),
        line_open=is_open,
        closed_sentence=why_closed,
        caller_number=situation.caller_number,
        all_busy=situation.all_busy,
        may_text=is_mobile(situation.caller_number),
        hours=lambda code: own_hours(line.organisation_id, code, situation.moment),
        now=situation.moment,
    )


def calendar_says(calendar: OpeningCalendar | None, now: datetime) -> tuple[bool, str]:
    """Open or not, and the sentence which says why; no calendar is always open."""
    if calendar is None or calendar.is_open(now):
        return True, ""
    return False, calendar.why_closed(now) or ""


def own_hours(organisation_id: int, code: str, now: datetime) -> tuple[bool, str] | None:
    """Read only when a call goes through a step that has hours of its own; None: no such calendar."""
    calendar = calendar_of_code(organisation_id=organisation_id, code=code)
    return None if calendar is None else calendar_says(calendar, now)


@dataclass(frozen=True)
class ScriptTargets:
    """What a step may point at in an organisation: (code, French label) pairs; topics with the code of their theme."""

    topics: list[tuple[str, str, str]]
    teams: list[tuple[str, str]]
    calendars: list[tuple[str, str]]


def script_targets(*, organisation_id: int) -> ScriptTargets:
    """For the administrator who has fetched a line of this organisation."""
    topics = Topic.objects.filter(organisation_id=organisation_id, closed_on__isnull=True)
    ordered = sorted(
        topics.select_related("parent"), key=lambda one: (one.theme, one.parent_id is not None, one.label)
    )
    teams = Team.objects.filter(organisation_id=organisation_id, closed_on__isnull=True).order_by("label")
    calendars = Calendar.objects.filter(organisation_id=organisation_id).order_by("label")
    return ScriptTargets(
        [(one.theme, one.code, one.label) for one in ordered],
        list(teams.values_list("code", "label")),
        list(calendars.values_list("code", "label")),
    )
