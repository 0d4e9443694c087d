"""A recording as something to listen to, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.enums import RecordingState, TranscriptState
from grc.french import french_date

if TYPE_CHECKING:
    from grc.models import Recording


@dataclass(frozen=True)
class Sound:
    """``url``: empty when there is nothing to hear, ``note`` then says why. ``seconds`` of sound."""

    url: str
    seconds: int
    note: str
    transcript: str = ""
    transcript_note: str = ""


def sound_of(recording: Recording) -> Sound:
    kept = recording.state == RecordingState.KEPT
    return Sound(
        url=reverse("recording-sound", args=[recording.pk]) if kept else "",
        seconds=recording.seconds,
        note=_note(recording),
        transcript=recording.transcript,
        transcript_note=_transcript_note(recording),
    )


def _note(recording: Recording) -> str:
    if recording.state == RecordingState.KEPT:
        return _("Conservé jusqu’au %(day)s au plus tard.") % {
            "day": french_date(timezone.localdate(recording.keep_until), weekday=False)
        }
    if recording.state == RecordingState.ERASED and recording.erased_at is not None:
        return _("Son effacé le %(day)s.") % {
            "day": french_date(timezone.localdate(recording.erased_at), weekday=False)
        }
    if recording.state == RecordingState.LOST:
        return _("Le son n’a pas pu être reçu : %(why)s") % {"why": recording.last_error}
    return _("Le son arrive : rechargez la page dans un instant.")


def _transcript_note(recording: Recording) -> str:
    return {
        TranscriptState.DONE.value: _("Transcription automatique : elle peut se tromper."),
        TranscriptState.WANTED.value: _("Transcription en cours."),
        TranscriptState.FAILED.value: _("La transcription n’a pas abouti."),
    }.get(recording.transcript_state, "")


@dataclass(frozen=True)
class ConversationRow:
    id: int
    at: datetime
    agent: str
    topic: str
    sound: Sound


def conversation_rows(recordings: Iterable[Recording]) -> list[ConversationRow]:
    return [
        ConversationRow(
            id=one.pk,
            at=one.started_at,
            agent=one.call.contact.agent.display_name if one.call.contact.agent else "",
            topic=_topic(one),
            sound=sound_of(one),
        )
        for one in recordings
    ]


def _topic(recording: Recording) -> str:
    entry = getattr(recording.call, "queue_entry", None)
    ticket = entry.ticket if entry is not None else None
    return ticket.topic.label if ticket is not None and ticket.topic is not None else ""
