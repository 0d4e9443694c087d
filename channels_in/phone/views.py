"""What each webhook of the telephone does, whatever the provider: its door has checked who asks (``urls.py``)."""

from __future__ import annotations

from django.utils import timezone

from channels_in.phone import conversation, reports, rooms, waiting_room
from channels_in.phone.port import Asked


def incoming(asked: Asked) -> str:
    return conversation.incoming_answer(asked=asked, now=timezone.now())


def step(asked: Asked, number: int) -> str:
    return conversation.step_answer(asked=asked, number=number, now=timezone.now())


def left(asked: Asked, number: int) -> str:
    return conversation.left_answer(asked=asked, number=number, now=timezone.now())


def again(asked: Asked, why: str) -> str:
    return conversation.waiting_resume(asked=asked, why=why, now=timezone.now())


def resume(asked: Asked, tries: int) -> str:
    # The number of tries is read again only if this one fails too.
    return conversation.resume_answer(asked=asked, now=timezone.now())


def wait(asked: Asked, number: int) -> str:
    # The number names the waiting room's document; what is said is always of now.
    return waiting_room.wait_read(asked=asked, now=timezone.now())


def status(asked: Asked) -> None:
    reports.status_record(asked=asked, now=timezone.now())


def recording(asked: Asked) -> None:
    reports.recording_record(asked=asked, now=timezone.now())


def leg(asked: Asked, leg_id: int) -> str:
    return rooms.picked_up(asked=asked, leg_id=leg_id, now=timezone.now())


def leg_status(asked: Asked, leg_id: int) -> None:
    reports.leg_record(asked=asked, leg_id=leg_id, now=timezone.now())


def conference(asked: Asked, conference: str) -> None:
    reports.conference_record(asked=asked, conference=conference, now=timezone.now())


def hold(asked: Asked, conference: str) -> str:
    return rooms.held(asked=asked, conference=conference)


def after(asked: Asked) -> str:
    return rooms.left(asked=asked)
