"""Pure. What a caller hears when we cannot answer: documents that need nothing but this process, or not even that.

A caller in the waiting room or on hold stays there. An agent who picks up is told that the call will come again. Any
other call is resumed where it was, twice at most; then the caller is told what to do instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from channels_in.phone.sentences import (
    TROUBLE,
    TROUBLE_AGENT,
    TROUBLE_HELD,
    TROUBLE_WAITING,
    trouble_sentences,
)
from channels_in.phone.twiml import Voice, WebhookUrls, hangup_document, trouble_document

PAUSES: Final = (4, 8)
"""Seconds before each new try: a database restarts in a few."""
WAIT_PAUSE: Final = 10
_RESUMED: Final = re.compile(r"/voice/resume/(\d+)")
_ROOMS: Final = {
    re.compile(r"/voice/(wait/\d+)"): TROUBLE_WAITING,
    re.compile(r"/voice/wait(?:ed)(/\d+)"): TROUBLE_WAITING,
    re.compile(r"/voice/(hold/[\w-]+)"): TROUBLE_HELD,
}
_AGENT: Final = re.compile(r"/voice/leg/\d+")
_REPORT: Final = re.compile(r"/voice/(status$|recording$|agent/|leg/\d+/status$|conference/)")


@dataclass(frozen=True)
class Trouble:
    """Lines to say, then ``then`` after ``seconds``: one of our addresses, without what comes before it; empty: the
    call ends. ``room``: ``then`` is where the call already is, and a provider that asks again by itself needs no more.
    """

    lines: list[str]
    seconds: int = 0
    then: str = ""
    room: bool = False


def is_report(path: str) -> bool:
    """Whether the address is told something and answers nothing that is heard."""
    return _REPORT.search(path) is not None


def trouble_of(failed: str, *, hours: str) -> Trouble:
    """What to say for the address ``failed`` (absolute or not)."""
    for room, sentence in _ROOMS.items():
        found = room.search(failed)
        if found is not None:
            then = found.group(1)
            return Trouble([sentence], WAIT_PAUSE, f"wait{then}" if then.startswith("/") else then, room=True)
    if _AGENT.search(failed) is not None:
        return Trouble([TROUBLE_AGENT])
    resumed = _RESUMED.search(failed)
    tries = int(resumed.group(1)) if resumed is not None else 0
    if tries < len(PAUSES):
        return Trouble([TROUBLE], PAUSES[tries], f"resume/{tries + 1}")
    return Trouble(trouble_sentences(hours))


def trouble_answer(
    failed: str, *, urls: WebhookUrls, voice: Voice, hours: str, by_provider: bool = False
) -> str:
    """The same for Twilio. ``by_provider``: it asks for it at its fallback address, and would not go back to the
    waiting room by itself."""
    found = trouble_of(failed, hours=hours)
    if not found.then:
        return hangup_document(found.lines, voice=voice)
    then = "" if found.room and not by_provider else urls.to(found.then)
    return trouble_document(found.lines, voice=voice, seconds=found.seconds, then=then)


def last_document(*, voice: Voice, hours: str) -> str:
    """Says what to do instead, and hangs up. As a file, it may be put on any server, for the days ours are off."""
    return hangup_document(trouble_sentences(hours), voice=voice)
