"""What the outside knows when the caller does something: hours, communes, who can answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from grc.phone_numbers import callback_refusal
from grc.references import is_reference
from grc.selectors.directory import calendar_of_code, communes_of_postal_code
from grc.selectors.telephony import AnsweringLine, somebody_answers
from grc.voice_script import Commune, Context

if TYPE_CHECKING:
    from grc.models import Call


class DatabaseLookup:
    """The reads the interpreter makes."""

    def communes(self, postal_code: str) -> tuple[Commune, ...]:
        return tuple(Commune(row.code, row.name) for row in communes_of_postal_code(postal_code))

    def reference_is_valid(self, reference: str) -> bool:
        return is_reference(reference)


def context_of(*, line: AnsweringLine, call: Call, now: datetime) -> Context:
    """A line without a calendar is always open; a number that may not be called back is not proposed."""
    calendar = line.calendar
    is_open = calendar is None or calendar.is_open(now)
    closed = "" if calendar is None or is_open else calendar.why_closed(now) or ""
    number = call.from_number
    return Context(
        lookup=DatabaseLookup(),
        line_open=is_open,
        closed_sentence=closed,
        caller_number=number if number and callback_refusal(number) is None else "",
        records=line.line.recording_share > 0,
        all_busy=lambda: not somebody_answers(organisation_id=line.line.organisation_id),
        hours=lambda code: _own_hours(line.line.organisation_id, code, now),
        now=now,
    )


def _own_hours(organisation_id: int, code: str, now: datetime) -> tuple[bool, str] | None:
    """Read only when the call goes through a node that has hours of its own."""
    calendar = calendar_of_code(organisation_id=organisation_id, code=code)
    return None if calendar is None else (calendar.is_open(now), calendar.why_closed(now) or "")
