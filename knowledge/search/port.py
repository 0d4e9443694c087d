"""Pure. What a search engine of articles must do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class SearchUnavailable(Exception):
    """The engine cannot answer now; the caller falls back and says so."""


@dataclass(frozen=True)
class Scored:
    """One article found: its row and a score that only compares within one answer, the best first."""

    article_id: int
    score: float


class SearchEngine(Protocol):
    """``name`` is the one of the command line and of the events."""

    name: str

    def search(self, *, words: Sequence[str], typing: bool, limit: int) -> list[Scored]:
        """Articles for analysed words; ``typing``: the last word may be unfinished. Raises SearchUnavailable."""
        ...

    def rebuild(self) -> int:
        """Forget the index and build it again from the database; gives how many articles it holds."""
        ...
