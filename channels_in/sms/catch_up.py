"""Texts that Twilio took while we could not answer: it does not send them again, so they are fetched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from channels_in.delivery.twilio_client import provider_errors, twilio_client
from channels_in.receive.webhook import PROVIDER, Posted
from channels_in.sms.inbound import sms_receive
from grc.selectors.telephony import message_is_known, sms_line_numbers

LOOK_BACK: Final = timedelta(hours=24)
JUST_NOW: Final = timedelta(seconds=20)
"""A webhook may be on its way: a text is left to it for a moment, not received twice at once."""
LISTED: Final = 500


def messages_catch_up(*, now: datetime) -> int:
    """Receive every text of the last day that we never heard of, as if it had just come; gives how many.

    Raises ProviderError or RateLimited when Twilio refuses: the next round does it.
    """
    caught = 0
    for number in sms_line_numbers():
        with provider_errors(changes=False):
            rows = twilio_client().messages.list(to=number, date_sent_after=now - LOOK_BACK, limit=LISTED)
        # Listed from the last to the first, to the second: taken in the order they were written.
        rows.reverse()
        rows.sort(key=lambda row: _moment(row, now))
        for row in rows:
            at = _moment(row, now)
            if str(row.direction) != "inbound" or at > now - JUST_NOW:
                continue
            if message_is_known(provider=PROVIDER, provider_id=str(row.sid)):
                continue
            params = {
                "MessageSid": str(row.sid),
                "From": str(row.from_),
                "To": str(row.to),
                "Body": str(row.body or ""),
                "NumMedia": str(row.num_media or 0),
            }
            sms_receive(posted=Posted(params, ""), now=at)
            caught += 1
    return caught


def _moment(row: object, now: datetime) -> datetime:
    found = getattr(row, "date_created", None)
    if not isinstance(found, datetime):
        return now
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
