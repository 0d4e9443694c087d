"""Pure. The rows of the official geographic code, and the indexes one searches them with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from grc.errors import GrcError
from grc.reference.names import fold

COMMUNE: Final = "commune"
DELEGATED: Final = "deleguee"
ASSOCIATED: Final = "associee"
MUNICIPAL_DISTRICT: Final = "arrondissement_municipal"

COMMUNE_KINDS: Final = (COMMUNE, DELEGATED, ASSOCIATED, MUNICIPAL_DISTRICT)


class ReferenceFileError(GrcError):
    """A reference file that cannot be read; ``str()`` is a French sentence naming the file and the line."""

    def __init__(self, message: str, *, source: str, line: int | None = None) -> None:
        self.source = source
        self.line = line
        where = source if line is None else f"{source}, ligne {line}"
        super().__init__(f"{where} : {message}", code="reference_file")


@dataclass(frozen=True, slots=True)
class CommuneRow:
    """One commune, or a part of one that keeps its own name.

    ``code`` is the INSEE code; it is unique per ``kind`` only (a delegated commune may bear the code of
    the commune that absorbed it): the identity of a row is ``(code, kind)``. ``parent`` is the code of the
    present commune for the three other kinds. ``epci`` is a SIREN, empty where there is none.
    ``population`` is None where INSEE publishes none. ``former_codes`` are codes that now answer to this one.
    """

    code: str
    name: str
    kind: str
    departement: str
    arrondissement: str
    region: str
    epci: str
    parent: str
    postal_codes: tuple[str, ...]
    population: int | None
    former_codes: tuple[str, ...]
    sort_key: str


@dataclass(frozen=True, slots=True)
class EpciRow:
    """A group of communes. ``kind`` is CC, CA, CU, METRO or MET69; ``members`` are INSEE codes."""

    siren: str
    name: str
    kind: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArrondissementRow:
    """``code`` as INSEE writes it: département then number ("621" is Arras)."""

    code: str
    name: str
    departement: str
    region: str
    chef_lieu: str


@dataclass(frozen=True, slots=True)
class DepartementRow:
    """A département, or an overseas territory with a three-figure code."""

    code: str
    name: str
    region: str
    chef_lieu: str


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A région."""

    code: str
    name: str
    chef_lieu: str


@dataclass(frozen=True)
class ReferenceData:
    """Everything read from one source. Indexes are built on first use and kept."""

    communes: tuple[CommuneRow, ...]
    epci: tuple[EpciRow, ...] = ()
    arrondissements: tuple[ArrondissementRow, ...] = ()
    departements: tuple[DepartementRow, ...] = ()
    regions: tuple[RegionRow, ...] = ()
    vintage: str = ""

    @cached_property
    def current(self) -> Mapping[str, CommuneRow]:
        """Present communes by INSEE code."""
        return {row.code: row for row in self.communes if row.kind == COMMUNE}

    @cached_property
    def parts(self) -> Mapping[str, tuple[CommuneRow, ...]]:
        """Delegated and associated communes and municipal districts, by the code of their present commune."""
        found: dict[str, list[CommuneRow]] = defaultdict(list)
        for row in self.communes:
            if row.kind != COMMUNE:
                found[row.parent].append(row)
        return {code: tuple(rows) for code, rows in found.items()}

    @cached_property
    def successor(self) -> Mapping[str, str]:
        """Any code that ever answered, to the code of the present commune."""
        codes = {row.code: row.parent for row in self.communes if row.kind != COMMUNE}
        for row in self.current.values():
            codes.update(dict.fromkeys(row.former_codes, row.code))
        codes.update({code: code for code in self.current})
        return codes

    @cached_property
    def by_postal_code(self) -> Mapping[str, tuple[CommuneRow, ...]]:
        """Present communes by postal code, in the order of their names."""
        found: dict[str, list[CommuneRow]] = defaultdict(list)
        for row in self.current.values():
            for postal_code in row.postal_codes:
                found[postal_code].append(row)
        return {code: tuple(sorted(rows, key=lambda r: (r.sort_key, r.code))) for code, rows in found.items()}

    @cached_property
    def epci_by_siren(self) -> Mapping[str, EpciRow]:
        """EPCI by SIREN."""
        return {row.siren: row for row in self.epci}

    @cached_property
    def folded_names(self) -> tuple[tuple[CommuneRow, str, str], ...]:
        """Every searchable name: (present commune, former or partial name or "", folded name)."""
        names = [(row, "", fold(row.name)) for row in self.current.values()]
        for code, parts in self.parts.items():
            commune = self.current.get(code)
            if commune is not None:
                names.extend(
                    (commune, part.name, fold(part.name)) for part in parts if part.name != commune.name
                )
        return tuple(names)
