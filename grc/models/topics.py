"""What people ask for: a tree of themes, subjects and cases, entirely data."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from grc.enums import Confidentiality, choices


class Topic(models.Model):
    """A node of the tree of topics of one organisation. A root is a theme."""

    organisation = models.ForeignKey("grc.Organisation", on_delete=models.PROTECT, related_name="topics")
    code = models.SlugField(max_length=80)
    label = models.CharField(max_length=200)
    sort_label = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    theme = models.CharField(max_length=40, db_index=True, help_text="code of the root of its branch")
    path = ArrayField(
        models.CharField(max_length=80), default=list, help_text="codes from the root to itself"
    )
    words = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    search_text = models.TextField(blank=True, help_text="folded label and words, for trigram search")
    competent_kind = models.CharField(max_length=40, blank=True)
    competent_organisation = models.ForeignKey(
        "grc.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    layer_code = models.CharField(max_length=40, blank=True, help_text="territory layer that decides")
    confidentiality = models.CharField(
        max_length=12, choices=choices(Confidentiality), default=Confidentiality.NORMAL
    )
    script = models.TextField(blank=True, help_text="what the agent may say")
    silence_rule = models.CharField(max_length=10, blank=True)
    recording_forbidden = models.BooleanField(
        default=False, help_text="no conversation on this topic is recorded, nor on those below it"
    )
    reopen_days = models.PositiveSmallIntegerField(default=30)
    position = models.PositiveSmallIntegerField(default=0)
    demo_data = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="topic_code_once", fields=["organisation", "code"])]
        ordering = ["position", "sort_label", "id"]

    def __str__(self) -> str:
        return self.label


class TopicForm(models.Model):
    """A published definition of the form of a topic; read by :mod:`grc.forms`."""

    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="forms")
    version = models.PositiveIntegerField()
    definition = models.JSONField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="topic_form_version_once", fields=["topic", "version"])]
