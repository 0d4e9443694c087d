"""Pure. When we may call somebody back: the line's hours and the person's, three attempts spread, then no more."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from grc.calendars import Calendar

WINDOW: Final = timedelta(hours=2)
"""Length of what is promised."""
SHORTEST: Final = timedelta(minutes=30)
"""Less than this before closing time is no promise: the next opening is given."""
MIDDAY: Final = time(13, 0)
"""Two attempts in one half of a day are one attempt too many."""
PARIS: Final = ZoneInfo("Europe/Paris")
DECENT_FROM: Final = time(8, 0)
DECENT_UNTIL: Final = time(20, 0)
"""Nobody is called back before nor after, unless the line or the person says otherwise: a line may be open at night."""
_HORIZON: Final = 60
"""Openings looked at before giving up."""


@dataclass(frozen=True)
class Allowed:
    """When this person may be called: while the line is open (`calendar` None: always), not before `not_before` nor
    after `not_after`, times of the day where the line is."""

    calendar: Calendar | None = None
    not_before: time | None = None
    not_after: time | None = None

    def local(self, moment: datetime) -> datetime:
        return self.calendar.local(moment) if self.calendar is not None else moment.astimezone(PARIS)

    def is_now(self, moment: datetime) -> bool:
        """Whether the person may be called at this instant."""
        here = self.local(moment).time()
        if self.calendar is not None and not self.calendar.is_open(moment):
            return False
        early = self.not_before is not None and here < self.not_before
        late = self.not_after is not None and here >= self.not_after
        return not early and not late

    def next(self, moment: datetime) -> datetime | None:
        """The first instant from `moment` on at which the person may be called; None when none is in sight."""
        at = self.local(moment)
        for _ in range(_HORIZON):
            if self.is_now(at):
                return at
            found = self._later(at)
            if found is None:
                return None
            at = found
        return None

    def _later(self, at: datetime) -> datetime | None:
        """A later instant worth looking at: nothing is allowed before it."""
        if self.calendar is not None and not self.calendar.is_open(at):
            return self.calendar.next_opening(at)
        if self.not_before is not None and at.time() < self.not_before:
            return datetime.combine(at.date(), self.not_before, at.tzinfo)
        return datetime.combine(at.date() + timedelta(days=1), self.not_before or time(0, 0), at.tzinfo)

    def until(self, moment: datetime) -> datetime | None:
        """When what is allowed at `moment` stops being so; None when it never does."""
        ends = []
        closing = self.calendar.next_closing(moment) if self.calendar is not None else None
        if closing is not None:
            ends.append(closing)
        if self.not_after is not None:
            here = self.local(moment)
            ends.append(datetime.combine(here.date(), self.not_after, here.tzinfo))
        return min(ends, default=None)


def hours_of_day(*, line: tuple[time, time], person: tuple[time | None, time | None]) -> tuple[time, time]:
    """From when until when to call: what the person asked comes before what the line does, which stands alone where
    the two leave no time."""
    begin, end = person[0] or line[0], person[1] or line[1]
    return (begin, end) if begin < end else line


@dataclass(frozen=True)
class Rules:
    """Of one line: attempts in all, minutes between two of them."""

    attempts: int = 3
    spacing: int = 90


@dataclass(frozen=True)
class Next:
    """What follows an attempt that did not reach the person. `window`: when they are called again; None: never more."""

    window: tuple[datetime, datetime] | None
    sentence: str


def promised_window(*, at: datetime, allowed: Allowed) -> tuple[datetime, datetime]:
    """Two hours from now while the person may be called, never past the end of it; else the next such hours."""
    begin = allowed.next(at)
    for _ in range(_HORIZON):
        if begin is None:
            break
        end = allowed.until(begin)
        if end is None or end - begin >= SHORTEST:
            return begin, begin + WINDOW if end is None else min(begin + WINDOW, end)
        begin = allowed.next(end)
    # Nothing allows it: a day later, so that the debt is seen and somebody decides.
    later = at + timedelta(days=1)
    return later, later + WINDOW


def attempt_next(*, attempts: int, at: datetime, allowed: Allowed, rules: Rules) -> Next:
    """After the `attempts`-th attempt, made at `at`, has failed: later by the spacing at least, in another half of a
    day."""
    if attempts >= rules.attempts:
        return Next(None, f"{attempts} essais sans réponse : nous n’appelons plus.")
    earliest = at + timedelta(minutes=rules.spacing)
    half = _half(allowed.local(at))
    begin = allowed.next(earliest)
    while begin is not None and _half(begin) == half:
        begin = allowed.next(_half_end(begin))
    if begin is None:
        return Next(None, "Aucune plage ne permet de rappeler.")
    return Next(promised_window(at=begin, allowed=allowed), "Nouvel essai à une autre demi-journée.")


def last_moment(*, window_end: datetime, allowed: Allowed) -> datetime:
    """A debt not paid in its window is paid late, in the next one; after that it has expired."""
    return promised_window(at=window_end, allowed=allowed)[1]


def _half(moment: datetime) -> tuple[int, bool]:
    return moment.toordinal(), moment.time() >= MIDDAY


def _half_end(moment: datetime) -> datetime:
    if moment.time() < MIDDAY:
        return datetime.combine(moment.date(), MIDDAY, moment.tzinfo)
    return datetime.combine(moment.date() + timedelta(days=1), time(0, 0), moment.tzinfo)
