"""What the outside knows when the caller does something: hours, communes, who can answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from grc.phone_numbers import callback_refusal
from grc.references import is_reference
from grc.selectors.directory import communes_of_postal_code, opening_calendar
from grc.selectors.telephony import AnsweringLine, somebody_answers
from grc.voice_script import Commune, Context, Queue

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
    calendar = opening_calendar(line.line.calendar)
    is_open = calendar is None or calendar.is_open(now)
    closed = "" if calendar is None or is_open else calendar.why_closed(now) or ""
    asks = any(isinstance(node, Queue) and node.when_busy for node in line.script.nodes.values())
    number = call.from_number
    return Context(
        lookup=DatabaseLookup(),
        line_open=is_open,
        closed_sentence=closed,
        caller_number=number if number and callback_refusal(number) is None else "",
        all_busy=asks and not somebody_answers(organisation_id=line.line.organisation_id),
    )
