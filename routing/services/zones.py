"""Importing territories: read and check every line first, then write all or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from grc.errors import Invalid
from grc.models import AdminArea, Commune, CommuneName, Organisation
from grc.policies import Verb, can_in_organisation
from grc.services.audit import audit_write
from grc.types import Actor
from routing.models import TerritoryLayer, Zone, ZoneMember

COLUMNS: Final = ("layer", "layer_label", "zone", "zone_label", "insee", "valid_from", "valid_to")
MOST_ERRORS: Final = 50
_INSEE: Final = re.compile(r"\d{5}|2[AB]\d{3}")
_CODE: Final = re.compile(r"[a-zA-Z0-9_-]{1,80}")
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """One line of the file: ``start`` included, ``end`` excluded (None: no end); ``number`` as an editor shows it."""

    number: int
    layer: str
    layer_label: str
    zone: str
    zone_label: str
    insee: str
    start: date
    end: date | None


@dataclass(frozen=True)
class ZonesImported:
    lines: int
    layers: int
    zones: int
    added: int
    changed: int


class _Errors:
    def __init__(self) -> None:
        self.found: dict[int, list[str]] = {}

    def add(self, line: int, sentence: str) -> None:
        self.found.setdefault(line, []).append(sentence)

    def require_none(self) -> None:
        """Raise Invalid with one sentence per faulty line, the first fifty."""
        if not self.found:
            return
        sentences = [
            f"Ligne {number} : {said}" for number in sorted(self.found) for said in self.found[number]
        ]
        kept = sentences[:MOST_ERRORS]
        if len(sentences) > MOST_ERRORS:
            kept.append(f"Et {len(sentences) - MOST_ERRORS} autres erreurs.")
        raise Invalid("Rien n’a été importé : le fichier comporte des erreurs.", fields={"file": kept})


def zones_read(rows: Iterable[Mapping[str, str | None]]) -> list[ZoneLine]:
    """Check the lines of a file (dicts by column, header excluded). Raises Invalid, ``fields["file"]`` lists all."""
    errors, lines = _Errors(), []
    known = set(Commune.objects.values_list("code", flat=True))
    known |= set(CommuneName.objects.values_list("code", flat=True))
    labels: dict[tuple[str, ...], str] = {}
    for number, row in enumerate(rows, start=2):
        line = _line(number, row, known, errors)
        if line is None:
            continue
        lines.append(line)
        for key, label in (((line.layer,), line.layer_label), ((line.layer, line.zone), line.zone_label)):
            if labels.setdefault(key, label) != label:
                errors.add(number, f"« {key[-1]} » s’appelle « {labels[key]} » plus haut, « {label} » ici.")
    _refuse_overlaps(lines, errors)
    errors.require_none()
    return lines


def _line(number: int, row: Mapping[str, str | None], known: set[str], errors: _Errors) -> ZoneLine | None:
    if None in row or any(row.get(name) is None for name in COLUMNS):
        errors.add(number, f"{len(COLUMNS)} colonnes sont attendues.")
        return None
    cell = {name: (row[name] or "").strip() for name in COLUMNS}
    for name in COLUMNS[:6]:
        if not cell[name]:
            errors.add(number, f"la colonne « {name} » est vide.")
    for name in ("layer", "zone"):
        if cell[name] and not _CODE.fullmatch(cell[name]):
            errors.add(number, f"le code « {cell[name]} » : lettres sans accent, chiffres, - et _ seulement.")
    if cell["insee"] and not _INSEE.fullmatch(cell["insee"]):
        errors.add(number, f"« {cell['insee']} » n’est pas un code INSEE de commune (cinq caractères).")
    elif cell["insee"] and known and cell["insee"] not in known:
        errors.add(number, f"aucune commune n’a le code {cell['insee']}.")
    start = _date(number, cell["valid_from"], errors)
    last = _date(number, cell["valid_to"], errors)
    if start and last and last < start:
        errors.add(number, "la date de fin précède la date de début.")
    if number in errors.found or start is None:
        return None
    return ZoneLine(
        number,
        cell["layer"],
        cell["layer_label"],
        cell["zone"],
        cell["zone_label"],
        cell["insee"],
        start,
        last + timedelta(days=1) if last else None,
    )


def _date(number: int, text: str, errors: _Errors) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors.add(number, f"« {text} » n’est pas une date (AAAA-MM-JJ).")
        return None


def _refuse_overlaps(lines: list[ZoneLine], errors: _Errors) -> None:
    previous: ZoneLine | None = None
    for line in sorted(lines, key=lambda one: (one.layer, one.insee, one.start, one.number)):
        same = previous is not None and (previous.layer, previous.insee) == (line.layer, line.insee)
        if same and previous is not None and (previous.end is None or previous.end > line.start):
            errors.add(
                line.number, f"la commune {line.insee} est déjà placée à ces dates, ligne {previous.number}."
            )
        previous = line


@transaction.atomic
def zones_import(
    *,
    actor: Actor,
    organisation: Organisation,
    lines: list[ZoneLine],
    progress: Progress | None = None,
) -> ZonesImported:
    """Write the lines, all or nothing. Importing the same file again changes nothing.

    A commune that changes zone is closed in the former one the day the new one begins. Raises Invalid when a line
    begins before what is already recorded for its commune. ``progress(done, total)`` is called now and then.
    """
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    layers = {
        code: TerritoryLayer.objects.update_or_create(
            organisation=organisation, code=code, defaults={"label": label, "closed_on": None}
        )[0]
        for code, label in {line.layer: line.layer_label for line in lines}.items()
    }
    zones = _zones_write(layers, {(line.layer, line.zone): line.zone_label for line in lines})
    added, changed = _compare(lines, layers, zones)
    # Ends first: what begins the same day may then take its place.
    ZoneMember.objects.bulk_update(changed, ["validity"], batch_size=1000)
    for start in range(0, len(added), 1000):
        ZoneMember.objects.bulk_create(added[start : start + 1000])
        if progress is not None:
            progress(min(start + 1000, len(added)), len(added))
    if added or changed:
        audit_write(
            actor=actor,
            verb="zones_imported",
            entity="organisation",
            entity_id=organisation.pk,
            details={"layers": sorted(layers), "lines": len(lines)},
        )
    return ZonesImported(len(lines), len(layers), len(zones), len(added), len(changed))


def _zones_write(
    layers: Mapping[str, TerritoryLayer], labels: Mapping[tuple[str, str], str]
) -> dict[tuple[str, str], Zone]:
    """Every zone of the file, by (layer, code): made, renamed or opened again where it has to be, in few statements."""
    by_id = {layer.pk: code for code, layer in layers.items()}
    rows = Zone.objects.select_for_update(of=("self",)).filter(layer__in=by_id)
    zones = {(by_id[row.layer_id], row.code): row for row in rows}
    made = [
        Zone(layer=layers[layer], code=code, label=label)
        for (layer, code), label in labels.items()
        if (layer, code) not in zones
    ]
    changed = []
    for key, label in labels.items():
        row = zones.get(key)
        if row is not None and (row.label != label or row.closed_on is not None):
            row.label, row.closed_on = label, None
            changed.append(row)
    Zone.objects.bulk_update(changed, ["label", "closed_on"], batch_size=1000)
    for row in Zone.objects.bulk_create(made, batch_size=1000):
        zones[by_id[row.layer_id], row.code] = row
    return {key: zones[key] for key in labels}


def _compare(
    lines: list[ZoneLine], layers: Mapping[str, TerritoryLayer], zones: Mapping[tuple[str, str], Zone]
) -> tuple[list[ZoneMember], list[ZoneMember]]:
    """Rows to add, and rows whose end changes. Raises Invalid for what would rewrite the past."""
    errors = _Errors()
    added: list[ZoneMember] = []
    changed: dict[int, ZoneMember] = {}
    held: dict[tuple[int, str], list[ZoneMember]] = {}
    for row in ZoneMember.objects.select_for_update().filter(layer__in=list(layers.values())):
        held.setdefault((row.layer_id, row.insee), []).append(row)
    for line in lines:
        zone = zones[line.layer, line.zone]
        wanted = DateRange(line.start, line.end)
        there = held.get((zone.layer_id, line.insee), [])
        same = next(
            (row for row in there if row.zone_id == zone.pk and row.validity.lower == line.start), None
        )
        for row in there:
            if row is same or not _overlap(row.validity, wanted):
                continue
            if row.validity.lower >= line.start:
                errors.add(
                    line.number,
                    f"la commune {line.insee} est déjà placée depuis le {row.validity.lower:%d/%m/%Y} : "
                    "donnez une date de début qui suit.",
                )
                continue
            row.validity = DateRange(row.validity.lower, line.start)
            changed[row.pk] = row
        if same is None:
            added.append(ZoneMember(zone=zone, layer_id=zone.layer_id, insee=line.insee, validity=wanted))
        elif same.validity.upper != line.end:
            same.validity = wanted
            changed[same.pk] = same
    errors.require_none()
    return added, list(changed.values())


def _overlap(one: DateRange, other: DateRange) -> bool:
    return (other.upper is None or one.lower < other.upper) and (one.upper is None or other.lower < one.upper)


def zone_lines_of_reference(
    *, layer: str, layer_label: str, kind: str, departement: str, start: date
) -> list[ZoneLine]:
    """Lines of a layer drawn from the geographic code: one zone per ``kind`` (commune, epci or arrondissement)."""
    if kind not in ("commune", "epci", "arrondissement"):
        raise Invalid(f"Le découpage « {kind} » ne se déduit pas du code géographique.")
    names = dict(AdminArea.objects.filter(kind="arrondissement").values_list("code", "name"))
    lines = []
    for number, commune in enumerate(
        Commune.objects.filter(departement=departement).order_by("code"), start=2
    ):
        code, label = {
            "commune": (commune.code, commune.name),
            "epci": (commune.epci_code, commune.epci_name),
            "arrondissement": (commune.arrondissement, names.get(commune.arrondissement, "")),
        }[kind]
        if code:
            lines.append(ZoneLine(number, layer, layer_label, code, label or code, commune.code, start, None))
    return lines
