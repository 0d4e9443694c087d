"""Pure. The value of a condition for given facts, and why.

Kleene's strong three-valued logic: an unknown fact makes a test unknown (None); `all` is False as soon as
one is False, `any` True as soon as one is True, whatever is unknown beside. `exists` is never unknown.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from grc.conditions.catalogue import FactDef, FactType
from grc.conditions.nodes import AllOf, Expression, Not, Test, TimeWindow
from grc.conditions.parsing import PARIS
from grc.conditions.text import describe, value_text

_WORDS: Final = {True: "Oui", False: "Non", None: "On ne sait pas"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`value`: True, False, or None for unknown. `sentence`: French. `children`: in the order of the node."""

    value: bool | None
    sentence: str
    children: tuple["Verdict", ...] = ()

    def reasons(self) -> list[str]:
        """The sentences of the tests that made this value, each once, in order."""
        return list(dict.fromkeys(self._decisive()))

    def _decisive(self) -> Iterator[str]:
        if not self.children:
            yield self.sentence
        elif len(self.children) == 1:
            yield from self.children[0]._decisive()
        else:
            for child in self.children:
                if child.value is self.value:
                    yield from child._decisive()


def _known(fact: FactDef, raw: Any) -> Any:
    """The fact as its type wants it, or None when it is absent or not of its type."""
    kind = fact.type
    if kind is FactType.BOOLEAN:
        return raw if isinstance(raw, bool) else None
    if kind is FactType.NUMBER:
        return raw if isinstance(raw, int | float) and not isinstance(raw, bool) else None
    if kind is FactType.CODES:
        return tuple(raw) if isinstance(raw, list | tuple | set | frozenset) else None
    if kind is FactType.MOMENT:
        return raw if isinstance(raw, datetime) and raw.tzinfo is not None else None
    if kind is FactType.DATE:
        return _known_date(raw)
    return str(raw) if isinstance(raw, str) and raw else None


def _known_date(raw: Any) -> date | None:
    if isinstance(raw, datetime):
        return raw.astimezone(PARIS).date() if raw.tzinfo is not None else raw.date()
    if isinstance(raw, date):
        return raw
    try:
        return date.fromisoformat(raw)
    except (TypeError, ValueError):
        return None


def _inside(window: TimeWindow, moment: datetime) -> bool:
    local = moment.astimezone(PARIS)
    if window.weekdays and local.weekday() not in window.weekdays:
        return False
    if window.start is None or window.end is None:
        return True
    minute = local.hour * 60 + local.minute
    if window.start < window.end:
        return window.start <= minute < window.end
    return minute >= window.start or minute < window.end


# Operator -> whether the known value passes against the constant.
_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "is": lambda known, value: known == value,
    "in": lambda known, value: known in value,
    "contains": lambda known, value: value in known,
    "under": lambda known, value: known == value or known.startswith(f"{value}/"),
    "between": lambda known, value: value[0] <= known <= value[1],
    "matches": lambda known, value: _inside(value, known),
    "before": lambda known, value: known < value,
    "less": lambda known, value: known < value,
    "after": lambda known, value: known > value,
    "greater": lambda known, value: known > value,
}


def _test(test: Test, facts: Mapping[str, Any]) -> Verdict:
    known = _known(test.fact, facts.get(test.fact.name))
    said = describe(test)
    if test.operator == "exists":
        value = (known is not None) is test.value
        return Verdict(value, f"{_WORDS[value]} : {said}.")
    if known is None:
        return Verdict(None, f"{_WORDS[None]} : {said} (valeur inconnue).")
    value = bool(_COMPARE[test.operator](known, test.value))
    here = "" if value and test.operator == "is" else f" (ici : {value_text(test.fact, known)})"
    return Verdict(value, f"{_WORDS[value]} : {said}{here}.")


def _all(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True


def evaluate(expression: Expression, facts: Mapping[str, Any]) -> Verdict:
    """The verdict of a condition; `facts`: name -> value, an absent name or None being unknown.

    A value that is not of its declared type is unknown too. Moments are aware datetimes, dates `date` or ISO.
    """
    if isinstance(expression, Test):
        return _test(expression, facts)
    value: bool | None
    if isinstance(expression, Not):
        child = evaluate(expression.item, facts)
        value = None if child.value is None else not child.value
        children: tuple[Verdict, ...] = (child,)
    else:
        children = tuple(evaluate(item, facts) for item in expression.items)
        values = [child.value for child in children]
        if isinstance(expression, AllOf):
            value = _all(values)
        else:
            opposite = _all([None if item is None else not item for item in values])
            value = None if opposite is None else not opposite
    return Verdict(value, f"{_WORDS[value]} : {describe(expression)}.", children)
