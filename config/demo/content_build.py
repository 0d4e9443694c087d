"""Pure. From tables (TOML, JSON) to typed rows: unknown, missing and ill-typed keys are refused by name."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from grc.errors import GrcError

Row = TypeVar("Row")
Table = Mapping[str, Any]


class ContentError(GrcError):
    """The demonstration's content is wrong; the sentence names the file and the key."""

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where} : {message}", code="demo_content")


def build(cls: type[Row], table: Table, where: str, **extra: object) -> Row:
    """A ``cls`` (a dataclass) from a table, ``extra`` being computed fields. Raises ContentError."""
    hints, required = _fields(cast("Hashable", cls))
    values = {**table, **extra}
    unknown = sorted(set(values) - set(hints))
    if unknown:
        raise ContentError(where, f"clé inconnue « {unknown[0]} ».")
    missing = sorted(required - set(values))
    if missing:
        raise ContentError(where, f"il manque la clé « {missing[0]} ».")
    return cls(**{name: _value(hints[name], value, f"{where}, {name}") for name, value in values.items()})


def build_all(cls: type[Row], tables: Sequence[Table], where: str) -> tuple[Row, ...]:
    """One row per table; the place of each in its list is named in errors."""
    return tuple(build(cls, table, f"{where}, n° {index}") for index, table in enumerate(tables, start=1))


def split(text: str, separator: str | None = ";") -> tuple[str, ...]:
    """The non-empty pieces of a text: content files keep long lists on one line."""
    return tuple(piece.strip() for piece in text.split(separator) if piece.strip())


@cache
def _fields(cls: Any) -> tuple[Mapping[str, Any], frozenset[str]]:
    hints = get_type_hints(cls)
    required = frozenset(
        field.name for field in dataclasses.fields(cls) if field.default is dataclasses.MISSING
    )
    return hints, required


def _value(expected: Any, value: Any, where: str) -> Any:
    origin = get_origin(expected)
    if origin is tuple:
        return _tuple(get_args(expected), value, where)
    if origin in (Mapping, dict):
        inner = get_args(expected)[1]
        if not isinstance(value, Mapping):
            raise ContentError(where, "une table était attendue.")
        return {key: _value(inner, item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(expected, types.UnionType):
        return value
    if dataclasses.is_dataclass(expected) and isinstance(expected, type):
        return value if isinstance(value, expected) else build(expected, value, where)
    if not isinstance(value, expected) or (expected is int and isinstance(value, bool)):
        raise ContentError(where, f"une valeur de type {expected.__name__} était attendue.")
    return value


def _tuple(inner: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        raise ContentError(where, "une liste était attendue.")
    return tuple(_value(inner[0], item, f"{where}[{index}]") for index, item in enumerate(value))
