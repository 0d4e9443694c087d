"""Tell us once: what is known of a person, how surely, and each time it served."""

from __future__ import annotations

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q


class Fact(models.Model):
    """Appended, never edited. The current one is derived: highest level still valid, then newest."""

    citizen = models.ForeignKey("grc.Citizen", on_delete=models.CASCADE, related_name="facts")
    attribute = models.CharField(max_length=60)
    value = models.JSONField()
    process = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField()
    validity = DateTimeRangeField(help_text="[obtained, end of validity)")
    source_kind = models.CharField(max_length=20)
    source_id = models.BigIntegerField(null=True, blank=True)
    source_label = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(name="fact_validity_not_empty", condition=Q(validity__isempty=False))
        ]
        indexes = [models.Index(name="fact_current", fields=["citizen", "attribute", "-level"])]


class TopicNeed(models.Model):
    """What a topic may read or requires: attribute, least level, legal basis."""

    topic = models.ForeignKey("grc.Topic", on_delete=models.CASCADE, related_name="needs")
    attribute = models.CharField(max_length=60)
    minimum_level = models.PositiveSmallIntegerField(default=100)
    required = models.BooleanField(default=False)
    legal_basis = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="topic_need_once", fields=["topic", "attribute"])]


class FactUse(models.Model):
    """One reuse, shown to the person."""

    fact = models.ForeignKey(Fact, on_delete=models.CASCADE, related_name="uses")
    ticket = models.ForeignKey("grc.Ticket", on_delete=models.PROTECT, null=True, blank=True)
    purpose = models.CharField(max_length=200)
    actor_label = models.CharField(max_length=150)
    at = models.DateTimeField()
