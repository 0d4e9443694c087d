"""Pure. One language of conditions over named facts, as JSON, with a French sentence for each node.

`parse(data, catalogue)` reads and checks; `evaluate(expression, facts)` answers True, False or None (unknown)
by Kleene's strong logic; `describe(expression)` says the condition in French; `to_json` writes it back.
"""

from grc.conditions.catalogue import TICKET_FACTS, Catalogue, FactDef, FactType
from grc.conditions.evaluation import Verdict, evaluate
from grc.conditions.nodes import AllOf, AnyOf, Expression, Not, Test, TimeWindow, facts_of, to_json
from grc.conditions.parsing import MAX_DEPTH, MAX_NODES, parse
from grc.conditions.text import describe

__all__ = [
    "MAX_DEPTH",
    "MAX_NODES",
    "TICKET_FACTS",
    "AllOf",
    "AnyOf",
    "Catalogue",
    "Expression",
    "FactDef",
    "FactType",
    "Not",
    "Test",
    "TimeWindow",
    "Verdict",
    "describe",
    "evaluate",
    "facts_of",
    "parse",
    "to_json",
]
