"""Pure. Conditions in French."""

from datetime import date, datetime
from typing import Any, Final

from grc.calendars.text import time_text, weekday_text
from grc.conditions.catalogue import FactDef
from grc.conditions.nodes import AllOf, Expression, Not, Test, TimeWindow
from grc.conditions.parsing import PARIS

_SHOWN: Final = 5


def value_text(fact: FactDef, value: Any) -> str:
    """One value of a fact as a person reads it."""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.astimezone(PARIS).strftime("%d/%m/%Y à %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, int | float):
        return f"{value:g}".replace(".", ",") if isinstance(value, float) else str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return ", ".join(value_text(fact, item) for item in value) or "aucune"
    return f"« {fact.values.get(str(value), str(value))} »"


def _choice(fact: FactDef, values: tuple[Any, ...]) -> str:
    if len(values) > _SHOWN:
        return f"l’une des {len(values)} valeurs prévues"
    said = [value_text(fact, value) for value in values]
    return said[0] if len(said) == 1 else ", ".join(said[:-1]) + " ou " + said[-1]


def _window(window: TimeWindow) -> str:
    parts = []
    if window.weekdays:
        days = [f"le {weekday_text(day)}" for day in window.weekdays]
        parts.append(days[0] if len(days) == 1 else ", ".join(days[:-1]) + " ou " + days[-1])
    if window.start is not None and window.end is not None:
        parts.append(f"entre {time_text(window.start)} et {time_text(window.end)}")
    return " ".join(parts)


def _test(test: Test) -> str:
    fact, label, value = test.fact, test.fact.label, test.value
    if test.operator == "exists":
        return f"on connaît {label}" if value else f"on ne connaît pas {label}"
    if test.operator == "matches":
        return f"{label} tombe {_window(value)}"
    if test.operator == "in":
        return f"{label} est {_choice(fact, value)}"
    if test.operator == "between":
        return f"{label} est entre {value_text(fact, value[0])} et {value_text(fact, value[1])}"
    said = value_text(fact, value)
    return {
        "is": f"{label} est {said}",
        "under": f"{label} relève de {said}",
        "contains": f"{said} figure dans {label}",
        "before": f"{label} est avant le {said}",
        "after": f"{label} est après le {said}",
        "greater": f"{label} dépasse {said}",
        "less": f"{label} reste sous {said}",
    }[test.operator]


def describe(expression: Expression) -> str:
    """The whole condition in French, without capital nor full stop, to be put inside a sentence."""
    if isinstance(expression, Test):
        return _test(expression)
    if isinstance(expression, Not):
        inner = describe(expression.item)
        return (
            f"il n’est pas vrai {'qu’' if inner[0] in 'aeiouyéèêàlh' and inner[0] != 'l' else 'que '}{inner}"
        )
    every = isinstance(expression, AllOf)
    if not expression.items:
        return "rien n’est exigé" if every else "aucun cas n’est prévu"
    parts = [
        describe(item) if isinstance(item, Test) or len(expression.items) == 1 else f"({describe(item)})"
        for item in expression.items
    ]
    return (" et " if every else " ou ").join(parts)
