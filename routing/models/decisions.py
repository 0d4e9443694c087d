"""Who handles what: assignments and rules are settings, decisions are what came of them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from grc.enums import Priority, choices


class Assignment(models.Model):
    """(topic, zone) -> team. An empty topic is any topic, no zone is anywhere; a theme is the code of a root.

    The topic is a value, not a key: a body may be assigned topics of the tree of another one (a hosted town those of
    its host).
    """

    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="assignments")
    topic_code = models.CharField(max_length=80, blank=True)
    zone = models.ForeignKey(
        "routing.Zone", on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    team = models.ForeignKey("grc.Team", on_delete=models.PROTECT, related_name="assignments")
    starts_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True, help_text="first day it no longer holds")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="assignment_once",
                fields=["organisation", "topic_code", "zone"],
                condition=Q(closed_on__isnull=True),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="assignment_dates",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("starts_on")),
            ),
        ]


class Rule(models.Model):
    """Ordered: the first whose condition is true decides. ``conditions``: the language of grc.conditions."""

    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="rules")
    position = models.PositiveIntegerField()
    sentence = models.CharField(max_length=200, help_text="its name, in French, as reasons quote it")
    conditions = models.JSONField()
    team = models.ForeignKey("grc.Team", on_delete=models.PROTECT, related_name="rules")
    priority = models.CharField(max_length=10, choices=choices(Priority), blank=True)
    enabled = models.BooleanField(default=True)
    starts_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True, help_text="first day it no longer holds")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                name="rule_dates", condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("starts_on"))
            )
        ]


class Decision(models.Model):
    """The stored result of one run. ``ticket_id`` is a value; ``event_id`` makes a repeated event harmless."""

    ticket_id = models.BigIntegerField()
    event_id = models.BigIntegerField(null=True, blank=True)
    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey("grc.Team", on_delete=models.PROTECT, related_name="+")
    zone_code = models.CharField(max_length=80, blank=True)
    zone_label = models.CharField(max_length=200, blank=True)
    priority = models.CharField(max_length=10, choices=choices(Priority), blank=True)
    competent = models.BooleanField(default=True)
    considered = models.JSONField(default=list)
    reasons = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="decision_once_per_event", fields=["ticket_id", "event_id"])
        ]
        indexes = [models.Index(name="decision_ticket", fields=["ticket_id", "-at"])]
