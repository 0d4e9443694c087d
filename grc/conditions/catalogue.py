"""Pure. The facts a condition may name: their French names, types and known values."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from grc.enums import LABELS, Channel, Confidentiality, Difficulty, Priority, TicketState


class FactType(StrEnum):
    """`path`: codes from the root of a tree joined by « / ». `codes`: several codes. `moment`: aware datetime."""

    TEXT = "text"
    CODE = "code"
    CODES = "codes"
    PATH = "path"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    MOMENT = "moment"


# Which tests make sense for which type, in the order an editor offers them.
OPERATORS: Final[dict[FactType, tuple[str, ...]]] = {
    FactType.TEXT: ("is", "in", "exists"),
    FactType.CODE: ("is", "in", "exists"),
    FactType.CODES: ("contains", "exists"),
    FactType.PATH: ("under", "is", "in", "exists"),
    FactType.NUMBER: ("is", "in", "between", "greater", "less", "exists"),
    FactType.BOOLEAN: ("is", "exists"),
    FactType.DATE: ("is", "between", "before", "after", "exists"),
    FactType.MOMENT: ("matches", "between", "before", "after", "exists"),
}


@dataclass(frozen=True, slots=True)
class FactDef:
    """A fact: `label` is its French name with its article (« la commune »).

    `values`: code -> French label where the codes are a closed list; empty when any value may come.
    """

    name: str
    label: str
    type: FactType
    values: Mapping[str, str] = field(default_factory=dict, hash=False)


class Catalogue:
    """The facts known to one use of the language. Unknown names are refused at parsing."""

    def __init__(self, facts: Iterable[FactDef]) -> None:
        self._facts = {fact.name: fact for fact in facts}

    def get(self, name: str) -> FactDef | None:
        return self._facts.get(name)

    def __iter__(self) -> Iterator[FactDef]:
        return iter(self._facts.values())

    def extended(self, facts: Iterable[FactDef]) -> "Catalogue":
        """This catalogue with more facts, those of a form for instance; a same name is replaced."""
        return Catalogue([*self, *facts])


TICKET_FACTS: Final = Catalogue(
    [
        FactDef("topic", "le thème", FactType.PATH),
        FactDef("commune", "la commune", FactType.CODE),
        FactDef("zone", "le territoire", FactType.CODE),
        FactDef("epci", "l’intercommunalité", FactType.CODE),
        FactDef("departement", "le département", FactType.CODE),
        FactDef("site", "le lieu d’accueil", FactType.CODE),
        FactDef("channel", "le canal", FactType.CODE, LABELS[Channel]),
        FactDef("language", "la langue", FactType.CODE),
        FactDef("difficulty", "les difficultés", FactType.CODES, LABELS[Difficulty]),
        FactDef("confidentiality", "la confidentialité", FactType.CODE, LABELS[Confidentiality]),
        FactDef("priority", "la priorité", FactType.CODE, LABELS[Priority]),
        FactDef("state", "l’état", FactType.CODE, LABELS[TicketState]),
        FactDef("age", "l’âge de la personne", FactType.NUMBER),
        FactDef("contacts", "le nombre de contacts sur 7 jours", FactType.NUMBER),
        FactDef("identified", "l’identification de la personne", FactType.BOOLEAN),
        FactDef("now", "le moment", FactType.MOMENT),
        FactDef("received", "la date de réception", FactType.DATE),
    ]
)
