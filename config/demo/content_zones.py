"""Pure. Every zone of the demonstration: those kept as a file, and those derived from the geographic code."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, fields

from config.demo.content_types import Content, Layer, ZoneRow
from grc.reference.rows import CommuneRow, ReferenceData


def all_zones(content: Content, data: ReferenceData) -> tuple[ZoneRow, ...]:
    """Rows of every layer of the content, for the host's département, layer after layer."""
    communes = [row for row in data.current.values() if row.departement == content.host.departement]
    rows: list[ZoneRow] = []
    for layer in content.layers:
        if layer.kind == "file":
            rows.extend(row for row in content.zones if row.layer == layer.code)
        else:
            rows.extend(_derived(layer, communes, data))
    return tuple(rows)


def zones_csv(rows: Iterable[ZoneRow]) -> str:
    """The file ``import_zones`` reads, header included."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(field.name for field in fields(ZoneRow))
    writer.writerows(astuple(row) for row in rows)
    return out.getvalue()


def _derived(layer: Layer, communes: Iterable[CommuneRow], data: ReferenceData) -> list[ZoneRow]:
    names = {row.code: row.name for row in data.arrondissements}
    names |= {row.siren: row.name for row in data.epci}
    rows = []
    for commune in sorted(communes, key=lambda row: row.code):
        zone = {"epci": commune.epci, "arrondissement": commune.arrondissement}.get(layer.kind, commune.code)
        if zone:
            label = names.get(zone, commune.name)
            valid_from = f"{data.vintage}-01-01" if data.vintage else ""
            rows.append(ZoneRow(layer.code, layer.label, zone, label, commune.code, valid_from, ""))
    return rows
