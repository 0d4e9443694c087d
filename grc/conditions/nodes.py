"""Pure. The parsed form of a condition, and its writing back to JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from grc.calendars.frames import WEEKDAYS, clock_text
from grc.conditions.catalogue import FactDef


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """Days of the week (0 is Monday; none: all) and local minutes; `start` > `end` passes midnight.

    `end` is excluded; both bounds are None when only the day counts.
    """

    weekdays: tuple[int, ...]
    start: int | None
    end: int | None


@dataclass(frozen=True, slots=True)
class Test:
    """One fact against one constant. `value` has the Python type of the fact, a tuple of it for a list."""

    __test__ = False  # pytest would take it for a test class

    fact: FactDef
    operator: str
    value: Any


@dataclass(frozen=True, slots=True)
class AllOf:
    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class Not:
    item: "Expression"


Expression = Test | AllOf | AnyOf | Not


def _constant(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_constant(item) for item in value]
    if isinstance(value, TimeWindow):
        window: dict[str, Any] = {}
        if value.weekdays:
            window["weekdays"] = [WEEKDAYS[day] for day in value.weekdays]
        if value.start is not None and value.end is not None:
            window["from"], window["to"] = clock_text(value.start), clock_text(value.end)
        return window
    return value


def to_json(expression: Expression) -> dict[str, Any]:
    """The JSON of a condition: `parse` reads it back to an equal one."""
    if isinstance(expression, AllOf):
        return {"all": [to_json(item) for item in expression.items]}
    if isinstance(expression, AnyOf):
        return {"any": [to_json(item) for item in expression.items]}
    if isinstance(expression, Not):
        return {"not": to_json(expression.item)}
    return {"fact": expression.fact.name, expression.operator: _constant(expression.value)}


def _tests(expression: Expression) -> Iterator[Test]:
    if isinstance(expression, Test):
        yield expression
    elif isinstance(expression, Not):
        yield from _tests(expression.item)
    else:
        for item in expression.items:
            yield from _tests(item)


def facts_of(expression: Expression) -> frozenset[str]:
    """The names of the facts a condition reads: what must be asked, and what makes it run again."""
    return frozenset(test.fact.name for test in _tests(expression))
