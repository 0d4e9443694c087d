"""Webhooks of text messages. Bare views: the signature is checked, the service keeps."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from twilio.twiml.messaging_response import MessagingResponse

from channels_in.receive.in_time import answer_in_time
from channels_in.receive.webhook import Posted, document, done, twilio_webhook
from channels_in.sms.inbound import sms_receive
from channels_in.sms.reports import delivery_report
from channels_in.sms.words import trouble_text


@twilio_webhook
def incoming(posted: Posted) -> HttpResponse:
    """Answers nothing to say: the acknowledgement leaves by the outbox, and is kept like any message.

    One that could not be kept is answered 503: the provider's fallback speaks, and the message is fetched later.
    """

    def kept() -> HttpResponse:
        sms_receive(posted=posted, now=timezone.now())
        return document(str(MessagingResponse()))

    return answer_in_time(kept, otherwise=_not_kept, what="messaging/incoming")


@twilio_webhook
def status(posted: Posted) -> HttpResponse:
    def kept() -> HttpResponse:
        delivery_report(posted=posted, now=timezone.now())
        return done()

    return answer_in_time(kept, otherwise=_not_kept, what="messaging/status")


@twilio_webhook
def fallback(posted: Posted) -> HttpResponse:
    """The provider's fallback address for texts. No database: the message is fetched when ours is back."""
    answer = MessagingResponse()
    said = trouble_text(
        posted.text("Body", limit=100), posted.text("From", limit=32), posted.text("OptOutType")
    )
    if said:
        answer.message(said)
    return document(str(answer))


def _not_kept() -> HttpResponse:
    return HttpResponse(status=503)
