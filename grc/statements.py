"""Statements written by hand where the ORM costs too much: prepared once for a connection, rows made into models.

The rest of the product goes through the ORM. What is written here is the path of a webhook of the telephone, walked
at each key a caller presses (docs/decisions, statements by hand).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from psycopg.pq import ExecStatus

M = TypeVar("M", bound=models.Model)


class _Prepared(psycopg.Cursor[tuple[Any, ...]]):
    """Plans each text once for a connection, whatever its values."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        done = super().execute(query, params, **{**options, "prepare": True})
        # Where Django reads the text it logs; left empty by psycopg once the statement is prepared.
        self._query = cast("Any", _Said(query.encode()))
        return done


@dataclass(frozen=True)
class _Said:
    query: bytes


def rows_of(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows a statement gives, none when it gives nothing. ``sql`` is one of a few texts, never put together from
    values: each text is kept prepared by the server. Counted and wrapped as any other statement of Django."""
    if not settings.DATABASE_PREPARED:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if _has_rows(cursor) else []
    base = connections[DEFAULT_DB_ALIAS]
    base.ensure_connection()
    # Django has no public way to a cursor of another class; this is the one its own cursor() takes.
    with cast("Any", base)._prepare_cursor(_Prepared(base.connection)) as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if _has_rows(cursor) else []


def _has_rows(cursor: Any) -> bool:
    """Without the description, which is made anew for each column each time."""
    return bool(cursor.pgresult.status == ExecStatus.TUPLES_OK)


@lru_cache(maxsize=64)
def columns(model: type[models.Model], alias: str) -> str:
    """Every column of a model, for a SELECT; read them back with :func:`instance_of`."""
    return ", ".join(f'{alias}."{field.column}"' for field in model._meta.concrete_fields)


@lru_cache(maxsize=64)
def width(model: type[models.Model]) -> int:
    """How many columns a model has."""
    return len(model._meta.concrete_fields)


@lru_cache(maxsize=64)
def _readers(model: type[models.Model]) -> tuple[tuple[str, ...], tuple[tuple[int, tuple[Any, ...]], ...]]:
    names = tuple(field.attname for field in model._meta.concrete_fields)
    found = [
        (place, tuple(field.get_db_converters(connection)))
        for place, field in enumerate(model._meta.concrete_fields)
    ]
    return names, tuple((place, converters) for place, converters in found if converters)


def instance_of(model: type[M], values: Sequence[Any]) -> M | None:
    """The row read through :func:`columns`; None when an outer join found nothing."""
    if values[0] is None:
        return None
    names, converted = _readers(model)
    row = list(values)
    for place, converters in converted:
        for convert in converters:
            row[place] = convert(row[place], None, connection)
    return model.from_db(connection.alias, names, row)


def instances_of(row: Sequence[Any], *found: type[models.Model]) -> list[Any]:
    """Of a row read through the columns of several models, one after the other: an instance or None for each."""
    instances, start = [], 0
    for model in found:
        size = width(model)
        instances.append(instance_of(model, row[start : start + size]))
        start += size
    return instances


def rows_found(model: type[M], tail: str, params: Sequence[Any]) -> list[M]:
    """The rows of one model, named ``t``, that ``tail`` (JOIN, WHERE, ORDER BY) finds."""
    text = f'SELECT {columns(model, "t")} FROM "{model._meta.db_table}" t {tail}'  # noqa: S608 -- names of columns only
    return [instance for row in rows_of(text, params) if (instance := instance_of(model, row)) is not None]


@lru_cache(maxsize=64)
def insert_text(model: type[models.Model], **given: str) -> tuple[str, tuple[Any, ...]]:
    """(``INSERT INTO "table" ("a", "b") VALUES (%s, %s)``, the fields of its parameters), without the key.

    ``given``: what stands in the place of the parameter of a column, in SQL.
    """
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(given.get(str(field.column), "%s") for field in fields)
    return (
        f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({places})',  # noqa: S608 -- names of columns only
        tuple(field for field in fields if field.column not in given),
    )


def values_of(instance: models.Model, fields: Iterable[Any]) -> list[Any]:
    """What goes into the columns of these fields, as saving the instance would write it."""
    # The connection itself: asked of the proxy, each field would look it up several times.
    base = connections[DEFAULT_DB_ALIAS]
    return [field.get_db_prep_save(field.pre_save(instance, True), base) for field in fields]


def inserted(instance: models.Model, key: int) -> None:
    """This new instance is the row of this key."""
    instance.pk = key
    instance._state.adding = False
    instance._state.db = connection.alias
