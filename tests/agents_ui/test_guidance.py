"""Articles on the reception screen."""

from __future__ import annotations

import pytest

from grc.enums import Role
from grc.models import Event
from knowledge.models import Article
from tests.agents_ui.browser import browser_of
from tests.factories import agent_make
from tests.knowledge.demo_articles import demo_articles_publish

pytestmark = pytest.mark.django_db


def test_articles_found__while_typing_and_asked() -> None:
    browser = browser_of(agent_make(demo_articles_publish(), role=Role.RECEPTION))
    typed = browser.post("/agents/fiches/", {"words": "loyer imp"}).content.decode()
    assert 'href="/agents/fiches/loyers-impayes/"' in typed
    assert "<html" not in typed
    asked = browser.get("/agents/fiches/", {"q": "RSA suspendu"}).content.decode()
    assert 'href="/agents/fiches/rsa-suspendu/"' in asked
    assert "Aucune fiche" in browser.post("/agents/fiches/", {"words": "zorglub"}).content.decode()
    assert Event.objects.filter(name="search_done").count() == 0
    assert "Aucune fiche" in browser.get("/agents/fiches/", {"q": "zorglub"}).content.decode()
    assert Event.objects.filter(name="search_done").count() == 1


def test_article_page__whole_with_its_sources() -> None:
    organisation = demo_articles_publish()
    browser = browser_of(agent_make(organisation, role=Role.RECEPTION))
    html = browser.get("/agents/fiches/apa-domicile/").content.decode()
    assert "https://www.service-public.fr/particuliers/vosdroits/F10009" in html
    assert "Version 1" in html
    Article.objects.filter(ref="apa-domicile").update(sources=["javascript:alert(1)"])
    assert 'href="javascript' not in browser.get("/agents/fiches/apa-domicile/").content.decode()
    assert browser.get("/agents/fiches/rien/").status_code == 404
    manager = browser_of(agent_make(organisation, role=Role.MANAGER))
    assert manager.get("/agents/fiches/apa-domicile/").status_code == 403
