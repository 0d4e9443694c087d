"""Pure. Calendars in French words, fit to be read on a page and spoken on the telephone."""

from datetime import date, datetime, timedelta
from typing import Final

from grc.calendars.frames import DAY_MINUTES, Frames, TourStop, WeeklyHours, merged

_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_ORDINALS: Final = {1: "premier", 2: "deuxième", 3: "troisième", 4: "quatrième"}
_NUMBERS: Final = {2: "deux", 3: "trois", 4: "quatre"}
_WHOLE_DAY: Final = (0, DAY_MINUTES)


def weekday_text(weekday: int) -> str:
    """« lundi » for 0."""
    return _DAYS[weekday]


def time_text(total: int) -> str:
    """« 8 h 30 » for 510 minutes since midnight; « minuit » for the end of the day."""
    if total == DAY_MINUTES:
        return "minuit"
    hour, minute = divmod(total, 60)
    return f"{hour} h\u00a0{minute:02d}" if minute else f"{hour} h"


def day_text(day: date) -> str:
    """« lundi 6 avril », « mercredi 1er avril »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{_DAYS[day.weekday()]} {number} {_MONTHS[day.month - 1]}"


def moment_text(moment: datetime, now: datetime) -> str:
    """« aujourd’hui à 14 h », « demain à 8 h », « le lundi 6 avril à 8 h »; the year when it differs.

    Both datetimes are in the calendar's time zone.
    """
    hour = time_text(moment.hour * 60 + moment.minute)
    if moment.date() == now.date():
        return f"aujourd’hui à {hour}"
    if moment.date() == now.date() + timedelta(days=1):
        return f"demain à {hour}"
    year = f" {moment.year}" if moment.year != now.year else ""
    return f"le {day_text(moment.date())}{year} à {hour}"


def frames_text(frames: Frames) -> str:
    """« de 9 h à 12 h et de 14 h à 17 h », « 24 heures sur 24 »."""
    said = [f"de {time_text(frame.start)} à {time_text(frame.end)}" for frame in frames]
    if len(frames) == 1 and (frames[0].start, frames[0].end) == _WHOLE_DAY:
        return "24 heures sur 24"
    return _listed(said)


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + " et " + parts[-1]


def _runs(days: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for day in days:
        if runs and runs[-1][1] == day - 1:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _days_text(days: list[int]) -> str:
    if len(days) == 7:
        return "tous les jours"
    parts: list[str] = []
    for first, last in _runs(days):
        if last - first >= 2:
            parts.append(f"du {_DAYS[first]} au {_DAYS[last]}")
        else:
            parts.extend(f"le {_DAYS[day]}" for day in range(first, last + 1))
    return _listed(parts)


def hours_text(weekly: WeeklyHours) -> str:
    """The week: « du lundi au vendredi de 8 h à 21 h, le samedi de 8 h à 14 h »."""
    groups: dict[Frames, list[int]] = {}
    for weekday, frames in enumerate(weekly):
        if frames:
            groups.setdefault(merged(frames), []).append(weekday)
    if not groups:
        return "aucune ouverture régulière"
    said = []
    for frames, days in groups.items():
        comma = "," if frames_text(frames).startswith("24") else ""
        said.append(f"{_days_text(days)}{comma} {frames_text(frames)}")
    return ", ".join(said)


def tour_text(stop: TourStop) -> str:
    """« Fruges : le mardi de 9 h à 12 h, une semaine sur deux »."""
    day = _DAYS[stop.weekday]
    when = f"le {day}"
    if stop.week_of_month is not None:
        when = f"le {_ORDINALS[stop.week_of_month]} {day} du mois"
    said = f"{stop.place} : {when} {frames_text(merged(stop.frames))}"
    if stop.every_weeks > 1:
        said += f", une semaine sur {_NUMBERS.get(stop.every_weeks, str(stop.every_weeks))}"
    return said
