"""The webhooks that Jambonz alone needs: its waiting room is made of questions, it moves calls by address."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.utils import timezone

from channels_in.phone import conversation, views
from channels_in.phone.jambonz.hooks import JAMBONZ
from channels_in.phone.port import Asked
from channels_in.phone.sentences import AN_AGENT_ANSWERS

HUMAN_KEY: Final = "0"


def unrecorded(asked: Asked, number: int) -> str:
    """A message was to be recorded, which Jambonz cannot: a human instead."""
    return conversation.step_answer(asked=replace(asked, keys=HUMAN_KEY), number=number, now=timezone.now())


def waited(asked: Asked, number: int) -> str:
    """The end of a question of the waiting room: a key, or silence, after which the wait goes on."""
    return views.step(asked, number) if asked.keys else views.wait(asked, number)


def join(asked: Asked, conference: str) -> str:
    """Where a caller who is answered is sent. A read."""
    return JAMBONZ.join(conference, [AN_AGENT_ANSWERS])
