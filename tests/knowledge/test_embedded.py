"""The index of one machine: built by itself, followed by its own cursor, written by one process at a time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from grc.types import system_actor
from knowledge.models import Article, SearchIdentity
from knowledge.search import SearchUnavailable
from knowledge.search.embedded import EmbeddedEngine, cursor_read
from knowledge.services.articles import ArticleText, article_publish
from tests.factories import AT

pytestmark = pytest.mark.django_db(transaction=True)

HOLDER = """
import sys
from pathlib import Path
import django
django.setup()
from knowledge.search.embedded import HEAP, index_open
writer = index_open(Path(sys.argv[1])).writer(heap_size=HEAP, num_threads=1)
print("held", flush=True)
sys.stdin.read()
"""


def _publish(title: str, ref: str = "a") -> None:
    text = ArticleText(ref=ref, title=title, summary="Résumé", body=["Texte"])
    article_publish(actor=system_actor("Import"), organisation_id=None, text=text, at=AT)


def _found(engine: EmbeddedEngine, word: str) -> list[int]:
    return [one.article_id for one in engine.search(words=[word], typing=False, limit=10)]


def test_search__two_machines_follow_each_by_its_cursor(tmp_path: Path) -> None:
    first, second = EmbeddedEngine(tmp_path / "one"), EmbeddedEngine(tmp_path / "two")
    _publish("Piscine")
    pk = Article.objects.get().pk
    assert _found(first, "piscin") == [pk]
    _publish("Patinoire")
    assert _found(first, "patinoir") == [pk]
    assert _found(first, "piscin") == []
    assert _found(second, "patinoir") == [pk]


def test_search__lost_folder_or_cursor_is_built_again(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    _publish("Piscine")
    assert len(_found(engine, "piscin")) == 1
    folder = engine.folder()
    folder.with_suffix(".cursor.json").write_text("{broken", "utf-8")
    assert len(_found(engine, "piscin")) == 1
    assert cursor_read(folder).at > 0
    for path in folder.iterdir():
        path.unlink()
    assert len(_found(EmbeddedEngine(tmp_path), "piscin")) == 1


def test_search__another_database_never_reads_this_index(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    _publish("Piscine")
    assert len(_found(engine, "piscin")) == 1
    before = engine.folder()
    SearchIdentity.objects.all().delete()
    assert len(_found(engine, "piscin")) == 1
    assert engine.folder() != before


def test_search__index_held_by_another_process(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    _publish("Piscine")
    assert len(_found(engine, "piscin")) == 1
    with _holding(engine.folder()):
        _publish("Patinoire")
        # What was there is still found; the rest comes when the other process has written.
        assert len(_found(engine, "piscin")) == 1
        assert _found(engine, "patinoir") == []
    assert len(_found(engine, "patinoir")) == 1


def test_search__first_build_held_by_another_process(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    _publish("Piscine")
    with _holding(engine.folder()), pytest.raises(SearchUnavailable):
        engine.search(words=["piscin"], typing=False, limit=1)
    assert len(_found(engine, "piscin")) == 1


@contextmanager
def _holding(folder: Path) -> Iterator[None]:
    """Another process holds the writer of this index."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", HOLDER, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            yield
        finally:
            holder.communicate("", timeout=20)


def test_search__database_restored_elsewhere(tmp_path: Path) -> None:
    engine = EmbeddedEngine(tmp_path)
    _publish("Piscine")
    assert len(_found(engine, "piscin")) == 1
    cursor = engine.folder().with_suffix(".cursor.json")
    cursor.write_text('{"at": 9999999999, "seen": {}}', "utf-8")
    _publish("Patinoire")
    assert len(_found(engine, "patinoir")) == 1


def test_search_reindex__says_how_many(settings: Settings, tmp_path: Path) -> None:
    settings.SEARCH_INDEX_FOLDER = tmp_path
    _publish("Piscine")
    _publish("Patinoire", "b")
    Article.objects.filter(ref="b").update(withdrawn_on="2026-11-01")
    said = StringIO()
    call_command("search_reindex", "--json", stdout=said)
    assert said.getvalue().strip() == '{"engine": "embedded", "articles": 1}'
