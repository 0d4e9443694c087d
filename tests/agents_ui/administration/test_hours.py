"""Hours on the screens: zones of holidays, hours of their own, who follows which, what is said outside them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from grc.enums import Role
from grc.models import AuditContent, Calendar, Line, Organisation
from grc.services.setup_organisations import calendar_setup, line_setup
from grc.types import system_actor
from grc.voice_script import script_begun
from tests.agents_ui.browser import browser_of, form_key_of
from tests.factories import agent_make, organisation_make, team_make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)  # a Wednesday, noon in Paris
WEEK = {day: [["08:00", "18:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


@pytest.fixture
def host() -> Organisation:
    return organisation_make("departement", name="Département")


@pytest.fixture
def admin(host: Organisation) -> Client:
    return browser_of(agent_make(host, "chef", role=Role.ADMINISTRATOR, display_name="Léa Chef"))


@pytest.fixture
def week(host: Organisation) -> Calendar:
    return calendar_setup(
        actor=system_actor("Essai"), organisation=host, code="bureau", label="Bureau",
        definition={"name": "Bureau", "holidays": "FR", "weekly": WEEK},
    )  # fmt: skip


def read(browser: Client, path: str) -> str:
    html = browser.get(path).content.decode()
    return re.sub(r"\s+", " ", html.replace("\u00a0", " ").replace("\u202f", " "))


def send(browser: Client, page: str, action: str = "", **fields: Any) -> Any:
    key = form_key_of(browser.get(page).content.decode(), action)
    return browser.post(action or page, {"form_key": key, **fields})


def hours_sent(**more: str) -> dict[str, str]:
    days = ("monday", "tuesday", "wednesday", "thursday", "friday")
    return {**dict.fromkeys(days, "08:00-18:00"), "exceptions": "2", **more}


def test_calendar__holidays_of_alsace_and_moselle(admin: Client, week: Calendar) -> None:
    page = f"/administration/horaires/{week.pk}/"
    friday = f"{page}?at=2027-03-26T10:00"  # Good Friday
    assert "ouvert, le menu des heures d’ouverture répond." in read(admin, friday)
    for zone in ("FR-57", "FR-6AE"):
        assert send(admin, page, **hours_sent(holidays=zone)).status_code == 302
        week.refresh_from_db()
        assert week.definition["holidays"] == zone
        assert "Nous sommes fermés aujourd’hui, vendredi 26 mars : Vendredi saint, jour férié." in read(
            admin, friday
        )
    html = read(admin, page)
    assert AuditContent.objects.filter(verb="calendar_edited", entity_id=week.pk).count() == 2
    assert "Vendredi saint, fermé" in read(admin, f"{page}?at=2027-01-02T10:00")
    assert "Léa Chef" in html


def test_calendar__open_on_a_holiday_by_exception(admin: Client, week: Calendar) -> None:
    page = f"/administration/horaires/{week.pk}/"
    with time_machine.travel(NOW, tick=False):
        sent = hours_sent(
            x0_from="2026-12-25", x0_hours="9h-12h", x0_words="permanence de Noël", holidays="FR"
        )
        assert send(admin, page, **sent).status_code == 302
        html = read(admin, page)
    assert "vendredi 25 décembre 2026 : Noël, ouvert par exception de 9 h à 12 h" in html
    assert "ouvert, le menu" in read(admin, f"{page}?at=2026-12-25T10:00")
    assert "Nous sommes fermés à cette heure." in read(admin, f"{page}?at=2026-12-25T14:00")


def test_calendar__zone_that_does_not_exist(admin: Client, week: Calendar) -> None:
    answer = send(admin, f"/administration/horaires/{week.pk}/", **hours_sent(holidays="FR-99"))
    assert answer.status_code == 422
    assert AuditContent.objects.filter(verb="calendar_edited").count() == 0


def test_calendars__created_then_followed_by_a_line_and_a_team(
    admin: Client, host: Organisation, week: Calendar
) -> None:
    page = "/administration/horaires/"
    assert send(admin, page, label="Garde de nuit", organisation=host.pk, like=week.pk).status_code == 302
    night = Calendar.objects.get(code="garde_de_nuit")
    assert (night.label, night.definition["weekly"]) == ("Garde de nuit", WEEK)
    assert send(admin, page, label=" ", organisation=host.pk).status_code == 422
    line = line_setup(
        actor=system_actor("Essai"),
        organisation=host,
        number="+33321216216",
        label="Ligne",
        script=script_begun(),
    )
    team = team_make(host, "a", label="Accueil")
    assert "elle répond à toute heure" in read(admin, f"/administration/lignes/{line.pk}/")
    for kind, row in (("lignes", line), ("equipes", team)):
        own = f"/administration/{kind}/{row.pk}/"
        assert send(admin, own, f"{own}horaires/", pick=night.pk).status_code == 302
        row.refresh_from_db()
        assert row.calendar_id == night.pk
    html = read(admin, page)
    assert "Accueil, Ligne" in html
    assert "suivis par personne" in html
    assert "a choisi les horaires de l’équipe" in read(admin, f"/administration/equipes/{team.pk}/")
    assert send(admin, own, f"{own}horaires/", pick="").status_code == 302
    team.refresh_from_db()
    assert team.calendar_id is None


def test_calendars__a_step_of_a_menu_follows_its_own(
    admin: Client, host: Organisation, week: Calendar
) -> None:
    script = script_begun()
    script["nodes"]["agent"]["calendar"] = "bureau"
    line_setup(
        actor=system_actor("Essai"),
        organisation=host,
        number="+33321216216",
        label="Ligne unique",
        script=script,
    )
    assert "menu vocal de Ligne unique" in read(admin, "/administration/horaires/")


def test_hours__each_sees_only_its_own(host: Organisation, admin: Client, week: Calendar) -> None:
    other = organisation_make("mairie")
    theirs = Calendar.objects.create(
        organisation=other,
        code="x",
        label="Ailleurs",
        definition={"name": "x", "holidays": "FR", "weekly": {}},
    )
    assert admin.get(f"/administration/horaires/{theirs.pk}/").status_code == 404
    assert "Ailleurs" not in read(admin, "/administration/horaires/")
    line = Line.objects.create(organisation=host, number="+33321000001", label="Ligne", script={})
    own = f"/administration/lignes/{line.pk}/"
    assert send(admin, own, f"{own}horaires/", pick=theirs.pk).status_code == 302
    line.refresh_from_db()
    assert line.calendar_id is None
    assert "Ces horaires n’existent pas." in read(admin, own)
    answer = send(admin, "/administration/horaires/", label="À eux", organisation=other.pk)
    assert answer.status_code == 422
    supervisor = browser_of(agent_make(host, role=Role.SUPERVISOR))
    assert supervisor.get("/administration/horaires/").status_code == 403
    assert supervisor.post(f"{own}horaires/", {"pick": week.pk}).status_code == 403
