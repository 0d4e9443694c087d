"""Pure. A calendar and its questions: open now? when next? why closed? how much office time?

Datetimes given are aware; those given back are in the calendar's time zone. Inside, everything is counted
in UTC: Python compares and subtracts two datetimes of one zone by their wall clocks, which is wrong twice
a year. A wall time that does not exist (March) is the instant of the change; one that exists twice
(October) counts from its first and until its second occurrence, so no open minute is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from grc.calendars.frames import (
    DAY_MINUTES,
    DateException,
    Frame,
    Frames,
    HolidayZone,
    TourStop,
    WeeklyHours,
    holiday_name,
    merged,
)
from grc.calendars.text import day_text, moment_text, time_text, weekday_text
from grc.errors import Invalid

# A yearly event may be 366 days away; beyond that a calendar is taken as having no more opening.
HORIZON_DAYS: Final = 400
# No engagement is counted further than this, whatever the amount asked.
LONGEST_DAYS: Final = 40 * 366

Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The opening of one day. `frames`: ordered, apart. `holiday`, `exception`: what changed the week's rule."""

    day: date
    frames: Frames
    holiday: str | None
    exception: DateException | None


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _instant(day: date, minute: int, zone: ZoneInfo, *, closing: bool) -> datetime:
    """UTC instant of a wall time, as the module docstring says for the two odd nights."""
    if minute == DAY_MINUTES:
        day, minute = day + timedelta(days=1), 0
    wall = datetime.combine(day, time(minute // 60, minute % 60), tzinfo=zone)
    first = wall.replace(fold=0).astimezone(UTC)
    second = wall.replace(fold=1).astimezone(UTC)
    if first <= second:
        return second if closing else first
    moment = second
    while moment < first and moment.astimezone(zone).utcoffset() == second.astimezone(zone).utcoffset():
        moment += timedelta(minutes=1)
    return moment


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Weekly hours, closed on the holidays of a zone, changed by exceptions, completed by a tour.

    `working_weekdays`: the days counted as worked (*jours ouvrés*), Monday to Friday unless told;
    a telephone line open on Saturday does not make Saturday a working day.
    """

    name: str
    weekly: WeeklyHours
    holidays: HolidayZone = HolidayZone.NATIONAL
    exceptions: tuple[DateException, ...] = ()
    tours: tuple[TourStop, ...] = ()
    working_weekdays: frozenset[int] = field(default=frozenset({0, 1, 2, 3, 4}))
    timezone: str = "Europe/Paris"

    def local(self, moment: datetime) -> datetime:
        """The same instant in the calendar's time zone."""
        return _aware(moment).astimezone(_zone(self.timezone))

    def plan(self, day: date) -> DayPlan:
        """What happens on a day, all rules applied."""
        exception = next((rule for rule in reversed(self.exceptions) if rule.covers(day)), None)
        holiday = holiday_name(self.holidays, day)
        frames: list[Frame] = []
        if exception is not None:
            frames = list(exception.frames)
        elif holiday is None:
            frames = [*self.weekly[day.weekday()]]
            for stop in self.tours_on(day):
                frames.extend(stop.frames)
        return DayPlan(day=day, frames=merged(frames), holiday=holiday, exception=exception)

    def tours_on(self, day: date) -> list[TourStop]:
        """The stops of the tour on a day: none on a public holiday nor on a day with an exception."""
        if holiday_name(self.holidays, day) or any(rule.covers(day) for rule in self.exceptions):
            return []
        return [stop for stop in self.tours if stop.stops_on(day)]

    def _intervals(self, day: date) -> Iterator[Interval]:
        zone = _zone(self.timezone)
        for frame in self.plan(day).frames:
            start = _instant(day, frame.start, zone, closing=False)
            end = _instant(day, frame.end, zone, closing=True)
            if start < end:
                yield start, end

    def _openings(self, moment: datetime) -> Iterator[Interval]:
        """What remains open from an instant on, day by day; ends after HORIZON_DAYS with no opening."""
        day = moment.astimezone(_zone(self.timezone)).date()
        empty = 0
        while empty < HORIZON_DAYS:
            empty += 1
            for start, end in self._intervals(day):
                if end > moment:
                    empty = 0
                    yield max(start, moment), end
            day += timedelta(days=1)

    def is_open(self, now: datetime) -> bool:
        """Whether it is open at this instant (opening minute included, closing minute excluded)."""
        moment = _aware(now)
        day = self.local(now).date()
        return any(start <= moment < end for start, end in self._intervals(day))

    def next_opening(self, now: datetime) -> datetime | None:
        """When it is next open: `now` itself if open, None if no opening is in sight."""
        for start, _ in self._openings(_aware(now)):
            return self.local(start)
        return None

    def next_closing(self, now: datetime) -> datetime | None:
        """When the present opening ends, midnight passed if need be; None if closed, or never closing."""
        if not self.is_open(now):
            return None
        until = _aware(now)
        for days, (start, end) in enumerate(self._openings(until)):
            if start > until:
                break
            if days > HORIZON_DAYS:
                return None
            until = end
        return self.local(until)

    def why_closed(self, now: datetime) -> str | None:
        """French sentence for the public: why it is closed and when it opens again. None when open."""
        if self.is_open(now):
            return None
        here = self.local(now)
        plan = self.plan(here.date())
        if plan.exception is not None and not plan.frames:
            reason = f"Nous sommes fermés aujourd’hui : {plan.exception.words}."
        elif plan.exception is None and plan.holiday is not None:
            reason = f"Nous sommes fermés aujourd’hui, {day_text(here.date())} : {plan.holiday}, jour férié."
        elif plan.frames:
            reason = "Nous sommes fermés à cette heure."
        else:
            reason = f"Nous sommes fermés le {weekday_text(here.weekday())}."
        opening = self.next_opening(now)
        if opening is None:
            return f"{reason} Aucune réouverture n’est prévue pour le moment."
        return f"{reason} Réouverture {moment_text(opening, here)}."

    def opening_sentence(self, now: datetime) -> str:
        """« Ouvert aujourd’hui jusqu’à 17 h. », « Fermé. Réouverture demain à 9 h. »: of a place, in one breath."""
        here = self.local(now)
        if self.is_open(now):
            closing = self.next_closing(now)
            if closing is None:
                return "Ouvert à toute heure."
            if closing.date() == here.date():
                return f"Ouvert aujourd’hui jusqu’à {time_text(closing.hour * 60 + closing.minute)}."
            return f"Ouvert. Fermeture {moment_text(closing, here)}."
        opening = self.next_opening(now)
        if opening is None:
            return "Fermé. Aucune réouverture n’est prévue pour le moment."
        return f"Fermé pour le moment. Ouverture {moment_text(opening, here)}."

    def office_seconds_between(self, start: datetime, end: datetime) -> int:
        """Seconds open between two instants; 0 when `end` is not after `start`."""
        first, last = _aware(start), _aware(end)
        total = timedelta()
        day, last_day = self.local(start).date(), self.local(end).date()
        while first < last and day <= last_day:
            for opened, closed in self._intervals(day):
                total += max(timedelta(), min(closed, last) - max(opened, first))
            day += timedelta(days=1)
        return int(total.total_seconds())

    def add_office_time(self, start: datetime, duration: timedelta) -> datetime:
        """The instant when `duration` of office time has passed since `start`.

        When it runs out exactly at a closing, that closing is the answer. Raises Invalid when the calendar
        has not that much opening ahead, ValueError for a negative duration.
        """
        if duration < timedelta():
            raise ValueError("a duration is not negative")
        moment, left = _aware(start), duration
        if not left:
            return self.local(moment)
        for opened, closed in self._openings(moment):
            if opened - moment > timedelta(days=LONGEST_DAYS):
                break
            if closed - opened >= left:
                return self.local(opened + left)
            left -= closed - opened
        raise self._no_opening()

    def is_working_day(self, day: date) -> bool:
        """Whether a day counts as worked (*jour ouvré*).

        An exception decides for its days: closed all day, not worked; opened, worked even on a holiday.
        """
        if day.weekday() not in self.working_weekdays:
            return False
        plan = self.plan(day)
        return bool(plan.exception.frames) if plan.exception is not None else plan.holiday is None

    def working_day_after(self, day: date, count: int) -> date:
        """The `count`-th working day strictly after `day`; for 0, `day` itself or the next working day."""
        if count < 0:
            raise ValueError("a count of days is not negative")
        current = day if count == 0 else day + timedelta(days=1)
        left, empty, walked = max(count, 1), 0, 0
        while empty < HORIZON_DAYS and walked < LONGEST_DAYS:
            if self.is_working_day(current):
                left, empty = left - 1, 0
                if left == 0:
                    return current
            current += timedelta(days=1)
            empty, walked = empty + 1, walked + 1
        raise self._no_opening()

    def add_working_days(self, start: datetime, count: int) -> datetime:
        """The last second of the `count`-th working day after the day of `start` (that day not counted)."""
        return self.end_of_day(self.working_day_after(self.local(start).date(), count))

    def end_of_day(self, day: date) -> datetime:
        """The last second of a day in the calendar's time zone: how a due date in days is stored."""
        midnight = _instant(day, DAY_MINUTES, _zone(self.timezone), closing=False)
        return self.local(midnight - timedelta(seconds=1))

    def _no_opening(self) -> Invalid:
        return Invalid(
            f"Le calendrier « {self.name} » n’a pas assez de jours ouverts pour calculer ce délai.",
            code="calendar_never_open",
        )
