"""Webhooks of the telephone. Bare views: the signature is checked, the service answers a document."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from channels_in.phone import conversation, reports, waiting_room
from channels_in.receive.webhook import Posted, document, done, twilio_webhook


@twilio_webhook
def incoming(posted: Posted) -> HttpResponse:
    return document(conversation.incoming_answer(posted=posted, now=timezone.now()))


@twilio_webhook
def step(posted: Posted, number: int) -> HttpResponse:
    return document(conversation.step_answer(posted=posted, number=number, now=timezone.now()))


@twilio_webhook
def left(posted: Posted, number: int) -> HttpResponse:
    return document(conversation.left_answer(posted=posted, number=number, now=timezone.now()))


@twilio_webhook
def again(posted: Posted) -> HttpResponse:
    return document(conversation.waiting_resume(posted=posted, now=timezone.now()))


@twilio_webhook
def wait(posted: Posted, number: int) -> HttpResponse:
    # The number names the waiting room's document; what is said is always of now.
    return document(waiting_room.wait_read(posted=posted, now=timezone.now()))


@twilio_webhook
def status(posted: Posted) -> HttpResponse:
    reports.status_record(posted=posted, now=timezone.now())
    return done()


@twilio_webhook
def recording(posted: Posted) -> HttpResponse:
    reports.recording_record(posted=posted, now=timezone.now())
    return done()


@twilio_webhook
def agent(posted: Posted, conference: str) -> HttpResponse:
    reports.agent_leg_record(posted=posted, conference=conference)
    return done()
