"""Pure. What a form asks, as an administrator declares it, read from JSON and checked.

Shape of the JSON: {"intro": text, "pieces": 0 to 3, "fields": [{"code", "label", "kind", "required", "help", "choices":
[{"code", "label"}], "max_length", "autocomplete", "when": condition over other fields}]}.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from grc.conditions import Catalogue, Expression, FactDef, FactType, parse
from grc.errors import Invalid

MAX_FIELDS: Final = 40
MAX_PIECES: Final = 3
LONGEST: Final = 10_000
_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RESERVED: Final = frozenset({"csrfmiddlewaretoken", "token", "pieces", "forget", "commune"})


class FieldKind(StrEnum):
    """``postal_code`` also asks for the commune when the code serves several."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    YES = "yes"
    DATE = "date"
    NUMBER = "number"
    POSTAL_CODE = "postal_code"
    PHONE = "phone"
    EMAIL = "email"


_FACT_TYPES: Final = {
    FieldKind.CHOICE: FactType.CODE,
    FieldKind.YES: FactType.BOOLEAN,
    FieldKind.DATE: FactType.DATE,
    FieldKind.NUMBER: FactType.NUMBER,
}
_LENGTHS: Final = {
    FieldKind.LONG_TEXT: 4000,
    FieldKind.EMAIL: 254,
    FieldKind.PHONE: 32,
    FieldKind.POSTAL_CODE: 12,
}


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``when``: asked only if this is true of the other answers. ``missing``: what to say then."""

    code: str
    label: str
    kind: FieldKind
    required: bool = False
    help: str = ""
    choices: tuple[Choice, ...] = ()
    max_length: int = 200
    autocomplete: str = ""
    when: Expression | None = None
    missing: str = ""

    def fact(self) -> FactDef:
        """This answer, as conditions name it."""
        values = {choice.code: choice.label for choice in self.choices}
        return FactDef(self.code, f"« {self.label} »", _FACT_TYPES.get(self.kind, FactType.TEXT), values)


@dataclass(frozen=True, slots=True)
class FormDefinition:
    """``version`` 0 is the default one, which no administrator wrote. ``pieces``: how many files may be joined."""

    version: int
    fields: tuple[Field, ...]
    pieces: int = 0
    intro: str = ""

    def field(self, code: str) -> Field | None:
        return next((field for field in self.fields if field.code == code), None)


def definition_parse(data: Mapping[str, Any], *, version: int) -> FormDefinition:
    """Read a published definition. Raises Invalid with the field at fault."""
    rows = data.get("fields")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MAX_FIELDS:
        raise Invalid(f"Un formulaire pose de 1 à {MAX_FIELDS} questions.", code="form_fields")
    pieces = data.get("pieces", 0)
    if not isinstance(pieces, int) or isinstance(pieces, bool) or not 0 <= pieces <= MAX_PIECES:
        raise Invalid(f"Un formulaire accepte de 0 à {MAX_PIECES} pièces.", code="form_pieces")
    fields: dict[int, Field] = {}
    catalogue = Catalogue([])
    # A condition names questions that have none, or conditional ones that stand before it.
    for place, row in sorted(enumerate(rows), key=lambda one: _is_conditional(one[1])):
        field = _field(row, catalogue)
        if any(field.code == other.code for other in fields.values()):
            raise Invalid(f"Deux questions portent le code « {field.code} ».", code="form_twice")
        fields[place] = field
        catalogue = catalogue.extended([field.fact()])
    ordered = tuple(fields[place] for place in range(len(rows)))
    if sum(field.kind is FieldKind.POSTAL_CODE for field in ordered) > 1:
        raise Invalid("Un formulaire ne demande qu’une commune.", code="form_communes")
    return FormDefinition(version, ordered, pieces, str(data.get("intro", "")))


def _is_conditional(row: Any) -> bool:
    return isinstance(row, Mapping) and row.get("when") is not None


def _field(row: Any, catalogue: Catalogue) -> Field:
    code = row.get("code") if isinstance(row, Mapping) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code) or code in _RESERVED:
        raise Invalid(
            f"« {code} » n’est pas un code de question : des lettres minuscules, chiffres et « _ ».",
            code="form_code",
        )
    label = str(row.get("label", "")).strip()
    if not label:
        raise Invalid(f"La question « {code} » n’a pas de libellé.", code="form_label")
    try:
        kind = FieldKind(row.get("kind", "text"))
    except ValueError:
        raise Invalid(f"La question « {code} » est d’un genre inconnu.", code="form_kind") from None
    choices = tuple(Choice(str(choice["code"]), str(choice["label"])) for choice in row.get("choices", ()))
    if (kind is FieldKind.CHOICE) is not bool(choices):
        raise Invalid(f"La question « {code} » doit proposer des choix, et elle seule.", code="form_choices")
    when = row.get("when")
    return Field(
        code=code,
        label=label,
        kind=kind,
        required=bool(row.get("required", False)),
        help=str(row.get("help", "")),
        choices=choices,
        max_length=min(int(row.get("max_length", _LENGTHS.get(kind, 200))), LONGEST),
        autocomplete=str(row.get("autocomplete", "")),
        when=parse(when, catalogue) if when is not None else None,
        missing=str(row.get("missing", "")),
    )
