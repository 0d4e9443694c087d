"""Twilio carries text messages: the message port of the core."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from django.conf import settings

from channels_in.delivery.twilio_client import provider_errors, twilio_client
from channels_in.receive.webhook import PROVIDER
from channels_in.sms.errors import error_sentence
from grc.errors import ProviderError
from grc.ports import OPTED_OUT, Accepted, Outgoing, UnknownOutcome

STOPPED: Final = "21610"
LISTED: Final = 200


class TwilioMessages:
    """Implements grc.ports.MessagePort."""

    def send(self, message: Outgoing) -> Accepted:
        try:
            with provider_errors(changes=True):
                sent = twilio_client().messages.create(
                    to=message.to,
                    from_=message.sender,
                    body=message.body,
                    status_callback=f"{settings.PUBLIC_BASE_URL}/webhooks/twilio/messaging/status",
                )
        except UnknownOutcome:
            raise
        except ProviderError as error:
            if error.code == STOPPED:
                raise ProviderError(error_sentence(STOPPED), permanent=True, code=OPTED_OUT) from error
            said = error_sentence(error.code) if error.code.isdigit() else error.sentence
            raise ProviderError(said, permanent=error.permanent, code=error.code) from error
        return Accepted(PROVIDER, str(sent.sid))

    def find_sent(self, message: Outgoing, *, since: datetime, known_ids: Collection[str]) -> Accepted | None:
        """Among what was sent to this person from this number: the same words, since then, not known to us yet.

        Compared on the date of creation: a message still queued has no date of sending and would be missed.
        """
        with provider_errors(changes=False):
            rows = twilio_client().messages.list(to=message.to, from_=message.sender, limit=LISTED)
        found = [
            row
            for row in rows
            if row.body == message.body
            and str(row.direction).startswith("outbound")
            and str(row.sid) not in known_ids
            and _aware(row.date_created) >= since.replace(microsecond=0)
        ]
        found.sort(key=lambda row: _aware(row.date_created))
        return Accepted(PROVIDER, str(found[0].sid)) if found else None


def _aware(moment: datetime | None) -> datetime:
    if moment is None:
        return datetime.max.replace(tzinfo=UTC)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
