"""Work shared between processes forked from this one: reading the service again in each would cost what they gain."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections.abc import Callable, Sequence
from typing import Final

from django.db import connections

MOST: Final = 3
"""The base works as much as half of them: more processes would wait for it."""


class LaneFailed(Exception):
    """A process stopped before its end; what it had finished is kept, and a second run goes on."""


def workers_wanted() -> int:
    """As many as processors, three at most; one where a fork is not safe."""
    if not sys.platform.startswith("linux"):
        return 1
    return max(1, min(MOST, len(os.sched_getaffinity(0))))


def run_together(tasks: Sequence[Callable[[], None]]) -> None:
    """Run each task in a process of its own and wait for all. Raises LaneFailed when one of them fails."""
    # A connection must not be shared across a fork: each process opens its own.
    for connection in connections.all(initialized_only=True):
        connection.close()
        close_pool = getattr(connection, "close_pool", None)
        if close_pool is not None:
            close_pool()
    fork = multiprocessing.get_context("fork")
    gc.freeze()
    processes = [fork.Process(target=task) for task in tasks]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    gc.unfreeze()
    failed = [process.exitcode for process in processes if process.exitcode != 0]
    if failed:
        raise LaneFailed(
            "La démonstration n’a pas fini de se remplir : relancez la commande, elle reprendra où elle s’est arrêtée."
        )
