"""Engagements and legal delays. Due dates are recomputed from the intervals, never edited."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from grc.enums import ClockKind, ClockState, choices


class ClockPolicy(models.Model):
    """How long an organisation gives itself, or the law gives it; by topic, else by default (topic empty)."""

    organisation = models.ForeignKey(
        "grc.Organisation", on_delete=models.PROTECT, related_name="clock_policies"
    )
    topic = models.ForeignKey("grc.Topic", on_delete=models.PROTECT, null=True, blank=True)
    kind = models.CharField(max_length=25, choices=choices(ClockKind))
    amount = models.PositiveIntegerField()
    unit = models.CharField(max_length=20)
    calendar = models.ForeignKey("grc.Calendar", on_delete=models.PROTECT, null=True, blank=True)
    source = models.CharField(
        max_length=200, blank=True, help_text="article of law or decision it comes from"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="clock_policy_once", fields=["organisation", "topic", "kind"], nulls_distinct=False
            )
        ]


class Clock(models.Model):
    ticket = models.ForeignKey("grc.Ticket", on_delete=models.PROTECT, related_name="clocks")
    policy = models.ForeignKey(ClockPolicy, on_delete=models.PROTECT)
    kind = models.CharField(max_length=25, choices=choices(ClockKind))
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=choices(ClockState), default=ClockState.RUNNING)
    stopped_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True, help_text="why this date, in one French sentence")

    class Meta:
        constraints = [models.UniqueConstraint(name="clock_once", fields=["ticket", "kind"])]
        indexes = [models.Index(name="clock_due", fields=["due_at"], condition=Q(state="running"))]


class ClockPause(models.Model):
    clock = models.ForeignKey(Clock, on_delete=models.CASCADE, related_name="pauses")
    period = DateTimeRangeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="clock_pauses_do_not_overlap",
                expressions=[("clock", RangeOperators.EQUAL), ("period", RangeOperators.OVERLAPS)],
            )
        ]
