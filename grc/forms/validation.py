"""Pure. Checking what a person wrote against a definition: nothing is guessed, everything wrong is said at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from grc.conditions import evaluate
from grc.errors import Invalid
from grc.forms.definition import Field, FieldKind, FormDefinition
from grc.phone_numbers import normalise

# Controls but tab and line feed: PostgreSQL refuses NUL, and none was typed on purpose.
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_EMAIL: Final = re.compile(r"[^@\s,;<>\"()\[\]]{1,64}@(?:[^@\s.,;<>\"()\[\]]+\.)+[^\W\d_]{2,63}")
_TRUE: Final = frozenset({"on", "true", "1", "oui"})
COMMUNE: Final = "commune"


@dataclass(frozen=True, slots=True)
class Known:
    """A commune one may choose: INSEE code and name."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Checked:
    """``answers``: normalised, only of the questions asked. ``errors``: code of the question -> French sentence.

    ``communes``: what to choose from when the postal code serves several (the choice is posted as « commune »).
    """

    answers: Mapping[str, Any]
    errors: Mapping[str, str]
    asked: tuple[str, ...]
    communes: tuple[Known, ...] = ()
    commune: Known | None = None

    @property
    def right(self) -> bool:
        return not self.errors


CommunesOf = Callable[[str], tuple[Known, ...]]


@dataclass
class _State:
    posted: Mapping[str, str]
    communes_of: CommunesOf
    answers: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    communes: tuple[Known, ...] = ()
    commune: Known | None = None


def form_check(definition: FormDefinition, posted: Mapping[str, str], communes_of: CommunesOf) -> Checked:
    """Check the posted texts. ``communes_of`` gives the communes of a five-digit postal code, none if unknown."""
    state = _State(posted, communes_of)
    # Conditions may name any question that has none, wherever it stands on the page.
    for asked in sorted(definition.fields, key=lambda one: one.when is not None):
        if asked.when is None or evaluate(asked.when, state.answers).value is True:
            state.asked.append(asked.code)
            _one(asked, state)
    return Checked(state.answers, state.errors, tuple(state.asked), state.communes, state.commune)


def text_clean(text: str) -> str:
    """One kind of line end, no control character, no space around."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _one(asked: Field, state: _State) -> None:
    text = text_clean(state.posted.get(asked.code, ""))
    if asked.kind is FieldKind.YES:
        state.answers[asked.code] = text.lower() in _TRUE
        if asked.required and not state.answers[asked.code]:
            state.errors[asked.code] = asked.missing or "Cochez cette case pour continuer."
        return
    if not text:
        if asked.required:
            state.errors[asked.code] = asked.missing or "Ce point est à remplir."
        return
    if len(text) > asked.max_length:
        state.errors[asked.code] = (
            f"Votre texte compte {len(text)} caractères : {asked.max_length} au plus. Raccourcissez-le, "
            "ou envoyez la suite ensuite depuis la page de suivi."
            if asked.kind is FieldKind.LONG_TEXT
            else f"{asked.max_length} caractères au plus."
        )
        return
    try:
        value = _READERS[asked.kind](text, asked, state)
    except Invalid as error:
        state.errors[asked.code] = error.sentence
        return
    if value is not None:
        state.answers[asked.code] = value


def _choice(text: str, asked: Field, state: _State) -> str:
    if text not in {choice.code for choice in asked.choices}:
        raise Invalid("Choisissez une des réponses proposées.")
    return text


def _date(text: str, asked: Field, state: _State) -> str:
    french = re.fullmatch(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", text)
    try:
        day = date(int(french[3]), int(french[2]), int(french[1])) if french else date.fromisoformat(text)
    except ValueError:
        raise Invalid("Cette date n’existe pas. Exemple : 24/11/2026.") from None
    return day.isoformat()


def _number(text: str, asked: Field, state: _State) -> float:
    plain = re.sub(r"[\s\u00a0\u202f]", "", text).replace(",", ".")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", plain, re.ASCII):
        raise Invalid("Écrivez un nombre, par exemple 3.")
    return float(plain)


def _postal_code(text: str, asked: Field, state: _State) -> str:
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"\d{5}", digits, re.ASCII):
        raise Invalid("Un code postal a cinq chiffres, par exemple 62000.")
    found = state.communes_of(digits)
    if not found:
        raise Invalid(f"Le code postal {digits} n’existe pas. Vérifiez les cinq chiffres.")
    if len(found) == 1:
        state.commune = found[0]
        return digits
    state.communes = found
    wanted = state.posted.get(COMMUNE, "")
    state.commune = next((known for known in found if known.code == wanted), None)
    if state.commune is None:
        state.errors[COMMUNE] = f"Le code postal {digits} couvre {len(found)} communes : choisissez la vôtre."
    return digits


def _phone(text: str, asked: Field, state: _State) -> str:
    return normalise(text)


def _email(text: str, asked: Field, state: _State) -> str:
    if not _EMAIL.fullmatch(text):
        raise Invalid("Cette adresse n’est pas complète. Exemple : prenom.nom@exemple.fr.")
    return text.lower()


def _text(text: str, asked: Field, state: _State) -> str:
    return text if asked.kind is FieldKind.LONG_TEXT else " ".join(text.split())


_READERS: Final[Mapping[FieldKind, Callable[[str, Field, _State], Any]]] = {
    FieldKind.TEXT: _text,
    FieldKind.LONG_TEXT: _text,
    FieldKind.CHOICE: _choice,
    FieldKind.DATE: _date,
    FieldKind.NUMBER: _number,
    FieldKind.POSTAL_CODE: _postal_code,
    FieldKind.PHONE: _phone,
    FieldKind.EMAIL: _email,
}
