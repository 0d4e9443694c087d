"""The tests' own database, gone for a moment: every connection to it is cut and no new one is let in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql


def beside(name: str = "postgres") -> psycopg.Connection[Any]:
    """Somebody else's connection to a database of the same server: by default one where the tests' own may be acted
    upon."""
    given = connection.get_connection_params()
    kept = {name: given[name] for name in ("host", "port", "user", "password") if name in given}
    return psycopg.connect(**kept, dbname=name, autocommit=True)


def connections_cut() -> None:
    """Every connection to the tests' database is ended by the server, as when it restarts."""
    name = connection.settings_dict["NAME"]
    with beside() as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def connections_forget() -> None:
    """Ours are among those which were cut: none of them, nor of the pool's, is used again."""
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]


@contextmanager
def database_gone() -> Iterator[Callable[[], None]]:
    """Inside, nobody reaches the tests' database, until the function it gives is called or the block ends."""
    name = sql.Identifier(connection.settings_dict["NAME"])

    def back() -> None:
        with beside() as other:
            other.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(name))

    with beside() as other:
        other.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
    try:
        connections_cut()
        yield back
    finally:
        back()
        connections_forget()


@contextmanager
def database_gone_until(check: Callable[[], bool]) -> Iterator[None]:
    """As :func:`database_gone`; a thread brings it back as soon as ``check`` is true."""
    over = threading.Event()
    with database_gone() as back:

        def watch() -> None:
            while not check() and not over.is_set():
                over.wait(0.01)
            back()

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()
