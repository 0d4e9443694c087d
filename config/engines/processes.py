"""Is a process alive, is it ours, end it and wait. Through psutil, so the same on Linux and macOS."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

POLL_SECONDS = 0.02
SERVERS = frozenset({"postgres", "valkey-server"})


def wait_until(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Poll ``condition`` until it holds or ``seconds`` have passed; whether it held."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def alive(pid: int) -> bool:
    """Whether ``pid`` runs; one that has ended but was not reaped does not count."""
    if pid <= 0:
        return False
    with suppress(ChildProcessError):
        # Reaps it when it is a child of this very process.
        os.waitpid(pid, os.WNOHANG)
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
    except psutil.AccessDenied:
        return True


def works_in(pid: int, folder: Path) -> bool:
    """Whether ``pid`` has ``folder`` as its working folder: our engines do, a stranger that got the number does not."""
    try:
        return Path(psutil.Process(pid).cwd()).resolve() == folder.resolve()
    except (psutil.Error, OSError):
        return False


def servers_under(folder: Path) -> list[int]:
    """Servers of ours whose working folder is ``folder`` or below it; a person's shell there is not one."""
    root = folder.resolve()
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name() in SERVERS and Path(process.cwd()).resolve().is_relative_to(root):
                found.append(int(process.pid))
    return found


def end(pid: int, *, steps: tuple[tuple[signal.Signals, float], ...]) -> bool:
    """Send each signal in turn, waiting so many seconds after each; whether the process is gone."""
    for number, seconds in steps:
        if not alive(pid):
            return True
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_until(lambda: not alive(pid), seconds=seconds):
            return True
    return not alive(pid)
