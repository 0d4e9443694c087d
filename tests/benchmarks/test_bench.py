"""A whole run, short: the shape of what it writes. Nothing is said of speed here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.demonstration import OURS, PREFIXES, ROOT

KEYS = {
    "median_ms", "p95_ms", "p99_ms", "per_second", "floor_median_ms", "ratio", "ratio_one_insert", "statements",
}  # fmt: skip


@pytest.mark.xdist_group("demonstration")
def test_bench__writes_the_figures_of_two_scenarios(tmp_path: Path) -> None:
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith(PREFIXES) and name != "SEARCH_INDEX_FOLDER"
    }
    arguments = ["--only", "voice_webhook,queue_page", "--seconds", "1", "--tickets", "200"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments, "--results", str(tmp_path)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "latest.json").read_text("utf-8"))
    assert found["machine"]["cores"] >= 1
    assert set(found["scenarios"]) == {"voice_webhook", "queue_page"}
    for figures in found["scenarios"].values():
        assert figures.keys() >= KEYS
        assert all(value > 0 for name, value in figures.items() if name in KEYS)
    page = (tmp_path / "index.html").read_text("utf-8")
    assert page.count("<svg") == 2
    assert "Page de la file" in page
    assert "http://127" not in page


def test_bench__refuses_an_unknown_scenario() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--only", "voice_webhook,nothing"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "scénario inconnu : nothing" in done.stderr
