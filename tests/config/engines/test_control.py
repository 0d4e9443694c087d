"""Real servers, started and killed."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from config.engines import Engines, running, start, status, stop
from config.engines.ports import port_is_free
from config.engines.processes import alive, wait_until
from config.engines.state import State, state_read
from config.engines.watch import main as watch_main
from config.engines.watch import watch_once
from config.env_file import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "engines"
    yield place
    stop(place, remove=True)


def _state(folder: Path) -> State:
    state = state_read(folder)
    assert state is not None
    return state


def _pids(folder: Path) -> tuple[int, int]:
    found = status(folder)
    assert found.postgres_pid is not None
    assert found.valkey_pid is not None
    return found.postgres_pid, found.valkey_pid


def _both_work(engines: Engines) -> bool:
    with (
        psycopg.connect(engines.database_url) as connection,
        closing(redis.Redis.from_url(engines.redis_url)) as client,
    ):
        return connection.execute("SELECT 1").fetchone() == (1,) and bool(client.ping())


def test_start__gives_the_servers_that_production_runs(folder: Path) -> None:
    engines = start(folder, for_tests=True)
    with psycopg.connect(engines.database_url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT current_setting('server_version_num')::int / 10000, current_setting('TimeZone'),"
            " current_setting('server_encoding'), current_setting('fsync'), datlocprovider::text, datlocale,"
            " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)"
            " FROM pg_database WHERE datname = current_database()"
        ).fetchone()
        assert row == (18, "UTC", "UTF8", "off", "b", "C.UTF-8", False)
        for extension in ("pg_trgm", "unaccent", "btree_gist"):
            connection.execute(f"CREATE EXTENSION {extension}")
        assert connection.execute("SELECT lower('ÉTÉ')").fetchone() == ("été",)
    with closing(redis.Redis.from_url(engines.redis_url, decode_responses=True)) as client:
        assert client.config_get("save") == {"save": ""}
        assert client.info("server")["valkey_version"].startswith("9.")


def test_start__refuses_those_without_the_password(folder: Path) -> None:
    engines = start(folder, for_tests=True)
    password = _state(folder).postgres_password
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(engines.database_url.replace(password, "wrong"))
    with (
        closing(redis.Redis(port=_state(folder).valkey_port or 0)) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()
    assert (folder / "state.json").stat().st_mode & 0o777 == 0o600


def test_start__keeps_what_it_finds_running(folder: Path) -> None:
    command = [sys.executable, "-m", "config.engines", "start", "--for-tests", "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    before = _pids(folder)
    engines = start(folder, for_tests=True)
    assert _pids(folder) == before
    assert done.stdout == f"DATABASE_URL={engines.database_url}\nREDIS_URL={engines.redis_url}\n"


def test_start__after_both_were_killed_keeps_addresses_and_rows(folder: Path) -> None:
    first = start(folder, for_tests=False)
    with psycopg.connect(first.database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    for pid in _pids(folder):
        os.kill(pid, signal.SIGKILL)
        assert wait_until(lambda pid=pid: not alive(pid), seconds=10)  # type: ignore[misc]
    assert status(folder).engines is None
    again = start(folder, for_tests=False)
    assert again == first
    with psycopg.connect(again.database_url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_start__is_not_stopped_by_a_pid_file_whose_number_was_taken(folder: Path) -> None:
    start(folder, for_tests=True)
    stop(folder)
    pid_file = Path(_state(folder).home) / "postgres" / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n")
    assert status(folder).postgres_pid is None
    assert _both_work(start(folder, for_tests=True))


def test_start__forgets_a_creation_cut_half_way(folder: Path) -> None:
    start(folder, for_tests=True)
    stop(folder)
    data = Path(_state(folder).home) / "postgres"
    data.rename(data.with_name("postgres.partial"))
    (data.with_name("postgres.partial") / "PG_VERSION").unlink()
    assert _both_work(start(folder, for_tests=True))


def test_start__takes_other_ports_when_the_remembered_ones_are_taken(folder: Path) -> None:
    start(folder, for_tests=True)
    stop(folder)
    old = _state(folder)
    with (
        closing(socket.create_server(("127.0.0.1", old.postgres_port or 0))),
        closing(socket.create_server(("127.0.0.1", old.valkey_port or 0))),
    ):
        engines = start(folder, for_tests=True)
        new = _state(folder)
        assert {new.postgres_port, new.valkey_port}.isdisjoint({old.postgres_port, old.valkey_port})
        assert _both_work(engines)


def test_start__two_folders_live_side_by_side(tmp_path: Path) -> None:
    left, right = tmp_path / "left", tmp_path / "right"
    with (
        running(left, for_tests=True, remove=True) as first,
        running(right, for_tests=True, remove=True) as second,
    ):
        ports = {_state(place).postgres_port for place in (left, right)} | {
            _state(place).valkey_port for place in (left, right)
        }
        assert len(ports) == 4
        stop(right)
        assert _both_work(first)
        assert start(right, for_tests=True) == second
    assert not left.exists()
    assert not right.exists()


def test_start__two_starters_at_once_get_the_same_servers(folder: Path) -> None:
    command = [sys.executable, "-m", "config.engines", "start", "--for-tests", "--folder", str(folder)]
    starters = [
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in "ab"
    ]
    said = [starter.communicate(timeout=90)[0] for starter in starters]
    assert [starter.returncode for starter in starters] == [0, 0]
    assert said[0] == said[1]
    assert said[0].startswith("DATABASE_URL=postgresql://grc:")


def test_start__works_under_a_path_too_long_for_a_socket(tmp_path: Path) -> None:
    place = tmp_path / ("d" * 90) / ("e" * 90)
    place.mkdir(parents=True)
    with running(place, for_tests=True, remove=True) as engines:
        state = _state(place)
        assert len(f"{state.socket_folder}/.s.PGSQL.{state.postgres_port}") <= 103
        assert (Path(state.socket_folder) / f".s.PGSQL.{state.postgres_port}").exists()
        assert _both_work(engines)
    assert not Path(state.socket_folder).exists()


def test_start__runs_as_an_ordinary_user_and_changes_no_mode_above(folder: Path) -> None:
    above = [(path, path.stat().st_mode) for path in (*folder.parents,)]
    start(folder, for_tests=True)
    expected = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    home = Path(_state(folder).home)
    for pid in _pids(folder):
        assert psutil.Process(pid).uids() == (expected, expected, expected)
    assert home.stat().st_uid == expected
    assert home.stat().st_mode & 0o777 == 0o700
    assert [(path, path.stat().st_mode) for path, _ in above] == above


def test_stop__leaves_no_process_no_port_and_on_request_no_file(folder: Path) -> None:
    start(folder, for_tests=True)
    state, pids = _state(folder), _pids(folder)
    children = [child.pid for child in psutil.Process(pids[0]).children()]
    assert children
    stop(folder)
    assert [pid for pid in (*pids, *children) if alive(pid)] == []
    assert port_is_free(state.postgres_port or 0)
    assert port_is_free(state.valkey_port or 0)
    assert Path(state.home).is_dir()
    stop(folder, remove=True)
    assert not Path(state.home).exists()
    assert not folder.exists()


def test_status__of_a_folder_never_used_shows_nothing(tmp_path: Path) -> None:
    found = status(tmp_path / "nowhere")
    assert (found.postgres_pid, found.valkey_pid, found.engines) == (None, None, None)
    assert not (tmp_path / "nowhere").exists()


def test_watch__starts_again_what_was_killed_at_the_same_address(folder: Path) -> None:
    engines = start(folder, for_tests=True)
    assert watch_once(folder, for_tests=True) == []
    postgres, valkey = _pids(folder)
    os.kill(valkey, signal.SIGKILL)
    wait_until(lambda: status(folder).valkey_pid is None, seconds=10)
    assert watch_once(folder, for_tests=True) == ["Valkey"]
    os.kill(postgres, signal.SIGKILL)
    wait_until(lambda: status(folder).postgres_pid is None, seconds=10)
    assert watch_once(folder, for_tests=True) == ["PostgreSQL"]
    assert status(folder).engines == engines
    assert _both_work(engines)


def test_watch__asks_for_its_folder() -> None:
    assert watch_main([]) == 2
