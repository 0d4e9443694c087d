"""The product as it is served, plus a count of its statements when a request of the measures asks for it.

Only the benchmark serves this module: the product itself answers no such header.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from django.db import connection

from config.wsgi import application as served

ASK: Final = "HTTP_X_BENCH_COUNT"
TELL: Final = "X-Bench-Statements"
READS: Final = ("SELECT",)
FRAME: Final = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SET")


def kind_of(sql: str) -> str:
    """``read``, ``write``, or ``frame`` for what only frames a transaction."""
    word = sql.lstrip().split(None, 1)[0].upper() if sql.strip() else "SET"
    if word in FRAME:
        return "frame"
    return "read" if word in READS and "FOR UPDATE" not in sql else "write"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI."""
    if ASK not in environ:
        return served(environ, start_response)
    found: Counter[str] = Counter()

    def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found[kind_of(sql)] += 1
        return execute(sql, params, many, context)

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        told = ",".join(str(found[kind]) for kind in ("read", "write", "frame"))
        return start_response(status, [*headers, (TELL, told)], *rest)

    with connection.execute_wrapper(count):
        return served(environ, start)
