"""Pure. Due dates: computed from a policy, a start and the intervals of suspension, never edited.

Counted in days, months or office hours of a calendar. The day of the start never counts, and a delay in days
or months ends with the last second of its last day. A suspension adds what it took: office time to hours,
working days to working days, days to days and months. The legal silence (CRPA L231-1, L231-4, L114-3, L114-5)
is counted in `silence()`: same day two months later, weekends and holidays changing nothing.
"""

import calendar as month_lengths
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final

from grc.calendars import Calendar, day_text
from grc.enums import ClockKind, ClockState, ClockUnit, SilenceRule, label
from grc.errors import Invalid

SILENCE_MONTHS: Final = 2
APPEAL_MONTHS: Final = 2
SILENCE_WARNINGS: Final = (timedelta(days=15), timedelta(days=5))


@dataclass(frozen=True, slots=True)
class Policy:
    """One engagement: `amount` of `unit`. `warn_before`: how long before the due date to warn, any number."""

    kind: ClockKind
    amount: int
    unit: ClockUnit
    warn_before: tuple[timedelta, ...] = ()

    def __post_init__(self) -> None:
        if self.amount < 0:
            raise ValueError("an amount is not negative")


@dataclass(frozen=True, slots=True)
class Pause:
    """A suspension, from `start` (included) to `end`; None while it lasts. `reason`: French words."""

    start: datetime
    end: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a clock says at one instant.

    `due`: aware, local; while paused, what it would be if the pause ended now; None when nothing is due.
    `warnings`: when to warn, in office time, ordered. `sentence`: French, why this date and where we stand.
    """

    due: datetime | None
    state: ClockState
    sentence: str
    warnings: tuple[datetime, ...] = ()


# Référentiel Marianne (e-mail 5 working days, letter 15) and CRPA R112-11-2 (acknowledgements).
FIRST_ANSWER_EMAIL: Final = Policy(ClockKind.FIRST_ANSWER, 5, ClockUnit.WORKING_DAYS, (timedelta(days=1),))
FIRST_ANSWER_LETTER: Final = Policy(ClockKind.FIRST_ANSWER, 15, ClockUnit.WORKING_DAYS, (timedelta(days=3),))
REGISTRATION: Final = Policy(ClockKind.LEGAL_ACKNOWLEDGEMENT, 1, ClockUnit.WORKING_DAYS)
ACKNOWLEDGEMENT: Final = Policy(
    ClockKind.LEGAL_ACKNOWLEDGEMENT, 10, ClockUnit.WORKING_DAYS, (timedelta(days=3),)
)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where that day does not exist (31 December + 2)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = month_lengths.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _checked(pauses: Iterable[Pause], started: datetime, now: datetime) -> list[tuple[Pause, datetime]]:
    """Pauses begun by now, in order, each with the end to count; what precedes the start is cut off."""
    ordered = sorted(pauses, key=lambda pause: pause.start)
    for pause in ordered:
        if pause.end is not None and pause.end <= pause.start:
            raise Invalid("Une suspension se termine avant d’avoir commencé.", code="pause_empty")
    for before, after in pairwise(ordered):
        if before.end is None or before.end > after.start:
            raise Invalid("Deux suspensions du délai se chevauchent.", code="pauses_overlap")
    kept: list[tuple[Pause, datetime]] = []
    for pause in ordered:
        end = pause.end if pause.end is not None else max(now, pause.start)
        if pause.start <= now and end > started:
            kept.append((Pause(max(pause.start, started), pause.end, pause.reason), end))
    return kept


def _working_days_between(calendar: Calendar, first: date, last: date) -> int:
    """Working days after `first`, up to `last` included."""
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def _end_after(policy: Policy, calendar: Calendar, started: datetime, added: int) -> datetime:
    """Due date of a policy in days or months, `added` days of suspension included."""
    first = calendar.local(started).date()
    if policy.unit is ClockUnit.WORKING_DAYS:
        return calendar.end_of_day(calendar.working_day_after(first, policy.amount + added))
    if policy.unit is ClockUnit.CALENDAR_MONTHS:
        first = add_months(first, policy.amount)
        return calendar.end_of_day(first + timedelta(days=added))
    return calendar.end_of_day(first + timedelta(days=policy.amount + added))


def _due_in_days(
    policy: Policy, calendar: Calendar, started: datetime, pauses: Sequence[tuple[Pause, datetime]]
) -> tuple[datetime, int]:
    added = 0
    due = _end_after(policy, calendar, started, added)
    for pause, end in pauses:
        if pause.start > due:  # the delay had already run out
            break
        first, last = calendar.local(pause.start).date(), calendar.local(end).date()
        if policy.unit is ClockUnit.WORKING_DAYS:
            added += _working_days_between(calendar, first, last)
        else:
            added += (last - first).days
        due = _end_after(policy, calendar, started, added)
    return due, added


def _due_in_hours(
    policy: Policy, calendar: Calendar, started: datetime, pauses: Sequence[tuple[Pause, datetime]]
) -> datetime:
    moment, left = started, policy.amount * 3600
    for pause, end in pauses:
        used = calendar.office_seconds_between(moment, pause.start)
        # The delay had run out before this pause, or exactly as it began.
        if used >= left:
            break
        moment, left = end, left - used
    return calendar.add_office_time(moment, timedelta(seconds=left))


def _warnings(due: datetime, before: Iterable[timedelta], calendar: Calendar) -> tuple[datetime, ...]:
    """Each warning at its hour, or at the next opening, or at the last one that still precedes the due date."""
    found: set[datetime] = set()
    for delay in before:
        wanted = due - delay
        for days in range(31):
            opening = calendar.next_opening(wanted - timedelta(days=days))
            if opening is None:
                break
            if opening < due:
                found.add(opening)
                break
    return tuple(sorted(found))


def _amount_text(policy: Policy) -> str:
    words = {
        ClockUnit.OFFICE_HOURS: ("heure ouvrée", "heures ouvrées"),
        ClockUnit.WORKING_DAYS: ("jour ouvré", "jours ouvrés"),
        ClockUnit.CALENDAR_DAYS: ("jour", "jours"),
        ClockUnit.CALENDAR_MONTHS: ("mois", "mois"),
    }[policy.unit]
    return f"{policy.amount} {words[policy.amount > 1]}"


def _date_text(moment: datetime) -> str:
    return f"{day_text(moment.date())} {moment.year}"


def _state(
    due: datetime, pauses: Sequence[tuple[Pause, datetime]], now: datetime, met_at: datetime | None
) -> tuple[ClockState, Pause | None]:
    if met_at is not None:
        return (ClockState.MET if met_at <= due else ClockState.MISSED), None
    for pause, end in pauses:
        lasting = pause.end is None or now < end
        if lasting and pause.start <= now and pause.start <= due:
            return ClockState.PAUSED, pause
    return (ClockState.MISSED if now > due else ClockState.RUNNING), None


def _standing(state: ClockState, due: datetime, pause: Pause | None) -> str:
    if pause is not None:
        return f"délai suspendu depuis le {_date_text(pause.start)} ({pause.reason})"
    if state is ClockState.MET:
        return f"délai tenu, l’échéance était le {_date_text(due)}"
    if state is ClockState.MISSED:
        return f"délai dépassé, l’échéance était le {_date_text(due)}"
    return f"à tenir au plus tard le {_date_text(due)}"


def read(
    policy: Policy,
    *,
    started: datetime,
    pauses: Iterable[Pause],
    calendar: Calendar,
    now: datetime,
    met_at: datetime | None = None,
) -> Reading:
    """The due date and state of a clock at `now`. All datetimes aware; `met_at`: when it was satisfied.

    A pause that begins after `now`, after `met_at` or after the due date changes nothing. Raises Invalid when
    pauses overlap or the calendar is never open.
    """
    counted = _checked(pauses, started, now if met_at is None else min(now, met_at))
    added = 0
    if policy.unit is ClockUnit.OFFICE_HOURS:
        due = _due_in_hours(policy, calendar, started, counted)
    else:
        due, added = _due_in_days(policy, calendar, started, counted)
    state, pause = _state(due, counted, now, met_at)
    if pause is not None:
        pause = Pause(calendar.local(pause.start), pause.end, pause.reason)
    counting = f"{_amount_text(policy)} à compter du {_date_text(calendar.local(started))}"
    if added:
        counting += f", plus {added} jour{'s' if added > 1 else ''} de suspension"
    sentence = f"{label(policy.kind)} : {_standing(state, due, pause)} ; {counting}."
    running = state in (ClockState.RUNNING, ClockState.PAUSED)
    return Reading(
        due=due,
        state=state,
        sentence=sentence,
        warnings=_warnings(due, policy.warn_before, calendar) if running else (),
    )


@dataclass(frozen=True, slots=True)
class Request:
    """What the law looks at. `received`: by the first administration seized; `received_competent`: by the
    competent one; `complete`: when the file was whole (None: pieces are missing); `decided`: the answer."""

    received: datetime
    received_competent: datetime | None = None
    complete: datetime | None = None
    decided: datetime | None = None


def _silence_start(rule: SilenceRule, request: Request) -> datetime | None:
    """L114-3: rejection counts from the first administration, acceptance from the competent one and a full file."""
    if rule is SilenceRule.SVR:
        return request.received
    if request.received_competent is None or request.complete is None:
        return None
    return max(request.received_competent, request.complete)


def silence(
    rule: SilenceRule,
    request: Request,
    *,
    suspensions: Iterable[Pause],
    calendar: Calendar,
    now: datetime,
    months: int = SILENCE_MONTHS,
) -> Reading:
    """When silence becomes a decision (born on the day of `due`), or why it does not run.

    `suspensions`: time given for missing pieces (L114-5); they hold back a rejection only, an acceptance being
    counted from the full file anyway. `months`: another period when a decree sets one.
    """
    name = label(ClockKind.LEGAL_SILENCE)
    if rule is SilenceRule.NONE:
        return Reading(None, ClockState.RUNNING, f"{name} : aucun effet pour ce type de demande.")
    start = _silence_start(rule, request)
    if start is None:
        missing = (
            "le dossier est incomplet"
            if request.complete is None
            else "l’organisme compétent ne l’a pas reçue"
        )
        return Reading(None, ClockState.PAUSED, f"{name} : le délai n’a pas commencé, car {missing}.")
    reading = read(
        Policy(ClockKind.LEGAL_SILENCE, months, ClockUnit.CALENDAR_MONTHS, SILENCE_WARNINGS),
        started=start,
        pauses=suspensions if rule is SilenceRule.SVR else (),
        calendar=calendar,
        now=now,
        met_at=request.decided,
    )
    effect = "acceptation" if rule is SilenceRule.SVA else "rejet"
    return Reading(
        reading.due, reading.state, f"{reading.sentence} Le silence vaut {effect}.", reading.warnings
    )


def appeal_until(born: date) -> date:
    """Last day to sue after an implicit rejection born on `born`: two months not counting first and last days.

    CJA R421-2; the delay is *franc*: born 23 June, open until 24 August.
    """
    return add_months(born, APPEAL_MONTHS) + timedelta(days=1)
