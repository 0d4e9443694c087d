"""A webhook is answered within two seconds, whatever becomes of the database.

A statement that lasts is stopped at the deadline, from outside and without asking the database anything beforehand; a
connection that a restart has broken is replaced and the work done again, which is safe: nothing was committed, or its
receipt says so. When neither helps, the caller gets what needs nothing but this process.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import psycopg
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connection, connections
from django.db import Error as DatabaseError
from prometheus_client import Counter

logger = logging.getLogger(__name__)
T = TypeVar("T")
ANSWER_SECONDS: Final = 2.0
"""The provider would wait 15 s; a person who hears nothing hangs up long before."""
TICK: Final = 0.1
FALLBACKS: Final = Counter(
    "grc_webhook_fallback_total", "Webhooks answered without the database, because something failed", ["what"]
)


def answer_in_time(work: Callable[[], T], *, otherwise: Callable[[], T], what: str) -> T:
    """What ``work`` gives, or ``otherwise`` when it cannot: ``what`` names it in the log and the figures."""
    deadline = time.monotonic() + ANSWER_SECONDS
    pause = 0.02
    while True:
        try:
            with _stopped_at(deadline):
                return work()
        except (OperationalError, InterfaceError) as error:
            again = _connection_lost(error) and not connection.in_atomic_block
            if not again or time.monotonic() + pause > deadline:
                return _otherwise(otherwise, what, error)
            connection.close()
            time.sleep(pause)
            pause = min(2 * pause, 0.3)
        except Exception as error:  # noqa: BLE001 -- whatever we got wrong, somebody on the telephone must hear a word
            return _otherwise(otherwise, what, error)


def _otherwise(otherwise: Callable[[], T], what: str, error: Exception) -> T:
    FALLBACKS.labels(what=what).inc()
    # The database says what it refused with the values it was given: only its kind is written.
    logger.error(
        "%s answered without the database: %s",
        what,
        type(error).__name__,
        exc_info=None if isinstance(error, DatabaseError) else error,
    )
    return otherwise()


def _connection_lost(error: Exception) -> bool:
    """Broken or refused, not a statement that was stopped: that one would last again."""
    cause = error.__cause__
    return not isinstance(cause, (psycopg.errors.QueryCanceled, psycopg.errors.LockNotAvailable))


class _Entry:
    """One piece of work, and how to stop the statement it is waiting for."""

    def __init__(self, at: float, wrapper: Any) -> None:
        self.at = at
        self._wrapper = wrapper
        self._lock = threading.Lock()
        self._over = False

    def over(self) -> None:
        # Under the lock: its connection will be somebody else's as soon as this returns.
        with self._lock:
            self._over = True

    def stop(self) -> None:
        with self._lock:
            live = None if self._over else self._wrapper.connection
            if live is None:
                return
            try:
                live.cancel_safe(timeout=1.0)
            except psycopg.Error as error:
                logger.warning("a statement could not be stopped: %s", type(error).__name__)


class _Watcher:
    """One thread of this process, that looks at the clock a few times a second while somebody works."""

    def __init__(self) -> None:
        self._entries: deque[_Entry] = deque()
        self._busy = threading.Event()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def add(self, entry: _Entry) -> None:
        self._entries.append(entry)
        if not self._busy.is_set():
            self._busy.set()
        if self._thread is None or not self._thread.is_alive():
            self._launch()

    def _launch(self) -> None:
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="webhook-deadlines", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._busy.wait()
            if not self._entries:
                self._busy.clear()
                # One may have come between the two lines.
                if self._entries:
                    self._busy.set()
                continue
            time.sleep(TICK)
            # All last as long: the first added is the first due.
            while self._entries and self._entries[0].at <= time.monotonic():
                self._entries.popleft().stop()


_WATCHER: Final = _Watcher()


@contextmanager
def _stopped_at(deadline: float) -> Iterator[None]:
    # This thread's own wrapper: the name ``connection`` means another one in the watcher's.
    entry = _Entry(deadline, connections[DEFAULT_DB_ALIAS])
    _WATCHER.add(entry)
    try:
        yield
    finally:
        entry.over()
