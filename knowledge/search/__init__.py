"""Search of articles: one port, one engine chosen by the settings, and the database when the engine fails."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from knowledge.search.database import DatabaseSearch
from knowledge.search.embedded import EmbeddedEngine
from knowledge.search.port import Scored, SearchEngine, SearchUnavailable
from knowledge.search.text import question_words, words_of

__all__ = [
    "DatabaseSearch", "EmbeddedEngine", "Scored", "SearchEngine", "SearchUnavailable", "engine_configured",
    "question_words", "words_of",
]  # fmt: skip


@lru_cache(maxsize=4)
def _embedded(folder: Path) -> EmbeddedEngine:
    return EmbeddedEngine(folder)


def engine_configured() -> SearchEngine:
    """The engine of this installation; one object per process, so that its reader stays open."""
    return _embedded(Path(settings.SEARCH_INDEX_FOLDER))
