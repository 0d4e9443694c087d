"""Calls that Twilio carried while we could not answer, and ends it told nobody: asked for, so that each is counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from channels_in.delivery.twilio_client import provider_errors, twilio_client
from channels_in.phone.conversation import incoming_answer
from channels_in.phone.port import Asked
from channels_in.phone.reports import status_record
from channels_in.phone.twilio import TWILIO
from grc.selectors.telephony import calls_known, calls_still_open, line_numbers

LOOK_BACK: Final = timedelta(hours=24)
SETTLED: Final = timedelta(seconds=60)
"""A call that has just begun, or ended, is left to its own webhooks."""
LISTED: Final = 500
ENDED: Final = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


def calls_catch_up(*, now: datetime) -> tuple[int, int]:
    """(calls that had ended without our knowing, calls we had never heard of, now kept as abandoned).

    Whoever called is then proposed a call-back, like any other who gave up. Raises ProviderError or RateLimited when
    Twilio refuses: the next round does it.
    """
    return _ended(now), _unheard(now)


def _ended(now: datetime) -> int:
    ended = 0
    for sid in calls_still_open(provider=TWILIO.code, before=now - SETTLED):
        with provider_errors(changes=False):
            row = twilio_client().calls(sid).fetch()
        if str(row.status) in ENDED:
            status_record(asked=_asked(row), now=_moment(row.end_time, now))
            ended += 1
    return ended


def _unheard(now: datetime) -> int:
    rows: list[Any] = []
    for number in line_numbers():
        with provider_errors(changes=False):
            rows += twilio_client().calls.list(to=number, start_time_after=now - LOOK_BACK, limit=LISTED)
    over = [
        row
        for row in rows
        if row.direction == "inbound"
        and str(row.status) in ENDED
        and _moment(row.end_time, now) < now - SETTLED
    ]
    known = calls_known(provider=TWILIO.code, provider_ids=[str(row.sid) for row in over])
    unheard = [row for row in over if str(row.sid) not in known]
    for row in unheard:
        # The menu it would have heard is of no use, but its contact and its trace are those of any call.
        incoming_answer(asked=_asked(row), now=_moment(row.start_time, now))
        status_record(asked=_asked(row), now=_moment(row.end_time, now))
    return len(unheard)


def _asked(row: Any) -> Asked:
    # "_from" is the library's own name for the caller, on a call.
    sender, to, status = str(row._from or ""), str(row.to or ""), str(row.status)
    return Asked(
        provider=TWILIO,
        call_id=str(row.sid),
        from_number=sender,
        to_number=to,
        status=status,
        params={"CallSid": str(row.sid), "From": sender, "To": to, "CallStatus": status, "CaughtUp": "1"},
    )


def _moment(found: datetime | None, now: datetime) -> datetime:
    if found is None:
        return now
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
