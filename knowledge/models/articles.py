"""Answers written once: articles, what each version said, and the name of this database for its search indexes."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Func, Q


class CurrentTransaction(Func):
    """Number of the running transaction: lets an index ask for what changed since it last looked."""

    template = "pg_current_xact_id()::text::bigint"
    output_field = models.BigIntegerField()
    arity = 0


class Article(models.Model):
    """One answer. ``organisation`` is empty for what is true everywhere; ``published_at`` empty for a draft."""

    PUBLIC = "public"
    AGENTS = "agents"

    organisation = models.ForeignKey(
        "grc.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ref = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    summary = models.TextField()
    body = models.TextField(help_text="paragraphs, an empty line between two")
    audience = models.CharField(
        max_length=10, default=PUBLIC, choices=[(PUBLIC, "Tout public"), (AGENTS, "Agents")]
    )
    topic_codes = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    sources = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    version = models.PositiveIntegerField(default=1)
    review_on = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    search_text = models.TextField(blank=True, help_text="analysed words, for the search of last resort")
    changed_tx = models.BigIntegerField(db_index=True, help_text="transaction of the last change")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="article_ref_once", fields=["organisation", "ref"], nulls_distinct=False
            ),
            models.CheckConstraint(
                name="article_audience_known", condition=Q(audience__in=["public", "agents"])
            ),
        ]
        indexes = [GinIndex(SearchVector("search_text", config="simple"), name="article_words")]

    def __str__(self) -> str:
        return self.title


class ArticleVersion(models.Model):
    """What an article said at one version: an answer given then can be read again."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField()
    body = models.TextField()
    published_at = models.DateTimeField()
    by_label = models.CharField(max_length=150)

    class Meta:
        constraints = [models.UniqueConstraint(name="article_version_once", fields=["article", "version"])]


class SearchIdentity(models.Model):
    """One row: the name of this database, so that an index built from another one is never read for it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True)
    only = models.BooleanField(default=True, unique=True)
