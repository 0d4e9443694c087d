"""Pure. Parser of INSEE's own file ``v_commune_<year>.csv`` (code officiel géographique).

Columns: TYPECOM, COM, REG, DEP, CTCD, ARR, TNCC, NCC, NCCENR, LIBELLE, CAN, COMPARENT. The file gives names,
kinds and administrative areas; it has neither postal codes, nor population, nor EPCI: those stay empty.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Final

from grc.reference.names import sort_key
from grc.reference.rows import (
    ASSOCIATED,
    COMMUNE,
    DELEGATED,
    MUNICIPAL_DISTRICT,
    CommuneRow,
    ReferenceData,
    ReferenceFileError,
)

REQUIRED: Final = ("TYPECOM", "COM", "REG", "DEP", "ARR", "LIBELLE", "COMPARENT")

_KINDS: Final = {"COM": COMMUNE, "COMD": DELEGATED, "COMA": ASSOCIATED, "ARM": MUNICIPAL_DISTRICT}


def parse_cog(text: str, *, source: str = "v_commune.csv", vintage: str = "") -> ReferenceData:
    """Communes of INSEE's file. A part of a commune takes its areas from its present commune."""
    lines = list(_lines(text, source))
    areas = {
        values["COM"]: (values["DEP"], values["ARR"], values["REG"])
        for _, values in lines
        if values["TYPECOM"] == "COM"
    }
    seen: set[tuple[str, str]] = set()
    rows = []
    for line, values in lines:
        row = _row(line, values, areas, source)
        if (row.code, row.kind) in seen:
            raise ReferenceFileError(
                f"la commune {row.code} ({row.name}) figure deux fois.", source=source, line=line
            )
        seen.add((row.code, row.kind))
        rows.append(row)
    return ReferenceData(communes=tuple(rows), vintage=vintage)


def _lines(text: str, source: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    clean = text.removeprefix("\ufeff")
    header = clean.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.DictReader(io.StringIO(clean, newline=""), delimiter=delimiter)
    missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
    if missing:
        raise ReferenceFileError(f"il manque les colonnes {', '.join(missing)}.", source=source, line=1)
    for values in reader:
        if None in values or None in values.values():
            raise ReferenceFileError(
                "le nombre de colonnes ne correspond pas à l’en-tête.", source=source, line=reader.line_num
            )
        yield reader.line_num, {name: value.strip() for name, value in values.items()}


def _row(
    line: int, values: Mapping[str, str], areas: Mapping[str, tuple[str, str, str]], source: str
) -> CommuneRow:
    kind = _KINDS.get(values["TYPECOM"])
    if kind is None:
        raise ReferenceFileError(f"le type « {values['TYPECOM']} » est inconnu.", source=source, line=line)
    code, name = values["COM"], values["LIBELLE"]
    if not code or not name:
        raise ReferenceFileError("le code ou le nom de la commune manque.", source=source, line=line)
    parent = "" if kind == COMMUNE else values["COMPARENT"]
    if kind != COMMUNE and parent not in areas:
        raise ReferenceFileError(
            f"la commune de rattachement « {parent} » n’existe pas dans le fichier.", source=source, line=line
        )
    departement, arrondissement, region = areas[parent or code]
    return CommuneRow(
        code=code,
        name=name,
        kind=kind,
        departement=departement,
        arrondissement=arrondissement,
        region=region,
        epci="",
        parent=parent,
        postal_codes=(),
        population=None,
        former_codes=(),
        sort_key=sort_key(name),
    )
