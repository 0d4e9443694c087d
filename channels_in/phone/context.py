"""What the outside knows when the caller does something: hours, communes, who can answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from grc.phone_numbers import callback_refusal, is_mobile
from grc.selectors.line_scripts import ScriptLookup, calendar_says, own_hours
from grc.selectors.telephony import AnsweringLine, somebody_answers
from grc.voice_script import Context
from routing.selectors.setup import zones_shared

if TYPE_CHECKING:
    from grc.models import Call


def context_of(*, line: AnsweringLine, call: Call, now: datetime) -> Context:
    """A line without a calendar is always open; a number that may not be called back is not proposed."""
    is_open, closed = calendar_says(line.calendar, now)
    organisation_id = line.line.organisation_id
    number = call.from_number
    return Context(
        lookup=ScriptLookup(
            organisation_id=organisation_id,
            now=now,
            shared_zones=lambda commune: zones_shared(
                commune_code=commune, organisation_id=organisation_id, on=timezone.localdate(now)
            ),
        ),
        line_open=is_open,
        closed_sentence=closed,
        caller_number=number if number and callback_refusal(number) is None else "",
        may_text=bool(settings.TWILIO_ENABLED) and is_mobile(number),
        records=line.line.recording_share > 0,
        all_busy=lambda: not somebody_answers(organisation_id=organisation_id),
        hours=lambda code: own_hours(organisation_id, code, now),
        now=now,
    )
