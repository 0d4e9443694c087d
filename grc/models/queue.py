"""Who waits on the telephone, and whom we owe a call."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from grc.enums import CallbackState, QueueEntryState, choices

OPEN_CALLBACKS = [CallbackState.OWED.value, CallbackState.DIALLING.value]


class QueueEntry(models.Model):
    """A caller who waits. Order, position and wait are ours, whatever the provider's waiting room says."""

    call = models.OneToOneField("grc.Call", on_delete=models.PROTECT, related_name="queue_entry")
    ticket = models.ForeignKey("grc.Ticket", on_delete=models.PROTECT, null=True, blank=True)
    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT)
    team = models.ForeignKey("grc.Team", on_delete=models.PROTECT, null=True, blank=True)
    state = models.CharField(max_length=15, choices=choices(QueueEntryState), default=QueueEntryState.WAITING)
    entered_at = models.DateTimeField()
    rank = models.BigIntegerField()
    announced_position = models.PositiveIntegerField(null=True, blank=True)
    agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    for_agent = models.ForeignKey(
        "grc.Agent",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="handed over to this colleague, who is asked first",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="queue_answered_has_agent",
                condition=~Q(state__in=[QueueEntryState.OFFERED.value, QueueEntryState.ANSWERED.value])
                | Q(agent__isnull=False),
            )
        ]
        indexes = [
            models.Index(
                name="queue_waiting", fields=["organisation", "rank", "id"], condition=Q(state="waiting")
            )
        ]


class Callback(models.Model):
    """A call-back is a debt: owner, promised window, attempts, reason."""

    contact = models.ForeignKey("grc.Contact", on_delete=models.PROTECT, related_name="callbacks")
    ticket = models.ForeignKey(
        "grc.Ticket", on_delete=models.PROTECT, null=True, blank=True, related_name="callbacks"
    )
    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT)
    team = models.ForeignKey("grc.Team", on_delete=models.PROTECT)
    agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, null=True, blank=True)
    number = models.CharField(max_length=16)
    state = models.CharField(max_length=10, choices=choices(CallbackState), default=CallbackState.OWED)
    reason = models.CharField(max_length=200)
    queue_since = models.DateTimeField(help_text="original time kept: the place in the queue")
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="callback_one_open_per_number",
                fields=["organisation", "number"],
                condition=Q(state__in=OPEN_CALLBACKS),
            ),
            models.CheckConstraint(
                name="callback_window_order", condition=Q(window_end__gt=models.F("window_start"))
            ),
        ]


class CallbackAttempt(models.Model):
    callback = models.ForeignKey(Callback, on_delete=models.CASCADE, related_name="attempts")
    agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, null=True, blank=True)
    at = models.DateTimeField()
    result = models.CharField(max_length=30)
