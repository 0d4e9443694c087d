"""Pure. What a branch of the voice script may ask about a call, and how a condition reads in French."""

from collections.abc import Mapping
from typing import Any, Final

from grc.conditions import AllOf, Catalogue, Expression, FactDef, FactType, Test, describe, facts_of
from grc.voice_script.languages import LANGUAGES, known_language
from grc.voice_script.model import Branch, Context, Queue, Script

VOICE_FACTS: Final = Catalogue(
    [
        FactDef("language", "la langue", FactType.CODE, {code: one.label for code, one in LANGUAGES.items()}),
        FactDef("theme", "le thème", FactType.CODE),
        FactDef("topic", "le sujet", FactType.CODE),
        FactDef("commune", "la commune", FactType.CODE),
        FactDef("discreet", "la discrétion", FactType.BOOLEAN),
        FactDef("open", "l’ouverture de la ligne", FactType.BOOLEAN),
        FactDef("busy", "l’occupation des agents", FactType.BOOLEAN),
        FactDef("number", "le numéro affiché", FactType.BOOLEAN),
        FactDef("now", "le moment", FactType.MOMENT),
    ]
)

_YES_NO: Final = {
    ("discreet", True): "le sujet est discret",
    ("discreet", False): "le sujet n’est pas discret",
    ("open", True): "la ligne est ouverte",
    ("open", False): "la ligne est fermée",
    ("busy", True): "aucun agent ne peut répondre",
    ("busy", False): "un agent peut répondre",
    ("number", True): "le numéro s’affiche",
    ("number", False): "le numéro est masqué",
}


def facts_known(facts: Mapping[str, str], context: Context) -> dict[str, Any]:
    """The facts of a call as a condition reads them; what nobody said yet is unknown (None)."""
    return {
        "language": known_language(facts.get("language", "")),
        "theme": facts.get("theme") or None,
        "topic": facts.get("topic") or None,
        "commune": facts.get("commune_code") or None,
        "discreet": bool(facts.get("discretion")),
        "open": context.line_open,
        "busy": context.busy,
        "number": bool(context.caller_number),
        "now": context.now,
    }


def condition_text(expression: Expression) -> str:
    """The condition in French, to be put after « si »: yes-or-no facts read as sentences."""
    if isinstance(expression, Test) and expression.operator == "is":
        said = (
            _YES_NO.get((expression.fact.name, expression.value))
            if expression.value in (True, False)
            else None
        )
        return said or describe(expression)
    if isinstance(expression, AllOf) and expression.items:
        return " et ".join(condition_text(item) for item in expression.items)
    return describe(expression)


def asks_busy(script: Script) -> bool:
    """Whether the script wants to know that nobody can answer: asked to the database only then."""
    return any(
        (isinstance(node, Queue) and bool(node.when_busy))
        or (isinstance(node, Branch) and "busy" in facts_of(node.when))
        for node in script.nodes.values()
    )
