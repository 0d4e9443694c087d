"""Who waits on the telephone, and whom we owe a call."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from grc.call_order import DEFAULT_LANGUAGE
from grc.enums import CallbackOrigin, CallbackResult, CallbackState, QueueEntryState, choices

OPEN_CALLBACKS = [CallbackState.OWED.value, CallbackState.DIALLING.value]
"""Debts."""
LIVE_CALLBACKS = [CallbackState.PROPOSED.value, *OPEN_CALLBACKS]
"""Debts and proposals: one per number."""


class QueueEntry(models.Model):
    """A caller who waits. Order, position and wait are ours, whatever the provider's waiting room says."""

    call = models.OneToOneField("grc.Call", on_delete=models.PROTECT, related_name="queue_entry")
    ticket = models.ForeignKey("grc.Ticket", on_delete=models.PROTECT, null=True, blank=True)
    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT)
    team = models.ForeignKey("grc.Team", on_delete=models.PROTECT, null=True, blank=True)
    state = models.CharField(max_length=15, choices=choices(QueueEntryState), default=QueueEntryState.WAITING)
    entered_at = models.DateTimeField()
    rank = models.BigIntegerField(help_text="place in the order, see grc.call_order.rank_of")
    skills = ArrayField(
        models.CharField(max_length=80), default=list, blank=True, help_text="topic codes, theme first"
    )
    language = models.CharField(max_length=5, default=DEFAULT_LANGUAGE)
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
    for_team = models.BooleanField(
        default=False, help_text="handed over to the team: its members are asked first"
    )
    handed_at = models.DateTimeField(null=True, blank=True)

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
            ),
            models.Index(name="queue_left", fields=["organisation", "-left_at"]),
        ]


class Callback(models.Model):
    """A call-back is a debt: owner, promised window, attempts, reason. A proposal owes nothing until accepted."""

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
    origin = models.CharField(max_length=10, choices=choices(CallbackOrigin), default=CallbackOrigin.ASKED)
    line = models.ForeignKey(
        "grc.Line", on_delete=models.PROTECT, null=True, blank=True, help_text="whose hours, rules and number"
    )
    queue_since = models.DateTimeField(help_text="original time kept: the place in the queue")
    rank = models.BigIntegerField(help_text="place in the order, see grc.call_order.rank_of")
    skills = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    language = models.CharField(max_length=5, default=DEFAULT_LANGUAGE)
    window_start = models.DateTimeField()
    window_end = models.DateTimeField()
    next_at = models.DateTimeField(help_text="not dialled before: the window, or the spacing of attempts")
    dialled_at = models.DateTimeField(null=True, blank=True, help_text="attempt under way")
    created_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="callback_one_open_per_number",
                fields=["organisation", "number"],
                condition=Q(state__in=LIVE_CALLBACKS),
            ),
            models.CheckConstraint(
                name="callback_dialling_has_agent",
                condition=~Q(state=CallbackState.DIALLING.value) | Q(agent__isnull=False),
            ),
            models.CheckConstraint(
                name="callback_window_order", condition=Q(window_end__gt=models.F("window_start"))
            ),
        ]
        indexes = [
            models.Index(
                name="callback_order", fields=["organisation", "rank", "id"], condition=Q(state="owed")
            ),
            models.Index(name="callback_dialling", fields=["dialled_at"], condition=Q(state="dialling")),
        ]


class CallbackAttempt(models.Model):
    """One try. Without a result while it is under way; `call`: the call we made, none when an agent dialled it
    elsewhere and wrote down what came of it."""

    callback = models.ForeignKey(Callback, on_delete=models.CASCADE, related_name="attempts")
    agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, null=True, blank=True)
    call = models.OneToOneField(
        "grc.Call", on_delete=models.PROTECT, null=True, blank=True, related_name="callback_attempt"
    )
    at = models.DateTimeField()
    result = models.CharField(max_length=30, blank=True, choices=choices(CallbackResult))
