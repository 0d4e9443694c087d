"""Process groups: every supervised process leads its own, so that what it started ends with it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil

POLL_SECONDS = 0.03
PR_SET_PDEATHSIG = 1


def born(pid: int) -> float | None:
    """When ``pid`` started (seconds since 1970), which tells it from a later process with the same number."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


def group_alive(group: int) -> bool:
    """Whether a process of the group still runs; those that ended but were not reaped do not count."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                return True
    return False


def group_signal(group: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def groups_end(
    groups: Iterable[int], *, seconds: float, hurry: Callable[[], bool] = lambda: False
) -> list[int]:
    """SIGTERM to every group, then SIGKILL to what is left after ``seconds``, or as soon as ``hurry()`` is true.

    Gives the groups that had to be killed.
    """
    left = list(groups)
    for group in left:
        group_signal(group, signal.SIGTERM)
    deadline = time.monotonic() + seconds
    while left and time.monotonic() < deadline and not hurry():
        left = [group for group in left if group_alive(group)]
        if left:
            time.sleep(POLL_SECONDS)
    for group in left:
        group_signal(group, signal.SIGKILL)
    return left


def dies_with_parent() -> Callable[[], None] | None:
    """What a child runs before its program on Linux, so that it gets SIGTERM if its parent is killed outright.

    None elsewhere: there the guard alone does it. To be used from the main thread only, since the kernel watches the
    thread that made the child.
    """
    if not sys.platform.startswith("linux"):
        return None
    library = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def before_program() -> None:
        library.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_program
