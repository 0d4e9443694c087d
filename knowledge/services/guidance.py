"""Finding the answer to what people say, in any words, and keeping count of what was not found."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from django.db.models import Q

from grc import clock
from grc.events import EventName
from grc.services.outbox import event_publish
from knowledge.models import Article
from knowledge.search import DatabaseSearch, Scored, SearchUnavailable, engine_configured, question_words

logger = logging.getLogger(__name__)
WIDEST = 200  # found by the engine before drafts, other organisations and agents' articles are taken out


@dataclass(frozen=True)
class GuidanceHit:
    """One answer. ``topics``: codes; ``score`` compares within one search only; ``version`` is the text's."""

    ref: str
    title: str
    summary: str
    topics: tuple[str, ...]
    score: float
    version: int


@dataclass(frozen=True)
class Guidance:
    """``degraded``: the index did not answer, the hits come from the simpler search of the database."""

    hits: list[GuidanceHit]
    degraded: bool


def guidance_search(
    *, words: str, limit: int = 5, organisation_id: int, agents: bool = False, typing: bool = False
) -> list[GuidanceHit]:
    """Articles of the organisation, and those true everywhere, the best first; see :func:`guidance_find`."""
    found = guidance_find(
        words=words, limit=limit, organisation_id=organisation_id, agents=agents, typing=typing
    )
    return found.hits


def guidance_find(
    *, words: str, limit: int = 5, organisation_id: int, agents: bool = False, typing: bool = False
) -> Guidance:
    """``agents``: articles kept for agents are read too. ``typing``: somebody is still typing, nothing is counted.

    A finished search that finds nothing is published (without its words, which may be personal).
    """
    asked = question_words(words)
    if not asked:
        return Guidance([], degraded=False)
    engine, degraded = engine_configured(), False
    try:
        scored = engine.search(words=asked, typing=typing, limit=WIDEST)
        name = engine.name
    except SearchUnavailable as error:
        logger.warning("article search degraded: %s", error)
        fallback = DatabaseSearch()
        scored, name, degraded = (
            fallback.search(words=asked, typing=typing, limit=WIDEST),
            fallback.name,
            True,
        )
    hits = _hits(scored, organisation_id=organisation_id, agents=agents)[:limit]
    if not hits and not typing:
        _tell_nothing_found(engine=name, organisation_id=organisation_id)
    return Guidance(hits, degraded=degraded)


def search_state() -> str:
    """``ok``, or ``degraded`` while the index does not answer: the database's simpler search is used meanwhile."""
    try:
        engine_configured().search(words=[], typing=False, limit=1)
    except SearchUnavailable:
        return "degraded"
    return "ok"


def _hits(scored: list[Scored], *, organisation_id: int, agents: bool) -> list[GuidanceHit]:
    """The index may lag behind the database by a moment: what may be read is decided by the database."""
    rows = Article.objects.filter(
        Q(organisation_id=organisation_id) | Q(organisation__isnull=True),
        pk__in=[one.article_id for one in scored],
        published_at__isnull=False,
        withdrawn_on__isnull=True,
    )
    if not agents:
        rows = rows.filter(audience=Article.PUBLIC)
    by_id = {article.pk: article for article in rows}
    return [
        GuidanceHit(
            ref=article.ref,
            title=article.title,
            summary=article.summary,
            topics=tuple(article.topic_codes),
            score=round(one.score, 4),
            version=article.version,
        )
        for one in scored
        if (article := by_id.get(one.article_id)) is not None
    ]


def _tell_nothing_found(*, engine: str, organisation_id: int) -> None:
    at = clock.now()
    dims = dict.fromkeys(("channel", "topic", "theme", "zone", "team", "site"), "")
    event_publish(
        name=EventName.SEARCH_DONE,
        payload={"engine": engine, "found": 0, "dims": {"organisation": organisation_id, **dims}},
        order_key=f"search:{organisation_id}",
        at=at,
    )
