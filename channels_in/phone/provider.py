"""Twilio moves live calls: the telephony port of the core."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from twilio.base.values import unset
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from channels_in.delivery.twilio_client import provider_errors, twilio_client
from channels_in.phone.sentences import AN_AGENT_ANSWERS
from channels_in.phone.twilio import urls, voice
from channels_in.phone.twiml import conference_document
from grc.errors import ProviderError, RateLimited
from grc.ports import Ring, SoftphoneToken

TOKEN_SECONDS: Final = 600
"""A softphone renews its token when the SDK says that it will expire."""
NOT_IN_PROGRESS: Final = "21220"


class TwilioTelephony:
    """Implements grc.ports.TelephonyPort."""

    def ring(self, ring: Ring) -> str:
        """What the telephone does is asked once it is picked up: the caller may have gone meanwhile."""
        with _moves():
            leg = twilio_client().calls.create(
                to=ring.to,
                from_=ring.caller_id,
                url=urls().leg(ring.leg_id),
                method="POST",
                timeout=ring.seconds,
                time_limit=ring.most_seconds or unset,
                status_callback=urls().leg_status(ring.leg_id),
                status_callback_event=["completed"],
                status_callback_method="POST",
            )
        return str(leg.sid)

    def join(self, *, call_id: str, conference: str) -> None:
        document = conference_document(
            conference,
            lines=[AN_AGENT_ANSWERS],
            voice=voice(),
            ends_for_all=True,
            told=urls().conference(conference),
            action=urls().after(),
        )
        with _moves():
            twilio_client().calls(call_id).update(twiml=document)

    def hold(self, *, call_id: str, conference: str, on: bool) -> None:
        """A participant is named by the conference's identifier, which is asked for by its name."""
        with _moves():
            rooms = twilio_client().conferences.list(friendly_name=conference, status="in-progress", limit=1)
            if not rooms:
                raise ProviderError(
                    "La conversation n’est pas encore établie.", permanent=False, code="no_conference"
                )
            participant = rooms[0].participants(call_id)
            if on:
                participant.update(hold=True, hold_url=urls().hold(conference), hold_method="POST")
            else:
                participant.update(hold=False)

    def wait_again(self, *, call_id: str, why: str) -> None:
        """Send a caller back to the waiting room."""
        with _moves():
            twilio_client().calls(call_id).update(url=urls().again(why), method="POST")

    def hang_up(self, *, call_id: str) -> None:
        """End a call; one that has already ended is as wanted."""
        try:
            with _moves():
                twilio_client().calls(call_id).update(status="completed")
        except ProviderError as error:
            if error.code != NOT_IN_PROGRESS:
                raise

    def softphone_token(self, *, identity: str, now: datetime) -> SoftphoneToken | None:
        """Twilio's access token: may be rung as this identity, may call through the application of the settings."""
        if not settings.TWILIO_SOFTPHONE_ENABLED:
            return None
        expires_at = now + timedelta(seconds=TOKEN_SECONDS)
        token = AccessToken(
            settings.TWILIO_ACCOUNT_SID,
            settings.TWILIO_API_KEY_SID,
            settings.TWILIO_API_KEY_SECRET,
            identity=identity,
            ttl=TOKEN_SECONDS,
            valid_until=int(expires_at.timestamp()),
        )
        token.add_grant(
            VoiceGrant(incoming_allow=True, outgoing_application_sid=settings.TWILIO_TWIML_APP_SID)
        )
        return SoftphoneToken(token.to_jwt(), identity, expires_at)


@contextmanager
def _moves() -> Iterator[None]:
    try:
        with provider_errors(changes=True):
            yield
    except RateLimited as error:
        raise ProviderError(error.sentence, permanent=False, code="rate_limited") from error
