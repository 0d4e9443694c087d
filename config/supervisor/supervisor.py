"""Starts processes, starts again the one that ends, and stops them all in order."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from itertools import groupby
from pathlib import Path

from config.supervisor.child import Child
from config.supervisor.groups import dies_with_parent, group_signal, groups_end
from config.supervisor.guard import Guard
from config.supervisor.spec import ProcessSpec, failures_after, restart_delay

TICK_SECONDS = 0.1


class Supervisor:
    """Used from the main thread. ``say`` shows one line to the person; ``logs`` receives ``<name>.log`` files."""

    def __init__(self, *, cwd: Path, logs: Path, guard: Guard, say: Callable[[str], None]) -> None:
        self.cwd = cwd
        self.logs = logs
        self.guard = guard
        self.say = say
        self.children: dict[str, Child] = {}
        self._before_program = dies_with_parent()
        self._hurry = False
        logs.mkdir(parents=True, exist_ok=True, mode=0o700)

    def launch(self, spec: ProcessSpec) -> None:
        child = Child(spec, log=self.logs / f"{spec.name}.log")
        self.children[spec.name] = child
        self._start(child)

    def _start(self, child: Child) -> None:
        try:
            pid = child.launch(cwd=self.cwd, before_program=self._before_program)
        except OSError as error:
            child.process = None
            self._plan(child, f"{child.spec.name} ne se lance pas ({error.strerror})")
            return
        self.guard.watch(pid)

    def _plan(self, child: Child, what: str) -> None:
        lived = time.monotonic() - child.started_at if child.started_at else 0.0
        child.failures = failures_after(child.failures, lived_seconds=lived)
        delay = restart_delay(child.failures)
        child.due_at = time.monotonic() + delay
        if delay < 1:
            self.say(f"{what} : relance immédiate.")
        else:
            log = child.log.relative_to(self.cwd) if child.log.is_relative_to(self.cwd) else child.log
            self.say(
                f"{what}, {child.failures} fois de suite : nouvel essai dans {delay:.0f} s. "
                f"Dernière ligne de {log} : {child.last_line()}"
            )

    def tick(self) -> None:
        """Look at every process once: show what matters in its log, plan or do its restart."""
        for child in self.children.values():
            for line in child.important_lines():
                self.say(f"{child.spec.name} | {line}")
            if child.process is not None and child.process.poll() is not None:
                code, pid = child.process.returncode, child.process.pid
                # Its own children would keep its port and its work.
                group_signal(pid, signal.SIGKILL)
                self.guard.forget(pid)
                child.process = None
                how = f"signal {signal.Signals(-code).name}" if code < 0 else f"code {code}"
                self._plan(child, f"{child.spec.name} s'est arrêté ({how})")
            if child.process is None and child.due_at is not None and time.monotonic() >= child.due_at:
                self._start(child)

    def run(self, *, until: Callable[[], bool], seconds: float | None = None) -> bool:
        """Supervise until ``until()`` or for ``seconds``; whether ``until()`` came true."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while not until():
            if deadline is not None and time.monotonic() > deadline:
                return False
            self.tick()
            time.sleep(TICK_SECONDS)
        return True

    def hurry(self) -> None:
        """Stop waiting for those that are slow to end."""
        self._hurry = True

    def stop(self) -> None:
        """Stop every process, wave after wave, with what it started."""
        ordered = sorted(self.children.values(), key=lambda child: child.spec.wave)
        for _, wave in groupby(ordered, key=lambda child: child.spec.wave):
            running = [child for child in wave if child.process is not None]
            pids = [child.process.pid for child in running if child.process is not None]
            longest = max((child.spec.stop_seconds for child in running), default=0.0)
            killed = groups_end(pids, seconds=longest, hurry=lambda: self._hurry)
            for child in running:
                if child.process is not None:
                    if child.process.pid in killed:
                        self.say(f"{child.spec.name} ne s'arrêtait pas : tué.")
                    child.process.wait()
                    self.guard.forget(child.process.pid)
                    child.process = None
        self.children.clear()
