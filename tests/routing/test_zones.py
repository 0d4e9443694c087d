from __future__ import annotations

import json
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from grc.enums import Channel
from grc.errors import Invalid
from grc.models import Organisation
from routing.models import TerritoryLayer, Zone, ZoneMember
from routing.services.zones import zone_lines_of_reference, zones_import
from tests import factories as make

HEADER = "layer,layer_label,zone,zone_label,insee,valid_from,valid_to\n"
FIRST = HEADER + (
    "mds,Territoire,arrageois,Arrageois,62041,2026-01-01,\nmds,Territoire,artois,Artois,62117,2026-01-01,2026-12-31\n"
)
pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Organisation:
    make.commune_make("62041", "Arras")
    make.commune_make("62117", "Bertincourt", epci=("200033579", "CC du Sud-Artois"))
    return make.organisation_make("cd62")


def run(tmp_path: Path, text: str, *arguments: str) -> tuple[str, str]:
    path = tmp_path / "zones.csv"
    path.write_text(text, "utf-8")
    out, err = StringIO(), StringIO()
    call_command("import_zones", str(path), *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "zones.csv"
    path.write_text(text, "utf-8")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("import_zones", str(path), stderr=err)
    assert ZoneMember.objects.count() == 0
    return err.getvalue().splitlines()


def periods(insee: str) -> list[tuple[str, date, date | None]]:
    rows = ZoneMember.objects.filter(insee=insee).select_related("zone").order_by("validity")
    return [(row.zone.code, row.validity.lower, row.validity.upper) for row in rows]


def test_import_zones__writes_and_says_what(host: Organisation, tmp_path: Path) -> None:
    out, _ = run(tmp_path, FIRST, "--organisation", "cd62")
    assert out == "2 lignes lues : 1 découpages, 2 territoires, 2 communes placées, 0 changées.\n"
    assert periods("62041") == [("arrageois", date(2026, 1, 1), None)]
    assert periods("62117") == [("artois", date(2026, 1, 1), date(2027, 1, 1))]


def test_import_zones__again_changes_nothing(host: Organisation, tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    out, _ = run(tmp_path, FIRST, "--json")
    assert json.loads(out) == {"lines": 2, "layers": 1, "zones": 2, "added": 0, "changed": 0}


def test_import_zones__a_commune_moves(host: Organisation, tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    out, _ = run(tmp_path, HEADER + "mds,Territoire,artois,Artois,62041,2027-01-01,\n", "--json")
    assert json.loads(out)["changed"] == 1
    assert periods("62041") == [
        ("arrageois", date(2026, 1, 1), date(2027, 1, 1)),
        ("artois", date(2027, 1, 1), None),
    ]


def test_import_zones__semicolons_and_byte_order_mark(host: Organisation, tmp_path: Path) -> None:
    out, _ = run(tmp_path, "\ufeff" + FIRST.replace(",", ";"), "--json")
    assert json.loads(out)["added"] == 2


def test_import_zones__every_faulty_line_is_said_and_nothing_is_written(
    host: Organisation, tmp_path: Path
) -> None:
    said = refused(
        tmp_path,
        FIRST
        + "mds,Territoire,artois,Artois,6204,2026-01-01,\n"
        + "mds,Territoire,artois,Artois,62999,2026-01-01,\n"
        + "mds,Territoire,artois,Artois,62117,01/01/2027,\n"
        + "mds,Territoire,artois,Artois,62117,2028-01-01,2027-01-01\n"
        + "mds,,artois,Artois,62117,2028-01-01,\n"
        + "mds,Territoire,artois,Le Ternois,62117,2029-01-01,\n"
        + "mds,Territoire,arrageois,Arrageois,62041,2026-06-01,\n"
        + "mds,Territoire,artois\n",
    )
    assert said == [
        "Ligne 4 : « 6204 » n’est pas un code INSEE de commune (cinq caractères).",
        "Ligne 5 : aucune commune n’a le code 62999.",
        "Ligne 6 : « 01/01/2027 » n’est pas une date (AAAA-MM-JJ).",
        "Ligne 7 : la date de fin précède la date de début.",
        "Ligne 8 : la colonne « layer_label » est vide.",
        "Ligne 9 : « artois » s’appelle « Artois » plus haut, « Le Ternois » ici.",
        "Ligne 10 : la commune 62041 est déjà placée à ces dates, ligne 2.",
        "Ligne 11 : 7 colonnes sont attendues.",
    ]


def test_import_zones__does_not_rewrite_the_past(host: Organisation, tmp_path: Path) -> None:
    run(tmp_path, FIRST)
    path = tmp_path / "zones.csv"
    path.write_text(HEADER + "mds,Territoire,artois,Artois,62041,2025-01-01,\n", "utf-8")
    err = StringIO()
    with pytest.raises(CommandError):
        call_command("import_zones", str(path), stderr=err)
    assert err.getvalue() == (
        "Ligne 2 : la commune 62041 est déjà placée depuis le 01/01/2026 : donnez une date de début qui suit.\n"
    )
    assert periods("62041") == [("arrageois", date(2026, 1, 1), None)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "layer,zone\n",
            "Ligne 1 : il manque les colonnes layer_label, zone_label, insee, valid_from, valid_to.",
        ),
        ("", "Ligne 1 : il manque les colonnes " + ", ".join(HEADER.strip().split(",")) + "."),
    ],
)
def test_import_zones__columns(host: Organisation, tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(CommandError) as error:
        run(tmp_path, text)
    assert str(error.value) == sentence


def test_import_zones__unknown_organisation(host: Organisation, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Aucun organisme n’a le code « rien »"):
        run(tmp_path, FIRST, "--organisation", "rien")


def test_zone_lines_of_reference__one_zone_per_epci(host: Organisation) -> None:
    given = {"layer": "epci", "layer_label": "EPCI", "departement": "62", "start": date(2026, 1, 1)}
    lines = zone_lines_of_reference(kind="epci", **given)  # type: ignore[arg-type]
    done = zones_import(actor=make.SYSTEM, organisation=host, lines=lines)
    assert (done.zones, done.added) == (1, 1)
    assert Zone.objects.get().label == "CC du Sud-Artois"
    with pytest.raises(Invalid):
        zone_lines_of_reference(kind="canton", **given)  # type: ignore[arg-type]


def test_database__refuses_overlap_and_a_layer_that_is_not_the_zone_s(host: Organisation) -> None:
    layer = TerritoryLayer.objects.create(organisation=host, code="mds", label="MDS")
    other = TerritoryLayer.objects.create(organisation=host, code="cpam", label="CPAM")
    zone = Zone.objects.create(layer=layer, code="a", label="A")
    span = (date(2026, 1, 1), None)
    ZoneMember.objects.create(zone=zone, layer=layer, insee="62041", validity=span)
    with pytest.raises(IntegrityError), transaction.atomic():
        ZoneMember.objects.create(zone=zone, layer=layer, insee="62041", validity=(date(2027, 1, 1), None))
    empty = (date(2027, 1, 1), date(2027, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ZoneMember.objects.create(zone=zone, layer=layer, insee="62117", validity=empty)
    ZoneMember.objects.create(zone=zone, layer=other, insee="62117", validity=span)
    with pytest.raises(IntegrityError), transaction.atomic():
        connection.check_constraints()
    transaction.set_rollback(True)


def test_routing_simulate__counts_what_would_move(host: Organisation, tmp_path: Path) -> None:
    make.team_make(host, "gps", fallback=True)
    make.team_make(host, "sms")
    now = timezone.now()
    tickets = [
        make.ticket_make(host, channel=channel, at=now) for channel in (Channel.SMS, Channel.WEB, Channel.SMS)
    ]
    rules = tmp_path / "rules.json"
    rules.write_text(
        json.dumps([{"sentence": "SMS", "conditions": {"fact": "channel", "is": "sms"}, "team": "sms"}])
    )
    out = StringIO()
    call_command("routing_simulate", str(rules), "--since", "30d", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {
        "tickets": 3,
        "changed": 2,
        "moves": [
            {
                "from": "gps",
                "to": "sms",
                "count": 2,
                "examples": [tickets[0].reference, tickets[2].reference],
            }
        ],
        "by_rule": [{"rule": "SMS", "count": 2}],
    }
    text = StringIO()
    call_command("routing_simulate", str(rules), stdout=text)
    assert text.getvalue().splitlines()[0] == "3 demandes rejouées, 2 iraient ailleurs."


def test_routing_simulate__rules_that_do_not_read(host: Organisation, tmp_path: Path) -> None:
    make.team_make(host, "gps", fallback=True)
    rules = tmp_path / "rules.json"
    rules.write_text(
        json.dumps(
            [
                {"sentence": "A", "conditions": {"fact": "x", "is": 1}, "team": "gps"},
                {"sentence": "B", "conditions": {"all": []}, "team": "rien"},
                {"sentence": "C", "conditions": {"all": []}, "team": "gps", "priority": "folle"},
            ]
        )
    )
    err = StringIO()
    with pytest.raises(CommandError, match="Certaines règles sont à corriger"):
        call_command("routing_simulate", str(rules), stderr=err)
    assert err.getvalue().replace("\u00a0", " ").splitlines() == [
        "Règle 1 : $.fact : Le fait « x » n’existe pas.",
        "Règle 2 : Aucune équipe n’a le code « rien ».",
        "Règle 3 : La priorité « folle » n’existe pas.",
    ]
    rules.write_text("[")
    with pytest.raises(CommandError, match="pas du JSON"):
        call_command("routing_simulate", str(rules))
