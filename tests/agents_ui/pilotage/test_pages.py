"""The manager's pages: figures, exports, chart, live board, who may open them."""

from __future__ import annotations

import csv
import io
import json
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client

from agents_ui.presenters.report import Table, headlines, table_csv
from grc.enums import Role
from tests.agents_ui.browser import browser_of
from tests.agents_ui.pilotage.month import NOW, live
from tests.factories import (
    agent_make,
    call_make,
    callback_make,
    contact_make,
    organisation_make,
    queue_entry_make,
    team_make,
)

pytestmark = pytest.mark.django_db
PERIOD = "?start=2026-11-16&end=2026-11-18"
PAGES = (
    "/pilotage/", "/pilotage/rapport.json", "/pilotage/graphe.svg", "/pilotage/export/canaux.csv",
    "/pilotage/direct/", "/pilotage/definitions/",
)  # fmt: skip


def _manager() -> Client:
    return browser_of(agent_make(live().organisation, role=Role.MANAGER))


def test_report_page__figures_and_totals() -> None:
    answer = _manager().get("/pilotage/" + PERIOD)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert (
        "9 appels reçus = 2 répondus + 1 abandonnés + 1 servis par la voix + 1 renvoyés + 1 devenus rappels"
        in html
    )
    assert "La somme des lignes est bien le total : 4." in html
    assert "La somme des lignes diffère" not in html
    assert "=RSA" in html
    assert "11,1\u202f%" in html
    assert "graphe.svg?start=2026-11-16&amp;end=2026-11-18" in html
    assert "Définition" in html


@pytest.mark.parametrize(
    ("query", "first"),
    [("", "jeudi 12"), ("?periode=jour", "mercredi 18"), ("?periode=30", "mardi 20 octobre")],
)
def test_report_page__usual_periods(query: str, first: str) -> None:
    browser = browser_of(agent_make(organisation_make(), role=Role.MANAGER))
    with time_machine.travel(NOW, tick=False):
        html = browser.get("/pilotage/" + query).content.decode().replace("\u00a0", " ")
    assert first in html


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?start=hier&end=2026-11-18", "Une date de la période est absente ou illisible."),
        ("?start=2026-11-18", "Une date de la période est absente ou illisible."),
        ("?start=2026-11-18&end=2026-11-16", "La date de fin précède la date de début."),
        ("?start=2010-01-01&end=2026-11-16", "La période dépasse 800 jours."),
        ("?start=9999-99-99&end=0", "Une date de la période est absente ou illisible."),
    ],
)
def test_report__wrong_period(query: str, sentence: str) -> None:
    browser = browser_of(agent_make(organisation_make(), role=Role.MANAGER))
    page = browser.get("/pilotage/" + query)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    for address in ("rapport.json", "graphe.svg", "export/canaux.csv"):
        refused = browser.get(f"/pilotage/{address}{query}")
        assert (refused.status_code, refused.json()["detail"]) == (422, sentence)


def test_report_table__csv_safe_for_a_spreadsheet() -> None:
    browser = _manager()
    answer = browser.get("/pilotage/export/sujets.csv" + PERIOD)
    text = answer.content.decode()
    assert text.startswith("\ufeff")
    assert answer["Content-Disposition"] == 'attachment; filename="sujets-2026-11-16-2026-11-18.csv"'
    assert list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")) == [
        ["Sujet", "Demandes reçues"],
        ["'=RSA", "2"],
        ["Non précisé", "1"],
        ["Insertion et RSA", "1"],
        ["Total", "4"],
    ]
    days = browser.get("/pilotage/export/jours.csv" + PERIOD).content.decode().splitlines()
    assert days[1:4] == ["16/11/2026;12;1;0;9;2", "17/11/2026;0;3;0;0;0", "18/11/2026;0;0;1;0;0"]
    assert days[4] == "Total;12;4;1;9;2"
    assert browser.get("/pilotage/export/rien.csv").status_code == 404


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\tx", "\rx", ' "=1'])
def test_table_csv__no_cell_runs(cell: str) -> None:
    table = Table("t", "T", ("A", "B"), ((cell, "1"),), (1,))
    row = list(csv.reader(io.StringIO(table_csv(table)[1:], newline=""), delimiter=";"))[1]
    assert row == ["'" + cell, "1"]


def test_report_chart__well_formed_and_without_script() -> None:
    browser = _manager()
    answer = browser.get("/pilotage/graphe.svg" + PERIOD)
    assert answer["Content-Type"] == "image/svg+xml"
    assert "script-src" not in answer["Content-Security-Policy"]
    root = ElementTree.fromstring(answer.content)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert list(root.iter("{http://www.w3.org/2000/svg}script")) == []
    words = "".join(root.itertext())
    assert "Demandes reçues" in words
    assert "16/11" in words
    empty = browser.get("/pilotage/graphe.svg?start=2020-01-01&end=2020-01-01")
    assert ElementTree.fromstring(empty.content).tag == "{http://www.w3.org/2000/svg}svg"


def test_report_json__is_the_report() -> None:
    report = json.loads(_manager().get("/pilotage/rapport.json" + PERIOD).content)
    assert report["period"] == {"start": "2026-11-16", "end": "2026-11-18", "timezone": "Europe/Paris"}
    assert report["phone"]["offered"] == 9


def test_live_page__calm_then_late() -> None:
    organisation = organisation_make()
    browser = browser_of(agent_make(organisation, role=Role.SUPERVISOR))
    html = browser.get("/pilotage/direct/").content.decode()
    assert "Tout va bien" in html
    assert 'hx-trigger="every 10s"' in html
    queue_entry_make(call_make(contact_make(organisation)))
    callback_make(contact_make(organisation), team_make(organisation))
    part = browser.get("/pilotage/direct/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Quelqu’un attend trop longtemps" in part
    assert "attente trop longue" in part
    assert "1 hors délai" in part


def test_definitions_page__names_titles_and_formulas() -> None:
    html = (
        browser_of(agent_make(organisation_make(), role=Role.ELECTED))
        .get("/pilotage/definitions/")
        .content.decode()
    )
    assert "<code>phone.offered</code>" in html
    assert "Taux de service" in html
    assert "Appels répondus en 60 secondes ÷ appels reçus." in html


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.MANAGER, 200), (Role.SUPERVISOR, 200), (Role.SITE_LEAD, 200), (Role.ELECTED, 200),
        (Role.AUDITOR, 200), (Role.ADMINISTRATOR, 200), (Role.RECEPTION, 403), (Role.INSTRUCTOR, 403),
        (Role.EDITOR, 403), (None, 403),
    ],
)  # fmt: skip
def test_pages__who_may_open_them(role: Role | None, status: int) -> None:
    browser = browser_of(agent_make(organisation_make(), role=role))
    answers = {address: browser.get(address) for address in PAGES}
    assert {address: answer.status_code for address, answer in answers.items()} == dict.fromkeys(
        PAGES, status
    )
    if status == 403:
        assert "Votre rôle ne donne pas accès à cette page." in answers["/pilotage/"].content.decode()


def test_pages__nobody_is_sent_to_the_login() -> None:
    for address in PAGES:
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/agents/connexion/")


@pytest.mark.parametrize(
    ("path", "now", "then", "trend"),
    [
        ("contacts.received", 24, 12, "+12 (+100\u202f%)"),
        ("contacts.received", 12, 12, "stable"),
        ("tickets.closed", 3, 0, "+3"),
        ("tickets.closed", 0, 1200, "−1\u202f200 (−100\u202f%)"),
        ("phone.service_level_percent", 80.5, 82.0, "−1,5 points"),
        ("tickets.open_now", 3, 2, ""),
    ],
)
def test_headlines__trend_against_the_days_before(path: str, now: float, then: float, trend: str) -> None:
    group, name = path.split(".")
    empty: dict[str, dict[str, float | None]] = {
        "contacts": {"received": None},
        "tickets": {"opened": None, "closed": None, "open_now": None, "late_now": None},
        "phone": {"service_level_percent": None},
        "callbacks": {"owed": None, "kept_in_window": None},
    }
    report, before = ({**empty, group: {**empty[group], name: value}} for value in (now, then))
    shown = {one.figure.path: one.trend for one in headlines(report, before)}
    assert shown[path] == trend
    assert [other for other, said in shown.items() if said and other != path] == []


def test_report_page__says_how_it_moved() -> None:
    html = _manager().get("/pilotage/" + PERIOD).content.decode()
    assert 'class="trend">+' in html


@pytest.mark.parametrize("query", ["?start=0001-01-01&end=0001-01-01", "?start=0001-01-02&end=0001-01-09"])
def test_report_page__the_first_days_of_the_calendar(query: str) -> None:
    assert _manager().get("/pilotage/" + query).status_code in {200, 422}


def test_report_chart__narrow_for_a_telephone() -> None:
    answer = _manager().get("/pilotage/graphe.svg" + PERIOD + "&etroit=1")
    assert ElementTree.fromstring(answer.content).get("viewBox") == "0 0 400 300"
