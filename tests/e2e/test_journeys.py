"""A stranger's journeys through one demonstration: by its contract, then in a real browser, with axe on every page.

One file, so that one parallel process runs them all against one demonstration.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.support.demonstration import Demonstration, SignedCall, eventually
from tests.support.totp import totp_now


def dial_for_housing(demo: Demonstration) -> tuple[SignedCall, str]:
    """Call, choose housing, key the postal code of Béthune; gives the call and the reference heard."""
    call = SignedCall(demo, demo.line)
    call.ring()
    for _ in range(3):
        if re.search(r"[Pp]our [^.]*logement[^.]*, tapez \d", call.said()):
            break
        call.press(call.key_for("logement|toit|vivre"))
    call.press(call.key_for("logement"))
    said = call.said()
    for _ in range(3):
        if "code postal" in said:
            break
        said = call.press("1")
    said = call.press("62400")
    if "tapez" in said and "commune" in said:
        said = call.press(call.key_for("Béthune"))
    contact = eventually(lambda: demo.contacts(call.sid), what="the contact of the call")[0]
    assert len(contact["tickets"]) == 1
    ticket = contact["tickets"][0]
    return call, ticket["reference"] if isinstance(ticket, dict) else ticket


def test_phone__a_call_is_a_ticket_on_its_topic_and_place_before_it_waits(demo: Demonstration) -> None:
    call, reference = dial_for_housing(demo)
    spoken = re.sub(r"\D", "", call.said())
    assert reference in spoken
    ticket = eventually(
        lambda: (found := demo.ticket(reference))["team"] and found, seconds=5, what="the team of the ticket"
    )
    assert ticket["topic"]["code"].startswith("logement")
    assert ticket["commune"] == {"code": "62119", "name": "Béthune"}
    assert ticket["channel"] == "phone"
    assert ticket["routing_reasons"]
    demo.webhook(
        "/webhooks/twilio/voice/status",
        call.fields(CallStatus="completed", SequenceNumber="4", CallDuration="60"),
    )
    assert demo.ticket(reference)["state"] in ("new", "open")


def test_phone__every_request_sent_twice_makes_one_of_each(demo: Demonstration) -> None:
    call = SignedCall(demo, demo.line)
    first = call.ring()
    assert call.again() == first
    while "code postal" not in call.said():
        said = call.press(
            call.key_for("logement|toit|vivre") if "logement" not in call.said() else call.key_for("logement")
        )
        assert call.again() == said
    said = call.press("62400")
    assert call.again() == said
    contacts = demo.contacts(call.sid)
    assert len(contacts) == 1
    assert len(contacts[0]["tickets"]) <= 1


def test_phone__a_forged_signature_is_refused_and_leaves_nothing(demo: Demonstration) -> None:
    call = SignedCall(demo, demo.line)
    answer = demo.webhook("/webhooks/twilio/voice/incoming", call.fields(), signature="bm9wZQ==")
    assert answer.status_code == 403
    assert demo.contacts(call.sid) == []


def test_phone__hidden_and_unknown_numbers_are_welcome(demo: Demonstration) -> None:
    for caller in ("anonymous", "+266696687", "+32470000000", ""):
        call = SignedCall(demo, demo.line, caller=caller)
        assert "tapez" in call.ring()
        assert len(demo.contacts(call.sid)) == 1


def test_phone__a_postal_code_that_does_not_exist_is_asked_again(demo: Demonstration) -> None:
    call = SignedCall(demo, demo.line)
    call.ring()
    while "code postal" not in call.said():
        call.press(
            call.key_for("logement|toit|vivre") if "logement" not in call.said() else call.key_for("logement")
        )
    said = call.press("99999")
    assert "code postal" in said
    assert call.document.find(".//Gather") is not None


def test_sms__is_a_ticket_and_its_answer_goes_back_once(demo: Demonstration) -> None:
    sender = "+33639980078"
    sid = demo.text("Bonjour, je cherche un logement à 62400 Béthune", sender=sender)
    demo.text("Bonjour, je cherche un logement à 62400 Béthune", sid=sid, sender=sender)
    contact = demo.contacts(sid)[0]
    assert len(contact["tickets"]) == 1
    reference = contact["tickets"][0]["reference"]
    eventually(lambda: demo.ticket(reference)["team"], seconds=5, what="the team of the SMS ticket")
    agent = demo.credentials["agents"][0]["api_token"]
    assert demo.api("POST", f"/tickets/{reference}/claim", token=agent).status_code == 200
    answer = demo.api(
        "POST", f"/tickets/{reference}/reply", token=agent, json={"body": "Nous vous rappelons demain."}
    )
    assert answer.status_code == 200

    def received() -> list[dict[str, str]]:
        texts = demo.control("GET", "/sms", params={"number": sender})
        rows = texts if isinstance(texts, list) else texts["messages"]
        return [row for row in rows if "rappelons demain" in row["body"]]

    assert len(eventually(received, seconds=15, what="the SMS on the telephone")) == 1
    closed = demo.api(
        "POST", f"/tickets/{reference}/close", token=agent, json={"outcome": "answered", "note": "Vu."}
    )
    assert closed.status_code == 200
    assert demo.ticket(reference)["outcome"] == "answered"
    assert len(received()) == 1


def test_sms__bad_input_is_kept_and_answered_clearly(demo: Demonstration) -> None:
    for body, sender in (("", "+33639980081"), ("é" * 4000, "+33639980082"), ("🙂 🏠", "+33639980083")):
        sid = demo.text(body, sender=sender)
        assert len(demo.contacts(sid)) == 1


def test_report__the_calls_add_up(demo: Demonstration) -> None:
    answer = demo.api("GET", "/reports/service-level", params={"start": "2020-01-01", "end": "2020-01-02"})
    assert answer.status_code == 200
    assert answer.json()["phone"]["offered"] == 0
    whole = demo.api("GET", "/reports/service-level", params={"start": "2026-01-01", "end": "2027-12-31"})
    phone = whole.json()["phone"]
    parts = (
        "answered", "abandoned", "self_served", "redirected", "called_back", "voicemail", "closed_hours",
        "in_progress",
    )  # fmt: skip
    assert phone["offered"] == sum(phone[part] for part in parts)
    assert phone["offered"] > 0


def log_in(page: Page, demo: Demonstration, agent: dict[str, Any]) -> None:
    page.goto(f"{demo.base}/agents/connexion/")
    page.get_by_label("Identifiant").fill(agent["username"])
    page.get_by_label("Mot de passe").fill(agent["password"])
    page.get_by_label("Mot de passe").press("Enter")
    if agent["totp_secret"]:
        page.locator("[name=token]").fill(totp_now(agent["totp_secret"]))
        page.locator("[name=token]").press("Enter")
    expect(page.get_by_role("button", name="Quitter")).to_be_visible()


def file_request(page: Page, demo: Demonstration, words: str) -> tuple[str, str]:
    """Guide, form, acknowledgement; gives the reference and the secret code read on the page."""
    page.goto(f"{demo.base}/")
    page.get_by_label("Écrivez ce qui vous arrive").fill("je cherche un logement social")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Demander un logement social").click()
    page.get_by_label("Que se passe-t-il ?").fill(words)
    page.get_by_label("Code postal").fill("62400")
    page.get_by_role("button", name="Envoyer ma demande").click()
    if page.get_by_text("plusieurs communes", exact=False).count() or page.get_by_label("Béthune").count():
        page.get_by_label("Béthune").check()
        page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page).to_have_url(re.compile("/demande/recue/"))
    text = page.locator("main").inner_text().replace("\u00a0", " ")
    reference = re.search(r"\b\d{3} \d{3} \d{4}\b", text)
    code = re.search(
        r"(?<!\d )\b(\d{2} \d{2} \d{2}|\d{3} \d{3}|\d{6})\b(?! \d)",
        text.replace(reference.group(0), "") if reference else text,
    )
    assert reference is not None, text
    assert code is not None, text
    return re.sub(r"\D", "", reference.group(0)), re.sub(r"\D", "", code.group(0))


def test_web__from_the_guide_to_the_answer(demo: Demonstration, phone_page: Page, desk_page: Page) -> None:
    words = "Bonjour, je dors dans ma voiture depuis lundi."
    reference, code = file_request(phone_page, demo, words)
    eventually(lambda: demo.ticket(reference)["team"], what="the team of the web request")

    log_in(desk_page, demo, demo.credentials["agents"][0])
    desk_page.goto(f"{demo.base}/agents/demandes/{reference}/")
    expect(desk_page.get_by_text(words).first).to_be_visible()
    desk_page.get_by_role("button", name=re.compile("^Prendre")).first.click()
    desk_page.get_by_label("Votre réponse").fill("Nous vous proposons un rendez-vous mardi.")
    desk_page.get_by_role("button", name="Envoyer la réponse").dblclick()
    expect(desk_page.locator(".story")).to_contain_text("Nous vous proposons un rendez-vous mardi.")

    phone_page.goto(f"{demo.base}/suivi/")
    phone_page.locator("#id_reference").fill(reference)
    phone_page.locator("#id_code").fill(code)
    phone_page.get_by_role("button", name="Voir ma demande").click()
    expect(phone_page.get_by_text("Nous vous proposons un rendez-vous mardi.")).to_have_count(1)

    assert (
        demo.api("POST", f"/tickets/{reference}/close", json={"outcome": "answered", "note": ""}).status_code
        == 200
    )
    phone_page.reload()
    expect(phone_page.locator("main")).to_contain_text(re.compile("[Rr]épon|[Tt]ermin|[Cc]los"))


def test_web__a_missing_field_loses_nothing(demo: Demonstration, phone_page: Page) -> None:
    phone_page.goto(f"{demo.base}/demande/sujet/logement_social/")
    phone_page.get_by_label("Que se passe-t-il ?").fill("Une longue histoire.")
    phone_page.get_by_label("Code postal").fill("99999")
    phone_page.get_by_role("button", name="Envoyer ma demande").click()
    expect(phone_page.get_by_label("Que se passe-t-il ?")).to_have_value("Une longue histoire.")
    expect(phone_page.locator(".error-summary, [role=alert]").first).to_be_visible()


def test_web__works_without_javascript(demo: Demonstration, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    reference, _ = file_request(context.new_page(), demo, "Sans JavaScript.")
    context.close()
    assert demo.ticket(reference)["channel"] == "web"


def test_queue__a_new_request_appears_live_and_the_next_one_is_taken_once(
    demo: Demonstration, phone_page: Page, desk_page: Page, browser: Browser
) -> None:
    log_in(desk_page, demo, demo.credentials["agents"][1])
    desk_page.goto(f"{demo.base}/agents/file/?equipe=logement")
    desk_page.goto(f"{demo.base}/agents/file/")
    other = browser.new_context(locale="fr-FR").new_page()
    log_in(other, demo, demo.credentials["agents"][2])
    other.goto(f"{demo.base}/agents/file/")
    desk_page.get_by_role("button", name=re.compile("Prendre la suivante")).dblclick()
    other.get_by_role("button", name=re.compile("Prendre la suivante")).click()
    for page in (desk_page, other):
        expect(page).to_have_url(re.compile(r"/agents/demandes/\d{10}/"))
    assert desk_page.url != other.url
    other.context.close()


def test_counter__a_visit_is_welcomed_called_and_leaves_a_request(
    demo: Demonstration, desk_page: Page
) -> None:
    log_in(desk_page, demo, demo.credentials["agents"][0])
    desk_page.goto(f"{demo.base}/agents/guichet/")
    desk_page.get_by_role("link", name=re.compile("MDS d’Arras")).click()
    before = demo.api("GET", "/contacts", params={"channel": "counter", "limit": 1}).json()["items"]
    desk_page.get_by_role("button", name=re.compile("Donner un numéro")).click()
    desk_page.get_by_role("button", name=re.compile("Appeler le suivant")).click()
    after = demo.api("GET", "/contacts", params={"channel": "counter", "limit": 1}).json()["items"]
    assert after[0]["id"] != (before[0]["id"] if before else None)


def test_softphone__rings_in_a_window_and_every_act_of_the_call_is_in_the_bar(
    demo: Demonstration, desk_page: Page
) -> None:
    log_in(desk_page, demo, demo.credentials["agents"][0])
    window = desk_page.context.new_page()
    window.goto(f"{demo.base}/agents/telephone/poste/")
    state = window.locator("#softphone-state")
    expect(state).to_have_text(re.compile("Prêt"), timeout=20_000)
    desk_page.goto(f"{demo.base}/agents/file/")
    bar = desk_page.locator("#telephone")
    bar.locator(".phone-presence > summary").click()
    bar.get_by_label("Je suis").select_option("available")
    bar.get_by_label("Un appel m’arrive").select_option("softphone")
    bar.get_by_role("button", name="Valider").click()
    expect(bar).to_contain_text("Disponible")

    sid = demo.control("POST", "/calls", json={"from": "+33639981234", "to": demo.line})["sid"]
    for keys in ("4", "1", "62400", "1"):
        call = demo.control("POST", f"/calls/{sid}/digits", json={"digits": keys})
        if call["queue"]:
            break
    expect(bar).to_contain_text("Un appel pour vous", timeout=20_000)
    expect(bar.locator(".phone-pop")).to_contain_text("06 39 98 12 34")
    expect(bar.locator(".phone-pop")).to_contain_text("Béthune")
    assert [found["id"] for found in Axe().run(desk_page).response["violations"]] == []
    expect(state).to_have_text("Ça sonne.")
    desk_page.keyboard.press("Alt+r")
    expect(desk_page).to_have_url(re.compile("/agents/accueil/contact/"))
    expect(state).to_have_text("En ligne.", timeout=20_000)

    bar = desk_page.locator("#telephone")
    bar.get_by_role("button", name=re.compile("Mettre en attente")).click(timeout=20_000)
    expect(bar).to_contain_text("patiente en musique")
    bar.get_by_role("button", name=re.compile("Reprendre la personne")).click()
    expect(bar.get_by_role("button", name=re.compile("Mettre en attente"))).to_be_visible()
    assert [found["id"] for found in Axe().run(desk_page).response["violations"]] == []
    desk_page.locator("summary", has_text="Terminer le contact").click()
    desk_page.get_by_label("Note du contact").fill("Cherche un bus pour Lens.")
    bar.get_by_role("button", name=re.compile("Raccrocher")).click()
    expect(bar).to_contain_text("Finir d’écrire le contact", timeout=20_000)
    expect(state).to_have_text(re.compile("Prêt"))
    # The page lost: what was typed is kept on the server.
    desk_page.evaluate("localStorage.clear()")
    desk_page.reload()
    desk_page.locator("summary", has_text="Terminer le contact").click()
    expect(desk_page.get_by_label("Note du contact")).to_have_value("Cherche un bus pour Lens.")
    desk_page.get_by_role("button", name="Terminer", exact=True).click()
    expect(desk_page).to_have_url(re.compile("/agents/accueil/$"))
    expect(desk_page.locator("#telephone")).to_contain_text("Disponible")


def test_manager__reads_the_report_with_its_chart(demo: Demonstration, desk_page: Page) -> None:
    log_in(desk_page, demo, demo.agent("manager"))
    desk_page.goto(f"{demo.base}/pilotage/?jours=30")
    expect(desk_page.get_by_role("heading", name="Rapport d’activité")).to_be_visible()
    chart = desk_page.locator("img[src*='graphe.svg']")
    expect(chart).to_be_visible()
    assert chart.evaluate("image => image.naturalWidth") > 0
    expect(desk_page.get_by_role("table").first).to_be_visible()


def test_franceconnect__a_resident_signs_in_and_out(demo: Demonstration, phone_page: Page) -> None:
    phone_page.goto(f"{demo.base}/connexion/franceconnect/")
    phone_page.get_by_role("button", name=re.compile("FranceConnect")).click()
    expect(phone_page).to_have_url(re.compile(re.escape(demo.credentials["simulators"]["franceconnect"])))
    phone_page.get_by_role("button", name=re.compile("Angela", re.IGNORECASE)).first.click()
    expect(phone_page).to_have_url(re.compile(re.escape(demo.base)))
    phone_page.goto(f"{demo.base}/mes-demandes/")
    expect(phone_page.locator("main")).to_contain_text(re.compile("Angela|DUBOIS|demandes", re.IGNORECASE))


PUBLIC = ["/", "/?q=logement", "/demarches/logement/", "/demande/sujet/logement_social/", "/suivi/",
          "/connexion/franceconnect/", "/accessibilite/", "/donnees-personnelles/", "/mentions-legales/",
          "/agents/connexion/", "/page-qui-n-existe-pas/"]  # fmt: skip
CONSOLE = ["/agents/file/", "/agents/file/?vue=closes", "/agents/accueil/", "/agents/guichet/", "/pilotage/",
           "/pilotage/direct/", "/pilotage/definitions/", "/administration/", "/administration/sujets/",
           "/administration/equipes/", "/administration/lignes/", "/administration/agents/",
           "/agents/telephone/", "/pilotage/enregistrements/"]  # fmt: skip


def check(page: Page, shots: Path, address: str) -> list[str]:
    """axe, sideways scroll and script errors of one page, at the width of the page; keeps a screenshot."""
    width = page.viewport_size["width"] if page.viewport_size else 0
    name = re.sub(r"\W+", "_", address).strip("_") or "home"
    page.screenshot(path=shots / f"{name}_{width}.png", full_page=True)
    found = [f"{address}: {violation['id']}" for violation in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append(f"{address}: scrolls sideways at {width} px")
    return found


@pytest.mark.parametrize("width", [360, 1440])
def test_pages__axe_finds_nothing(demo: Demonstration, browser: Browser, shots: Path, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale="fr-FR", reduced_motion="reduce"
    )
    page = context.new_page()
    refused: list[str] = []
    page.on(
        "console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None
    )
    found: list[str] = []
    for address in PUBLIC:
        page.goto(demo.base + address)
        found += check(page, shots, address)
    log_in(page, demo, demo.agent("administrator"))
    ticket = demo.api("GET", "/tickets", params={"limit": 1}).json()["items"][0]["reference"]
    for address in [*CONSOLE, f"/agents/demandes/{ticket}/"]:
        page.goto(demo.base + address)
        found += check(page, shots, address.replace(ticket, "reference"))
    page.goto(demo.telephone)
    found += check(page, shots, "/telephone/")
    context.close()
    assert found == []
    assert refused == []


def test_first_load__is_light(demo: Demonstration, phone_page: Page) -> None:
    weights: list[int] = []
    phone_page.on("response", lambda answer: weights.append(len(answer.body())))
    phone_page.goto(f"{demo.base}/", wait_until="networkidle")
    assert 0 < sum(weights) < 200_000
