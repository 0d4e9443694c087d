from __future__ import annotations

import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from grc.models import AdminArea, Commune, CommuneName, CommunePostalCode
from grc.reference.rows import COMMUNE, DELEGATED, CommuneRow, EpciRow, ReferenceData
from grc.selectors.directory import commune_by_code, communes_of_postal_code, communes_search
from grc.services.communes import communes_import
from tests import factories as make

pytestmark = pytest.mark.django_db

ARRAS = CommuneRow(
    "62041", "Arras", COMMUNE, "62", "621", "32", "200033579", "", ("62000",), 42600, ("62990",), "arras"
)
SAINT = CommuneRow(
    "62765", "Saint-Omer", COMMUNE, "62", "624", "32", "", "", ("62500",), 14800, (), "saint omer"
)
PART = CommuneRow(
    "62700", "Vieux-Bourg", DELEGATED, "62", "621", "32", "", "62041", (), None, (), "vieux bourg"
)
DATA = ReferenceData(
    communes=(ARRAS, SAINT, PART),
    epci=(EpciRow("200033579", "CU d’Arras", "CU", ("62041",)),),
    vintage="2026",
)


def test_communes_import__communes_codes_names_and_areas() -> None:
    done = communes_import(data=DATA)
    assert (done.communes, done.postal_codes, done.other_names, done.areas) == (2, 2, 2, 1)
    arras = Commune.objects.get(code="62041")
    assert (arras.epci_name, arras.population, arras.departement) == ("CU d’Arras", 42600, "62")
    assert [one.code for one in communes_of_postal_code("62500")] == ["62765"]
    assert commune_by_code("62700") == arras
    assert commune_by_code("62990") == arras
    assert [one.name for one in communes_search("vieux")] == ["Arras"]
    assert [one.name for one in communes_search("St Omer")] == ["Saint-Omer"]


def test_communes_import__again_updates_in_place() -> None:
    communes_import(data=DATA)
    names = set(CommuneName.objects.values_list("pk", flat=True))
    newer = replace(DATA, communes=(replace(ARRAS, population=43000, postal_codes=("62001",)), SAINT, PART))
    communes_import(data=newer)
    assert Commune.objects.get(code="62041").population == 43000
    assert list(CommunePostalCode.objects.order_by("postal_code").values_list("postal_code", flat=True)) == [
        "62001",
        "62500",
    ]
    assert set(CommuneName.objects.values_list("pk", flat=True)) == names


def test_communes_import__a_merged_commune_answers_by_its_former_code() -> None:
    communes_import(data=DATA)
    used = make.commune_make("62991", "Jadis")
    make.ticket_make(make.organisation_make(), commune=used)
    make.commune_make("62992", "Naguère")
    merged = replace(ARRAS, former_codes=("62990", "62991", "62992", "62765"))
    done = communes_import(data=replace(DATA, communes=(merged, PART)))
    assert done.gone == 2
    assert not Commune.objects.filter(code__in=["62765", "62992"]).exists()
    assert Commune.objects.filter(code="62991").exists()
    found = commune_by_code("62765")
    assert found is not None
    assert found.name == "Arras"


def test_communes_import__a_source_without_epci_keeps_them() -> None:
    communes_import(data=DATA)
    bare = replace(ARRAS, epci="", postal_codes=(), population=None, former_codes=())
    communes_import(data=ReferenceData(communes=(bare, PART)))
    arras = Commune.objects.get(code="62041")
    assert (arras.epci_name, arras.population) == ("CU d’Arras", 42600)
    assert CommunePostalCode.objects.filter(commune=arras).count() == 1


def test_import_communes__the_shipped_data_of_all_france() -> None:
    out, err = StringIO(), StringIO()
    call_command("import_communes", "--json", stdout=out, stderr=err)
    done = json.loads(out.getvalue())
    assert done["communes"] > 34_000
    assert "communes : 5000 / " in err.getvalue()
    assert Commune.objects.filter(departement="62").count() == 887
    assert [one.name for one in communes_of_postal_code("62128")][:1] == ["Boiry-Becquerelle"]
    assert AdminArea.objects.filter(kind="departement").count() > 100
    again = StringIO()
    call_command("import_communes", "--json", stdout=again, stderr=StringIO())
    assert json.loads(again.getvalue()) == done


def test_import_communes__a_file_that_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ce fichier n’existe pas"):
        call_command("import_communes", str(tmp_path / "rien.csv"))
