"""Pure. The parts of a calendar: frames of a day, the week, exceptions, tour stops, public holidays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final

import holidays

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_MINUTES: Final = 1440


@dataclass(frozen=True, slots=True, order=True)
class Frame:
    """Open from `start` (included) to `end` (excluded), in minutes of local time since midnight.

    `end` may be 1440: open until midnight, with no closed minute before the next day's 0.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end <= DAY_MINUTES:
            raise ValueError(f"a frame needs 0 <= start < end <= {DAY_MINUTES}")


Frames = tuple[Frame, ...]
WeeklyHours = tuple[Frames, Frames, Frames, Frames, Frames, Frames, Frames]


class HolidayZone(StrEnum):
    """Where public holidays are read. `NONE`: holidays do not close this calendar."""

    NONE = "none"
    NATIONAL = "FR"
    MOSELLE = "FR-57"
    ALSACE = "FR-6AE"
    GUADELOUPE = "FR-971"
    MARTINIQUE = "FR-972"
    GUYANE = "FR-973"
    REUNION = "FR-974"
    MAYOTTE = "FR-976"
    SAINT_BARTHELEMY = "FR-BL"
    SAINT_MARTIN = "FR-MF"
    SAINT_PIERRE_ET_MIQUELON = "FR-PM"
    NOUVELLE_CALEDONIE = "FR-NC"
    POLYNESIE = "FR-PF"
    WALLIS_ET_FUTUNA = "FR-WF"


@dataclass(frozen=True, slots=True)
class DateException:
    """Other hours from `first` to `last`, both included; no frame at all means closed.

    It replaces everything else on these days, public holidays too. `words`: French, said to the public
    (« pont de l’Ascension »). Where exceptions overlap, the last declared wins.
    """

    first: date
    last: date
    frames: Frames
    words: str

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class TourStop:
    """A regular stop of an itinerant counter.

    `weekday`: 0 is Monday. `every_weeks`: 1 each week, 2 every other week counted from the week of
    `starting`. `week_of_month`: 1 to 4 for the first to the fourth such weekday of the month, None for all.
    """

    place: str
    weekday: int
    frames: Frames
    starting: date
    ending: date | None = None
    every_weeks: int = 1
    week_of_month: int | None = None

    def stops_on(self, day: date) -> bool:
        if day.weekday() != self.weekday or day < self.starting:
            return False
        if self.ending is not None and day > self.ending:
            return False
        if self.week_of_month is not None and (day.day - 1) // 7 + 1 != self.week_of_month:
            return False
        monday = self.starting - timedelta(days=self.starting.weekday())
        return ((day - monday).days // 7) % self.every_weeks == 0


def weekly_hours(**days: Iterable[tuple[str, str]]) -> WeeklyHours:
    """A week from pairs of « HH:MM »: `weekly_hours(monday=[("08:00", "21:00")])`. Absent days are closed."""
    unknown = set(days) - set(WEEKDAYS)
    if unknown:
        raise ValueError(f"unknown weekdays: {sorted(unknown)}")
    week = [tuple(Frame(minutes(a), minutes(b)) for a, b in days.get(name, ())) for name in WEEKDAYS]
    return (week[0], week[1], week[2], week[3], week[4], week[5], week[6])


def minutes(text: str) -> int:
    """Minutes since midnight of « HH:MM », 24:00 included. Raises ValueError."""
    hour, colon, minute = text.partition(":")
    if not (colon and len(hour) == len(minute) == 2 and text.isascii() and (hour + minute).isdecimal()):
        raise ValueError(f"not a time: {text!r}")
    total = int(hour) * 60 + int(minute)
    if int(minute) > 59 or total > DAY_MINUTES:
        raise ValueError(f"not a time: {text!r}")
    return total


def clock_text(total: int) -> str:
    """« HH:MM » of minutes since midnight: the reverse of `minutes`."""
    return f"{total // 60:02d}:{total % 60:02d}"


def merged(frames: Iterable[Frame]) -> Frames:
    """The same opening as ordered frames that neither overlap nor touch."""
    result: list[Frame] = []
    for frame in sorted(frames):
        if result and frame.start <= result[-1].end:
            result[-1] = Frame(result[-1].start, max(result[-1].end, frame.end))
        else:
            result.append(frame)
    return tuple(result)


@lru_cache(maxsize=512)
def _holidays_of(zone: HolidayZone, year: int) -> dict[date, str]:
    subdivision = zone.value.removeprefix("FR").removeprefix("-") or None
    return dict(holidays.country_holidays("FR", subdiv=subdivision, years=year, language="fr").items())


def holiday_name(zone: HolidayZone, day: date) -> str | None:
    """French name of the public holiday on this day in this zone, or None. Source: PyPI `holidays`."""
    if zone is HolidayZone.NONE:
        return None
    return _holidays_of(zone, day.year).get(day)
