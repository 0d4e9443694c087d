"""The webhooks that Jambonz alone needs: its waiting room is made of questions, it moves calls by address."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.utils import timezone

from channels_in.phone import conversation, views
from channels_in.phone.jambonz import verbs
from channels_in.phone.jambonz.hooks import JAMBONZ
from channels_in.phone.port import Asked
from channels_in.phone.sentences import AN_AGENT_ANSWERS, CALL_LOST, CALLING_BACK

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


def dialling(asked: Asked) -> str:
    """An agent has picked up to call somebody back: the number came with the call, never in an address."""
    given = asked.params.get("customerData")
    number, caller_id = (str(given.get(name, "")) for name in ("number", "caller_id")) if given else ("", "")
    if not number:
        return JAMBONZ.hang_up([CALL_LOST])
    dial = {
        "verb": "dial",
        "target": [{"type": "phone", "number": number}],
        "callerId": caller_id,
        "timeout": verbs.RING_SECONDS,
    }
    return verbs.document(*verbs.said([CALLING_BACK]), dial)
