"""Real processes, killed for real."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from config.engines import status, stop
from config.engines.ports import port_is_free
from config.engines.processes import alive, wait_until
from config.env_file import ROOT
from config.supervisor import Guard, ProcessSpec, Supervisor
from config.supervisor.spec import failures_after, restart_delay

STAND_IN = Path(__file__).with_name("stand_in.py")


@dataclass
class Scene:
    """A supervisor of stand-ins, what it said and what they wrote."""

    folder: Path
    supervisor: Supervisor
    said: list[str] = field(default_factory=list)

    @property
    def journal(self) -> list[str]:
        path = self.folder / "journal"
        return path.read_text().splitlines() if path.exists() else []

    def births(self, name: str) -> list[tuple[int, int, int]]:
        """(pid, pid of its child, port) of each start of ``name``, in order."""
        found = [re.fullmatch(rf"{name} pid (\d+) child (\d+) port (\d+)", line) for line in self.journal]
        return [(int(m[1]), int(m[2]), int(m[3])) for m in found if m]

    def launch(
        self, name: str, *options: str, wave: int = 0, stop_seconds: float = 8.0
    ) -> tuple[int, int, int]:
        argv = (sys.executable, str(STAND_IN), str(self.folder / "journal"), name, *options)
        self.supervisor.launch(ProcessSpec(name, argv, wave=wave, stop_seconds=stop_seconds))
        assert self.supervisor.run(until=lambda: bool(self.births(name)), seconds=20)
        return self.births(name)[0]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    guard = Guard()
    said: list[str] = []
    supervisor = Supervisor(cwd=ROOT, logs=tmp_path / "logs", guard=guard, say=said.append)
    yield Scene(tmp_path, supervisor, said)
    supervisor.stop()
    guard.dismiss()


def test_restart_delay__is_short_at_first_then_doubles_to_a_limit() -> None:
    assert [restart_delay(failures) for failures in range(1, 12)] == [
        0.1, 0.1, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0,
    ]  # fmt: skip


def test_failures_after__a_process_that_worked_a_while_starts_afresh() -> None:
    assert failures_after(6, lived_seconds=19.9) == 7
    assert failures_after(6, lived_seconds=20.0) == 1


def test_supervisor__one_killed_is_back_within_two_seconds(scene: Scene) -> None:
    pid, child, port = scene.launch("web")
    os.kill(pid, signal.SIGKILL)
    begin = time.monotonic()
    assert scene.supervisor.run(until=lambda: len(scene.births("web")) == 2, seconds=10)
    assert time.monotonic() - begin < 2.0
    assert scene.births("web")[1][0] != pid
    assert wait_until(lambda: not alive(child), seconds=5)
    assert port_is_free(port)
    assert scene.said == ["web s'est arrêté (signal SIGKILL) : relance immédiate."]


def test_supervisor__one_that_keeps_failing_waits_longer_and_says_why(scene: Scene) -> None:
    program = "import sys; print('la table manque'); sys.exit(3)"
    scene.supervisor.launch(ProcessSpec("beat", (sys.executable, "-c", program)))
    assert scene.supervisor.run(until=lambda: len(scene.said) >= 4, seconds=30)
    assert scene.said[0] == "beat s'est arrêté (code 3) : relance immédiate."
    assert scene.said[3] == (
        "beat s'est arrêté (code 3), 4 fois de suite : nouvel essai dans 1 s. "
        f"Dernière ligne de {scene.folder}/logs/beat.log : la table manque"
    )


def test_supervisor__a_program_that_does_not_exist_is_said_and_tried_again(scene: Scene) -> None:
    scene.supervisor.launch(ProcessSpec("live", ("/nowhere/at/all",)))
    assert scene.supervisor.run(until=lambda: len(scene.said) >= 2, seconds=10)
    assert scene.said[0].startswith("live ne se lance pas (No such file or directory) : relance")


def test_supervisor__shows_only_the_lines_that_matter(scene: Scene) -> None:
    program = (
        "import signal\nprint('INFO all is well')\nprint('2026 ERROR it broke', flush=True)\nsignal.pause()"
    )
    scene.supervisor.launch(ProcessSpec("worker", (sys.executable, "-c", program)))
    assert scene.supervisor.run(until=lambda: bool(scene.said), seconds=10)
    assert scene.said == ["worker | 2026 ERROR it broke"]
    assert (scene.folder / "logs" / "worker.log").read_text() == "INFO all is well\n2026 ERROR it broke\n"


def test_stop__ends_the_waves_in_order_and_leaves_nothing(scene: Scene) -> None:
    births = [
        scene.launch(name, wave=wave, stop_seconds=1.0)
        for name, wave in (("last", 2), ("first", 0), ("then", 1))
    ]
    scene.supervisor.stop()
    assert [line for line in scene.journal if line.endswith("term")] == [
        "first term",
        "then term",
        "last term",
    ]
    for pid, child, port in births:
        assert wait_until(lambda pids=(pid, child): not any(map(alive, pids)), seconds=5)  # type: ignore[misc]
        assert port_is_free(port)


def test_stop__does_not_wait_for_ever_for_one_that_does_not_listen(scene: Scene) -> None:
    pid, child, _ = scene.launch("deaf", "--deaf", stop_seconds=0.5)
    scene.supervisor.stop()
    assert wait_until(lambda: not alive(pid) and not alive(child), seconds=5)
    assert "deaf term" not in scene.journal


def test_guard__ends_everything_when_the_master_is_killed(tmp_path: Path) -> None:
    engines = tmp_path / "engines"
    master = subprocess.Popen(
        [sys.executable, "-m", "tests.config.supervisor.master", str(tmp_path)], cwd=ROOT
    )
    scene = Scene(tmp_path, Supervisor.__new__(Supervisor))
    try:
        assert wait_until(lambda: bool(scene.births("one")) and bool(scene.births("two")), seconds=60)
        found = status(engines)
        assert found.postgres_pid is not None
        assert found.valkey_pid is not None
    finally:
        master.kill()
        master.wait()
    births = scene.births("one") + scene.births("two")
    pids = [found.postgres_pid, found.valkey_pid, *(pid for birth in births for pid in birth[:2])]
    assert wait_until(lambda: not any(alive(pid) for pid in pids), seconds=30)
    assert all(port_is_free(birth[2]) for birth in births)
    assert wait_until(lambda: not engines.exists(), seconds=10)
    stop(engines, remove=True)
