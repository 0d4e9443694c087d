"""The default engine: a BM25 index (tantivy) in a folder of this machine, which follows the articles by its own cursor.

One writer per machine: a second process that finds the index being written searches what is already there. Analysers
are not stored in the index, so every opening goes through one function, and the name of the folder holds the schema.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import tantivy

from knowledge.search.port import Scored, SearchUnavailable
from knowledge.search.stream import Searchable, changes_since, database_name, horizon, searchables
from knowledge.search.text import SCHEMA, least_matches, words_of

logger = logging.getLogger(__name__)
FIELDS: Final[dict[str, float]] = {"title": 3.0, "topics": 2.0, "summary": 1.5, "body": 1.0}
FUZZY_FIELDS: Final = ("title", "topics", "summary")
FUZZY_FROM: Final = 5  # letters of a word from which one wrong letter is forgiven
HEAP: Final = 15_000_000  # bytes, the engine's least for one thread
_ANALYSER: Final = "analysed_before"


@dataclass(frozen=True)
class Cursor:
    """How far an index has followed: ``seen`` holds what it already has from ``at`` on."""

    at: int = 0
    seen: dict[int, tuple[int, int]] = field(default_factory=dict)

    def behind(self, changed: dict[int, tuple[int, int]]) -> list[int]:
        return [pk for pk, mark in changed.items() if self.seen.get(pk) != mark]


def schema_build() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("article_id", stored=True, indexed=True)
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name=_ANALYSER)
    return builder.build()


def index_open(folder: Path) -> tantivy.Index:
    """The only way to open an index: creates it when missing, registers its analyser. Raises SearchUnavailable."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "meta.json").exists():
            _cursor_file(folder).unlink(missing_ok=True)  # the index is lost: what it had seen says nothing
        index = tantivy.Index(schema_build(), path=str(folder), reuse=True)
    except (OSError, ValueError) as error:
        raise SearchUnavailable(f"index unreadable: {type(error).__name__}") from error
    index.register_tokenizer(_ANALYSER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


class EmbeddedEngine:
    """``root``: the folder of the indexes of this machine, one per database and schema."""

    name = "embedded"

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._opened: tuple[Path, tantivy.Index] | None = None

    def folder(self) -> Path:
        return self.root / f"articles-{SCHEMA}-{database_name()}"

    def search(self, *, words: Sequence[str], typing: bool, limit: int) -> list[Scored]:
        """See the port. Catches up first, unless another process of this machine is doing it."""
        folder = self.folder()
        index = self._index(folder)
        self._catch_up(folder, index)
        if not _cursor_file(folder).exists():
            raise SearchUnavailable("first build still under way")
        if not words:
            return []
        try:
            index.reload()
            searcher = index.searcher()
            found = searcher.search(_query(index.schema, list(words), typing), limit)
            return [
                Scored(int(searcher.doc(address)["article_id"][0]), float(score))
                for score, address in found.hits
            ]
        except (OSError, ValueError) as error:
            self._opened = None
            raise SearchUnavailable(f"search failed: {type(error).__name__}") from error

    def rebuild(self) -> int:
        folder = self.folder()
        with self._lock:
            self._opened = None
            shutil.rmtree(folder, ignore_errors=True)  # its cursor goes at the next opening
            index = index_open(folder)
            self._opened = (folder, index)
        if not self._catch_up(folder, index):
            raise SearchUnavailable("another process is writing the index")
        index.reload()
        return int(index.searcher().num_docs)

    def _index(self, folder: Path) -> tantivy.Index:
        with self._lock:
            if self._opened is None or self._opened[0] != folder or not (folder / "meta.json").exists():
                self._opened = (folder, index_open(folder))
            return self._opened[1]

    def _catch_up(self, folder: Path, index: tantivy.Index) -> bool:
        """Bring the index up to date; False when another process holds the writer."""
        cursor = cursor_read(folder)
        at = horizon()
        if cursor.at > at:
            # The database was restored from elsewhere: its transactions no longer mean the same.
            cursor = Cursor()
        changed = changes_since(cursor.at)
        late = cursor.behind(changed)
        if not late and _cursor_file(folder).exists():
            return True
        with self._lock:
            writer = _writer(index)
            if writer is None:
                return False
            if cursor.at == 0:
                writer.delete_all_documents()
            _write(writer, late, searchables(late))
            # Still inside the writer's lock: nobody else moves the cursor meanwhile.
            cursor_write(folder, Cursor(at, {pk: mark for pk, mark in changed.items() if mark[0] >= at}))
            del writer
        return True


def _writer(index: tantivy.Index) -> Any:
    try:
        return index.writer(heap_size=HEAP, num_threads=1)
    except ValueError as error:
        if "lock" in str(error).lower():
            return None
        raise SearchUnavailable("index not writable") from error


def _write(writer: Any, gone: Sequence[int], kept: Sequence[Searchable]) -> None:
    for article_id in gone:
        writer.delete_documents_by_term("article_id", article_id)
    for one in kept:
        document = tantivy.Document()
        document.add_integer("article_id", one.article_id)
        for name in FIELDS:
            document.add_text(name, " ".join(words_of(getattr(one, name))))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()


def _query(schema: tantivy.Schema, words: list[str], typing: bool) -> tantivy.Query:
    last = len(words) - 1
    each = [
        _word_query(schema, word, unfinished=typing and place == last) for place, word in enumerate(words)
    ]
    return tantivy.Query.boolean_query(
        [(tantivy.Occur.Should, query) for query in each],
        minimum_number_should_match=least_matches(len(words)),
    )


def _word_query(schema: tantivy.Schema, word: str, *, unfinished: bool) -> tantivy.Query:
    """One word in any field; one wrong letter or an unfinished word counts for less than the word itself."""
    query, boost = tantivy.Query, tantivy.Query.boost_query
    ways = [boost(query.term_query(schema, name, word), weight) for name, weight in FIELDS.items()]
    if len(word) >= FUZZY_FROM:
        ways += [boost(query.fuzzy_term_query(schema, name, word), 0.4) for name in FUZZY_FIELDS]
    if unfinished and len(word) >= 3:
        ways += [
            boost(query.fuzzy_term_query(schema, name, word, distance=0, prefix=True), 0.8)
            for name in FUZZY_FIELDS
        ]
    return query.boolean_query([(tantivy.Occur.Should, way) for way in ways])


def _cursor_file(folder: Path) -> Path:
    return folder.with_suffix(".cursor.json")


def cursor_read(folder: Path) -> Cursor:
    """The cursor beside an index; from the beginning when it is missing or unreadable."""
    try:
        kept = json.loads(_cursor_file(folder).read_text("utf-8"))
        return Cursor(int(kept["at"]), {int(pk): (mark[0], mark[1]) for pk, mark in kept["seen"].items()})
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return Cursor()


def cursor_write(folder: Path, cursor: Cursor) -> None:
    """Written whole or not at all: a process killed half-way leaves the one before."""
    target = _cursor_file(folder)
    draft = target.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
    draft.write_text(json.dumps({"at": cursor.at, "seen": cursor.seen}), "utf-8")
    draft.replace(target)
