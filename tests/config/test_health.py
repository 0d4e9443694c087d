"""What tells whether the process may be given people to serve."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def _package(folder: Path, name: str, body: str) -> str:
    """A package of migrations with one file."""
    package = folder / name
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "0001_initial.py").write_text(body)
    return name


@pytest.fixture(
    params=[
        "from grc.enums import OfANewerVersion\n",
        "import grc.models\nTHERE = grc.models.OfANewerVersion\n",
        "import grc.of_a_newer_version\n",
        "class Migration(\n",
        "",
        (
            "from django.db.migrations import Migration as Base\n"
            "class Migration(Base):\n    dependencies = [('knowledge', '9999_newer')]\n"
        ),
    ],
    ids=["name", "attribute", "module", "half-written", "empty", "dependency"],
)
def newer(
    request: pytest.FixtureRequest, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Migrations which the code of this process cannot read, in place of those of one application."""
    monkeypatch.syspath_prepend(str(tmp_path))
    name = f"newer_{tmp_path.name}"
    settings.MIGRATION_MODULES = {"knowledge": _package(tmp_path, name, request.param)}


def test_readyz__says_what_it_depends_on(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert (answer.json()["database"], answer.json()["migrations"]) == ("ok", "ok")


def test_readyz__a_migration_newer_than_the_process_is_not_ready(
    client: Client, newer: None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="config.health"):
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert (answer.json()["database"], answer.json()["migrations"]) == ("ok", "degraded")
    assert [record.name for record in caplog.records if record.name == "config.health"] == ["config.health"]
