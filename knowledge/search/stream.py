"""What changed in the articles since an index last looked.

A cursor is the oldest transaction still running when one reads: everything before it is settled, so the next reading
asks for what changed from it on, and nothing committed late by a slow transaction is ever missed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from grc.models import Topic
from knowledge.models import Article, SearchIdentity


def database_name() -> str:
    """A name of this database that no other one has."""
    row, _ = SearchIdentity.objects.get_or_create(only=True)
    return str(row.uuid)


def horizon() -> int:
    """The oldest transaction still running."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        row = cursor.fetchone()
    return int(row[0])


def changes_since(cursor: int) -> dict[int, tuple[int, int]]:
    """Article id -> (transaction, version) for what changed from ``cursor`` on; everything for 0."""
    rows = Article.objects.filter(changed_tx__gte=cursor).values_list("pk", "changed_tx", "version")
    return {pk: (changed, version) for pk, changed, version in rows}


@dataclass(frozen=True)
class Searchable:
    """The texts of one article that are searched. ``topics``: labels and words people use for its topics."""

    article_id: int
    title: str
    summary: str
    body: str
    topics: str


def searchables(article_ids: Iterable[int]) -> list[Searchable]:
    """Published articles among these; the others are to be taken out of an index."""
    articles = list(
        Article.objects.filter(
            pk__in=list(article_ids), published_at__isnull=False, withdrawn_on__isnull=True
        )
    )
    said = topic_words(articles)
    return [
        Searchable(
            article_id=article.pk,
            title=article.title,
            summary=article.summary,
            body=article.body,
            topics=" ".join(said[article.pk]),
        )
        for article in articles
    ]


def topic_words(articles: Iterable[Article]) -> dict[int, list[str]]:
    """Labels and words of the topics of each article, read in its organisation (in all for a national one)."""
    kept = list(articles)
    codes = {code for article in kept for code in article.topic_codes}
    wanted = Q(code__in=codes, closed_on__isnull=True)
    by_code: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for row in Topic.objects.filter(wanted).values("organisation_id", "code", "label", "words"):
        by_code[row["code"]].append((row["organisation_id"], " ".join([row["label"], *row["words"]])))
    return {
        article.pk: [
            text
            for code in article.topic_codes
            for organisation_id, text in by_code[code]
            if article.organisation_id in (None, organisation_id)
        ]
        for article in kept
    }
