"""Publishing answers: each change is a version, kept and audited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django.db import transaction
from django.db.models import Q

from grc.errors import Invalid, NotAllowed
from grc.policies import Verb, can_in_organisation
from grc.services.audit import audit_write
from grc.types import Actor
from knowledge.models import Article, ArticleVersion
from knowledge.models.articles import CurrentTransaction
from knowledge.search.stream import topic_words
from knowledge.search.text import words_of


@dataclass(frozen=True)
class ArticleText:
    """What an editor writes. ``body``: paragraphs; ``topics``: codes; ``audience``: public or agents."""

    ref: str
    title: str
    summary: str
    body: Sequence[str]
    topics: Sequence[str] = ()
    sources: Sequence[str] = ()
    audience: str = Article.PUBLIC
    review_on: date | None = None


@transaction.atomic
def article_publish(*, actor: Actor, organisation_id: int | None, text: ArticleText, at: datetime) -> Article:
    """Publish a new article, or a new version of the one of this ``ref``; the same text again changes nothing.

    ``organisation_id`` None: true everywhere, which only the product's own imports may write.
    """
    _require(actor, organisation_id)
    _check(text)
    place = Q(organisation__isnull=True) if organisation_id is None else Q(organisation_id=organisation_id)
    article = Article.objects.select_for_update().filter(place, ref=text.ref).first()
    fields = _fields(text)
    if article is None:
        article = Article.objects.create(
            organisation_id=organisation_id,
            ref=text.ref,
            published_at=at,
            changed_tx=CurrentTransaction(),
            **fields,
        )
    elif article.published_at is not None and all(
        getattr(article, name) == value for name, value in fields.items()
    ):
        return article
    else:
        for name, value in fields.items():
            setattr(article, name, value)
        article.version += 1
        article.published_at, article.withdrawn_on = at, None
        article.changed_tx = CurrentTransaction()
        article.save()
    article.refresh_from_db()
    article_words_store(article)
    ArticleVersion.objects.create(
        article=article,
        version=article.version,
        title=article.title,
        summary=article.summary,
        body=article.body,
        published_at=at,
        by_label=actor.label,
    )
    audit_write(
        actor=actor,
        verb="article_published",
        entity="article",
        entity_id=article.pk,
        details={"ref": article.ref, "version": article.version},
    )
    return article


class ArticleSource(Protocol):
    """An article as a file gives it."""

    @property
    def code(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def body(self) -> Sequence[str]: ...
    @property
    def topics(self) -> Sequence[str]: ...
    @property
    def sources(self) -> Sequence[str]: ...


def articles_import(
    *, actor: Actor, organisation_id: int | None, articles: Iterable[ArticleSource], at: datetime
) -> int:
    """Publish every article of a file; gives how many it holds. Running it again changes only what changed."""
    count = 0
    for one in articles:
        text = ArticleText(
            ref=one.code,
            title=one.title,
            summary=one.summary,
            body=one.body,
            topics=one.topics,
            sources=one.sources,
        )
        article_publish(actor=actor, organisation_id=organisation_id, text=text, at=at)
        count += 1
    return count


def article_words_store(article: Article) -> None:
    """Keep the analysed words beside the article, for the search of last resort."""
    said = " ".join([article.title, article.summary, *topic_words([article])[article.pk], article.body])
    Article.objects.filter(pk=article.pk).update(search_text=" ".join(words_of(said)))


@transaction.atomic
def articles_touch(*, topic_code: str, organisation_id: int) -> int:
    """The words of a topic changed: its articles are searched with the new ones. Gives how many."""
    rows = Article.objects.filter(
        topic_codes__contains=[topic_code], organisation_id__in=[organisation_id]
    ) | Article.objects.filter(topic_codes__contains=[topic_code], organisation__isnull=True)
    articles = list(rows)
    for article in articles:
        article_words_store(article)
    return Article.objects.filter(pk__in=[article.pk for article in articles]).update(
        changed_tx=CurrentTransaction()
    )


def _require(actor: Actor, organisation_id: int | None) -> None:
    if organisation_id is not None:
        can_in_organisation(actor, Verb.EDIT, organisation_id).require()
    elif actor.kind != "system":
        raise NotAllowed("Seul un import peut publier une fiche valable partout.")


def _check(text: ArticleText) -> None:
    missing = {
        name: ["Ce texte est obligatoire."]
        for name, value in (("title", text.title), ("summary", text.summary), ("body", "".join(text.body)))
        if not value.strip()
    }
    if missing:
        raise Invalid("La fiche est incomplète.", fields=missing)
    if text.audience not in (Article.PUBLIC, Article.AGENTS):
        raise Invalid("Ce public n’existe pas.", fields={"audience": ["Choisissez un public."]})


def _fields(text: ArticleText) -> dict[str, object]:
    return {
        "title": text.title.strip(),
        "summary": text.summary.strip(),
        "body": "\n\n".join(paragraph.strip() for paragraph in text.body if paragraph.strip()),
        "audience": text.audience,
        "topic_codes": list(text.topics),
        "sources": list(text.sources),
        "review_on": text.review_on,
    }
