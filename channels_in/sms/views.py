"""Webhooks of text messages. Bare views: the signature is checked, the service keeps."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from twilio.twiml.messaging_response import MessagingResponse

from channels_in.receive.webhook import Posted, document, done, twilio_webhook
from channels_in.sms.inbound import sms_receive
from channels_in.sms.reports import delivery_report


@twilio_webhook
def incoming(posted: Posted) -> HttpResponse:
    """Answers nothing to say: the acknowledgement leaves by the outbox, and is kept like any message."""
    sms_receive(posted=posted, now=timezone.now())
    return document(str(MessagingResponse()))


@twilio_webhook
def status(posted: Posted) -> HttpResponse:
    delivery_report(posted=posted, now=timezone.now())
    return done()
