"""Twilio, as a provider of telephony: its posted fields in our words, our steps in its markup."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Concatenate, Final, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from channels_in.phone.fallback import is_report, trouble_answer
from channels_in.phone.port import Asked
from channels_in.phone.twiml import (
    Voice,
    WebhookUrls,
    conference_document,
    hangup_document,
    hold_document,
    pause_document,
    redirect_document,
    step_document,
    wait_document,
)
from channels_in.receive.in_time import answer_in_time
from channels_in.receive.webhook import PROVIDER, Posted, document, twilio_webhook
from grc.voice_script import Step

P = ParamSpec("P")
FROM_API: Final = "StartCallRecordingAPI"
SECRET: Final = ("Digits", "SpeechResult")


def urls() -> WebhookUrls:
    return WebhookUrls(settings.PUBLIC_BASE_URL)


def voice() -> Voice:
    return Voice(settings.TWILIO_VOICE, others=settings.TWILIO_VOICES)


class TwilioVoice:
    """Implements channels_in.phone.port.VoiceProvider."""

    code: Final = PROVIDER

    def step(self, step: Step, *, queue: str, fill: Mapping[str, str]) -> str:
        return step_document(step, urls=urls(), voice=voice(), queue=queue, fill=fill)

    def wait(self, step: Step, *, fill: Mapping[str, str], music_url: str) -> str:
        return wait_document(step, urls=urls(), voice=voice(), music_url=music_url, fill=fill)

    def hang_up(self, lines: Iterable[str]) -> str:
        return hangup_document(lines, voice=voice())

    def pause(self, lines: Iterable[str]) -> str:
        return pause_document(lines, voice=voice())

    def enter(self, conference: str, lines: Iterable[str]) -> str:
        told = urls().conference(conference)
        return conference_document(conference, lines=lines, voice=voice(), ends_for_all=False, told=told)

    def hold(self, conference: str, lines: Iterable[str], *, music_url: str) -> str:
        return hold_document(lines, voice=voice(), again=urls().hold(conference), music_url=music_url)

    def wait_again(self) -> str:
        return redirect_document(urls().again())

    def begin_again(self) -> str:
        return redirect_document(urls().incoming())


TWILIO: Final = TwilioVoice()


def asked_of(posted: Posted) -> Asked:
    """The names of Twilio's fields, and how long each may be, are known here alone."""
    return Asked(
        provider=TWILIO,
        call_id=posted.text("CallSid", limit=64),
        token=posted.token,
        from_number=posted.text("From", limit=32),
        to_number=posted.text("To", limit=32),
        keys=posted.text("Digits", limit=20),
        speech=posted.text("SpeechResult", limit=500),
        queue_result=posted.text("QueueResult", limit=40),
        dial_status=posted.text("DialCallStatus", limit=40),
        status=posted.text("CallStatus", limit=20),
        sequence=posted.whole("SequenceNumber"),
        moment=posted.text("Timestamp"),
        recording_id=posted.text("RecordingSid", limit=64),
        recording_url=posted.text("RecordingUrl", limit=500),
        recording_seconds=posted.text("RecordingDuration", limit=6),
        recording_status=posted.text("RecordingStatus", limit=20),
        recorded_on_demand=posted.text("RecordingSource", limit=40) == FROM_API,
        conference_id=posted.text("ConferenceSid", limit=64),
        event=posted.text("StatusCallbackEvent", limit=40),
        params=posted.params,
        secret=SECRET,
    )


def voice_webhook(
    view: Callable[Concatenate[Asked, P], str | None],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view of the telephone that only Twilio may call: it answers a document, or None when only told.

    Whatever fails, a caller hears a document within two seconds; a report that could not be kept is answered 503, so
    that it comes again.
    """

    def told(posted: Posted, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        text = view(asked_of(posted), *args, **kwargs)
        return HttpResponse(status=204) if text is None else document(text)

    @wraps(view)
    def answered(posted: Posted, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return answer_in_time(
            lambda: told(posted, *args, **kwargs),
            otherwise=lambda: _trouble(posted.path),
            what=f"voice/{view.__name__}",
        )

    return twilio_webhook(answered)


def _trouble(path: str) -> HttpResponse:
    if is_report(path):
        return HttpResponse(status=503)
    return document(trouble_answer(path, urls=urls(), voice=voice(), hours=settings.ORGANISATION_HOURS))


@twilio_webhook
def fallback(posted: Posted) -> HttpResponse:
    """The provider's fallback address: an address of ours did not answer, or not in time. No database."""
    failed = posted.text("ErrorUrl", limit=500)
    return document(
        trouble_answer(
            failed, urls=urls(), voice=voice(), hours=settings.ORGANISATION_HOURS, by_provider=True
        )
    )
