"""The voice menu edited from the screen: steps, drawing, trial, publication, roll back, JSON. Without JavaScript."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from grc.enums import Role
from grc.models import AuditContent, Line, Organisation, Ticket, Version
from grc.services.setup_organisations import line_setup
from grc.tasks import versions_publish_task
from grc.types import system_actor
from grc.voice_script import script_begun
from tests.agents_ui.browser import browser_of, form_key_of
from tests.factories import agent_make, organisation_make, topic_make
from tests.grc.voice_script.test_validation import small

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


@pytest.fixture
def host() -> Organisation:
    return organisation_make("departement", name="Département")


@pytest.fixture
def admin(host: Organisation) -> Client:
    return browser_of(agent_make(host, "chef", role=Role.ADMINISTRATOR, display_name="Léa Chef"))


@pytest.fixture
def line(host: Organisation) -> Line:
    topic_make(host, "sante", label="Santé")
    return line_setup(
        actor=system_actor("Essai"), organisation=host, number="+33321216216", label="Ligne unique",
        script=script_begun(),
    )  # fmt: skip


def page_of(line: Line, rest: str = "") -> str:
    return f"/administration/lignes/{line.pk}/menu/{rest}"


def read(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    html = answer.content.decode()
    return re.sub(r"\s+", " ", html.replace("\u00a0", " ").replace("\u202f", " "))


def send(browser: Client, page: str, action: str = "", **fields: Any) -> Any:
    html = browser.get(page).content.decode()
    seen = re.search(r'name="seen" value="(\d+)"', html)
    sent = {"form_key": form_key_of(html), "seen": seen.group(1) if seen else "", **fields}
    return browser.post(action or page, sent)


def goodbye(line: Line) -> str:
    line.refresh_from_db()
    return str(line.script["nodes"]["fin"]["text"])


def test_menu_page__drawn_and_in_words(admin: Client, line: Line) -> None:
    html = read(admin, page_of(line))
    assert "La version 1 répond au téléphone." in html
    assert html.count('class="d-step ') == 6
    assert 'aria-label="Menu principal, menu"' in html
    assert "pour faire une demande, tapez 1." in html
    assert "Touche 0, à tout moment" in html


def test_step_page__saved_in_the_draft_and_nothing_changes_on_the_telephone(
    admin: Client, line: Line
) -> None:
    page = page_of(line, "etapes/fin/")
    assert send(admin, page, title="Au revoir", text="Bonne journée.").status_code == 302
    assert goodbye(line) == "Merci de votre appel. Au revoir."
    draft = Version.objects.get(state="draft")
    assert (draft.number, draft.author) == (2, "Léa Chef")
    assert draft.content["nodes"]["fin"] == {"kind": "end", "title": "Au revoir", "text": "Bonne journée."}
    assert "Brouillon de Léa Chef : un changement, pas encore en service." in read(admin, page_of(line))


def test_step_page__a_menu_with_a_new_step_and_what_a_choice_keeps(admin: Client, line: Line) -> None:
    answer = send(
        admin, page_of(line, "etapes/menu/"), title="Menu principal", text="Que voulez-vous ?",
        c0_key="1", c0_wording="faire une demande", c0_next="agent", c0_speech="demande, aide", c0_subject="",
        c1_key="2", c1_wording="la santé", c1_next="new:hours", c1_subject="sante", c1_discretion="on",
        c2_key="8", c2_wording="l’anglais", c2_next="menu", c2_language="en",
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    nodes = Version.objects.get(state="draft").content["nodes"]
    assert nodes["menu"]["choices"] == [
        {"key": "1", "wording": "faire une demande", "next": "agent", "speech": ["demande", "aide"]},
        {
            "key": "2",
            "wording": "la santé",
            "next": "horaires",
            "sets": {"theme": "sante", "discretion": "discreet"},
        },
        {"key": "8", "wording": "l’anglais", "next": "menu", "sets": {"language": "en"}},
    ]
    assert nodes["horaires"]["kind"] == "hours"
    html = read(admin, page_of(line, "etapes/menu/"))
    assert "En anglais" in html
    assert "Pour… en anglais" in html


def test_step_page__a_condition_by_boxes(admin: Client, line: Line) -> None:
    added = send(admin, page_of(line), page_of(line, "etapes/"), kind="branch", title="Nuit ?")
    assert added.headers["Location"] == page_of(line, "etapes/nuit/")
    answer = send(
        admin, page_of(line, "etapes/nuit/"), title="Nuit ?", themes="sante", open="non", start="20:00", end="08:00",
        weekdays=["saturday", "sunday"], then="rappel", otherwise="agent",
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    assert Version.objects.get(state="draft").content["nodes"]["nuit"]["when"] == {
        "all": [
            {"fact": "theme", "is": "sante"},
            {"fact": "open", "is": False},
            {"fact": "now", "matches": {"weekdays": ["saturday", "sunday"], "from": "20:00", "to": "08:00"}},
        ]
    }
    html = read(admin, page_of(line, "etapes/nuit/"))
    assert 'name="themes" value="sante"' in html
    assert 'value="20:00"' in html
    assert "L&#x27;étape « Nuit ? » n&#x27;est jamais atteinte." in html


def test_step_page__what_the_form_does_not_show_is_kept(admin: Client, line: Line) -> None:
    script = script_begun()
    script["nodes"]["menu"]["choices"][0]["sets"] = {"origine": "radio"}
    script["nodes"]["nuit"] = {
        "kind": "branch", "title": "Nuit", "when": {"not": {"fact": "open", "is": True}}, "then": "agent",
        "otherwise": "rappel",
    }  # fmt: skip
    assert send(admin, page_of(line, "json/"), script=json.dumps(script)).status_code == 302
    good = {"title": "Menu", "text": "Dites.", "c0_key": "1", "c0_wording": "une demande", "c0_next": "nuit"}
    assert send(admin, page_of(line, "etapes/menu/"), **good, c0_subject="sante").status_code == 302
    assert "a été écrite en JSON" in read(admin, page_of(line, "etapes/nuit/"))
    sent = {"title": "La nuit", "then": "agent", "otherwise": "rappel"}
    assert send(admin, page_of(line, "etapes/nuit/"), **sent).status_code == 302
    nodes = Version.objects.get(state="draft").content["nodes"]
    assert nodes["menu"]["choices"][0]["sets"] == {"origine": "radio", "theme": "sante"}
    assert (nodes["nuit"]["title"], nodes["nuit"]["when"]) == (
        "La nuit",
        {"not": {"fact": "open", "is": True}},
    )


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"title": ""}, "Ce champ est obligatoire."),
        (
            {"c0_key": "1", "c0_wording": "", "c0_next": "agent"},
            "Un choix a une touche, un libellé et une suite.",
        ),
        ({"c0_key": "1", "c0_wording": "x", "c0_next": "nulle_part"}, "Sélectionnez un choix valide."),
    ],
)
def test_step_page__mistakes_come_back(
    admin: Client, line: Line, sent: dict[str, str], sentence: str
) -> None:
    good = {"title": "Menu", "text": "Dites.", "c0_key": "1", "c0_wording": "x", "c0_next": "agent"}
    answer = send(admin, page_of(line, "etapes/menu/"), **{**good, **sent})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Version.objects.filter(state="draft").exists()


def test_step_page__what_somebody_else_saved_is_not_overwritten(admin: Client, line: Line) -> None:
    page = page_of(line, "etapes/fin/")
    html = admin.get(page).content.decode()
    send(admin, page_of(line, "etapes/accueil/"), title="Accueil", text="Bonjour !", next="menu")
    answer = admin.post(page, {"form_key": form_key_of(html), "seen": "0", "title": "Fin", "text": "Adieu."})
    assert answer.status_code == 422
    assert "vient de modifier ce brouillon" in answer.content.decode()
    assert (
        Version.objects.get(state="draft").content["nodes"]["fin"]["text"]
        == "Merci de votre appel. Au revoir."
    )


def test_step_remove__what_led_to_it_says_so(admin: Client, line: Line) -> None:
    assert (
        send(admin, page_of(line, "etapes/rappel/"), page_of(line, "etapes/rappel/retirer/")).status_code
        == 302
    )
    html = read(admin, page_of(line))
    assert "2 points empêchent la mise en service" in html
    assert "L&#x27;étape « Agent ou rappel » mène à « rappel », qui n&#x27;existe pas." in html
    html = read(admin, page_of(line, "etapes/agent/"))
    assert "rappel (n’existe plus)" in html
    refused = send(admin, page_of(line, "etapes/fin/"), page_of(line, "etapes/agent/retirer/"))
    assert refused.status_code == 302
    assert "la touche 0 y mène" in read(admin, page_of(line))


def test_versions__differences_then_published_then_back(admin: Client, line: Line) -> None:
    page = page_of(line, "versions/")
    send(admin, page_of(line, "etapes/fin/"), title="Au revoir", text="Bonne journée.")
    html = read(admin, page)
    assert "« Au revoir » : dit « Bonne journée. » au lieu de « Merci de votre appel. Au revoir. »." in html
    assert send(admin, page, why="").status_code == 422
    assert send(admin, page, why="Plus court").status_code == 302
    assert goodbye(line) == "Bonne journée."
    html = read(admin, page)
    assert "La nouvelle version répond dès maintenant." in html
    assert "Plus court" in html
    old = page_of(line, "versions/1/")
    assert "dit « Merci de votre appel. Au revoir. » au lieu de « Bonne journée. »." in read(admin, old)
    assert send(admin, old, why="Trop court").status_code == 302
    assert goodbye(line) == "Merci de votre appel. Au revoir."
    assert list(Version.objects.order_by("number").values_list("number", "state", "why")) == [
        (1, "retired", "Installation"), (2, "retired", "Plus court"), (3, "published", "Trop court"),
    ]  # fmt: skip
    assert AuditContent.objects.filter(verb="version_published", entity_id=line.pk).count() == 3


def test_versions__planned_then_cancelled(admin: Client, line: Line) -> None:
    page = page_of(line, "versions/")
    with time_machine.travel(NOW, tick=False):
        send(admin, page_of(line, "etapes/fin/"), title="Au revoir", text="Bonne journée.")
        assert send(admin, page, why="Noël", publish_at="2026-11-25T11:59").status_code == 422
        assert send(admin, page, why="Noël", publish_at="2026-12-24T08:00").status_code == 302
        planned = Version.objects.get(state="scheduled")
        assert planned.publish_at == datetime(2026, 12, 24, 7, 0, tzinfo=UTC)
        html = read(admin, page)
        assert "sera mise en service jeudi 24 décembre 2026 à 8 h" in html
        assert send(admin, page, page_of(line, "versions/actes/"), act="cancel").status_code == 302
    assert Version.objects.get(number=2).state == "draft"
    assert send(admin, page, page_of(line, "versions/actes/"), act="drop").status_code == 302
    assert list(Version.objects.values_list("number", "state")) == [(1, "published")]


def test_versions__a_wrong_draft_is_not_published(admin: Client, line: Line) -> None:
    send(admin, page_of(line, "etapes/rappel/"), page_of(line, "etapes/rappel/retirer/"))
    answer = send(admin, page_of(line, "versions/"), why="Sans rappel")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Cette version ne peut pas être mise en service" in html
    assert "mène à «\u00a0rappel\u00a0», qui n&#x27;existe pas." in html
    line.refresh_from_db()
    assert "rappel" in line.script["nodes"]


def test_rehearsal__a_call_played_without_any_effect(admin: Client, line: Line) -> None:
    page = page_of(line, "essai/")
    html = read(admin, page)
    assert "Le téléphone sonne." in html
    assert "pour faire une demande, tapez 1." in html
    html = read(admin, f"{page}?m=-&m=k:7&m=k:1")
    assert "La personne ne dit rien." in html
    assert "Je n&#x27;ai rien entendu." in html
    assert "Je n&#x27;ai pas reconnu votre choix." in html
    assert "La personne entrerait dans la file d’attente : sujet non précisé." in html
    assert "Un agent répond" in html
    html = read(admin, f"{page}?hours=closed&m=k:1")
    assert "pour confirmer, tapez 1." in html
    html = read(admin, f"{page}?hours=closed&m=k:1&m=k:1")
    assert "Un rappel serait promis au +33639980042." in html
    assert "L’appel est terminé." in html
    html = read(admin, f"{page}?hours=closed&number=hidden&m=k:1&do=digits&digits=0612345678")
    assert "Un rappel serait promis au +33612345678." in html
    assert Ticket.objects.count() == 0


@pytest.mark.parametrize(
    "query", ["hours=at&at=pas-une-date", "m=" + "x" * 5000, "m=&m=k", "hours=at&at=2026-12-25T10:00"]
)
def test_rehearsal__whatever_is_in_the_address(admin: Client, line: Line, query: str) -> None:
    assert "Le téléphone sonne." in read(admin, f"{page_of(line, 'essai/')}?{query}")


def test_settle__phrases_said_otherwise(admin: Client, line: Line) -> None:
    page = page_of(line, "reglages/")
    assert (
        send(admin, page, start="menu", human="rappel", p_wrong="Pardon ?", p_silence=" ").status_code == 302
    )
    content = Version.objects.get(state="draft").content
    assert (content["start"], content["human"], content["phrases"]) == (
        "menu",
        "rappel",
        {"wrong": "Pardon ?"},
    )


def test_json__out_and_in(admin: Client, line: Line) -> None:
    out = admin.get(page_of(line, "menu.json"))
    assert json.loads(out.content) == script_begun()
    assert out["Content-Disposition"] == 'attachment; filename="menu-33321216216.json"'
    page = page_of(line, "json/")
    assert send(admin, page, script=json.dumps(small())).status_code == 302
    assert Version.objects.get(state="draft").content == small()
    file = SimpleUploadedFile(
        "menu.json", json.dumps(script_begun()).encode(), content_type="application/json"
    )
    assert send(admin, page, file=file).status_code == 302
    assert Version.objects.get(state="draft").content == script_begun()


@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("pas du json", "Ce texte n’est pas du JSON."),
        ("[]", "Le script doit être un objet."),
        ('{"start": "a", "human": "a", "nodes": {"a": {"kind": "danse"}}}', "est d&#x27;un genre inconnu"),
        (
            '{"start": "a", "human": "a", "nodes": {"a": {"kind": "end", "text": "\\u0000"}}}',
            "caractère interdit",
        ),
    ],
)
def test_json__what_is_no_script_is_refused(admin: Client, line: Line, script: str, sentence: str) -> None:
    answer = send(admin, page_of(line, "json/"), script=script)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Version.objects.filter(state="draft").exists()


def test_menu__an_empty_line_begins_with_a_simple_one(host: Organisation, admin: Client) -> None:
    empty = Line.objects.create(organisation=host, number="+33321000009", label="Neuve", script={})
    assert "Cette ligne n’a pas encore de menu." in read(admin, page_of(empty))
    assert send(admin, page_of(empty), page_of(empty, "json/"), begin="1").status_code == 302
    assert send(admin, page_of(empty, "versions/"), why="Ouverture").status_code == 302
    empty.refresh_from_db()
    assert (empty.script, empty.script_version) == (script_begun(), 1)


def test_menu__administrators_of_the_organisation_alone(host: Organisation, line: Line) -> None:
    pages = ("", "etapes/fin/", "reglages/", "json/", "menu.json", "essai/", "versions/", "versions/1/")
    others = {
        browser_of(agent_make(host, role=Role.SUPERVISOR)): 403,
        browser_of(agent_make(organisation_make("mairie"), role=Role.ADMINISTRATOR)): 404,
    }
    for browser, status in others.items():
        assert {browser.get(page_of(line, rest)).status_code for rest in pages} == {status}
        for act in ("etapes/", "etapes/fin/retirer/", "versions/actes/", "versions/", "versions/1/"):
            assert browser.post(page_of(line, act), {"why": "x"}).status_code == status
    assert list(Version.objects.values_list("number", "state")) == [(1, "published")]


def test_versions__published_at_its_date_by_the_sweep(admin: Client, line: Line) -> None:
    with time_machine.travel(NOW, tick=False):
        send(admin, page_of(line, "etapes/fin/"), title="Au revoir", text="Bonne journée.")
        send(admin, page_of(line, "versions/"), why="Noël", publish_at="2026-11-25T13:00")
    with time_machine.travel(NOW + timedelta(minutes=59), tick=False):
        versions_publish_task()
        assert goodbye(line) == "Merci de votre appel. Au revoir."
    with time_machine.travel(NOW + timedelta(minutes=60), tick=False):
        versions_publish_task()
    assert goodbye(line) == "Bonne journée."
