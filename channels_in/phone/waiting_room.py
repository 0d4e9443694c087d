"""What is heard while waiting. A read: our own position and an honest range, never deduplicated, always current."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from channels_in.phone.port import Asked
from channels_in.phone.rendering import step_rendered, wait_rendered
from channels_in.phone.sentences import BEING_ANSWERED, CALL_LOST
from grc.enums import QueueEntryState
from grc.selectors.telephony import call_now
from grc.selectors.waiting import wait_situation
from grc.services.call_queue import queue_entry_announce
from grc.voice_script import again, wait_step
from grc.wait_estimate import (
    Estimate,
    information_of,
    offers_said,
    position_sentence,
    wait_sentence,
)

if TYPE_CHECKING:
    from grc.models import QueueEntry

STILL_WAITING: Final = (QueueEntryState.WAITING, QueueEntryState.OFFERED)


def wait_read(*, asked: Asked, now: datetime) -> str:
    """The wait document of a caller. Somebody who is being answered, or is leaving, hears no more of the queue."""
    found = call_now(provider=asked.provider.code, provider_id=asked.call_id)
    if found is None or found.state is None or found.line is None:
        return asked.provider.hang_up([CALL_LOST])
    call, state, line, entry = found.call, found.state, found.line, found.entry
    if state.expect.kind in {"leave", "hangup"}:
        return step_rendered(asked.provider, call, again(state))
    # While an agent's telephone rings nothing has been promised: the wait goes on as before.
    if not state.waiting or entry is None or entry.state not in STILL_WAITING:
        return asked.provider.pause([BEING_ANSWERED])
    settings = line.line
    waited = (now - entry.entered_at).total_seconds()
    position, estimate = _told(entry, now)
    step = wait_step(
        line.script,
        state,
        position_sentence=position_sentence(position),
        wait_sentence=wait_sentence(estimate),
        information=information_of(settings.wait_informations, waited=waited),
        offers=offers_said(waited=waited, after=settings.wait_offer_after, estimate=estimate),
    )
    return wait_rendered(asked.provider, call, step, music_url=settings.wait_music_url)


def _told(entry: QueueEntry, now: datetime) -> tuple[int, Estimate | None]:
    situation = wait_situation(entry=entry, now=now)
    position = queue_entry_announce(entry=entry, position=situation.position)
    return position, situation.estimate
