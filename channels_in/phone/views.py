"""Webhooks of the telephone. Bare views: the signature is checked, the service answers a document."""

from __future__ import annotations

from django.utils import timezone

from channels_in.phone import conversation, reports, waiting_room
from channels_in.phone.port import Asked
from channels_in.phone.twilio import voice_webhook


@voice_webhook
def incoming(asked: Asked) -> str:
    return conversation.incoming_answer(asked=asked, now=timezone.now())


@voice_webhook
def step(asked: Asked, number: int) -> str:
    return conversation.step_answer(asked=asked, number=number, now=timezone.now())


@voice_webhook
def left(asked: Asked, number: int) -> str:
    return conversation.left_answer(asked=asked, number=number, now=timezone.now())


@voice_webhook
def again(asked: Asked) -> str:
    return conversation.waiting_resume(asked=asked, now=timezone.now())


@voice_webhook
def wait(asked: Asked, number: int) -> str:
    # The number names the waiting room's document; what is said is always of now.
    return waiting_room.wait_read(asked=asked, now=timezone.now())


@voice_webhook
def status(asked: Asked) -> None:
    reports.status_record(asked=asked, now=timezone.now())


@voice_webhook
def recording(asked: Asked) -> None:
    reports.recording_record(asked=asked, now=timezone.now())


@voice_webhook
def agent(asked: Asked, conference: str) -> None:
    reports.agent_leg_record(asked=asked, conference=conference)
