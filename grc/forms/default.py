"""Pure. The form of a topic for which nobody declared one.

It asks what happens and where; who you are is never required, and is not even asked for an anonymous topic.
"""

from __future__ import annotations

from typing import Any, Final

from grc.enums import Confidentiality
from grc.forms.definition import MAX_PIECES, FormDefinition, definition_parse

_WORDS: Final[dict[str, Any]] = {
    "code": "description",
    "label": "Que se passe-t-il ?",
    "kind": "long_text",
    "required": True,
    "help": "Avec vos mots. Quelques lignes suffisent.",
    "missing": "Écrivez ce qui vous arrive, même en quelques mots.",
}
_NO_ADDRESS: Final[dict[str, Any]] = {
    "code": "no_address",
    "label": "Je n’ai pas d’adresse fixe",
    "kind": "yes",
}
_PLACE: Final[dict[str, Any]] = {
    "code": "postal_code",
    "label": "Code postal",
    "kind": "postal_code",
    "required": True,
    "help": "Celui de l’endroit où vous vivez, ou du lieu concerné. Il nous dit quelle équipe peut vous aider.",
    "autocomplete": "postal-code",
    "missing": "Indiquez le code postal, ou cochez « Je n’ai pas d’adresse fixe ».",
    "when": {"not": {"fact": "no_address", "is": True}},
}
_ANONYMOUS_PLACE: Final[dict[str, Any]] = {
    "code": "postal_code",
    "label": "Code postal",
    "kind": "postal_code",
    "help": "Seulement si vous voulez que l’on vous parle d’un lieu proche de chez vous.",
    "autocomplete": "off",
}
_NAMES: Final[tuple[dict[str, Any], ...]] = (
    {"code": "first_name", "label": "Prénom", "kind": "text", "max_length": 80, "autocomplete": "given-name"},
    {"code": "last_name", "label": "Nom", "kind": "text", "max_length": 80, "autocomplete": "family-name"},
)
_WAYS: Final[tuple[dict[str, Any], ...]] = (
    {
        "code": "phone",
        "label": "Téléphone",
        "kind": "phone",
        "help": "Dix chiffres, par exemple 06 39 98 12 34.",
        "autocomplete": "tel",
    },
    {"code": "email", "label": "Adresse de courriel", "kind": "email", "autocomplete": "email"},
    {
        "code": "no_message",
        "label": "Ne laissez pas de message à ce numéro ou à cette adresse",
        "kind": "yes",
        "help": "Cochez si une autre personne pourrait le lire ou l’entendre.",
    },
)


def default_definition(confidentiality: Confidentiality) -> FormDefinition:
    """Version 0: description, place, then name and ways to answer, all optional; the first two when anonymous."""
    if confidentiality is Confidentiality.ANONYMOUS:
        return definition_parse({"fields": [_WORDS, _ANONYMOUS_PLACE]}, version=0)
    fields = [_WORDS, _PLACE, _NO_ADDRESS, *_NAMES, *_WAYS]
    return definition_parse({"fields": fields, "pieces": MAX_PIECES}, version=0)
