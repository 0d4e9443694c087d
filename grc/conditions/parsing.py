"""Pure. From JSON to a checked condition: every error in French, with the path to its node.

Paths start at « $ »: `$.all[1].not.fact`. Depth, number of nodes, lists and texts are bounded, so that a
condition typed by an administrator can never cost more than its evaluation is worth.
"""

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from grc.calendars.frames import WEEKDAYS, minutes
from grc.conditions.catalogue import OPERATORS, Catalogue, FactDef, FactType
from grc.conditions.nodes import AllOf, AnyOf, Expression, Not, Test, TimeWindow
from grc.errors import Invalid

MAX_DEPTH: Final = 12
MAX_NODES: Final = 300
MAX_LIST: Final = 1000
MAX_TEXT: Final = 500

PARIS: Final = ZoneInfo("Europe/Paris")
_GROUPS: Final = ("all", "any", "not")


class _RefusedError(Exception):
    """One fault, at one path; caught where the next sibling can still be read."""

    def __init__(self, path: str, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path
        self.sentence = sentence


def _text(value: Any, path: str) -> str:
    if not isinstance(value, str) or not value or len(value) > MAX_TEXT:
        raise _RefusedError(path, f"Un texte de 1 à {MAX_TEXT} caractères est attendu ici.")
    return value


def _number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _RefusedError(path, "Un nombre est attendu ici.")
    return value


def _date(value: Any, path: str) -> date:
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise _RefusedError(path, "Une date est attendue ici, par exemple 2026-05-15.") from None


def _moment(value: Any, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _RefusedError(path, "Un moment est attendu ici, par exemple 2026-05-15T08:00.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=PARIS)


def _time(value: Any, path: str) -> int:
    try:
        return minutes(value)
    except (AttributeError, ValueError):
        raise _RefusedError(path, "Une heure est attendue ici, par exemple 08:30.") from None


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_LIST:
        raise _RefusedError(path, f"Une liste de 1 à {MAX_LIST} éléments est attendue ici.")
    return value


def _scalar(fact: FactDef, value: Any, path: str) -> Any:
    if fact.type is FactType.NUMBER:
        return _number(value, path)
    if fact.type is FactType.DATE:
        return _date(value, path)
    if fact.type is FactType.MOMENT:
        return _moment(value, path)
    if fact.type is FactType.BOOLEAN:
        if not isinstance(value, bool):
            raise _RefusedError(path, "Oui ou non (true ou false) est attendu ici.")
        return value
    text = _text(value, path)
    if fact.values and text not in fact.values:
        known = ", ".join(fact.values)
        raise _RefusedError(path, f"« {text} » n’est pas une valeur possible ; les valeurs sont : {known}.")
    return text


def _window(value: Any, path: str) -> TimeWindow:
    if not isinstance(value, Mapping) or not value or set(value) - {"weekdays", "from", "to"}:
        raise _RefusedError(path, "Des jours (weekdays) ou des heures (from, to) sont attendus ici.")
    days: list[int] = []
    for place, name in enumerate(_list(value["weekdays"], f"{path}.weekdays") if "weekdays" in value else []):
        if name not in WEEKDAYS:
            raise _RefusedError(
                f"{path}.weekdays[{place}]", "Un jour est attendu ici : " + ", ".join(WEEKDAYS) + "."
            )
        days.append(WEEKDAYS.index(name))
    if ("from" in value) != ("to" in value):
        raise _RefusedError(path, "L’heure de début et l’heure de fin vont ensemble.")
    if "from" not in value:
        return TimeWindow(tuple(sorted(set(days))), None, None)
    start, end = _time(value["from"], f"{path}.from"), _time(value["to"], f"{path}.to")
    if start == end:
        raise _RefusedError(f"{path}.to", "L’heure de fin est la même que l’heure de début.")
    return TimeWindow(tuple(sorted(set(days))), start, end)


def _value(fact: FactDef, operator: str, value: Any, path: str) -> Any:
    if operator == "exists":
        if not isinstance(value, bool):
            raise _RefusedError(path, "Oui ou non (true ou false) est attendu ici.")
        return value
    if operator == "matches":
        return _window(value, path)
    if operator == "in":
        items = _list(value, path)
        return tuple(_scalar(fact, item, f"{path}[{place}]") for place, item in enumerate(items))
    if operator == "between":
        if not isinstance(value, list) or len(value) != 2:
            raise _RefusedError(path, "Deux bornes sont attendues ici.")
        low, high = _scalar(fact, value[0], f"{path}[0]"), _scalar(fact, value[1], f"{path}[1]")
        if high < low:
            raise _RefusedError(path, "La seconde borne est avant la première.")
        return (low, high)
    return _scalar(fact, value, path)


class _Parser:
    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.nodes = 0
        self.errors: dict[str, list[str]] = {}

    def test(self, data: Mapping[str, Any], path: str) -> Test:
        name = data["fact"]
        fact = self.catalogue.get(name) if isinstance(name, str) else None
        if fact is None:
            raise _RefusedError(f"{path}.fact", f"Le fait « {str(name)[:60]} » n’existe pas.")
        operators = [key for key in data if key != "fact"]
        possible = ", ".join(OPERATORS[fact.type])
        if len(operators) != 1:
            raise _RefusedError(path, f"Une seule comparaison est attendue, parmi : {possible}.")
        operator = operators[0]
        if operator not in OPERATORS[fact.type]:
            raise _RefusedError(
                path,
                f"La comparaison « {str(operator)[:60]} » ne s’applique pas à {fact.label} ; sont possibles : "
                f"{possible}.",
            )
        return Test(fact, operator, _value(fact, operator, data[operator], f"{path}.{operator}"))

    def group(self, data: Mapping[str, Any], path: str, depth: int) -> Expression:
        key = next(iter(data))
        if len(data) != 1 or key not in _GROUPS:
            raise _RefusedError(
                path, "Une condition est « all », « any », « not », ou un fait et sa comparaison."
            )
        if key == "not":
            return Not(self.node(data["not"], f"{path}.not", depth + 1))
        items = data[key]
        if not isinstance(items, list):
            raise _RefusedError(f"{path}.{key}", "Une liste de conditions est attendue ici.")
        read: list[Expression] = []
        for place, item in enumerate(items):
            try:
                read.append(self.node(item, f"{path}.{key}[{place}]", depth + 1))
            except _RefusedError as refused:
                self.errors.setdefault(refused.path, []).append(refused.sentence)
                if self.nodes > MAX_NODES:
                    break
        return AllOf(tuple(read)) if key == "all" else AnyOf(tuple(read))

    def node(self, data: Any, path: str, depth: int) -> Expression:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _RefusedError("$", f"Cette condition est trop longue : {MAX_NODES} éléments au plus.")
        if depth > MAX_DEPTH:
            raise _RefusedError(path, f"Cette condition est trop imbriquée : {MAX_DEPTH} niveaux au plus.")
        if not isinstance(data, Mapping) or not data:
            raise _RefusedError(path, "Une condition est attendue ici.")
        return self.test(data, path) if "fact" in data else self.group(data, path, depth)


def parse(data: Any, catalogue: Catalogue) -> Expression:
    """The condition written in `data` (decoded JSON). Raises Invalid: `fields` maps paths to sentences."""
    parser = _Parser(catalogue)
    try:
        expression = parser.node(data, "$", 1)
    except _RefusedError as refused:
        parser.errors.setdefault(refused.path, []).append(refused.sentence)
    if parser.errors:
        raise Invalid("Cette condition comporte des erreurs.", fields=parser.errors, code="condition_invalid")
    return expression
