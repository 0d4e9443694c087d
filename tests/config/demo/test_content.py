"""The demonstration's content holds together, and its loader refuses what does not."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from config.demo.content_build import ContentError, build, split
from config.demo.content_checks import check_content
from config.demo.content_loader import FOLDER, load_content, read_content, read_zones
from config.demo.content_types import Delay, MenuGroup, Site
from grc.calendars import from_dict
from grc.enums import Role
from grc.enums import Theme as ThemeCode
from grc.reference.shipped import load_shipped

# Basic alphabet of GSM 03.38, without the extension table: one such SMS holds 160 characters.
GSM7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
SAMPLES = {
    "reference": "1234567890",
    "code": "123456",
    "url": "https://exemple.fr/s/abcdef",
    "when": "mardi 24 à 14 h 05",
}


def _copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "content"))


def _edit(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_load_content__nothing_to_report() -> None:
    assert check_content(load_content(), load_shipped()) == []


def test_load_content__what_the_demonstration_promises() -> None:
    content = load_content()
    assert [theme.code for theme in content.themes] == [member.value for member in ThemeCode]
    assert len(content.topics) == 90
    assert len({row.zone for row in content.zones if row.layer == "mds"}) == 9
    assert len([row for row in content.zones if row.layer == "mds"]) == 887
    assert len([row for row in content.sites if row.organisation == "cd62"]) == 12
    assert len([row for row in content.teams if row.organisation == "cd62" and row.zone is None]) == 12
    assert len(content.partners) == 15
    assert len(content.citizens) == 60
    assert len(content.articles) == 25
    assert {agent.main_role for agent in content.agents} == {member.value for member in Role}
    assert [line.number for line in content.lines] == ["+33353010216", "+33321216216"]


def test_load_content__the_first_eight_agents_take_from_every_queue() -> None:
    agents = load_content().agents
    assert [agent.takes_all for agent in agents] == [True] * 8 + [False] * 12
    for agent in agents[:8]:
        assert agent.organisation == "cd62"
        assert agent.cleared
        assert ("instructor", "organisation", "cd62") in [(r.role, r.scope, r.target) for r in agent.roles]


def test_load_content__one_agent_is_shared_by_three_towns() -> None:
    content = load_content()
    towns = [row for row in content.organisations if row.kind == "hosted"]
    shared = next(agent for agent in content.agents if agent.username == content.groups[0].shared_agent)
    assert [row.code for row in towns] == ["bertincourt", "ruyaulcourt", "ytres"]
    assert {role.target for role in shared.roles} == {"bertincourt", "ruyaulcourt", "ytres"}
    assert sorted(shared.teams) == ["mairie_bertincourt", "mairie_ruyaulcourt", "mairie_ytres"]


def test_load_content__real_hours_of_the_hotline() -> None:
    calendar = load_content().calendars["hotline"].as_dict()
    assert calendar["holidays"] == "FR"
    assert calendar["weekly"]["monday"] == [["08:00", "21:00"]]
    assert calendar["weekly"]["saturday"] == [["08:00", "14:00"]]
    assert "sunday" not in calendar["weekly"]


def test_site_calendar__the_bus_stops_every_other_week() -> None:
    content = load_content()
    bus = next(site for site in content.sites if site.itinerant)
    opening = from_dict(content.site_calendar(bus))
    stops = [stop.place for day in (24, 1) for stop in opening.tours_on(date(2026, 11 + (day == 1), day))]
    assert stops == ["Frévent, place du marché", "Auxi-le-Château, place du marché"]


def test_load_content__families_share_a_number_and_some_have_no_name() -> None:
    citizens = load_content().citizens
    holders: dict[str, set[str]] = {}
    for citizen in citizens:
        for point in citizen.contact_points:
            holders.setdefault(point.value, set()).add(citizen.code)
    assert sum(1 for codes in holders.values() if len(codes) > 1) == 10
    assert sum(1 for citizen in citizens if not citizen.last_name) == 3
    assert sum(1 for citizen in citizens if citizen.no_fixed_address) >= 2
    assert sum(1 for citizen in citizens if not citizen.address) >= 5


@pytest.mark.parametrize(
    ("topic", "commune", "team"),
    [
        ("apa_demande", "62041", "autonomie_arrageois"),
        ("apa_demande", "62498", "autonomie_lens_lievin"),
        ("apa_demande", "", "autonomie"),
        ("rsa_demande", "62193", "mds_calaisis"),
        ("recherche_emploi", "62193", "gps"),
        ("enfant_danger", "62041", "protection_enfance"),
        ("fsl_impaye_loyer", "62041", "mds_arrageois"),
        ("fsl_acces", "62041", "logement"),
        ("actes_etat_civil", "62041", "gps"),
        ("actes_etat_civil", "62909", "mairie_ytres"),
        ("creche", "62731", "mairie_ruyaulcourt"),
        ("autonomie", "62767", "autonomie_ternois"),
        ("etat_civil", "62117", "mairie_bertincourt"),
        ("routes", "62117", "routes"),
    ],
)
def test_team_for(topic: str, commune: str, team: str) -> None:
    assert load_content().team_for(topic, commune).code == team


def test_voices__every_theme_is_two_keys_away() -> None:
    content = load_content()
    keys = {(theme.group_key, theme.key): theme.code for theme in content.themes}
    assert len(keys) == 14
    assert keys["2", "1"] == "logement"
    assert keys["6", "1"] == "etat_civil"
    assert content.voices.choice.format(choice="le logement", digit=1) == "Pour le logement, tapez 1."


def test_voices__each_sms_fits_one_segment() -> None:
    for name, text in load_content().voices.sms.items():
        written = text.format(**SAMPLES)
        assert set(written) <= GSM7, f"{name}: {sorted(set(written) - GSM7)}"
        assert len(written) <= 160, f"{name}: {len(written)}"


def test_voices__discreet_texts_name_neither_sender_nor_subject() -> None:
    voices = load_content().voices
    discreet = [text for name, text in {**voices.sms, **voices.email}.items() if "discreet" in name]
    assert len(discreet) == 5
    for text in discreet:
        for word in ("Departement", "Département", "{topic}", "{team}", "{code}"):
            assert word not in text


def test_topics__danger_is_never_discreet_by_accident() -> None:
    topics = load_content().topic_by_code
    assert topics["violences_conjugales"].sensitivity == "anonymous"
    assert topics["planification_contraception"].sensitivity == "anonymous"
    assert topics["enfant_danger"].first_answer == Delay(1, "office_hours")
    assert topics["apa_demande"].needs == ("birth_name", "birth_date", "address", "phone")


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("teams.toml", 'parent = "action_sociale"', 'parent = "personne"', "remonte à « personne »"),
        ("topics/logement.toml", 'partner = "adil"', 'partner = "adile"', "partenaire inconnu"),
        (
            "zones.csv",
            "mds,Territoire de solidarité (MDS),lens_lievin,Lens-Liévin,62001,2026-01-01,\n",
            "",
            "62001",
        ),
        ("agents.toml", "+33353010301", "+33321000000", "pourrait exister"),
        ("voices.toml", '["autonomie", "handicap"]', '["autonomie"]', "ne propose pas tous les thèmes"),
        ("articles.toml", 'topics = ["aah"]', 'topics = ["ahh"]', "La fiche « aah-qui-fait-quoi »"),
    ],
)
def test_check_content__says_what_is_wrong(
    tmp_path: Path, name: str, old: str, new: str, problem: str
) -> None:
    folder = _copy(tmp_path)
    _edit(folder, name, old, new)
    problems = check_content(read_content(folder), load_shipped())
    assert any(problem in sentence for sentence in problems), problems


def test_check_content__a_commune_in_two_zones(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    with (folder / "zones.csv").open("a", encoding="utf-8") as file:
        file.write("mds,Territoire de solidarité (MDS),artois,Artois,62041,2026-01-01,\n")
    problems = check_content(read_content(folder), load_shipped())
    assert problems == ["Le code « 62041 » (commune de « mds ») figure 2 fois."]


def test_build__errors_name_the_key() -> None:
    row = {"key": "1", "spoken": "la santé", "themes": ["sante"]}
    assert build(MenuGroup, row, "essai").themes == ("sante",)
    with pytest.raises(ContentError, match="essai : clé inconnue « teams »"):
        build(MenuGroup, {**row, "teams": []}, "essai")
    with pytest.raises(ContentError, match="essai : il manque la clé « spoken »"):
        build(MenuGroup, {"key": "1", "themes": []}, "essai")
    with pytest.raises(ContentError, match="essai, key : une valeur de type str était attendue"):
        build(MenuGroup, {**row, "key": 1}, "essai")
    with pytest.raises(ContentError, match="il manque la clé « accessibility »"):
        build(Site, {}, "essai")


def test_read_zones__refuses_a_wrong_header() -> None:
    with pytest.raises(ContentError, match=r"zones\.csv, ligne 2 : clé inconnue « couche »"):
        read_zones("couche,zone\nmds,artois\n")


def test_split__ignores_blanks() -> None:
    assert split(" a; b ;;c ") == ("a", "b", "c")
