"""Webhooks of the telephone. Bare views: the signature is checked, the service answers a document."""

from __future__ import annotations

from django.utils import timezone

from channels_in.phone import conversation, reports, rooms, waiting_room
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
def again(asked: Asked, why: str) -> str:
    return conversation.waiting_resume(asked=asked, why=why, now=timezone.now())


@voice_webhook
def resume(asked: Asked, tries: int) -> str:
    # The number of tries is read again only if this one fails too.
    return conversation.resume_answer(asked=asked, now=timezone.now())


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


@voice_webhook
def leg(asked: Asked, leg_id: int) -> str:
    return rooms.picked_up(asked=asked, leg_id=leg_id, now=timezone.now())


@voice_webhook
def leg_status(asked: Asked, leg_id: int) -> None:
    reports.leg_record(asked=asked, leg_id=leg_id, now=timezone.now())


@voice_webhook
def conference(asked: Asked, conference: str) -> None:
    reports.conference_record(asked=asked, conference=conference, now=timezone.now())


@voice_webhook
def hold(asked: Asked, conference: str) -> str:
    return rooms.held(asked=asked, conference=conference)


@voice_webhook
def after(asked: Asked) -> str:
    return rooms.left(asked=asked)
