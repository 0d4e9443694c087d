"""Pure. Calendars as JSON, both ways, with French errors that say where.

Shape: `{"name", "timezone", "holidays": "FR"|"FR-57"|...|"none", "weekly": {"monday": [["08:00", "21:00"]]},
"exceptions": [{"from", "to", "hours", "words"}], "tours": [{"place", "weekday", "hours", "starting", "ending",
"every_weeks", "week_of_month"}], "working_weekdays": ["monday", ...]}`; dates are ISO, hours local.
"""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from grc.calendars.frames import (
    WEEKDAYS,
    DateException,
    Frame,
    Frames,
    HolidayZone,
    TourStop,
    WeeklyHours,
    clock_text,
    merged,
    minutes,
)
from grc.calendars.schedule import Calendar
from grc.errors import Invalid

_MAX_ITEMS = 500
_KEYS = frozenset({"name", "timezone", "holidays", "weekly", "exceptions", "tours", "working_weekdays"})


class _Reader:
    """Collects every error by path instead of stopping at the first."""

    def __init__(self) -> None:
        self.errors: dict[str, list[str]] = {}

    def fail(self, path: str, sentence: str) -> None:
        self.errors.setdefault(path, []).append(sentence)

    def text(self, value: Any, path: str) -> str:
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.fail(path, "Un texte est attendu ici.")
        return ""

    def day(self, value: Any, path: str) -> date:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.fail(path, "Une date est attendue ici, par exemple 2026-05-15.")
            return date.min

    def mapping(self, value: Any, path: str) -> Mapping[str, Any]:
        if isinstance(value, Mapping):
            return value
        self.fail(path, "Un objet est attendu ici.")
        return {}

    def items(self, value: Any, path: str) -> list[Any]:
        if isinstance(value, list) and len(value) <= _MAX_ITEMS:
            return value
        self.fail(path, f"Une liste de {_MAX_ITEMS} éléments au plus est attendue ici.")
        return []

    def weekday(self, value: Any, path: str) -> int:
        if value in WEEKDAYS:
            return WEEKDAYS.index(value)
        self.fail(
            path, "Un jour est attendu ici : monday, tuesday, wednesday, thursday, friday, saturday, sunday."
        )
        return 0

    def whole(self, value: Any, path: str, lowest: int, highest: int) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest:
            return value
        self.fail(path, f"Un nombre entier de {lowest} à {highest} est attendu ici.")
        return lowest

    def frame(self, value: Any, path: str) -> Frame | None:
        try:
            start, end = (minutes(bound) for bound in value)
        except (TypeError, ValueError, AttributeError):
            self.fail(path, 'Une plage est attendue ici, par exemple ["08:30", "12:00"].')
            return None
        if start >= end:
            self.fail(path, "L’heure de fin doit être après l’heure de début ; minuit s’écrit 24:00.")
            return None
        return Frame(start, end)

    def frames(self, value: Any, path: str) -> Frames:
        items = self.items(value, path)
        frames = [self.frame(item, f"{path}[{place}]") for place, item in enumerate(items)]
        kept = sorted(frame for frame in frames if frame is not None)
        if any(after.start < before.end for before, after in pairwise(kept)):
            self.fail(path, "Deux plages du même jour se chevauchent.")
        return tuple(kept)

    def weekly(self, value: Any) -> WeeklyHours:
        days = self.mapping(value, "weekly")
        for name in days:
            if name not in WEEKDAYS:
                self.fail(f"weekly.{name}", "Ce jour n’existe pas.")
        week = [self.frames(days.get(name, []), f"weekly.{name}") for name in WEEKDAYS]
        return (week[0], week[1], week[2], week[3], week[4], week[5], week[6])

    def exception(self, value: Any, path: str) -> DateException:
        given = self.mapping(value, path)
        first = self.day(given.get("from"), f"{path}.from")
        last = self.day(given["to"], f"{path}.to") if "to" in given else first
        if last < first:
            self.fail(f"{path}.to", "La date de fin est avant la date de début.")
        return DateException(
            first=first,
            last=last,
            frames=self.frames(given.get("hours", []), f"{path}.hours"),
            words=self.text(given.get("words"), f"{path}.words"),
        )

    def tour(self, value: Any, path: str) -> TourStop:
        given = self.mapping(value, path)
        ending, nth = given.get("ending"), given.get("week_of_month")
        frames = self.frames(given.get("hours", []), f"{path}.hours")
        if not frames:
            self.fail(f"{path}.hours", "Une halte a au moins une plage horaire.")
        return TourStop(
            place=self.text(given.get("place"), f"{path}.place"),
            weekday=self.weekday(given.get("weekday"), f"{path}.weekday"),
            frames=frames,
            starting=self.day(given.get("starting"), f"{path}.starting"),
            ending=None if ending is None else self.day(ending, f"{path}.ending"),
            every_weeks=self.whole(given.get("every_weeks", 1), f"{path}.every_weeks", 1, 52),
            week_of_month=None if nth is None else self.whole(nth, f"{path}.week_of_month", 1, 4),
        )

    def zone(self, value: Any) -> HolidayZone:
        try:
            return HolidayZone(value)
        except ValueError:
            self.fail("holidays", "Cette zone de jours fériés n’existe pas : " + ", ".join(HolidayZone) + ".")
            return HolidayZone.NONE

    def timezone(self, value: Any) -> str:
        try:
            return ZoneInfo(value).key
        except (TypeError, ValueError, OSError, ZoneInfoNotFoundError):
            self.fail("timezone", "Ce fuseau horaire n’existe pas, par exemple Europe/Paris.")
            return "Europe/Paris"


def from_dict(data: Mapping[str, Any]) -> Calendar:
    """The calendar written in `data`. Raises Invalid whose `fields` give a French sentence per path."""
    reader = _Reader()
    given = reader.mapping(data, "")
    for key in given:
        if key not in _KEYS:
            reader.fail(str(key), "Cette rubrique n’existe pas dans un calendrier.")
    worked = given.get("working_weekdays", list(WEEKDAYS[:5]))
    exceptions = reader.items(given.get("exceptions", []), "exceptions")
    tours = reader.items(given.get("tours", []), "tours")
    calendar = Calendar(
        name=reader.text(given.get("name"), "name"),
        weekly=reader.weekly(given.get("weekly", {})),
        holidays=reader.zone(given.get("holidays", "FR")),
        exceptions=tuple(reader.exception(v, f"exceptions[{n}]") for n, v in enumerate(exceptions)),
        tours=tuple(reader.tour(v, f"tours[{n}]") for n, v in enumerate(tours)),
        working_weekdays=frozenset(
            reader.weekday(v, f"working_weekdays[{n}]")
            for n, v in enumerate(reader.items(worked, "working_weekdays"))
        ),
        timezone=reader.timezone(given.get("timezone", "Europe/Paris")),
    )
    if reader.errors:
        raise Invalid("Ce calendrier comporte des erreurs.", fields=reader.errors, code="calendar_invalid")
    return calendar


def _hours(frames: Frames) -> list[list[str]]:
    return [[clock_text(frame.start), clock_text(frame.end)] for frame in merged(frames)]


def to_dict(calendar: Calendar) -> dict[str, Any]:
    """The JSON shape of the module docstring; `from_dict` reads it back."""
    return {
        "name": calendar.name,
        "timezone": calendar.timezone,
        "holidays": calendar.holidays.value,
        "weekly": {
            name: _hours(frames) for name, frames in zip(WEEKDAYS, calendar.weekly, strict=True) if frames
        },
        "exceptions": [
            {
                "from": rule.first.isoformat(),
                "to": rule.last.isoformat(),
                "hours": _hours(rule.frames),
                "words": rule.words,
            }
            for rule in calendar.exceptions
        ],
        "tours": [
            {
                "place": stop.place,
                "weekday": WEEKDAYS[stop.weekday],
                "hours": _hours(stop.frames),
                "starting": stop.starting.isoformat(),
                "ending": stop.ending.isoformat() if stop.ending else None,
                "every_weeks": stop.every_weeks,
                "week_of_month": stop.week_of_month,
            }
            for stop in calendar.tours
        ],
        "working_weekdays": [WEEKDAYS[day] for day in sorted(calendar.working_weekdays)],
    }
