"""Pure. From a planned month to the list of its acts, each at its instant, in order.

An act is what one service does at one moment; ``number`` is its place within its contact, so that (contact, number)
names it for ever. No act is later than ``now``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from config.demo.life_types import PlannedCall, PlannedContact, PlannedStep, PlannedVisit
from grc.calendars import Calendar
from grc.enums import CallbackState, Channel


class Doing(StrEnum):
    CALL_START = "call_start"
    CALL_QUEUE = "call_queue"
    CALL_ANSWER = "call_answer"
    CALL_VOICEMAIL = "call_voicemail"
    CALL_END = "call_end"
    CALL_WRAP_UP = "call_wrap_up"
    SMS = "sms"
    WEB = "web"
    VISIT_ARRIVE = "visit_arrive"
    VISIT_CALL = "visit_call"
    VISIT_END = "visit_end"
    INSTANT = "instant"
    TICKET = "ticket"
    CALLBACK = "callback"
    ATTEMPT = "attempt"
    STEP = "step"


@dataclass(frozen=True, slots=True)
class Act:
    """``need``: index in the contact's needs, or -1. ``result``: of an attempt to call back."""

    at: datetime
    number: int
    doing: Doing
    contact: PlannedContact
    need: int = -1
    step: PlannedStep | None = None
    result: str = ""

    @property
    def key(self) -> str:
        return f"{self.contact.key}/{self.number}"


MENUS: Final = timedelta(seconds=35)
"""What a caller spends in the menus before the queue."""
CLOSED_WORDS: Final = timedelta(seconds=40)
OWED_AT_LEAST: Final = 2
_WINDOW: Final = timedelta(hours=2)
_OPENING: Final = frozenset({Doing.TICKET, Doing.SMS, Doing.WEB})
Draft = tuple[datetime, Doing, int, PlannedStep | None, str]


def acts_of_life(contacts: Sequence[PlannedContact], *, now: datetime, opening: Calendar) -> list[Act]:
    """Every act of every contact, oldest first. ``opening``: hours of whoever keeps the promises of call-backs."""
    left_owed = _left_owed(contacts)
    acts: list[Act] = []
    for contact in contacts:
        drafts = list(_of_contact(contact, opening, left_owed))
        acts += [
            Act(min(at, now), number, doing, contact, need, step, result)
            for number, (at, doing, need, step, result) in enumerate(drafts)
            if at <= now or doing is not Doing.ATTEMPT
        ]
    acts.sort(key=lambda act: (act.at, act.contact.key, act.number))
    return acts


def _left_owed(contacts: Sequence[PlannedContact]) -> set[tuple[str, int]]:
    """Call-backs that nobody has made yet: those of the plan, and the latest ones so that there are at least two."""
    owed: list[tuple[str, int]] = []
    others: list[tuple[str, int]] = []
    for contact in contacts:
        for place, need in enumerate(contact.needs):
            if need.callback is not None:
                (owed if need.callback.state == CallbackState.OWED else others).append((contact.key, place))
    missing = max(0, OWED_AT_LEAST - len(owed))
    return {*owed, *others[len(others) - missing :]}


def _of_contact(
    contact: PlannedContact, opening: Calendar, left_owed: set[tuple[str, int]]
) -> Iterator[Draft]:
    if contact.call is not None:
        drafts = list(_call(contact, contact.call))
    elif contact.visit is not None:
        drafts = list(_visit(contact, contact.visit))
    else:
        doing = Doing.SMS if contact.channel == Channel.SMS else Doing.WEB
        drafts = [(contact.started_at, doing, 0, None, "")]
        if contact.needs[0].callback is not None:
            drafts.append((contact.started_at + timedelta(minutes=2), Doing.CALLBACK, 0, None, ""))
    yield from drafts
    for at, doing, need, _, _ in drafts:
        if doing is Doing.CALLBACK and (contact.key, need) not in left_owed:
            yield from _attempts(contact, need, at, opening)
    opened = {need: at for at, doing, need, _, _ in drafts if doing in _OPENING}
    for place, planned in enumerate(contact.needs):
        for step in planned.steps:
            # A long call may open a request after the moment planned for its first step.
            yield max(step.at, opened[place]), Doing.STEP, place, step, ""


def _attempts(contact: PlannedContact, need: int, at: datetime, opening: Calendar) -> Iterator[Draft]:
    """Inside the promised window: one call that is answered, or three that are not."""
    callback = contact.needs[need].callback
    start = at if opening.is_open(at) else opening.next_opening(at) or at
    kept = callback is not None and callback.state == CallbackState.KEPT
    results = ("reached",) if kept else ("no_answer", "busy", "no_answer")
    for turn, result in enumerate(results, start=1):
        yield start + turn * _WINDOW / 5, Doing.ATTEMPT, need, None, result


def _call(contact: PlannedContact, call: PlannedCall) -> Iterator[Draft]:
    start = contact.started_at
    yield start, Doing.CALL_START, -1, None, ""
    if call.ending == "closed_hours":
        yield start + CLOSED_WORDS, Doing.CALL_END, -1, None, ""
        return
    if contact.needs and not contact.needs[0].instant:
        yield start + MENUS - timedelta(seconds=5), Doing.TICKET, 0, None, ""
    queued = start + MENUS
    out = queued + timedelta(seconds=call.wait_seconds)
    yield queued, Doing.CALL_QUEUE, -1, None, ""
    promised = [place for place, need in enumerate(contact.needs) if need.callback is not None]
    if call.ending == "answered":
        yield from _talk(contact, call, out, promised)
        return
    if call.ending == "voicemail":
        yield out, Doing.CALL_VOICEMAIL, 0, None, ""
    if call.ending == "abandoned":
        yield out, Doing.CALL_END, -1, None, ""
    for place in promised:
        yield out + timedelta(seconds=5), Doing.CALLBACK, place, None, ""
    if call.ending != "abandoned":
        yield out + timedelta(seconds=25), Doing.CALL_END, -1, None, ""


def _talk(
    contact: PlannedContact, call: PlannedCall, out: datetime, promised: Sequence[int]
) -> Iterator[Draft]:
    talk = timedelta(seconds=call.talk_seconds)
    yield out, Doing.CALL_ANSWER, -1, None, ""
    yield from _needs(contact, out, talk, already=0)
    for place in promised:
        yield out + talk * 0.95, Doing.CALLBACK, place, None, ""
    yield out + talk, Doing.CALL_END, -1, None, ""
    yield out + talk + timedelta(seconds=call.wrap_up_seconds), Doing.CALL_WRAP_UP, -1, None, ""


def _visit(contact: PlannedContact, visit: PlannedVisit) -> Iterator[Draft]:
    called = contact.started_at + timedelta(seconds=visit.wait_seconds)
    served = timedelta(seconds=visit.served_seconds)
    yield contact.started_at, Doing.VISIT_ARRIVE, -1, None, ""
    yield called, Doing.VISIT_CALL, -1, None, ""
    yield from _needs(contact, called, served, already=-1)
    for place, need in enumerate(contact.needs):
        if need.callback is not None:
            yield called + served * 0.95, Doing.CALLBACK, place, None, ""
    yield called + served, Doing.VISIT_END, -1, None, ""


def _needs(contact: PlannedContact, start: datetime, lasts: timedelta, *, already: int) -> Iterator[Draft]:
    """What is dealt with during a talk; the request of the place ``already`` was opened before it."""
    for place, need in enumerate(contact.needs):
        if need.instant or place != already:
            doing = Doing.INSTANT if need.instant else Doing.TICKET
            yield start + lasts * (place + 1) / (len(contact.needs) + 1), doing, place, None, ""
