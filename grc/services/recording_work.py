"""The work owed on recordings: start, fetch, transcribe, erase the provider's copy. Rows say what; this does it.

A row is leased (committed) before the provider is asked, so that a process that dies delays it and loses nothing;
each act can be done twice without harm.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import Final

from django.core.files.base import ContentFile
from django.db import transaction

from grc import clock
from grc.enums import RecordingState, TranscriptState
from grc.errors import ProviderError, RateLimited
from grc.events import EventName
from grc.models import Recording
from grc.ports import RecordingPort, Sound, TranscriptionPort, recording_port, transcription
from grc.retry import ErrorClass, GiveUp, next_step
from grc.services.outbox import event_publish

logger = logging.getLogger(__name__)
LEASE: Final = timedelta(minutes=2)
LARGEST: Final = 60 * 1024 * 1024
SUFFIXES: Final = {"audio/mpeg": ".mp3", "audio/ogg": ".ogg"}


def recordings_run(*, limit: int = 20) -> int:
    """Do what is due; gives how many recordings were worked on. Nothing is tried while the telephone is off."""
    port = recording_port()
    if port is None:
        return 0
    for done in range(limit):
        row = _take()
        if row is None:
            return done
        _work(row, port)
    return limit


@transaction.atomic
def _take() -> Recording | None:
    now = clock.now()
    due = Recording.objects.select_for_update(of=("self",), skip_locked=True).filter(next_at__lte=now)
    row = due.select_related("call").order_by("next_at", "pk").first()
    if row is not None:
        row.next_at, row.attempts = now + LEASE, row.attempts + 1
        row.first_try_at = row.first_try_at or now
        row.save(update_fields=["next_at", "attempts", "first_try_at"])
    return row


def _work(row: Recording, port: RecordingPort) -> None:
    try:
        if row.state == RecordingState.WANTED:
            _started(row, port.record_start(call_id=row.call.provider_id, again=row.attempts > 1))
        elif row.state == RecordingState.READY:
            _fetched(row, port.fetch(recording_id=row.provider_id, largest=LARGEST))
        elif row.state == RecordingState.ERASED or row.at_provider:
            _provider_erase(row, port)
        else:
            _transcribe(row)
    except RateLimited as error:
        _failed(row, ErrorClass.RATE_LIMITED, error.sentence)
    except ProviderError as error:
        _failed(row, ErrorClass.PERMANENT if error.permanent else ErrorClass.TRANSIENT, error.sentence)


@transaction.atomic
def _started(row: Recording, provider_id: str) -> None:
    locked = Recording.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if locked.state != RecordingState.WANTED:
        # Refused, or already finished and told, while the provider was answering.
        if locked.state == RecordingState.ERASED and not locked.provider_id:
            locked.provider_id, locked.at_provider, locked.next_at = provider_id, True, clock.now()
            locked.save(update_fields=["provider_id", "at_provider", "next_at"])
        return
    locked.state, locked.provider_id, locked.at_provider = RecordingState.RUNNING, provider_id, True
    _rest(locked)


def _fetched(row: Recording, sound: Sound) -> None:
    stored = row.file.storage.save(
        row.file.field.generate_filename(
            row, f"{hashlib.sha256(sound.content).hexdigest()[:32]}{_suffix(sound)}"
        ),
        ContentFile(sound.content),
    )
    with transaction.atomic():
        locked = (
            Recording.objects.select_for_update(of=("self",)).select_related("call", "message").get(pk=row.pk)
        )
        if locked.state != RecordingState.READY:
            row.file.storage.delete(stored)
            return
        locked.file.name, locked.content_type, locked.size = stored, sound.content_type, len(sound.content)
        locked.sha256 = hashlib.sha256(sound.content).hexdigest()
        locked.state = RecordingState.KEPT
        if transcription() is not None:
            locked.transcript_state = TranscriptState.WANTED
        _rest(locked, more=True)
        event_publish(
            name=EventName.RECORDING_KEPT,
            payload={
                "recording_id": locked.pk,
                "contact_id": locked.call.contact_id,
                "ticket_id": locked.message.ticket_id if locked.message is not None else None,
            },
            order_key=f"contact:{locked.call.contact_id}",
            at=clock.now(),
        )


def _suffix(sound: Sound) -> str:
    return SUFFIXES.get(sound.content_type, ".wav")


def _provider_erase(row: Recording, port: RecordingPort) -> None:
    if row.provider_id:
        port.erase(call_id=row.call.provider_id, recording_id=row.provider_id)
    with transaction.atomic():
        locked = Recording.objects.select_for_update(of=("self",)).get(pk=row.pk)
        locked.at_provider = False
        _rest(locked, more=locked.transcript_state == TranscriptState.WANTED)


def _transcribe(row: Recording) -> None:
    port: TranscriptionPort | None = transcription()
    if port is None or row.transcript_state != TranscriptState.WANTED or not row.file:
        _rest(row)
        return
    with row.file.open("rb") as file:
        words = port.transcribe(Sound(file.read(), row.content_type), language="fr")
    with transaction.atomic():
        locked = Recording.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if locked.state == RecordingState.KEPT:
            locked.transcript, locked.transcript_state = words.strip()[:20_000], TranscriptState.DONE
        _rest(locked)


def _rest(row: Recording, *, more: bool = False) -> None:
    """Nothing is owed on it any more, or something else at once (``more``)."""
    row.next_at = clock.now() if more else None
    row.attempts, row.first_try_at, row.last_error = 0, None, ""
    row.save()


@transaction.atomic
def _failed(row: Recording, kind: ErrorClass, said: str) -> None:
    locked = Recording.objects.select_for_update(of=("self",)).get(pk=row.pk)
    now = clock.now()
    decision = next_step(
        attempts=locked.attempts,
        error=kind,
        first_at=locked.first_try_at or now,
        now=now,
        seed=f"recording-{locked.pk}",
    )
    logger.warning("recording %s: %s, attempt %s", locked.pk, kind.value, locked.attempts)
    locked.last_error = said[:200]
    # A conversation that could not be recorded at once has been held: later is too late.
    if isinstance(decision, GiveUp) or locked.state == RecordingState.WANTED:
        _given_up(locked)
    else:
        locked.next_at = decision.at
        locked.save(update_fields=["next_at", "last_error"])


def _given_up(row: Recording) -> None:
    row.next_at = None
    if row.state in (RecordingState.WANTED, RecordingState.READY):
        row.state = RecordingState.LOST
    elif row.transcript_state == TranscriptState.WANTED:
        row.transcript_state = TranscriptState.FAILED
    row.save()
