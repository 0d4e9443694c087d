"""What is recorded: decided by the line, the topic and the person; fetched, kept for a time, then erased.

Nothing is recorded but a message the caller leaves, or a conversation after a notice they could refuse. Sources: CNIL,
délibération 2014-474 (occasional, six months at most, the caller told first and able to object).
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from grc.enums import (
    Confidentiality,
    RecordingConsent,
    RecordingKind,
    RecordingState,
    TranscriptState,
)
from grc.errors import NotFound
from grc.events import EventName
from grc.models import Call, Line, Message, QueueEntry, Recording, Topic
from grc.models.tickets import LIVE_STATES
from grc.policies import Verb, can_in_organisation
from grc.services.audit import audit_write
from grc.services.history import history_write
from grc.services.outbox import event_publish
from grc.types import Actor

DAYS: Final = 180
_BLOCK: Final = 200


def call_consent_set(*, call: Call, consent: RecordingConsent) -> None:
    """What the caller was told, or refused, before any recording. The call must be locked by the caller."""
    if call.recording_consent != consent:
        call.recording_consent = consent
        call.save(update_fields=["recording_consent"])


def voicemail_recording(
    *, call: Call, message: Message, provider_id: str, seconds: int, at: datetime, line: Line | None = None
) -> Recording:
    """The sound of a voice message, to be fetched from the provider. ``line``: that of the call, when it is known."""
    days = (line.recording_days if line is not None else 0) or _days(call)
    return Recording.objects.create(
        call=call,
        message=message,
        kind=RecordingKind.VOICEMAIL,
        state=RecordingState.READY,
        provider=call.provider,
        provider_id=provider_id,
        at_provider=True,
        seconds=seconds,
        started_at=at,
        keep_until=at + timedelta(days=days),
        next_at=at,
    )


def _days(call: Call) -> int:
    days = Line.objects.filter(number=call.to_number).values_list("recording_days", flat=True).first()
    return days or DAYS


@transaction.atomic
def recording_want(*, contact_id: int, at: datetime) -> Recording | None:
    """Decide whether the conversation that begins is recorded; None, most of the time: it is not.

    Recorded only if the line does so, the caller was told and did not refuse, the topic allows it, and chance (the same
    for the same call) falls within the line's share.
    """
    call = Call.objects.select_for_update(of=("self",)).filter(contact_id=contact_id).first()
    if call is None or call.ended_at is not None or call.recording_consent != RecordingConsent.TOLD:
        return None
    line = Line.objects.filter(number=call.to_number).first()
    if line is None or _draw(call) >= line.recording_share or not topic_allows_recording(call=call):
        return None
    if call.recordings.filter(kind=RecordingKind.CONVERSATION).exists():
        return None
    return Recording.objects.create(
        call=call,
        kind=RecordingKind.CONVERSATION,
        state=RecordingState.WANTED,
        provider=call.provider,
        started_at=at,
        keep_until=at + timedelta(days=line.recording_days),
        next_at=at,
    )


def _draw(call: Call) -> int:
    return int.from_bytes(hashlib.sha256(call.provider_id.encode()).digest()[:4], "big") % 100


def topic_allows_recording(*, call: Call) -> bool:
    """False on a discreet or anonymous request, and on a topic which forbids it or is below one which does."""
    entry = QueueEntry.objects.filter(call=call).select_related("ticket__topic").first()
    ticket = entry.ticket if entry is not None else None
    if ticket is None:
        return True
    if ticket.confidentiality != Confidentiality.NORMAL:
        return False
    if ticket.topic is None:
        return True
    branch = Topic.objects.filter(
        organisation_id=ticket.topic.organisation_id, code__in=[*ticket.topic.path, ticket.topic.code]
    )
    return not branch.filter(
        Q(recording_forbidden=True) | ~Q(confidentiality=Confidentiality.NORMAL)
    ).exists()


@transaction.atomic
def recording_ready(*, call: Call, provider_id: str, seconds: int, at: datetime) -> Recording | None:
    """The provider has finished recording a conversation: it is to be fetched. None: nothing was asked for.

    The call must be locked by the caller. A recording refused meanwhile is only erased at the provider.
    """
    rows = Recording.objects.select_for_update(of=("self",)).filter(
        call=call, kind=RecordingKind.CONVERSATION
    )
    row = rows.filter(provider_id=provider_id).first() or rows.filter(provider_id="").first()
    if row is None or row.state in (RecordingState.READY, RecordingState.KEPT):
        return row
    row.provider_id, row.seconds, row.at_provider, row.next_at = provider_id, seconds, True, at
    if row.state != RecordingState.ERASED:
        row.state = RecordingState.READY
    row.attempts, row.first_try_at = 0, None
    row.save()
    return row


@transaction.atomic
def recording_refuse(*, actor: Actor, contact_id: int, at: datetime) -> Call:
    """The person objects during the conversation: what was recorded is stopped and erased, nothing more is."""
    call = (
        Call.objects.select_for_update(of=("self",))
        .select_related("contact")
        .filter(contact_id=contact_id)
        .first()
    )
    if call is None:
        raise NotFound("Cet appel n’existe pas.")
    can_in_organisation(actor, Verb.RECEPTION, call.contact.organisation_id).require()
    call_consent_set(call=call, consent=RecordingConsent.REFUSED)
    for row in call.recordings.select_for_update(of=("self",)).filter(
        kind=RecordingKind.CONVERSATION, erased_at__isnull=True
    ):
        _erase(row, actor=actor, at=at, why="Enregistrement refusé par la personne.")
    return call


def recordings_erase_due(*, actor: Actor, now: datetime) -> int:
    """Erase the sounds whose time is over; a voice message waits for the end of its request. Gives how many."""
    erased = 0
    for key in list(recordings_due(now=now).values_list("pk", flat=True)[:_BLOCK]):
        with transaction.atomic():
            row = recordings_due(now=now).select_for_update(of=("self",)).filter(pk=key).first()
            if row is not None:
                _erase(row, actor=actor, at=now, why="Durée de conservation atteinte.")
                erased += 1
    return erased


def recordings_due(*, now: datetime) -> QuerySet[Recording]:
    """Sounds that should no longer exist."""
    return Recording.objects.filter(erased_at__isnull=True, keep_until__lte=now).exclude(
        kind=RecordingKind.VOICEMAIL, message__ticket__state__in=LIVE_STATES
    )


def _erase(row: Recording, *, actor: Actor, at: datetime, why: str) -> None:
    """The sound goes, and the words of a conversation; those of a voice message are the request itself."""
    name = row.file.name
    row.file = ""
    row.state, row.erased_at = RecordingState.ERASED, at
    row.next_at = at if row.at_provider or row.provider_id or row.kind == RecordingKind.CONVERSATION else None
    if row.kind == RecordingKind.CONVERSATION:
        row.transcript = ""
    if row.transcript_state == TranscriptState.WANTED:
        row.transcript_state = TranscriptState.FAILED
    row.save()
    if name:
        storage = row.file.storage
        transaction.on_commit(lambda: storage.delete(name), robust=True)
    history_write(
        actor=actor,
        verb="recording_erased",
        sentence=f"Enregistrement effacé. {why}",
        at=at,
        contact_id=row.call.contact_id,
        ticket_id=row.message.ticket_id if row.message is not None else None,
    )
    audit_write(actor=actor, verb="recording_erased", entity="recording", entity_id=row.pk)
    event_publish(
        name=EventName.RECORDING_ERASED,
        payload={"recording_id": row.pk, "contact_id": row.call.contact_id},
        order_key=f"contact:{row.call.contact_id}",
        at=at,
    )
