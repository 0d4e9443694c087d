"""Reading articles."""

from __future__ import annotations

from django.db.models import Q

from grc.errors import NotFound
from knowledge.models import Article


def article_get(*, ref: str, organisation_id: int, agents: bool = False) -> Article:
    """A published article of the organisation, else the one true everywhere; ``agents``: theirs too."""
    rows = Article.objects.filter(
        Q(organisation_id=organisation_id) | Q(organisation__isnull=True),
        ref=ref,
        published_at__isnull=False,
        withdrawn_on__isnull=True,
    )
    if not agents:
        rows = rows.filter(audience=Article.PUBLIC)
    article = rows.order_by("organisation_id").first()
    if article is None:
        raise NotFound("Cette fiche n’existe pas ou n’est plus publiée.")
    return article
