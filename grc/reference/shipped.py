"""Pure. The compact form in which the whole of France is shipped, written and read.

``communes.tsv.gz`` has one commune per line: code, kind (C, D, A, M), name, département, arrondissement,
région, EPCI, parent, postal codes, population, former codes; lists are separated by a space. ``areas.tsv.gz``
has one EPCI, arrondissement, département or région per line, its first column saying which (E, A, D, R), and
the vintage (V). The members of an EPCI are read from the communes.
"""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

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

FOLDER: Final = Path(__file__).parent / "data"
COMMUNES_FILE: Final = "communes.tsv.gz"
AREAS_FILE: Final = "areas.tsv.gz"

_LETTERS: Final = {COMMUNE: "C", DELEGATED: "D", ASSOCIATED: "A", MUNICIPAL_DISTRICT: "M"}
_KINDS: Final = {letter: kind for kind, letter in _LETTERS.items()}
_COLUMNS: Final = 11
_AREA_COLUMNS: Final = {"E": 4, "A": 6, "D": 5, "R": 4, "V": 2}


@lru_cache(maxsize=1)
def load_shipped() -> ReferenceData:
    """The reference data of the product, read once (about half a second)."""
    return read_folder(FOLDER)


def read_folder(folder: Path) -> ReferenceData:
    """Read the two files written by ``write_folder``."""
    communes = parse_communes(_read(folder / COMMUNES_FILE), source=COMMUNES_FILE)
    return parse_areas(_read(folder / AREAS_FILE), communes, source=AREAS_FILE)


def write_folder(data: ReferenceData, folder: Path) -> None:
    """Write the two files; the same data always gives the same bytes."""
    _write(folder / COMMUNES_FILE, (_commune_line(row) for row in data.communes))
    _write(folder / AREAS_FILE, _area_lines(data))


def parse_communes(text: str, *, source: str) -> tuple[CommuneRow, ...]:
    """Rows of ``communes.tsv.gz`` once decompressed."""
    return tuple(_commune(line, number, source) for number, line in enumerate(text.splitlines(), start=1))


def parse_areas(text: str, communes: tuple[CommuneRow, ...], *, source: str) -> ReferenceData:
    """Rows of ``areas.tsv.gz`` once decompressed, gathered with the communes."""
    members: dict[str, list[str]] = defaultdict(list)
    for commune in communes:
        if commune.kind == COMMUNE and commune.epci:
            members[commune.epci].append(commune.code)
    rows: dict[str, list[list[str]]] = defaultdict(list)
    for number, line in enumerate(text.splitlines(), start=1):
        cells = line.split("\t")
        if len(cells) != _AREA_COLUMNS.get(cells[0]):
            raise ReferenceFileError("cette ligne n’a pas la forme attendue.", source=source, line=number)
        rows[cells[0]].append(cells[1:])
    return ReferenceData(
        communes=communes,
        epci=tuple(EpciRow(siren, name, kind, tuple(members[siren])) for siren, name, kind in rows["E"]),
        arrondissements=tuple(ArrondissementRow(*cells) for cells in rows["A"]),
        departements=tuple(DepartementRow(*cells) for cells in rows["D"]),
        regions=tuple(RegionRow(*cells) for cells in rows["R"]),
        vintage=rows["V"][0][0] if rows["V"] else "",
    )


def _commune(line: str, number: int, source: str) -> CommuneRow:
    cells = line.split("\t")
    if len(cells) != _COLUMNS or cells[1] not in _KINDS:
        raise ReferenceFileError("cette ligne n’a pas la forme attendue.", source=source, line=number)
    (
        code,
        letter,
        name,
        departement,
        arrondissement,
        region,
        epci,
        parent,
        postal_codes,
        population,
        former,
    ) = cells
    if population and not population.isdecimal():
        raise ReferenceFileError(
            f"la population « {population} » n’est pas un nombre.", source=source, line=number
        )
    return CommuneRow(
        code=code,
        name=name,
        kind=_KINDS[letter],
        departement=departement,
        arrondissement=arrondissement,
        region=region,
        epci=epci,
        parent=parent,
        postal_codes=tuple(postal_codes.split()),
        population=int(population) if population else None,
        former_codes=tuple(former.split()),
        sort_key=sort_key(name),
    )


def _commune_line(row: CommuneRow) -> str:
    return "\t".join(
        (
            row.code,
            _LETTERS[row.kind],
            row.name,
            row.departement,
            row.arrondissement,
            row.region,
            row.epci,
            row.parent,
            " ".join(row.postal_codes),
            "" if row.population is None else str(row.population),
            " ".join(row.former_codes),
        )
    )


def _area_lines(data: ReferenceData) -> Iterator[str]:
    yield f"V\t{data.vintage}"
    for epci in data.epci:
        yield "\t".join(("E", epci.siren, epci.name, epci.kind))
    for area in data.arrondissements:
        yield "\t".join(("A", area.code, area.name, area.departement, area.region, area.chef_lieu))
    for departement in data.departements:
        yield "\t".join(("D", departement.code, departement.name, departement.region, departement.chef_lieu))
    for region in data.regions:
        yield "\t".join(("R", region.code, region.name, region.chef_lieu))


def _read(path: Path) -> str:
    try:
        return gzip.decompress(path.read_bytes()).decode("utf-8")
    except FileNotFoundError as error:
        raise ReferenceFileError("ce fichier manque.", source=path.name) from error
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ReferenceFileError("ce fichier est abîmé.", source=path.name) from error


def _write(path: Path, lines: Iterable[str]) -> None:
    content = "".join(f"{line}\n" for line in lines).encode("utf-8")
    # mtime=0: a rebuild from the same source must not show as a change in the repository.
    path.write_bytes(gzip.compress(content, compresslevel=9, mtime=0))
