"""What was said and kept: voice messages and, where the line and the person allow it, conversations."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from grc.enums import RecordingKind, RecordingState, TranscriptState, choices


class Recording(models.Model):
    """A sound of a call. The file is ours; the provider's copy is erased once we have it.

    ``seconds`` is its length. ``keep_until`` is a promise: after it the sound no longer exists. ``next_at`` is when
    the work still owed on it (start, fetch, erase at the provider, transcribe) is tried next, empty when nothing is.
    """

    call = models.ForeignKey("grc.Call", on_delete=models.PROTECT, related_name="recordings")
    message = models.OneToOneField(
        "grc.Message", on_delete=models.PROTECT, null=True, blank=True, related_name="recording"
    )
    kind = models.CharField(max_length=15, choices=choices(RecordingKind))
    state = models.CharField(max_length=10, choices=choices(RecordingState))
    provider = models.CharField(max_length=30)
    provider_id = models.CharField(max_length=64, blank=True)
    at_provider = models.BooleanField(default=False, help_text="the provider may still have a copy")
    file = models.FileField(upload_to="enregistrements/%Y/%m", blank=True)
    content_type = models.CharField(max_length=60, blank=True)
    size = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    transcript = models.TextField(blank=True)
    transcript_state = models.CharField(max_length=10, choices=choices(TranscriptState), blank=True)
    started_at = models.DateTimeField()
    keep_until = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_try_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="recording_once", fields=["provider", "provider_id"], condition=~Q(provider_id="")
            ),
            models.UniqueConstraint(
                name="recording_one_conversation",
                fields=["call"],
                condition=Q(
                    kind=RecordingKind.CONVERSATION.value,
                    state__in=[RecordingState.WANTED.value, RecordingState.RUNNING.value],
                ),
            ),
            models.CheckConstraint(
                name="recording_erased_has_date",
                condition=~Q(state=RecordingState.ERASED.value) | Q(erased_at__isnull=False, file=""),
            ),
        ]
        indexes = [
            models.Index(name="recording_owed", fields=["next_at"], condition=Q(next_at__isnull=False)),
            models.Index(
                name="recording_to_erase", fields=["keep_until"], condition=Q(erased_at__isnull=True)
            ),
        ]
