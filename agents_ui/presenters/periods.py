"""Pure. The period of a report: today, a number of days, or two dates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from grc.errors import Invalid

PRESETS: Final = {"jour": ("Aujourd’hui", 1), "7": ("7 jours", 7), "30": ("30 jours", 30)}
DEFAULT: Final = "7"


@dataclass(frozen=True)
class Period:
    """Days included, Europe/Paris. ``preset``: its key when the days are those of one, else empty."""

    start: date
    end: date
    preset: str = ""

    @property
    def query(self) -> str:
        return urlencode({"start": self.start.isoformat(), "end": self.end.isoformat()})

    def before(self) -> Period:
        """As many days, ending the day before this one begins; not before the calendar itself."""
        first = self.start.toordinal()
        length = self.end.toordinal() - first + 1
        return Period(date.fromordinal(max(1, first - length)), date.fromordinal(max(1, first - 1)))

    def days(self) -> list[date]:
        return [self.start + timedelta(days=n) for n in range((self.end - self.start).days + 1)]


def preset_period(key: str, *, today: date) -> Period:
    """The days of a preset, up to and including ``today``."""
    return Period(today - timedelta(days=PRESETS[key][1] - 1), today, key)


def period_read(query: Mapping[str, str], *, today: date) -> Period:
    """``periode`` (a preset) or ``start`` and ``end`` (ISO dates). Raises Invalid, one sentence per field."""
    if query.get("periode", "") in PRESETS:
        return preset_period(query["periode"], today=today)
    given = {name: query.get(name, "").strip() for name in ("start", "end")}
    if not any(given.values()):
        return preset_period(DEFAULT, today=today)
    fields: dict[str, list[str]] = {}
    days: dict[str, date] = {}
    for name, text in given.items():
        try:
            days[name] = date.fromisoformat(text)
        except ValueError:
            fields[name] = ["Indiquez une date, par exemple 2026-11-22."]
    if fields:
        raise Invalid("Une date de la période est absente ou illisible.", fields=fields)
    if days["end"] < days["start"]:
        raise Invalid("La date de fin précède la date de début.", fields={"end": ["Avant le début."]})
    return Period(days["start"], days["end"])
