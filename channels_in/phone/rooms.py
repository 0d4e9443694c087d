"""The rooms where callers and agents talk: who picks up enters, who is on hold hears music, who is left goes on."""

from __future__ import annotations

from datetime import datetime

from channels_in.phone.port import Asked
from channels_in.phone.sentences import (
    CALLER_HAS_GONE,
    GOODBYE,
    ON_HOLD,
    TAKEN_ELSEWHERE,
    WHISPER_CALLED,
    WHISPER_PARTNER,
    WHISPERS,
)
from grc.enums import LegKind, QueueEntryState
from grc.selectors.telephony import call_now, music_of_contact
from grc.services.call_legs import CALLER_GONE, leg_pick_up


def picked_up(*, asked: Asked, leg_id: int, now: datetime) -> str:
    """A telephone we rang is picked up: into the room, unless the caller has gone or somebody else was quicker.

    Asked twice, the same answer: picking up is noted once.
    """
    found = leg_pick_up(leg_id=leg_id, provider_id=asked.call_id, at=now)
    if not found.conference:
        return asked.provider.hang_up([CALLER_HAS_GONE if found.refusal == CALLER_GONE else TAKEN_ELSEWHERE])
    whisper = WHISPERS[found.offer_kind or "queue"]
    if found.kind == LegKind.PARTNER:
        whisper = WHISPER_PARTNER
    elif found.kind == LegKind.CALLER:
        whisper = WHISPER_CALLED
    return asked.provider.enter(found.conference, [whisper])


def held(*, asked: Asked, conference: str) -> str:
    """What a caller on hold hears. A read."""
    contact = conference.removeprefix("contact-")
    music = music_of_contact(contact_id=int(contact)) if contact.isdecimal() else ""
    return asked.provider.hold(conference, [ON_HOLD], music_url=music)


def left(*, asked: Asked) -> str:
    """A caller is out of the room and nobody moved them. A read: told too when nobody hears the answer."""
    found = call_now(provider=asked.provider.code, provider_id=asked.call_id)
    entry = found.entry if found is not None else None
    waits = entry is not None and entry.state in (QueueEntryState.WAITING, QueueEntryState.OFFERED)
    return asked.provider.wait_again() if waits else asked.provider.hang_up([GOODBYE])
