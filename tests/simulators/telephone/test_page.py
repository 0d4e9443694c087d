"""The page, in a real browser: call, hear, press, text, pick up."""

import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect, sync_playwright

from simulators.telephone.testing import Telephone
from tests.simulators.telephone.conftest import CALLER, LINE, Product, start_phone
from tests.simulators.telephone.rest import rest

pytestmark = pytest.mark.e2e


@pytest.fixture
def page() -> Iterator[Page]:
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next((path for path in map(shutil.which, names) if path), None)
    if chromium is None:
        pytest.skip("pas de Chromium : apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser.new_page(viewport={"width": 360, "height": 800})
        browser.close()


@pytest.fixture
def real(product: Product) -> Iterator[Telephone]:
    made = start_phone(product, fast=False)
    yield made
    made.stop()


def test_page__a_call_a_text_and_a_call_back(product: Product, real: Telephone, page: Page) -> None:
    product.documents["/voice"] = (
        '<Gather numDigits="1" timeout="60" action="/choice"><Say>Pour la voirie, tapez 1.</Say></Gather>'
    )
    product.documents["/choice"] = '<Gather timeout="60"><Say>Vous avez choisi la voirie.</Say></Gather>'
    product.documents["/sms"] = "<Message>Bien reçu.</Message>"
    product.documents["/out"] = '<Gather timeout="60"><Say>Nous vous rappelons.</Say></Gather>'
    page.goto(real.base_url)
    page.get_by_role("button", name="Appeler").click()
    transcript = page.get_by_role("log", name="Ce qui se dit")
    expect(transcript).to_contain_text("Pour la voirie, tapez 1.")
    page.keyboard.press("1")
    expect(transcript).to_contain_text("Vous avez choisi la voirie.")
    page.get_by_role("button", name="Raccrocher").click()
    expect(page.locator("#status")).to_contain_text("Appel terminé")
    page.get_by_label("Message").fill("Un nid-de-poule")
    page.get_by_role("button", name="Envoyer le SMS").click()
    expect(page.get_by_role("log", name="Conversation par SMS")).to_contain_text("Bien reçu.")
    rest(real, "POST", "Calls.json", To=CALLER, From=LINE, Url=product.base + "/out")
    page.get_by_role("button", name="Décrocher").click()
    expect(transcript).to_contain_text("Nous vous rappelons.")
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    assert Axe().run(page).violations_count == 0
