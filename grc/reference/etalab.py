"""Pure. Parser of the JSON files of the npm package ``@etalab/decoupage-administratif`` (6.0.0 is COG 2026).

Each function takes the text of one file and a name for messages, and gives rows; errors are French sentences
with the line. The package writes one record per line, which is how a record's line is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from grc.reference.names import sort_key
from grc.reference.rows import (
    ASSOCIATED,
    COMMUNE,
    DELEGATED,
    MUNICIPAL_DISTRICT,
    ArrondissementRow,
    CommuneRow,
    DepartementRow,
    EpciRow,
    ReferenceData,
    ReferenceFileError,
    RegionRow,
)

FILES: Final = ("communes.json", "epci.json", "arrondissements.json", "departements.json", "regions.json")

_KINDS: Final = {
    "commune-actuelle": COMMUNE,
    "commune-deleguee": DELEGATED,
    "commune-associee": ASSOCIATED,
    "arrondissement-municipal": MUNICIPAL_DISTRICT,
}


class _Record:
    """One JSON object with the place it came from, so that every complaint names its line."""

    def __init__(self, values: Mapping[str, Any], source: str, line: int | None) -> None:
        self.values = values
        self.source = source
        self.line = line

    def error(self, message: str) -> ReferenceFileError:
        return ReferenceFileError(message, source=self.source, line=self.line)

    def text(self, name: str, *, required: bool = True) -> str:
        value = self.values.get(name, "")
        if not isinstance(value, str):
            raise self.error(f"le champ « {name} » devrait être un texte.")
        if required and not value.strip():
            raise self.error(f"le champ « {name} » manque ou est vide.")
        return value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"le champ « {name} » devrait être une liste de textes.")
        return tuple(value)

    def number(self, name: str) -> int | None:
        value = self.values.get(name)
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            raise self.error(f"le champ « {name} » devrait être un nombre entier positif.")
        return value


def parse_communes(
    text: str, *, source: str = "communes.json", epci_of: Mapping[str, str] | None = None
) -> tuple[CommuneRow, ...]:
    """Rows of ``communes.json``; ``epci_of`` gives the SIREN of the EPCI by INSEE code."""
    groups = epci_of or {}
    rows = tuple(_commune(record, groups) for record in _records(text, source))
    _refuse_twins(rows, source)
    return rows


def parse_epci(text: str, *, source: str = "epci.json") -> tuple[EpciRow, ...]:
    """Rows of ``epci.json``."""
    return tuple(
        EpciRow(
            siren=record.text("code"),
            name=record.text("nom"),
            kind=record.text("type"),
            members=_members(record),
        )
        for record in _records(text, source)
    )


def parse_arrondissements(
    text: str, *, source: str = "arrondissements.json"
) -> tuple[ArrondissementRow, ...]:
    """Rows of ``arrondissements.json``."""
    return tuple(
        ArrondissementRow(
            r.text("code"), r.text("nom"), r.text("departement"), r.text("region"), r.text("chefLieu")
        )
        for r in _records(text, source)
    )


def parse_departements(text: str, *, source: str = "departements.json") -> tuple[DepartementRow, ...]:
    """Rows of ``departements.json``; some overseas territories have no seat."""
    return tuple(
        DepartementRow(r.text("code"), r.text("nom"), r.text("region"), r.text("chefLieu", required=False))
        for r in _records(text, source)
    )


def parse_regions(text: str, *, source: str = "regions.json") -> tuple[RegionRow, ...]:
    """Rows of ``regions.json``."""
    return tuple(
        RegionRow(r.text("code"), r.text("nom"), r.text("chefLieu", required=False))
        for r in _records(text, source)
    )


def parse_package(texts: Mapping[str, str], *, vintage: str = "") -> ReferenceData:
    """The whole package from ``{"communes.json": text, ...}``; only ``communes.json`` is required."""
    if "communes.json" not in texts:
        raise ReferenceFileError("le fichier « communes.json » manque.", source="paquet")
    epci = parse_epci(texts["epci.json"]) if "epci.json" in texts else ()
    epci_of = {code: row.siren for row in epci for code in row.members}
    return ReferenceData(
        communes=parse_communes(texts["communes.json"], epci_of=epci_of),
        epci=epci,
        arrondissements=parse_arrondissements(texts.get("arrondissements.json", "[]")),
        departements=parse_departements(texts.get("departements.json", "[]")),
        regions=parse_regions(texts.get("regions.json", "[]")),
        vintage=vintage,
    )


def _records(text: str, source: str) -> Sequence[_Record]:
    try:
        values = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise ReferenceFileError("ce n’est pas du JSON valide.", source=source, line=error.lineno) from error
    if not isinstance(values, list):
        raise ReferenceFileError("une liste d’enregistrements était attendue.", source=source, line=1)
    one_per_line = len(text.strip().splitlines()) == len(values) + 2
    records = []
    for index, value in enumerate(values):
        line = index + 2 if one_per_line else None
        if not isinstance(value, dict):
            where = "" if line else f"l’enregistrement n° {index + 1} : "
            raise ReferenceFileError(f"{where}un objet était attendu.", source=source, line=line)
        name = source if line else f"{source}, enregistrement n° {index + 1}"
        records.append(_Record(value, name, line))
    return records


def _commune(record: _Record, epci_of: Mapping[str, str]) -> CommuneRow:
    kind = _KINDS.get(record.text("type"))
    if kind is None:
        raise record.error(f"le type « {record.values['type']} » est inconnu.")
    code = record.text("code")
    name = record.text("nom")
    parent = ""
    if kind != COMMUNE:
        parent = record.text("commune" if kind == MUNICIPAL_DISTRICT else "chefLieu")
    return CommuneRow(
        code=code,
        name=name,
        kind=kind,
        departement=record.text("departement"),
        arrondissement=record.text("arrondissement", required=False),
        region=record.text("region"),
        epci=epci_of.get(parent or code, ""),
        parent=parent,
        postal_codes=record.texts("codesPostaux"),
        population=record.number("population"),
        former_codes=record.texts("anciensCodes"),
        sort_key=sort_key(name),
    )


def _members(record: _Record) -> tuple[str, ...]:
    members = record.values.get("membres", [])
    if not isinstance(members, list):
        raise record.error("le champ « membres » devrait être une liste.")
    return tuple(_Record(member, record.source, record.line).text("code") for member in members)


def _refuse_twins(rows: Sequence[CommuneRow], source: str) -> None:
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if (row.code, row.kind) in seen:
            raise ReferenceFileError(f"la commune {row.code} ({row.name}) figure deux fois.", source=source)
        seen.add((row.code, row.kind))
