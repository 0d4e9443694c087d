"""The official geographic code: parsers, shipped data, search."""

from __future__ import annotations

import io
import tarfile
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.reference.build import main
from grc.reference.cog import parse_cog
from grc.reference.etalab import parse_communes, parse_package
from grc.reference.names import fold, sort_key
from grc.reference.read import read_source
from grc.reference.rows import COMMUNE, DELEGATED, MUNICIPAL_DISTRICT, ReferenceFileError
from grc.reference.search import (
    commune_for_code,
    communes_for_postal_code,
    normalise_postal_code,
    search_communes,
)
from grc.reference.shipped import load_shipped, read_folder, write_folder

COMMUNES = """[
{"code":"62447","nom":"Hesdin-la-Forêt","arrondissement":"624","departement":"62","region":"32","type":"commune-actuelle","anciensCodes":["62444"],"codesPostaux":["62140"],"population":4480},
{"code":"62447","nom":"Hesdin","type":"commune-deleguee","chefLieu":"62447","arrondissement":"624","departement":"62","region":"32"},
{"code":"75113","nom":"Paris 13e Arrondissement","type":"arrondissement-municipal","commune":"75056","arrondissement":"751","departement":"75","region":"11","codesPostaux":["75013"],"population":177735},
{"code":"75056","nom":"Paris","arrondissement":"751","departement":"75","region":"11","type":"commune-actuelle","codesPostaux":["75001","75013"],"population":2103778}
]
"""  # noqa: E501 - one record per line, as the package writes it
EPCI = '[{"code":"200044030","nom":"CC des 7 Vallées","type":"CC","membres":[{"code":"62447"}]}]'
COG = (
    "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT\n"
    'COM,62765,32,62,62D,625,0,SAINT OMER,Saint-Omer,Saint-Omer,"6298",\n'
    "COMD,62444,,,,,0,HESDIN,Hesdin,Hesdin,,62765\n"
)


def test_parse_communes__kinds_parents_and_former_codes() -> None:
    rows = parse_communes(COMMUNES, epci_of={"62447": "200044030"})
    assert [(row.code, row.kind, row.parent) for row in rows] == [
        ("62447", COMMUNE, ""),
        ("62447", DELEGATED, "62447"),
        ("75113", MUNICIPAL_DISTRICT, "75056"),
        ("75056", COMMUNE, ""),
    ]
    assert rows[0].former_codes == ("62444",)
    assert rows[0].sort_key == "hesdin la foret"
    assert rows[1].epci == "200044030"
    assert rows[1].population is None


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (
            COMMUNES.replace('"nom":"Hesdin",', ""),
            "communes.json, ligne 3 : le champ « nom » manque ou est vide.",
        ),
        (
            COMMUNES.replace("commune-deleguee", "hameau"),
            "communes.json, ligne 3 : le type « hameau » est inconnu.",
        ),
        (
            COMMUNES.replace(":4480", ':"beaucoup"'),
            "ligne 2 : le champ « population » devrait être un nombre",
        ),
        (COMMUNES.replace("[\n{", "[\n{,"), "communes.json, ligne 2 : ce n’est pas du JSON valide."),
        ('{"code": "62041"}', "une liste d’enregistrements était attendue."),
        (COMMUNES.replace('"62444"', "62444"), "« anciensCodes » devrait être une liste de textes."),
    ],
)
def test_parse_communes__errors_name_the_line(broken: str, message: str) -> None:
    with pytest.raises(ReferenceFileError) as raised:
        parse_communes(broken)
    assert message in str(raised.value)


def test_parse_package__epci_members_give_the_communes_their_epci() -> None:
    data = parse_package({"communes.json": COMMUNES, "epci.json": EPCI})
    assert data.current["62447"].epci == "200044030"
    assert data.epci[0].members == ("62447",)


def test_parse_cog__parts_take_the_areas_of_their_commune() -> None:
    data = parse_cog(COG)
    assert [(row.code, row.departement, row.arrondissement) for row in data.communes] == [
        ("62765", "62", "625"),
        ("62444", "62", "625"),
    ]
    assert data.communes[0].postal_codes == ()


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (COG.replace("COMPARENT", "PARENT"), "ligne 1 : il manque les colonnes COMPARENT."),
        (COG.replace(",62765\n", ",62999\n"), "ligne 3 : la commune de rattachement « 62999 » n’existe pas"),
        (COG.replace(",,62765\n", "\n"), "ligne 3 : le nombre de colonnes ne correspond pas"),
        (COG.replace("COMD,62444", "COMX,62444"), "ligne 3 : le type « COMX » est inconnu."),
    ],
)
def test_parse_cog__errors_name_the_line(broken: str, message: str) -> None:
    with pytest.raises(ReferenceFileError, match=message.replace(".", r"\.")):
        parse_cog(broken)


def test_read_source__archive_and_vintage(tmp_path: Path) -> None:
    archive = tmp_path / "package.tgz"
    with tarfile.open(archive, "w:gz") as writer:
        for name, text in (("package.json", '{"version": "6.0.0"}'), ("data/communes.json", COMMUNES)):
            content = text.encode()
            member = tarfile.TarInfo(f"package/{name}")
            member.size = len(content)
            writer.addfile(member, io.BytesIO(content))
    data = read_source(archive)
    assert data.vintage == "2026"
    assert sorted(data.current) == ["62447", "75056"]


def test_read_source__csv_and_refusals(tmp_path: Path) -> None:
    file = tmp_path / "v_commune_2026.csv"
    file.write_text("\ufeff" + COG, encoding="utf-8")
    assert read_source(file).vintage == "2026"
    file.write_bytes(b"TYPECOM,COM\nCOM,\xe9")
    with pytest.raises(ReferenceFileError, match="ligne 2 : ce fichier n’est pas en UTF-8"):
        read_source(file)
    with pytest.raises(ReferenceFileError, match="n’existe pas"):
        read_source(tmp_path / "absent.csv")
    with pytest.raises(ReferenceFileError, match=r"« communes\.json » manque"):
        read_source(tmp_path)


def test_write_folder__round_trip_and_same_bytes(tmp_path: Path) -> None:
    data = parse_package({"communes.json": COMMUNES, "epci.json": EPCI}, vintage="2026")
    write_folder(data, tmp_path)
    first = (tmp_path / "communes.tsv.gz").read_bytes()
    again = read_folder(tmp_path)
    assert (again.communes, again.epci, again.vintage) == (data.communes, data.epci, "2026")
    write_folder(again, tmp_path)
    assert (tmp_path / "communes.tsv.gz").read_bytes() == first


def test_main__says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main([str(tmp_path / "absent"), str(tmp_path)]) == 1
    assert "ce fichier n’existe pas." in capsys.readouterr().err


def test_load_shipped__the_whole_of_france_quickly() -> None:
    load_shipped.cache_clear()
    start = time.process_time()
    data = load_shipped()
    # Measured at 0.4 s of processor; a wide margin so that a loaded machine does not fail the suite.
    assert time.process_time() - start < 3
    assert data.vintage == "2026"
    assert (len(data.communes), len(data.current), len(data.epci)) == (37590, 34969, 1255)
    assert (len(data.arrondissements), len(data.departements), len(data.regions)) == (333, 109, 26)
    assert sum(1 for row in data.current.values() if row.departement == "62") == 887
    assert sum(row.population or 0 for row in data.current.values() if row.departement == "62") == 1457905


def test_load_shipped__every_area_is_known() -> None:
    data = load_shipped()
    departements = {row.code for row in data.departements}
    arrondissements = {row.code for row in data.arrondissements} | {""}
    for row in data.communes:
        assert row.departement in departements
        assert row.arrondissement in arrondissements
        assert row.epci in data.epci_by_siren or row.epci == ""
        assert row.parent == "" or row.parent in data.current


def test_load_shipped__weighs_less_than_a_megabyte() -> None:
    folder = Path(__file__).parents[3] / "grc" / "reference" / "data"
    assert sum(file.stat().st_size for file in folder.glob("*.gz")) < 1_000_000


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("62000", ["Arras", "Dainville"]),
        ("62 400", ["Béthune", "Essars"]),
        ("62000#", ["Arras", "Dainville"]),
        ("99999", []),
        ("6200", []),
        ("", []),
        ("٦٢٠٠٠", []),
    ],
)
def test_communes_for_postal_code(typed: str, names: list[str]) -> None:
    assert [row.name for row in communes_for_postal_code(load_shipped(), typed)][:2] == names


def test_communes_for_postal_code__several_communes_in_the_order_of_names() -> None:
    names = [row.name for row in communes_for_postal_code(load_shipped(), "62124")]
    assert len(names) == 14
    assert names[:3] == ["Barastre", "Beaumetz-lès-Cambrai", "Bertincourt"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("béthune", ("Béthune", "")),
        ("BETHUNE", ("Béthune", "")),
        ("st omer", ("Saint-Omer", "")),
        ("saint-omer", ("Saint-Omer", "")),
        ("touquet", ("Le Touquet-Paris-Plage", "")),
        ("noeux les mines", ("Nœux-les-Mines", "")),
        ("hesdin", ("Hesdin-la-Forêt", "Hesdin")),
        ("62041", ("Arras", "")),
    ],
)
def test_search_communes__first_answer_in_the_departement(typed: str, expected: tuple[str, str]) -> None:
    first = search_communes(load_shipped(), typed, departement="62")[0]
    assert (first.commune.name, first.former_name) == expected


def test_search_communes__nothing_found_and_limits() -> None:
    data = load_shipped()
    assert search_communes(data, "") == ()
    assert search_communes(data, "zzzz") == ()
    assert search_communes(data, "saint", limit=0) == ()
    assert len(search_communes(data, "saint", limit=5)) == 5


def test_commune_for_code__former_codes_keep_answering() -> None:
    data = load_shipped()
    found = commune_for_code(data, "75113")
    assert found is not None
    assert found.name == "Paris"
    corsica = commune_for_code(data, "2a004")
    assert corsica is not None
    assert corsica.name == "Ajaccio"
    assert commune_for_code(data, "00000") is None


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Béthune", "bethune"),
        ("St-Omer", "saint omer"),
        ("Ste Marie-Kerque", "sainte marie kerque"),
        ("L’Étoile", "l etoile"),
        ("Boulogne s/ Mer", "boulogne sur mer"),
        ("  Nœux   les Mines ", "noeux les mines"),
    ],
)
def test_fold(name: str, folded: str) -> None:
    assert fold(name) == folded


def test_sort_key__orders_as_a_reader_expects() -> None:
    names = ["Évin-Malmaison", "Étaples", "Eps", "Arras", "Étrun"]
    assert sorted(names, key=sort_key) == ["Arras", "Eps", "Étaples", "Étrun", "Évin-Malmaison"]


@given(st.text(max_size=40))
def test_fold__twice_is_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=12))
def test_normalise_postal_code__five_digits_or_nothing(text: str) -> None:
    found = normalise_postal_code(text)
    assert found == "" or (len(found) == 5 and found.isascii() and found.isdigit())
