"""Start, stop and look at the embedded engines of one folder."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from config.engines.binaries import binaries_find
from config.engines.errors import EnginesError, PortTaken
from config.engines.owner import Owner, home_make, owner_find, socket_folder_make
from config.engines.ports import port_choose
from config.engines.postgres import STOP_STEPS, Postgres
from config.engines.processes import end, servers_under, wait_until
from config.engines.state import State, locked, state_read, state_write
from config.engines.valkey import Valkey

ATTEMPTS = 8


@dataclass(frozen=True)
class Engines:
    """Addresses of two running engines, passwords included."""

    database_url: str
    redis_url: str


@dataclass(frozen=True)
class Status:
    """Process numbers of the running engines, None for one that is stopped; addresses when both run."""

    postgres_pid: int | None
    valkey_pid: int | None
    engines: Engines | None


def _state(folder: Path, owner: Owner, *, for_tests: bool) -> State:
    state = state_read(folder)
    if state is None or not Path(state.home).is_dir():
        home = home_make(owner, folder)
        state = State(home=str(home), socket_folder=str(socket_folder_make(owner, home)))
    elif not Path(state.socket_folder).is_dir():
        state.socket_folder = str(socket_folder_make(owner, Path(state.home)))
    if owner.uid is not None and Path(state.home).stat().st_uid != owner.uid:
        raise EnginesError(
            f"Les données de {folder} appartiennent à un autre utilisateur : reprenez le compte qui les a créées, "
            "ou effacez-les (make demo-reset)."
        )
    state.for_tests = for_tests
    return state


def _bring_up(folder: Path, state: State, engine: Postgres | Valkey) -> None:
    """Reuse the running server when it is ours and answers; else start one, on another port if the first is taken."""
    if engine.pid() is not None:
        if engine.answers():
            return
        engine.stop()
    is_postgres = isinstance(engine, Postgres)
    refused: set[int] = set()
    for attempt in range(ATTEMPTS):
        remembered = state.postgres_port if is_postgres else state.valkey_port
        other = state.valkey_port if is_postgres else state.postgres_port
        avoid = frozenset(refused | ({other} if other is not None else set()))
        port = port_choose(f"{folder}:{is_postgres}", remembered=remembered, avoid=avoid)
        if is_postgres:
            state.postgres_port = port
        else:
            state.valkey_port = port
        state_write(folder, state)
        try:
            engine.launch()
        except PortTaken:
            refused.add(port)
        except EnginesError as error:
            # Children of a server killed outright hold its memory for a moment more.
            if "shared memory" not in str(error) or attempt + 1 == ATTEMPTS:
                raise
            wait_until(lambda: False, seconds=0.5)
        else:
            return
    raise EnginesError("Aucun port libre ne reste libre assez longtemps pour démarrer les moteurs.")


def start(folder: Path, *, for_tests: bool) -> Engines:
    """Start both engines, or find those of this folder that already run, and return their addresses.

    ``folder`` is made if needed (mode 700). ``for_tests`` trades safety of the data for speed.
    Raises EnginesError, whose message is a French sentence.
    """
    folder = folder.absolute()
    with locked(folder):
        owner = owner_find()
        before = state_read(folder)
        state = _state(folder, owner, for_tests=for_tests)
        home = Path(state.home)
        binaries = binaries_find(owner, home)
        postgres = Postgres(owner, binaries, home, state)
        valkey = Valkey(owner, binaries, home, state)
        if before is not None and before.for_tests != for_tests:
            postgres.stop()
        state_write(folder, state)
        postgres.create()
        valkey.create()
        _bring_up(folder, state, postgres)
        postgres.prepare()
        _bring_up(folder, state, valkey)
        return Engines(postgres.url, valkey.url)


def _servers(folder: Path) -> tuple[State, Postgres, Valkey] | None:
    state = state_read(folder)
    if state is None or not Path(state.home).is_dir():
        return None
    home = Path(state.home)
    owner = Owner()
    binaries = binaries_find(owner, home)
    return state, Postgres(owner, binaries, home, state), Valkey(owner, binaries, home, state)


def stop(folder: Path, *, remove: bool = False) -> None:
    """Stop both engines if they run. ``remove`` also deletes their data, wherever it is."""
    folder = folder.absolute()
    if not folder.is_dir():
        return
    with locked(folder):
        found = _servers(folder)
        if found is not None:
            state, postgres, valkey = found
            valkey.stop()
            postgres.stop()
            # One that was starting when its starter was killed has no pid file yet.
            for pid in servers_under(Path(state.home)):
                end(pid, steps=STOP_STEPS)
            if remove:
                shutil.rmtree(state.home, ignore_errors=True)
            if remove or not Path(state.socket_folder).is_relative_to(state.home):
                shutil.rmtree(state.socket_folder, ignore_errors=True)
        if remove:
            with suppress(FileNotFoundError):
                shutil.rmtree(folder)


def status(folder: Path) -> Status:
    """What runs for this folder, without starting anything."""
    found = _servers(folder.absolute())
    if found is None:
        return Status(None, None, None)
    _, postgres, valkey = found
    pids = postgres.pid(), valkey.pid()
    both = all(pid is not None for pid in pids)
    return Status(*pids, Engines(postgres.url, valkey.url) if both else None)


@contextmanager
def running(folder: Path, *, for_tests: bool, remove: bool = False) -> Iterator[Engines]:
    """Engines for the time of a block."""
    try:
        yield start(folder, for_tests=for_tests)
    finally:
        stop(folder, remove=remove)
