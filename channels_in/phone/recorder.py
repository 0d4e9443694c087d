"""Twilio records calls and keeps the sound until we have it: the recording port of the core."""

from __future__ import annotations

from typing import Final

import requests
from django.conf import settings

from channels_in.delivery.twilio_client import TIMEOUT, provider_errors, twilio_client
from channels_in.phone.twilio import urls
from grc.errors import ProviderError
from grc.ports import Sound

GONE: Final = frozenset({"20404", "404"})
RUNNING: Final = frozenset({"in-progress", "paused"})
_CHUNK: Final = 64 * 1024


class TwilioRecordings:
    """Implements grc.ports.RecordingPort."""

    def record_start(self, *, call_id: str, again: bool) -> str:
        call = twilio_client().calls(call_id)
        if again:
            with provider_errors(changes=False):
                known = [row for row in call.recordings.list(limit=20) if str(row.status) in RUNNING]
            if known:
                return str(known[0].sid)
        with provider_errors(changes=True):
            made = call.recordings.create(
                recording_channels="dual",
                recording_status_callback=urls().recording(),
                recording_status_callback_event=["completed"],
                trim="do-not-trim",
            )
        return str(made.sid)

    def fetch(self, *, recording_id: str, largest: int) -> Sound:
        account = settings.TWILIO_ACCOUNT_SID
        address = (
            f"{settings.TWILIO_API_BASE_URL}/2010-04-01/Accounts/{account}/Recordings/{recording_id}.wav"
        )
        with (
            provider_errors(changes=False),
            requests.get(
                address, auth=(account, settings.TWILIO_AUTH_TOKENS[0]), timeout=TIMEOUT * 4, stream=True
            ) as answer,
        ):
            _refuse(answer)
            return Sound(_content(answer, largest), _media_type(answer))

    def erase(self, *, call_id: str, recording_id: str) -> None:
        try:
            with provider_errors(changes=False):
                running = twilio_client().recordings(recording_id).fetch()
                if str(running.status) in RUNNING:
                    twilio_client().calls(call_id).recordings(recording_id).update(status="stopped")
                twilio_client().recordings(recording_id).delete()
        except ProviderError as error:
            if error.code not in GONE:
                raise


def _refuse(answer: requests.Response) -> None:
    if answer.status_code == 404:
        raise ProviderError("L’opérateur n’a plus cet enregistrement.", permanent=True, code="404")
    if answer.status_code != 200:
        raise ProviderError(
            "L’opérateur n’a pas remis l’enregistrement.", permanent=False, code=str(answer.status_code)
        )


def _content(answer: requests.Response, largest: int) -> bytes:
    kept = bytearray()
    for part in answer.iter_content(_CHUNK):
        kept += part
        if len(kept) > largest:
            raise ProviderError("L’enregistrement est trop long pour être reçu.", permanent=True, code="size")
    return bytes(kept)


def _media_type(answer: requests.Response) -> str:
    given = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return {"audio/x-wav": "audio/wav", "audio/wave": "audio/wav"}.get(
        given, given if given in KNOWN else "audio/wav"
    )


KNOWN: Final = frozenset({"audio/wav", "audio/mpeg", "audio/ogg"})
