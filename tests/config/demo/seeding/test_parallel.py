"""Processes that share the playing of the month."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

from config.demo.content_loader import load_content
from config.demo.life import PARIS, generate
from config.demo.seeding.life import lane_of
from config.demo.seeding.parallel import LaneFailed, run_together, workers_wanted

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=PARIS)


def _write(path: Path) -> None:
    path.write_text(str(os.getpid()), encoding="utf-8")


def _fail() -> None:
    raise SystemExit(3)


def test_run_together__runs_each_task_in_a_process_of_its_own(tmp_path: Path) -> None:
    paths = [tmp_path / "one", tmp_path / "two"]
    run_together([partial(_write, path) for path in paths])
    assert len({os.getpid(), *(int(path.read_text("utf-8")) for path in paths)}) == 3


def test_run_together__says_that_a_process_failed(tmp_path: Path) -> None:
    with pytest.raises(LaneFailed, match="relancez la commande"):
        run_together([_fail, partial(_write, tmp_path / "one")])
    assert (tmp_path / "one").exists()


def test_workers_wanted__is_between_one_and_three() -> None:
    assert 1 <= workers_wanted() <= 3


def test_lane_of__keeps_a_number_and_a_waiting_room_in_one_lane() -> None:
    contacts = generate(load_content(), now=NOW, seed=7, contacts=120)
    calls = [one for one in contacts if one.call is not None and one.sender]
    assert len({lane_of(replace(one, sender="+33639981007"), 3) for one in calls}) == 1
    visits = [one for one in contacts if one.visit is not None]
    assert len({lane_of(one, 3) for one in visits if one.visit and one.visit.site == "mds_lens"}) == 1
    assert {lane_of(one, 3) for one in contacts} == {0, 1, 2}
