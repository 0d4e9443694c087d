"""Pure. What changed between two voice scripts, in French sentences an administrator can check."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from grc.conditions import parse
from grc.errors import Invalid
from grc.versions import Difference, differences
from grc.voice_script.facts import VOICE_FACTS, condition_text
from grc.voice_script.languages import LANGUAGES

KIND_WORDS: Final[Mapping[str, str]] = {
    "say": "phrase",
    "hours": "horaires",
    "branch": "condition",
    "menu": "menu",
    "postal_code": "code postal",
    "reference_status": "suivi d’une demande",
    "sites": "lieux d’accueil proches",
    "link": "lien par SMS",
    "ticket": "ouverture de la demande",
    "queue": "file d’attente",
    "callback": "rappel",
    "voicemail": "message vocal",
    "transfer": "transfert vers un autre numéro",
    "redirect": "numéro donné à la personne",
    "end": "fin de l’appel",
}
_WAYS: Final = {
    "next": "la suite",
    "open": "l’heure ouverte",
    "closed": "l’heure fermée",
    "then": "la condition vraie",
    "otherwise": "la condition fausse",
    "when_busy": "l’attente sans agent libre",
}
_PROPERTIES: Final = {
    "title": "le nom",
    "number": "le numéro",
    "max_seconds": "la durée en secondes",
    "announce": "l’annonce de la réouverture",
    "calendar": "les horaires suivis",
    "team": "l’équipe",
    "kind": "le genre",
}
_FACTS: Final = {
    "theme": "le thème",
    "topic": "le sujet",
    "language": "la langue",
    "discretion": "la discrétion",
}


@dataclass(frozen=True, slots=True)
class Change:
    """`node`: the step it is about, empty for the whole call."""

    node: str
    sentence: str


def script_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """One French sentence per difference between two scripts in JSON, step by step."""
    names = _Names(before, after)
    found = differences(_known(before), _known(after), identities={"choices": "key"}, whole={"when"})
    return [_change(one, names) for one in found]


def _known(script: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: script.get(name) for name in ("start", "human", "phrases", "nodes")}
    return {**kept, "phrases": kept["phrases"] or {}, "nodes": kept["nodes"] or {}}


class _Names:
    """Titles of the steps: today's, else those they had."""

    def __init__(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        self.nodes = {**(before.get("nodes") or {}), **(after.get("nodes") or {})}

    def __call__(self, node: Any) -> str:
        if not node:
            return "rien"
        return f"« {self.nodes.get(node, {}).get('title') or node} »"

    def kind(self, node: str) -> str:
        return KIND_WORDS.get(self.nodes.get(node, {}).get("kind", ""), "étape")


def _change(one: Difference, names: _Names) -> Change:
    match one.path:
        case ("start",):
            return Change("", f"L’appel commence à {names(one.after)} au lieu de {names(one.before)}.")
        case ("human",):
            return Change("", f"La touche 0 mène à {names(one.after)} au lieu de {names(one.before)}.")
        case ("phrases", name):
            return Change("", f"La phrase « {name} » {_says(one)}")
        case ("nodes", node):
            what = "ajoutée" if one.added else "retirée"
            return Change(node, f"L’étape {names(node)} ({names.kind(node)}) est {what}.")
        case ("nodes", node, *rest):
            return Change(node, f"{names(node)} : {_inside(rest, one, names)}")
        case _:
            return Change("", f"« {'.'.join(one.path)} » change.")


def _inside(path: list[str], one: Difference, names: _Names) -> str:
    match path:
        case ["text"]:
            said = _says(one)
        case ["texts", *codes]:
            said = f"en {_language(codes[0])}, {_says(one)}" if codes else _translations(one)
        case ["when"]:
            said = f"la condition devient « si {_condition(one.after)} », c’était « si {_condition(one.before)} »."
        case ["choices", *rest]:
            said = _choices(rest, one, names)
        case [name] if name in _WAYS:
            said = f"{_WAYS[name]} mène à {names(one.after)} au lieu de {names(one.before)}."
        case _:
            named = _PROPERTIES.get(path[0], path[0])
            said = f"{named} passe de {_value(one.before)} à {_value(one.after)}."
    return said


def _translations(one: Difference) -> str:
    codes = sorted({*(one.before or {}), *(one.after or {})})
    return f"les traductions changent ({', '.join(_language(code) for code in codes)})."


def _choices(path: list[str], one: Difference, names: _Names) -> str:
    match path:
        case ["order"]:
            return (
                f"les choix sont dits dans l’ordre {', '.join(one.after)} au lieu de {', '.join(one.before)}."
            )
        case [key]:
            choice = one.after or one.before
            what = "est ajoutée" if one.added else "est retirée"
            return f"la touche {key}, « {choice.get('wording', '')} », {what}{_leads(one, names)}."
        case [key, *rest]:
            return f"touche {key}, {_choice(rest, one, names)}"
        case _:
            return "les choix changent."


def _leads(one: Difference, names: _Names) -> str:
    return f" et mène à {names(one.after.get('next'))}" if one.added else ""


def _choice(path: list[str], one: Difference, names: _Names) -> str:
    match path:
        case ["wording"]:
            return f"le libellé devient {_value(one.after)}, c’était {_value(one.before)}."
        case ["next"]:
            return f"mène à {names(one.after)} au lieu de {names(one.before)}."
        case ["speech"]:
            return f"les mots compris deviennent {_value(one.after)}, c’étaient {_value(one.before)}."
        case ["wordings", *_rest]:
            return "le libellé traduit change."
        case ["sets", fact]:
            return f"{_FACTS.get(fact, fact)} retenu passe de {_value(one.before)} à {_value(one.after)}."
        case _:
            return "ce qu’elle retient change."


def _says(one: Difference) -> str:
    if one.added:
        return f"dit maintenant {_value(one.after)}."
    if one.removed:
        return f"ne dit plus {_value(one.before)}."
    return f"dit {_value(one.after)} au lieu de {_value(one.before)}."


def _value(value: Any) -> str:
    if value in (None, "", [], {}, False):
        return "rien"
    if value is True:
        return "oui"
    if isinstance(value, list):
        return ", ".join(f"« {item} »" for item in value)
    return f"« {value} »" if isinstance(value, str) else str(value)


def _language(code: str) -> str:
    return LANGUAGES[code].label if code in LANGUAGES else code


def _condition(data: Any) -> str:
    try:
        return condition_text(parse(data, VOICE_FACTS))
    except Invalid:
        return "une condition illisible"
