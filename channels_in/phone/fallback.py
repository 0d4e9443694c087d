"""Pure. What a caller hears when we cannot answer: documents that need nothing but this process, or not even that.

A caller in the waiting room or on hold stays there: the provider asks for what is heard there again when it ends. An
agent who picks up is told that the call will come again. Any other call is resumed where it was, twice at most; then
the caller is told what to do instead.
"""

from __future__ import annotations

import re
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
    re.compile(r"/voice/wait/\d+"): TROUBLE_WAITING,
    re.compile(r"/voice/hold/[\w-]+"): TROUBLE_HELD,
}
_AGENT: Final = re.compile(r"/voice/leg/\d+")
_REPORT: Final = re.compile(r"/voice/(status$|recording$|agent/|leg/\d+/status$|conference/)")


def is_report(path: str) -> bool:
    """Whether the address is told something and answers nothing that is heard."""
    return _REPORT.search(path) is not None


def trouble_answer(
    failed: str, *, urls: WebhookUrls, voice: Voice, hours: str, by_provider: bool = False
) -> str:
    """The document for the address ``failed`` (absolute or not). ``by_provider``: the provider asks for it at its
    fallback address, and would not go back to the waiting room by itself."""
    for room, sentence in _ROOMS.items():
        found = room.search(failed)
        if found is not None:
            then = f"{urls.base}/webhooks/twilio{found.group(0)}" if by_provider else ""
            return trouble_document([sentence], voice=voice, seconds=WAIT_PAUSE, then=then)
    if _AGENT.search(failed) is not None:
        return hangup_document([TROUBLE_AGENT], voice=voice)
    resumed = _RESUMED.search(failed)
    tries = int(resumed.group(1)) if resumed is not None else 0
    if tries < len(PAUSES):
        return trouble_document([TROUBLE], voice=voice, seconds=PAUSES[tries], then=urls.resume(tries + 1))
    return last_document(voice=voice, hours=hours)


def last_document(*, voice: Voice, hours: str) -> str:
    """Says what to do instead, and hangs up. As a file, it may be put on any server, for the days ours are off."""
    return hangup_document(trouble_sentences(hours), voice=voice)
