"""What an act leaves behind, written in one statement: history, events and what is owed for them, raw payloads, steps.

Nobody reads these rows in the transaction that writes them, so they may wait for its end. Inside
:func:`written_together` they do, and leave in one statement; elsewhere each is written at once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from django.db import connection, transaction

from grc.statements import rows_of

# By kind, in the order of the statement: what is written for the rows given as one JSON list.
_PARTS: Final = {
    "raw": """INSERT INTO grc_rawpayload (at, provider, kind, key, body)
  SELECT at, provider, kind, key, body
  FROM jsonb_to_recordset(%s::jsonb) AS r(at timestamptz, provider text, kind text, key text, body jsonb)""",
    "history": """INSERT INTO grc_timelineentry
    (at, ticket_id, contact_id, citizen_id, verb, actor_kind, actor_id, actor_label, sentence, old, new)
  SELECT at, ticket_id, contact_id, citizen_id, verb, actor_kind, actor_id, actor_label, sentence, old, new
  FROM jsonb_to_recordset(%s::jsonb) AS r(at timestamptz, ticket_id bigint, contact_id bigint, citizen_id bigint,
    verb text, actor_kind text, actor_id bigint, actor_label text, sentence text, old jsonb, new jsonb)""",
    "event": """INSERT INTO grc_event (id, name, payload, order_key, at)
  SELECT id, name, payload, order_key, at FROM numbered""",
    "step": """INSERT INTO grc_callstep (call_id, number, state, output, at)
  SELECT call_id, number, state, output, at
  FROM jsonb_to_recordset(%s::jsonb) AS r(call_id bigint, number int, state jsonb, output jsonb, at timestamptz)""",
    "call": """UPDATE grc_call c SET step = r.step, menu_path = r.menu_path, end_kind = r.end_kind
  FROM jsonb_to_recordset(%s::jsonb) AS r(id bigint, step int, menu_path text[], end_kind text)
  WHERE c.id = r.id""",
}
# Events are numbered before anything is inserted: a delivery names its event, whatever order the parts run in.
_NUMBERED: Final = """numbered AS MATERIALIZED (
  SELECT nextval(pg_get_serial_sequence('grc_event', 'id')) AS id, name, payload, order_key, at, subscribers
  FROM jsonb_to_recordset(%s::jsonb)
    AS r(name text, payload jsonb, order_key text, at timestamptz, subscribers jsonb)), owed AS (
  INSERT INTO grc_eventdelivery
    (event_id, subscriber, order_key, state, attempts, next_at, last_error, error_class)
  SELECT id, subscriber, order_key, 'pending', 0, at, '', ''
  FROM numbered, jsonb_array_elements_text(subscribers) AS subscriber ORDER BY id), """


class _Row:
    """One row that waits. Left among the callbacks of the transaction, so that a savepoint undone takes it away."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.watched = any(connection.savepoint_ids)
        if self.watched:
            transaction.on_commit(self)

    def __call__(self) -> None:
        """Committed: nothing is left to do."""


@dataclass
class _Waiting:
    rows: dict[str, list[_Row]] = field(default_factory=dict)

    def add(self, kind: str, values: dict[str, Any]) -> None:
        self.rows.setdefault(kind, []).append(_Row(values))

    def write(self) -> None:
        kept = {id(callback[1]) for callback in connection.run_on_commit}
        found = {
            kind: [row.values for row in rows if not row.watched or id(row) in kept]
            for kind, rows in self.rows.items()
        }
        self.rows = {}
        _write({kind: rows for kind, rows in found.items() if rows})


_waiting: ContextVar[_Waiting | None] = ContextVar("rows waiting for the end", default=None)


@contextmanager
def written_together() -> Iterator[None]:
    """A transaction at whose end all that was given to :func:`leave` is written in one statement.

    Inside another, it is part of it.
    """
    if _waiting.get() is not None:
        with transaction.atomic():
            yield
        return
    with transaction.atomic():
        waiting = _Waiting()
        token = _waiting.set(waiting)
        try:
            yield
        finally:
            _waiting.reset(token)
        waiting.write()


def leave(part: str, /, **values: Any) -> None:
    """Write one row in the caller's transaction, at its end when it is :func:`written_together`.

    ``part`` and the names of ``values`` are those of the statement above; moments in ISO 8601.
    """
    waiting = _waiting.get()
    if waiting is None:
        _write({part: [values]})
    else:
        waiting.add(part, values)


def _write(found: dict[str, list[dict[str, Any]]]) -> None:
    if not found:
        return
    kinds = tuple(kind for kind in _PARTS if kind in found)
    rows_of(_text(kinds), [json.dumps(found[kind]) for kind in _ordered(kinds)])


def _ordered(kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The order of the parameters: the events come first, numbered."""
    return ("event", *(kind for kind in kinds if kind != "event")) if "event" in kinds else kinds


@lru_cache(maxsize=32)
def _text(kinds: tuple[str, ...]) -> str:
    """One of a few texts: a part for each kind there is, the last one as the statement itself."""
    *first, last = [_PARTS[kind] for kind in _ordered(kinds)]
    named = [f"part_{place} AS ({part})" for place, part in enumerate(first)]
    numbered = _NUMBERED if "event" in kinds else ""
    head = numbered + ", ".join(named)
    return f"WITH {head.rstrip(', ')} {last}" if head else last
