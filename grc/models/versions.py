"""Versions of what administrators edit: draft, planned, published, retired. Whatever the subject is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from grc.enums import VersionKind, VersionState, choices


class Version(models.Model):
    """One state of a thing (``kind``, ``subject``: the key of its row), by whom and why.

    At most one of each state but retired; a published content never changes, rolling back makes a new version.
    """

    kind = models.CharField(max_length=30, choices=choices(VersionKind))
    subject = models.BigIntegerField(help_text="key of the row it is the content of")
    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(help_text="1, 2, 3... for each subject")
    state = models.CharField(max_length=10, choices=choices(VersionState))
    content = models.JSONField()
    revision = models.PositiveIntegerField(default=1, help_text="how many times the draft was saved")
    author = models.CharField(max_length=120, help_text="who saved it last")
    agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    publisher = models.CharField(max_length=120, blank=True, help_text="who decided the publication")
    why = models.CharField(max_length=300, blank=True, help_text="why it was published")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    publish_at = models.DateTimeField(null=True, blank=True, help_text="when it is due")
    published_at = models.DateTimeField(null=True, blank=True)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    refusal = models.TextField(blank=True, help_text="why the planned publication could not be done")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="version_number_once", fields=["kind", "subject", "number"]),
            models.UniqueConstraint(
                name="version_one_of_each_state",
                fields=["kind", "subject", "state"],
                condition=~Q(state=VersionState.RETIRED),
            ),
            models.CheckConstraint(
                name="version_planned_has_its_date",
                condition=~Q(state=VersionState.SCHEDULED) | Q(publish_at__isnull=False),
            ),
            models.CheckConstraint(
                name="version_published_says_when_and_why",
                condition=~Q(state=VersionState.PUBLISHED) | (Q(published_at__isnull=False) & ~Q(why="")),
            ),
        ]
        indexes = [
            models.Index(name="version_due", fields=["publish_at"], condition=Q(state=VersionState.SCHEDULED))
        ]
