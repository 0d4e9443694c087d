"""The search of last resort, in PostgreSQL: finds less, never fails while the product runs."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector

from knowledge.models import Article
from knowledge.search.port import Scored


class DatabaseSearch:
    """Words already analysed are compared with the analysed words kept beside each article."""

    name = "database"

    def search(self, *, words: Sequence[str], typing: bool, limit: int) -> list[Scored]:
        """See the port."""
        if not words:
            return []
        vector = SearchVector("search_text", config="simple")
        # Words are letters and digits only (knowledge.search.text): nothing of the query language can enter.
        terms = [f"'{word}'" for word in words]
        if typing:
            terms[-1] += ":*"
        query = SearchQuery(" | ".join(terms), config="simple", search_type="raw")
        rows = (
            Article.objects.annotate(found=vector, rank=SearchRank(vector, query))
            .filter(found=query, published_at__isnull=False, withdrawn_on__isnull=True)
            .order_by("-rank", "pk")
        )
        return [Scored(pk, float(rank)) for pk, rank in rows.values_list("pk", "rank")[:limit]]

    def rebuild(self) -> int:
        """Nothing to build: the words are kept with the articles."""
        return Article.objects.filter(published_at__isnull=False, withdrawn_on__isnull=True).count()
