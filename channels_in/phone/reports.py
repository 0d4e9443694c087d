"""What the provider reports beside the conversation: how calls go, recordings ready, agents' telephones."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from channels_in.phone.effects import ACTOR, CallEffects
from channels_in.phone.port import Asked
from grc.services.call_hold import call_hold
from grc.services.call_legs import conference_joined, leg_status_record
from grc.services.calls import call_status_record
from grc.services.intake import receipt_take
from grc.services.recordings import recording_ready
from grc.services.together import written_together


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
    CallEffects(held=found, line=found.line, now=now).voicemail_keep(
        address=address,
        seconds=seconds,
        reference=found.state.facts.get("reference", "") if found.state is not None else "",
    )


@transaction.atomic
def leg_record(*, asked: Asked, leg_id: int, now: datetime) -> None:
    """A telephone we rang for a call has ended: once per (sid, status, sequence)."""
    receipt = receipt_take(
        provider=asked.provider.code,
        key=f"{asked.call_id}:{asked.status}:{asked.sequence}",
        kind="voice-leg",
        raw=asked.raw(),
    )
    if receipt.fresh:
        leg_status_record(leg_id=leg_id, provider_id=asked.call_id, status=asked.status, at=now)


@transaction.atomic
def conference_record(*, asked: Asked, conference: str, now: datetime) -> None:
    """Who enters the room of a contact: once per (sid, event, sequence)."""
    contact = conference.removeprefix("contact-")
    if not contact.isdecimal():
        return
    receipt = receipt_take(
        provider=asked.provider.code,
        key=f"{asked.conference_id}:{asked.event}:{asked.sequence}",
        kind="voice-conference",
        raw=asked.raw(),
    )
    if receipt.fresh and asked.event == "participant-join":
        conference_joined(contact_id=int(contact), provider_id=asked.call_id, at=now)
