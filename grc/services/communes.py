"""Importing the geographic code: communes, their postal codes, other names and former codes, and the areas above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.db import models, transaction
from django.db.models import ProtectedError

from grc.models import AdminArea, Commune, CommuneName, CommunePostalCode
from grc.reference.names import fold
from grc.reference.rows import CommuneRow, ReferenceData

BATCH = 5000
FORMER_CODE = "ancien_code"
Progress = Callable[[str, int, int], None]
Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class CommunesImported:
    """Rows now held for this source; ``gone``: communes merged into another since, removed because unused."""

    vintage: str
    communes: int
    postal_codes: int
    other_names: int
    areas: int
    gone: int


def _quiet(what: str, done: int, total: int) -> None:
    """No progress wanted."""


@transaction.atomic
def communes_import(*, data: ReferenceData, progress: Progress = _quiet) -> CommunesImported:
    """Write a reference source, all or nothing; again with a newer one, rows are updated in place.

    What the source does not give at all (INSEE's own file has neither postal codes nor EPCI) is left as it was.
    """
    _communes(data, progress)
    has_postal_codes = any(row.postal_codes for row in data.current.values())
    postal_codes = _postal_codes(data, progress) if has_postal_codes else CommunePostalCode.objects.count()
    names = _names(data, progress)
    areas = _areas(data, progress)
    gone = _remove_merged(data)
    return CommunesImported(data.vintage, len(data.current), postal_codes, names, areas, gone)


def _communes(data: ReferenceData, progress: Progress) -> None:
    fields = ["name", "sort_name", "departement", "region", "arrondissement"]
    if data.epci:
        fields += ["epci_code", "epci_name"]
    if any(row.population is not None for row in data.current.values()):
        fields.append("population")
    rows = [_commune(row, data) for row in data.current.values()]
    _write(Commune, rows, "communes", progress, update_fields=fields, unique_fields=["code"])


def _commune(row: CommuneRow, data: ReferenceData) -> Commune:
    epci = data.epci_by_siren.get(row.epci)
    return Commune(
        code=row.code,
        name=row.name,
        sort_name=fold(row.name),
        departement=row.departement,
        region=row.region,
        arrondissement=row.arrondissement,
        epci_code=row.epci,
        epci_name=epci.name if epci else "",
        population=row.population or 0,
    )


def _postal_codes(data: ReferenceData, progress: Progress) -> int:
    wanted = {(row.code, postal) for row in data.current.values() for postal in row.postal_codes}
    held = {
        (commune, postal): pk
        for pk, commune, postal in CommunePostalCode.objects.values_list("pk", "commune_id", "postal_code")
    }
    CommunePostalCode.objects.filter(pk__in=[pk for key, pk in held.items() if key not in wanted]).delete()
    rows = [
        CommunePostalCode(commune_id=commune, postal_code=postal)
        for commune, postal in sorted(wanted - held.keys())
    ]
    _write(CommunePostalCode, rows, "codes postaux", progress)
    return len(wanted)


def _names(data: ReferenceData, progress: Progress) -> int:
    """Former, delegated and associated communes, and former codes, each answering for its present commune."""
    wanted: dict[tuple[str, str, str], CommuneName] = {}
    for code, parts in data.parts.items():
        if code not in data.current:
            continue
        for part in parts:
            _add_name(wanted, code, part.code, part.name, part.kind)
    named = {code for _, code, _ in wanted}
    for row in data.current.values():
        for former in row.former_codes:
            if former not in named:
                _add_name(wanted, row.code, former, row.name, FORMER_CODE)
    held = {
        (commune, code, sort_name): pk
        for pk, commune, code, sort_name in CommuneName.objects.values_list(
            "pk", "commune_id", "code", "sort_name"
        )
    }
    CommuneName.objects.filter(pk__in=[pk for key, pk in held.items() if key not in wanted]).delete()
    rows = [row for key, row in wanted.items() if key not in held]
    _write(CommuneName, rows, "autres noms", progress)
    return len(wanted)


def _add_name(
    wanted: dict[tuple[str, str, str], CommuneName], commune: str, code: str, name: str, kind: str
) -> None:
    key = (commune, code, fold(name))
    wanted.setdefault(key, CommuneName(commune_id=commune, code=code, name=name, sort_name=key[2], kind=kind))


def _areas(data: ReferenceData, progress: Progress) -> int:
    rows = [("region", row.code, row.name) for row in data.regions]
    rows += [("departement", row.code, row.name) for row in data.departements]
    rows += [("arrondissement", row.code, row.name) for row in data.arrondissements]
    rows += [("epci", row.siren, row.name) for row in data.epci]
    _write(
        AdminArea,
        [AdminArea(kind=kind, code=code, name=name, sort_name=fold(name)) for kind, code, name in rows],
        "territoires administratifs",
        progress,
        update_fields=["name", "sort_name"],
        unique_fields=["kind", "code"],
    )
    return len(rows)


def _remove_merged(data: ReferenceData) -> int:
    """Communes this source says merged into another go, unless a request or a person still names them."""
    gone = 0
    merged = [
        code
        for code in Commune.objects.values_list("code", flat=True)
        if code not in data.current and code in data.successor
    ]
    for code in merged:
        try:
            with transaction.atomic():
                Commune.objects.filter(code=code).delete()
            gone += 1
        except ProtectedError:
            continue
    return gone


def _write(
    model: type[Row],
    rows: list[Row],
    what: str,
    progress: Progress,
    *,
    update_fields: list[str] | None = None,
    unique_fields: list[str] | None = None,
) -> None:
    for start in range(0, len(rows), BATCH):
        model._default_manager.bulk_create(
            rows[start : start + BATCH],
            update_conflicts=update_fields is not None,
            update_fields=update_fields,
            unique_fields=unique_fields,
        )
        progress(what, min(start + BATCH, len(rows)), len(rows))
