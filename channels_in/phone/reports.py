"""What Twilio reports beside the conversation: how calls go, recordings ready, agents' telephones."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Final

from django.db import transaction

from channels_in.phone.effects import ACTOR, CallEffects
from channels_in.receive.webhook import PROVIDER, Posted
from grc.errors import GrcError
from grc.ports import telephony
from grc.selectors.telephony import call_of_contact, call_state, line_answering
from grc.services.call_queue import call_agent_missed
from grc.services.calls import call_lock, call_status_record
from grc.services.intake import receipt_take

logger = logging.getLogger(__name__)
NOT_ANSWERED: Final = frozenset({"busy", "no-answer", "failed", "canceled"})


@transaction.atomic
def status_record(*, posted: Posted, now: datetime) -> None:
    """How a call goes: once per (sid, status, sequence), never backwards; the last one ends it."""
    sid, status = posted.text("CallSid", limit=64), posted.text("CallStatus", limit=20)
    sequence = posted.whole("SequenceNumber")
    receipt = receipt_take(
        provider=PROVIDER, key=f"{sid}:{status}:{sequence}", kind="voice-status", raw=posted.raw()
    )
    call = call_lock(provider=PROVIDER, provider_id=sid) if receipt.fresh else None
    if call is not None:
        call_status_record(actor=ACTOR, call=call, status=status, sequence=sequence, at=now)


@transaction.atomic
def recording_record(*, posted: Posted, now: datetime) -> None:
    """A recording is ready: kept even when the caller hung up before the script went on."""
    sid, recording = posted.text("CallSid", limit=64), posted.text("RecordingSid", limit=64)
    status = posted.text("RecordingStatus", limit=20)
    receipt = receipt_take(
        provider=PROVIDER, key=f"{recording}:{status}", kind="voice-recording", raw=posted.raw()
    )
    address = posted.text("RecordingUrl", limit=500)
    if not receipt.fresh or status != "completed" or not address:
        return
    call = call_lock(provider=PROVIDER, provider_id=sid)
    line = line_answering(call.to_number) if call is not None else None
    if call is None or line is None:
        return
    state = call_state(call=call, number=call.step)
    CallEffects(call=call, line=line, now=now).voicemail_keep(
        address=address,
        seconds=posted.whole("RecordingDuration"),
        reference=state.facts.get("reference", "") if state is not None else "",
    )


def agent_leg_record(*, posted: Posted, conference: str) -> None:
    """The agent's telephone was hung up, or never answered.

    Never answered: the caller gets their own place again and goes back to wait. Hung up: the conversation is over.
    The network is asked after the commit, on a callback nobody waits for.
    """
    sid, status = posted.text("CallSid", limit=64), posted.text("CallStatus", limit=20)
    contact = conference.removeprefix("contact-")
    if not contact.isdigit():
        return
    with transaction.atomic():
        receipt = receipt_take(
            provider=PROVIDER,
            key=f"{sid}:{status}:{posted.whole('SequenceNumber')}",
            kind="voice-agent",
            raw=posted.raw(),
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
