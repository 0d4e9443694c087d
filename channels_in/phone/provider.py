"""Twilio moves live calls: the telephony port of the core."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from channels_in.delivery.twilio_client import provider_errors, twilio_client
from channels_in.phone.twilio import urls, voice
from channels_in.phone.twiml import conference_document, dial_document
from grc.errors import ProviderError, RateLimited

logger = logging.getLogger(__name__)
RING_SECONDS: Final = 25
NOT_IN_PROGRESS: Final = "21220"


class TwilioTelephony:
    """Implements grc.ports.TelephonyPort."""

    def bridge(self, *, call_id: str, agent_number: str, caller_id: str, conference: str) -> str:
        """The agent's telephone rings first, then the caller is moved: a caller is never left alone by a refusal."""
        with _moves():
            agent = twilio_client().calls.create(
                to=agent_number,
                from_=caller_id,
                twiml=conference_document(
                    conference, lines=["Un appel pour vous."], voice=voice(), ends_for_all=False
                ),
                timeout=RING_SECONDS,
                status_callback=urls().agent(conference),
                status_callback_event=["completed"],
            )
        leg = str(agent.sid)
        try:
            with _moves():
                twilio_client().calls(call_id).update(
                    twiml=conference_document(
                        conference, lines=["Un agent vous répond."], voice=voice(), ends_for_all=True
                    )
                )
        except ProviderError:
            self._cancel(leg)
            raise
        return leg

    def dial(self, *, agent_number: str, citizen_number: str, caller_id: str, conference: str) -> str:
        """The agent's telephone first; the person's rings once the agent has answered."""
        with _moves():
            agent = twilio_client().calls.create(
                to=agent_number,
                from_=caller_id,
                twiml=dial_document(
                    citizen_number,
                    caller_id=caller_id,
                    lines=["Rappel : nous composons le numéro de la personne."],
                    voice=voice(),
                ),
                timeout=RING_SECONDS,
                status_callback=urls().agent(conference),
                status_callback_event=["completed"],
            )
        return str(agent.sid)

    def wait_again(self, *, call_id: str) -> None:
        """Send a caller back to the waiting room."""
        with _moves():
            twilio_client().calls(call_id).update(url=urls().again(), method="POST")

    def hang_up(self, *, call_id: str) -> None:
        """End a call; one that has already ended is as wanted."""
        try:
            with _moves():
                twilio_client().calls(call_id).update(status="completed")
        except ProviderError as error:
            if error.code != NOT_IN_PROGRESS:
                raise

    def _cancel(self, leg: str) -> None:
        try:
            self.hang_up(call_id=leg)
        except ProviderError as error:
            logger.warning("an agent's leg may still ring: %s", error.code)


@contextmanager
def _moves() -> Iterator[None]:
    try:
        with provider_errors(changes=True):
            yield
    except RateLimited as error:
        raise ProviderError(error.sentence, permanent=False, code="rate_limited") from error
