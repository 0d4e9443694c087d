"""Pure. What a branch of the voice script may ask about a call, and how a condition reads in French."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from grc.conditions import AllOf, Catalogue, Expression, FactDef, FactType, Test, describe
from grc.voice_script.languages import LANGUAGES, known_language
from grc.voice_script.model import Context

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


def facts_known(facts: Mapping[str, str], context: Context, wanted: Collection[str]) -> dict[str, Any]:
    """The facts of a call as a condition reads them; what nobody said yet is unknown (None).

    `wanted`: the facts the condition reads. Whether agents are busy is asked only then.
    """
    return {
        "language": known_language(facts.get("language", "")),
        "theme": facts.get("theme") or None,
        "topic": facts.get("topic") or None,
        "commune": facts.get("commune_code") or None,
        "discreet": bool(facts.get("discretion")),
        "open": context.line_open,
        "busy": context.busy if "busy" in wanted else None,
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
