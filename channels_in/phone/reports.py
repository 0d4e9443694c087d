"""What the provider reports beside the conversation: how calls go, recordings ready, agents' telephones."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.db import transaction

from channels_in.phone.effects import ACTOR, CallEffects
from channels_in.phone.port import Asked
from grc.errors import GrcError
from grc.ports import telephony
from grc.selectors.telephony import call_of_contact
from grc.services.call_hold import call_hold
from grc.services.call_queue import call_agent_missed
from grc.services.calls import call_status_record
from grc.services.intake import receipt_take
from grc.services.recordings import recording_ready
from grc.services.together import written_together

logger = logging.getLogger(__name__)
NOT_ANSWERED: Final = frozenset({"busy", "no-answer", "failed", "canceled"})


@written_together()
def status_record(*, asked: Asked, now: datetime) -> None:
    """How a call goes: once per (sid, status, sequence), never backwards; the last one ends it."""
    status, sequence = asked.status, asked.sequence
    _, found = call_hold(
        provider=asked.provider.code,
        provider_id=asked.call_id,
        key=f"{asked.call_id}:{status}:{sequence}",
        kind="voice-status",
        raw=asked.raw(),
        at=now,
    )
    if found is not None:
        call_status_record(actor=ACTOR, call=found.call, status=status, sequence=sequence, at=now, held=found)


@written_together()
def recording_record(*, asked: Asked, now: datetime) -> None:
    """A recording is ready: kept even when the caller hung up before the script went on."""
    status, address = asked.recording_status, asked.recording_url
    _, found = call_hold(
        provider=asked.provider.code,
        provider_id=asked.call_id,
        key=f"{asked.recording_id}:{status}",
        kind="voice-recording",
        raw=asked.raw(),
        at=now,
    )
    seconds = int(asked.recording_seconds) if asked.recording_seconds.isdecimal() else 0
    if found is None or status != "completed" or not address:
        return
    if asked.recorded_on_demand:
        recording_ready(call=found.call, provider_id=asked.recording_id, seconds=seconds, at=now)
        return
    if found.line is None:
        return
    CallEffects(call=found.call, line=found.line, now=now).voicemail_keep(
        address=address,
        seconds=seconds,
        reference=found.state.facts.get("reference", "") if found.state is not None else "",
    )


def agent_leg_record(*, asked: Asked, conference: str) -> None:
    """The agent's telephone was hung up, or never answered.

    Never answered: the caller gets their own place again and goes back to wait. Hung up: the conversation is over.
    The network is asked after the commit, on a callback nobody waits for.
    """
    sid, status = asked.call_id, asked.status
    contact = conference.removeprefix("contact-")
    if not contact.isdigit():
        return
    with transaction.atomic():
        receipt = receipt_take(
            provider=asked.provider.code,
            key=f"{sid}:{status}:{asked.sequence}",
            kind="voice-agent",
            raw=asked.raw(),
        )
        if not receipt.fresh:
            return
        missed = call_agent_missed(contact_id=int(contact)) if status in NOT_ANSWERED else None
        call = missed or call_of_contact(contact_id=int(contact))
    port = telephony()
    if port is None or call is None or call.ended_at is not None:
        return
    try:
        if missed is not None:
            port.wait_again(call_id=call.provider_id)
        elif status == "completed":
            port.hang_up(call_id=call.provider_id)
    except GrcError as error:
        logger.warning("the caller of contact %s could not be moved: %s", contact, error.code)
