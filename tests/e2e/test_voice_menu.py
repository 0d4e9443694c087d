"""An administrator changes what the voice says, in a real browser: drawn, listened to, tried, published, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from playwright.sync_api import Browser, Page, expect

from grc.enums import Role
from grc.models import Line
from grc.services.setup_organisations import calendar_setup, line_setup
from grc.types import system_actor
from grc.voice_script import script_to_json
from tests.agents_ui.browser import session_open
from tests.factories import agent_make, commune_make, organisation_make, topic_make
from tests.grc.voice_script.calls import demo_script

WIDTHS = (360, 1440)
SPEECH = """
window.heard = [];
window.speechSynthesis.speak = (said) => {
  window.heard.push([said.lang, said.text]);
  said.dispatchEvent(new Event("end"));
};
"""
THEMES = ("autonomie", "handicap", "logement", "insertion", "sante", "enfance", "famille", "jeunesse", "mobilite",
          "routes", "education", "etat_civil", "numerique", "autre_organisme")  # fmt: skip


@dataclass
class Desk:
    """The console of an administrator, and the line they edit."""

    url: str
    line: Line
    cookie: dict[str, Any]
    shots: Path

    @property
    def menu(self) -> str:
        return f"{self.url}/administration/lignes/{self.line.pk}/menu/"

    def page(self, browser: Browser, **options: Any) -> Page:
        context = browser.new_context(locale="fr-FR", viewport={"width": 1440, "height": 900}, **options)
        context.add_cookies([self.cookie])  # type: ignore[list-item]
        if options.get("java_script_enabled", True):
            context.add_init_script(SPEECH)
        return context.new_page()

    def look(self, page: Page, name: str) -> None:
        """Both widths, a picture of each, nothing for axe to say, no sideways scroll."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=self.shots / f"menu-vocal-{name}-{width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
            found = Axe().run(page)
            assert found.violations_count == 0, f"{name} at {width}: {found.generate_report()}"

    def goodbye(self) -> str:
        self.line.refresh_from_db()
        return str(self.line.script["nodes"]["end"]["text"])


@pytest.fixture
def desk(live_server: Any, transactional_db: None, shots: Path) -> Desk:
    host = organisation_make("departement", name="Département")
    for theme in THEMES:
        topic_make(host, theme, label=theme.replace("_", " ").capitalize())
    commune_make("62041", "Arras", postal_codes=["62000"])
    week = {day: [["08:00", "20:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    calendar_setup(
        actor=system_actor("Essai"), organisation=host, code="doctor_day", label="Médecins",
        definition={"name": "Médecins", "holidays": "FR", "weekly": week},
    )  # fmt: skip
    line = line_setup(
        actor=system_actor("Essai"), organisation=host, number="+33321216216", label="Ligne unique",
        script=script_to_json(demo_script()),
    )  # fmt: skip
    agent = agent_make(host, "chef", role=Role.ADMINISTRATOR, display_name="Léa Chef")
    cookie = {
        "name": django_settings.CONSOLE_SESSION_COOKIE_NAME,
        "value": session_open(agent),
        "url": live_server.url,
    }
    return Desk(live_server.url, line, cookie, shots)


def test_menu__drawn_read_and_listened_to(desk: Desk, browser: Browser) -> None:
    page = desk.page(browser)
    page.goto(desk.menu)
    drawing = page.get_by_role("region", name="Dessin, à faire défiler")
    steps = len(desk.line.script["nodes"])
    assert drawing.get_by_role("link").count() == steps
    assert page.locator(".plan-box").count() == steps
    desk.look(page, "dessin")
    drawing.focus()
    page.keyboard.press("Tab")
    expect(page.locator(".d-step:focus")).to_have_attribute("aria-label", "Bienvenue, phrase")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{desk.menu}etapes/greeting/")
    page.get_by_role("button", name="Écouter").click()
    said = page.evaluate("window.heard")
    assert [lang for lang, _text in said] == ["fr-FR"]
    assert said[0][1].startswith("Bonjour, vous êtes bien au numéro unique")


def test_menu__edited_tried_published_and_rolled_back(desk: Desk, browser: Browser) -> None:
    page = desk.page(browser)
    page.goto(f"{desk.menu}etapes/road_menu/")
    desk.look(page, "etape")
    row = page.locator(".choice").nth(3)
    row.get_by_label("Touche").select_option("3")
    row.get_by_label("Pour…", exact=True).fill("la neige et le verglas")
    row.get_by_label("Mène à").select_option(label="nouvelle étape : phrase")
    page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    expect(page.get_by_text("L’étape est enregistrée dans le brouillon.")).to_be_visible()
    page.goto(f"{desk.menu}etapes/phrase/")
    page.get_by_label("Ce que la voix dit").fill("Nos équipes salent les routes depuis 4 heures.")
    page.get_by_label("Ensuite").select_option(label="Et ensuite ?")
    page.get_by_label("Nom de l’étape").fill("Viabilité hivernale")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="Viabilité hivernale")).to_be_visible()
    # The draft answers in the page, not on the telephone.
    page.goto(f"{desk.menu}essai/")
    page.get_by_label("La ligne est").select_option("open")
    page.get_by_role("button", name="Appeler").click()
    for key in ("4", "3"):
        page.get_by_role("button", name=f"Touche {key}").click()
    expect(page.get_by_text("Nos équipes salent les routes depuis 4 heures.")).to_be_visible()
    desk.look(page, "essai")
    page.get_by_role("button", name="Défaire le dernier geste").click()
    expect(page.get_by_text("Nos équipes salent")).to_have_count(0)
    assert "phrase" not in desk.line.script["nodes"]
    page.goto(f"{desk.menu}versions/")
    expect(page.get_by_text("L’étape « Viabilité hivernale » (phrase) est ajoutée.")).to_be_visible()
    desk.look(page, "versions")
    page.get_by_label("Pourquoi cette version ?").fill("Premier gel")
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("La nouvelle version répond dès maintenant.")).to_be_visible()
    desk.line.refresh_from_db()
    assert desk.line.script["nodes"]["phrase"]["title"] == "Viabilité hivernale"
    page.get_by_role("link", name="Version 1", exact=True).click()
    desk.look(page, "version")
    page.get_by_label("Pourquoi y revenir ?").fill("Dégel")
    page.get_by_role("button", name="Revenir à cette version").click()
    expect(page.get_by_text("Cette version répond de nouveau.")).to_be_visible()
    desk.line.refresh_from_db()
    assert ("phrase" in desk.line.script["nodes"], desk.line.script_version) == (False, 3)


def test_menu__whole_without_javascript(desk: Desk, browser: Browser) -> None:
    page = desk.page(browser, java_script_enabled=False)
    page.goto(f"{desk.menu}etapes/end/")
    page.get_by_label("Ce que la voix dit").fill("Bonne journée.")
    page.get_by_role("button", name="Enregistrer dans le brouillon").click()
    page.goto(f"{desk.menu}essai/?hours=open")
    page.get_by_label("Ce que la personne dit").fill("mon logement")
    page.get_by_role("button", name="Dire").click()
    page.get_by_role("button", name="Touche 1").click()
    page.get_by_label("Chiffres tapés").fill("62000")
    page.get_by_role("button", name="Taper ces chiffres").click()
    expect(page.get_by_text("Une demande serait ouverte : Logement, à Arras.")).to_be_visible()
    expect(page.get_by_text("La personne attend dans la file, en musique.")).to_be_visible()
    page.goto(f"{desk.menu}versions/")
    page.get_by_label("Pourquoi cette version ?").fill("Plus court")
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("La nouvelle version répond dès maintenant.")).to_be_visible()
    assert desk.goodbye() == "Bonne journée."


def test_menu__mistakes_are_shown_where_they_are(desk: Desk, browser: Browser) -> None:
    page = desk.page(browser)
    page.goto(f"{desk.menu}etapes/status/")
    page.get_by_role("button", name="Retirer cette étape du brouillon").click()
    expect(page.get_by_text("points empêchent la mise en service")).to_be_visible()
    desk.look(page, "erreurs")
    page.get_by_role("link", name="L'étape « Menu principal » mène à « status », qui n'existe pas.").click()
    expect(page).to_have_url(f"{desk.menu}etapes/main_menu/")
    expect(page.locator(".alert-error")).to_contain_text("mène à « status »")
    page.goto(f"{desk.menu}reglages/")
    desk.look(page, "phrases")
    page.goto(f"{desk.menu}json/")
    desk.look(page, "json")


def test_hours__on_their_screens(desk: Desk, browser: Browser) -> None:
    page = desk.page(browser)
    page.goto(f"{desk.url}/administration/horaires/")
    desk.look(page, "horaires")
    page.get_by_role("link", name="Médecins").click()
    page.get_by_label("Jours fériés").select_option("FR-57")
    page.get_by_role("button", name="Enregistrer les horaires").click()
    expect(page.get_by_text("Les horaires sont enregistrés.")).to_be_visible()
    page.get_by_label("Que dit-on à cette date ?").fill("2027-03-26T10:00")
    page.get_by_role("button", name="Voir").click()
    expect(page.get_by_role("status").filter(has_text="Vendredi saint")).to_be_visible()
    desk.look(page, "horaires-medecins")
