"""The mark of a complete preparation: what changes it, and when a base is believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from config.demo.prepare import mark
from config.demo.prepared import code_digest, is_prepared, start_digest
from tests import factories

LOGINS = {"api_token": "t", "agents": [{"username": "a", "password": "p"}]}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in {
        "grc/migrations/0001_initial.py": "first",
        "config/demo/content/agents.toml": "agents",
        "agents_ui/templates/page.html": "page",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def _adds(name: str, text: str) -> Callable[[Path], None]:
    def change(tree: Path) -> None:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text(text, encoding="utf-8")

    return change


@pytest.mark.parametrize(
    "change",
    [
        _adds("grc/migrations/0002_more.py", "more"),
        _adds("grc/migrations/0001_initial.py", "First"),
        _adds("config/demo/content/agents.toml", "agents of today"),
        _adds("grc/reference/data/communes.tsv.gz", "rows"),
    ],
)
def test_code_digest__changes_with_what_a_preparation_reads(
    tree: Path, change: Callable[[Path], None]
) -> None:
    before = code_digest(tree)
    change(tree)
    assert code_digest(tree) != before


def test_code_digest__is_the_same_after_a_run_or_a_change_of_page(tree: Path) -> None:
    before = code_digest(tree)
    _adds("grc/migrations/__pycache__/0001_initial.cpython-311.py", "compiled")(tree)
    _adds("agents_ui/templates/page.html", "another page")(tree)
    assert code_digest(tree) == before


def test_start_digest__is_of_the_logins_too(tmp_path: Path) -> None:
    path = tmp_path / "credentials.json"
    assert start_digest("code", path) == ""
    path.write_text("{", encoding="utf-8")
    assert start_digest("code", path) == ""
    path.write_text(json.dumps({"base_url": "http://127.0.0.1:8000"}), encoding="utf-8")
    assert start_digest("code", path) == ""
    path.write_text(json.dumps(LOGINS), encoding="utf-8")
    first = start_digest("code", path)
    assert start_digest("other code", path) != first
    path.write_text(json.dumps(LOGINS | {"base_url": "http://127.0.0.1:8009"}), encoding="utf-8")
    assert start_digest("code", path) == first
    path.write_text(json.dumps(LOGINS | {"api_token": "another"}), encoding="utf-8")
    assert start_digest("code", path) != first


@pytest.mark.django_db(transaction=True)
def test_is_prepared__only_with_this_mark_in_a_base_that_holds_something() -> None:
    url = _address()
    assert not is_prepared(url, "d1")
    mark("d1")
    assert not is_prepared(url, "d1"), "a mark in an empty base"
    _fill()
    assert is_prepared(url, "d1")
    assert not is_prepared(url, "d2"), "another code, or other logins"
    assert not is_prepared(url, "")
    mark("")
    assert not is_prepared(url, "d1"), "a preparation that has begun and not ended"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["grc_inboundreceipt", "grc_ticket", "grc_contact", "grc_account"])
def test_is_prepared__not_once_emptied(table: str) -> None:
    _fill()
    mark("d1")
    assert is_prepared(_address(), "d1")
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table} CASCADE")
    assert not is_prepared(_address(), "d1")


def test_is_prepared__a_base_that_does_not_answer_is_not() -> None:
    assert not is_prepared("postgresql://nobody@127.0.0.1:1/none", "d1")
    assert not is_prepared("not an address", "d1")


@pytest.mark.django_db(transaction=True)
def test_is_prepared__a_base_without_tables_is_not() -> None:
    assert not is_prepared(_address("postgres"), "d1")


def _fill() -> None:
    organisation = factories.organisation_make()
    factories.token_make()
    factories.ticket_make(organisation, topic=factories.topic_make(organisation))
    factories.commune_make()


def _address(name: str = "") -> str:
    """Of the tests' base, as libpq reads it."""
    known = connection.settings_dict
    return make_conninfo(
        dbname=name or known["NAME"],
        user=known["USER"],
        password=known["PASSWORD"],
        host=known["HOST"],
        port=known["PORT"],
    )
