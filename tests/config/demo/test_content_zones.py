"""Zones of the demonstration, kept and derived."""

from __future__ import annotations

from collections import Counter

from config.demo.content_loader import load_content, read_zones
from config.demo.content_types import ZoneRow
from config.demo.content_zones import all_zones, zones_csv
from grc.reference.shipped import load_shipped


def test_all_zones__each_layer_covers_the_departement() -> None:
    rows = all_zones(load_content(), load_shipped())
    assert Counter(row.layer for row in rows) == {
        "mds": 887,
        "cpam": 887,
        "commune": 887,
        "epci": 887,
        "arrondissement": 887,
    }
    zones = {
        layer: len({row.zone for row in rows if row.layer == layer}) for layer in ("epci", "arrondissement")
    }
    assert zones == {"epci": 20, "arrondissement": 7}


def test_all_zones__arras_in_every_layer() -> None:
    rows = [row for row in all_zones(load_content(), load_shipped()) if row.insee == "62041"]
    assert [(row.layer, row.zone, row.zone_label) for row in rows] == [
        ("mds", "arrageois", "Arrageois"),
        ("cpam", "artois", "CPAM de l’Artois"),
        ("commune", "62041", "Arras"),
        ("epci", "200033579", "CU d'Arras"),
        ("arrondissement", "621", "Arras"),
    ]


def test_zones_csv__is_read_back() -> None:
    rows = (ZoneRow("mds", "Territoire", "artois", "Artois, « ouest »", "62119", "2026-01-01", ""),)
    text = zones_csv(rows)
    assert text.splitlines()[0] == "layer,layer_label,zone,zone_label,insee,valid_from,valid_to"
    assert read_zones(text) == rows
