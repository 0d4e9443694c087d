"""Every page of the resident in a real browser: looked at, read by axe, light, and working without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django import Settings

from channels_in.portal.auth.franceconnect import FranceConnectBackend
from grc.enums import Outcome
from grc.models import Attachment, Organisation, Ticket
from grc.selectors.directory import host_organisation
from grc.services.ticket_close import ticket_close
from grc.services.ticket_work import ticket_reply
from simulators.oidc.launch import IssuerProcess
from tests.channels_in.portal.conftest import Place, place_make
from tests.factories import SYSTEM, team_make

LIGHT = 200_000
WIDTHS = (360, 1440)


@dataclass
class Portal:
    url: str
    place: Place
    shots: Path
    looked: int = 0

    def look(self, page: Page, name: str) -> None:
        """Both widths, a picture of each, nothing for axe to say, no sideways scroll."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=self.shots / f"portal-{name}-{width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        self.looked += 1


@pytest.fixture
def portal(
    live_server: Any, transactional_db: None, settings: Settings, tmp_path: Path, shots: Path
) -> Iterator[Portal]:
    url = live_server.url
    settings.MEDIA_ROOT = tmp_path
    settings.PUBLIC_BASE_URL = url
    settings.CSRF_TRUSTED_ORIGINS = [url]
    with IssuerProcess(
        "simulators.franceconnect",
        client_id="client-portail",
        client_secret="secret-du-client-de-test",
        redirect_uris=[f"{url}/connexion/franceconnect/retour/"],
        post_logout_redirect_uris=[f"{url}/deconnexion/"],
    ) as issuer:
        FranceConnectBackend.get_openid_configuration.invalidate()
        FranceConnectBackend.get_jwks_keys_for_uri.invalidate()
        settings.FRANCECONNECT_ENABLED = True
        settings.AUTHENTICATION_BACKENDS = [
            "channels_in.portal.auth.resident.ResidentBackend",
            "channels_in.portal.auth.franceconnect.FranceConnectBackend",
        ]
        settings.SOCIAL_AUTH_FRANCECONNECT_OIDC_ENDPOINT = issuer.issuer
        settings.SOCIAL_AUTH_FRANCECONNECT_KEY = "client-portail"
        settings.SOCIAL_AUTH_FRANCECONNECT_SECRET = "secret-du-client-de-test"
        settings.SOCIAL_AUTH_FRANCECONNECT_PIPELINE = ["channels_in.portal.auth.pipeline.resident_sign_in"]
        directives = dict(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])
        directives["form-action"] = ["'self'", issuer.base_url]
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
        yield Portal(url, place_make(settings), shots)


def partner_add(place: Place) -> None:
    """The body that a topic also concerns."""
    place.rent.competent_organisation = Organisation.objects.create(
        code="adil",
        kind="partner",
        name="ADIL du Pas-de-Calais",
        sort_name="adil",
        phone="+33321000000",
        purpose="Un conseil gratuit sur le logement.",
        hours_text="du lundi au vendredi de 9 h à 12 h",
    )
    place.rent.save()


def test_portal__from_the_first_word_to_the_reopening(
    portal: Portal, browser: Browser, tmp_path: Path
) -> None:
    partner_add(portal.place)
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    weight = [0]
    page.on("response", lambda answer: weight.__setitem__(0, weight[0] + len(answer.body())))
    page.goto(portal.url)
    page.wait_for_load_state("networkidle")
    assert 0 < weight[0] < LIGHT
    portal.look(page, "accueil")
    page.fill("#q", "loyer en retard")
    page.click("text=Chercher")
    portal.look(page, "recherche")
    page.goto(f"{portal.url}/?q=xyzzy")
    portal.look(page, "recherche-vide")
    page.goto(f"{portal.url}/demarches/logement/")
    portal.look(page, "theme")
    page.goto(f"{portal.url}/demande/sujet/violences/")
    portal.look(page, "demande-discrete")
    page.goto(f"{portal.url}/demande/sujet/planification/")
    portal.look(page, "demande-anonyme")
    page.goto(f"{portal.url}/demande/sujet/loyer/")
    page.fill("#id_description", "")
    portal.look(page, "demande")
    page.fill("#id_postal_code", "62223")
    wrong = tmp_path / "page.html"
    wrong.write_text("<html></html>")
    right = tmp_path / "bail.pdf"
    right.write_bytes(b"%PDF-1.7")
    page.set_input_files("#id_pieces", [right, wrong])
    page.click("text=Envoyer ma demande")
    assert page.title().startswith("À corriger")
    portal.look(page, "demande-erreurs")
    page.fill("#id_description", "Je dois deux mois de loyer.\nQue puis-je faire ?")
    page.check("text=Saint-Laurent-Blangy")
    page.dblclick("text=Envoyer ma demande")
    page.wait_for_url("**/demande/recue/")
    portal.look(page, "recue")
    ticket = Ticket.objects.get()
    assert (ticket.commune_id, Attachment.objects.get().original_name) == ("62753", "bail.pdf")
    Ticket.objects.filter(pk=ticket.pk).update(
        team=team_make(portal.place.organisation, label="Logement d’Arras")
    )
    ticket_reply(actor=SYSTEM, ticket=ticket, body="Envoyez-nous la lettre de votre bailleur.")
    page.click("text=Voir ma demande")
    page.fill("#id_body", "Je l’envoie demain.")
    page.click("main >> text=Envoyer")
    page.wait_for_selector("text=Votre message est bien arrivé.")
    page.click("summary")
    portal.look(page, "demande-suivie")
    ticket_close(actor=SYSTEM, ticket=ticket, outcome=Outcome.ANSWERED)
    page.reload()
    portal.look(page, "demande-close")
    page.click("text=Rouvrir ma demande")
    page.wait_for_selector("text=Votre demande est rouverte.")
    context.close()


def test_portal__tracking_login_and_notices(portal: Portal, browser: Browser) -> None:
    assert host_organisation().pk == portal.place.organisation.pk
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{portal.url}/suivi/")
    portal.look(page, "suivi")
    page.fill("#id_reference", "123")
    page.click("text=Voir ma demande")
    portal.look(page, "suivi-erreurs")
    for _ in range(11):
        page.goto(f"{portal.url}/suivi/")
        page.fill("#id_reference", "1234567890")
        page.fill("#id_code", "000000")
        page.click("text=Voir ma demande")
    portal.look(page, "suivi-trop")
    page.goto(f"{portal.url}/suivi/lien/abime/")
    portal.look(page, "lien-refuse")
    for name in ("accessibilite", "donnees-personnelles", "mentions-legales"):
        page.goto(f"{portal.url}/{name}/")
        portal.look(page, name)
    page.goto(f"{portal.url}/connexion/franceconnect/?suite=/demande/sujet/loyer/")
    portal.look(page, "connexion")
    page.click("text=S’identifier avec")
    page.wait_for_url("**/authorize**")
    page.click("text=Solène")
    page.wait_for_url("**/demande/sujet/loyer/")
    assert page.input_value("#id_last_name") == "VANHOVE"
    portal.look(page, "demande-connue")
    page.goto(f"{portal.url}/mes-demandes/")
    portal.look(page, "mes-demandes-vide")
    page.goto(f"{portal.url}/demande/")
    page.fill("#id_description", "Une question sur mes droits.")
    page.check("#id_no_address")
    page.click("text=Envoyer ma demande")
    page.wait_for_url("**/demande/recue/")
    page.goto(f"{portal.url}/mes-demandes/")
    portal.look(page, "mes-demandes")
    page.click("text=Quitter (")
    page.wait_for_url("**/deconnexion/?state=*")
    assert page.is_visible("text=ici et chez FranceConnect")
    portal.look(page, "deconnexion")
    context.close()


def test_portal__a_request_without_javascript(portal: Portal, browser: Browser) -> None:
    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    page = context.new_page()
    page.goto(portal.url)
    page.fill("#q", "loyer en retard")
    page.click("text=Chercher")
    page.click("text=Loyers impayés")
    page.fill("#id_postal_code", "62000")
    page.click("text=Envoyer ma demande")
    page.wait_for_url("**/demande/recue/")
    ticket = Ticket.objects.get()
    assert (ticket.description, ticket.commune_id) == ("loyer en retard", "62041")
    page.click("text=Voir ma demande")
    assert urlsplit(page.url).path == f"/suivi/{ticket.reference}/"
    context.close()
