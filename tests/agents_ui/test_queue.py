"""The shared queue, as a browser sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from agents_ui.presenters.queue import filter_of, place_of
from agents_ui.presenters.sheet import safe_cell
from grc.enums import Channel, Confidentiality, Role
from grc.models import AuditContent, Organisation, Team, Ticket
from grc.selectors.actors import actor_of_agent
from grc.services.viewers import ticket_look
from tests.agents_ui.browser import browser_of, form_key_of
from tests.factories import agent_make, organisation_make, team_make, ticket_make, topic_make

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Organisation:
    return organisation_make("departement")


@pytest.fixture
def team(host: Organisation) -> Team:
    return team_make(host, "insertion", label="Insertion de Lens")


def test_queue_page__shows_what_is_to_take(host: Organisation, team: Team) -> None:
    agent = agent_make(host, role=Role.INSTRUCTOR, member_of=[team])
    ticket = ticket_make(host, team=team, topic=topic_make(host, label="RSA non versé"), channel=Channel.SMS)
    html = browser_of(agent).get("/agents/file/").content.decode()
    shown = f"{ticket.reference[:3]}\u00a0{ticket.reference[3:6]}\u00a0{ticket.reference[6:]}"
    assert f'id="t-{ticket.pk}"' in html
    assert shown in html
    assert "RSA non versé" in html
    assert "Insertion de Lens" in html
    assert "Prendre la suivante" in html
    assert "vue par" not in html
    lea = agent_make(host, "lea", role=Role.INSTRUCTOR, member_of=[team], display_name="Léa Duriez")
    ticket_look(actor=actor_of_agent(lea), ticket=ticket, at=timezone.now())
    assert "vue par Léa Duriez" in browser_of(agent).get("/agents/file/").content.decode()
    assert 'ws-connect="ws://testserver/direct/file/?"' in html


def test_queue_page__costs_at_most_fifteen_statements(
    host: Organisation, team: Team, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    agent = agent_make(host, role=Role.RECEPTION)
    topic = topic_make(host)
    for _number in range(60):
        ticket_make(host, team=team, topic=topic)
    browser = browser_of(agent)
    with django_assert_max_num_queries(15):
        answer = browser.get("/agents/file/")
    assert answer.content.decode().count("data-place=") == 50


def test_queue_page__pages_by_key_in_both_directions(host: Organisation, team: Team) -> None:
    agent = agent_make(host, role=Role.RECEPTION)
    tickets = [ticket_make(host, team=team) for _number in range(60)]
    browser = browser_of(agent)
    first = browser.get("/agents/file/").context
    second = browser.get(first["next_url"]).context
    back = browser.get(second["previous_url"]).context
    assert [row.id for row in first["rows"]] == [ticket.pk for ticket in tickets[:50]]
    assert [row.id for row in second["rows"]] == [ticket.pk for ticket in tickets[50:]]
    assert second["next_url"] == ""
    assert [row.id for row in back["rows"]] == [ticket.pk for ticket in tickets[:50]]
    assert back["previous_url"] == ""


def test_queue_page__hides_a_discreet_motive_from_other_teams(host: Organisation, team: Team) -> None:
    other = team_make(host, "autre")
    topic = topic_make(host, "violences", label="Violences", confidentiality=Confidentiality.DISCREET)
    ticket_make(host, team=team, topic=topic, subject="Je suis menacée")
    outside, inside = agent_make(host, member_of=[other]), agent_make(host, member_of=[team])
    hidden = browser_of(outside).get("/agents/file/").content.decode()
    assert "Motif réservé" in hidden
    assert '<td role="cell" data-label="Thème">' in hidden
    assert 'id="t-' in hidden
    assert "Violences" not in hidden
    assert "Violences" in browser_of(inside).get("/agents/file/").content.decode()
    found = browser_of(outside).get("/agents/file/", {"mots": "menacée"}).context["rows"]
    assert found == []


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("a-prendre", {"free", "late"}),
        ("les-miennes", {"mine"}),
        ("mon-equipe", {"free", "late", "mine"}),
        ("en-retard", {"late"}),
        ("inconnue", {"free", "late"}),
    ],
)
def test_queue_page__views(host: Organisation, team: Team, view: str, expected: set[str]) -> None:
    agent = agent_make(host, member_of=[team])
    made = {
        "free": ticket_make(host, team=team),
        "late": ticket_make(host, team=team),
        "mine": ticket_make(host, team=team, assignee=agent),
    }
    Ticket.objects.filter(pk=made["late"].pk).update(due_at=timezone.now() - timedelta(hours=1))
    rows = browser_of(agent).get("/agents/file/", {"vue": view}).context["rows"]
    assert {row.id for row in rows} == {made[name].pk for name in expected}


def test_queue_next__takes_one_and_the_same_button_twice_takes_no_other(
    host: Organisation, team: Team
) -> None:
    agent = agent_make(host, role=Role.RECEPTION)
    first, second = ticket_make(host, team=team), ticket_make(host, team=team)
    browser = browser_of(agent)
    key = form_key_of(browser.get("/agents/file/").content.decode())
    answers = [browser.post("/agents/file/suivante/", {"form_key": key}) for _press in range(2)]
    assert [answer.url for answer in answers] == [f"/agents/demandes/{first.reference}/"] * 2  # type: ignore[attr-defined]
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.assignee_id == agent.pk
    assert second.assignee_id is None


def test_queue_next__by_htmx_moves_the_window(host: Organisation, team: Team) -> None:
    agent = agent_make(host, role=Role.RECEPTION)
    ticket = ticket_make(host, team=team)
    browser = browser_of(agent)
    key = form_key_of(browser.get("/agents/file/").content.decode())
    answer = browser.post("/agents/file/suivante/", {"form_key": key}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"/agents/demandes/{ticket.reference}/")


def test_queue_next__empty_queue_says_so(host: Organisation, team: Team) -> None:
    browser = browser_of(agent_make(host, role=Role.RECEPTION))
    key = form_key_of(browser.get("/agents/file/").content.decode())
    answer = browser.post("/agents/file/suivante/", {"form_key": key}, follow=True)
    assert "Aucune demande n’attend dans vos files" in answer.content.decode()


def test_queue_next__without_a_key_says_to_reload(host: Organisation, team: Team) -> None:
    ticket = ticket_make(host, team=team)
    answer = browser_of(agent_make(host, role=Role.RECEPTION)).post("/agents/file/suivante/", follow=True)
    assert "rechargez-la" in answer.content.decode()
    ticket.refresh_from_db()
    assert ticket.assignee_id is None


def test_queue_export__is_safe_for_a_spreadsheet_and_written_down(host: Organisation, team: Team) -> None:
    agent = agent_make(host, role=Role.RECEPTION)
    ticket = ticket_make(host, team=team, topic=topic_make(host, label="=HYPERLINK(A1)"))
    answer = browser_of(agent).get("/agents/file/export.csv")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    lines = text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "Référence;Reçue le;Échéance;Canal;Thème;Zone;Équipe;État;Agent;Priorité"
    reference = f"{ticket.reference[:3]} {ticket.reference[3:6]} {ticket.reference[6:]}"
    assert lines[1] == (
        f"{reference};16/11/2026 10:00;;Site internet;'=HYPERLINK(A1);;Insertion de Lens;À qualifier;;"
    )
    assert answer["Content-Disposition"].startswith("attachment;")
    assert AuditContent.objects.filter(entity="queue_export", actor_id=agent.pk, act="read").count() == 1


def test_queue_rows__are_the_rows_alone(host: Organisation, team: Team) -> None:
    ticket = ticket_make(host, team=team)
    html = browser_of(agent_make(host, role=Role.RECEPTION)).get("/agents/file/lignes/").content.decode()
    assert html.strip().startswith(f'<tr id="t-{ticket.pk}"')
    assert "<html" not in html


def test_queue_counts__one_figure_a_view(host: Organisation, team: Team) -> None:
    agent = agent_make(host, member_of=[team])
    ticket_make(host, team=team)
    ticket_make(host, team=team, assignee=agent)
    answer = browser_of(agent).get("/agents/file/comptes/")
    assert answer.json() == {"waiting": 1, "mine": 1, "team": 2, "late": 0, "pending": 0}


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.RECEPTION, "/agents/accueil/"),
        (Role.INSTRUCTOR, "/agents/file/"),
        (Role.SUPERVISOR, "/agents/file/"),
        (Role.MANAGER, "/pilotage/"),
        (Role.EDITOR, "/administration/"),
    ],
)
def test_home__leads_to_the_place_of_ones_work(host: Organisation, role: Role, address: str) -> None:
    answer = browser_of(agent_make(host, role=role)).get("/agents/")
    assert answer["Location"] == address


def test_home__without_a_role_says_whom_to_ask(host: Organisation) -> None:
    answer = browser_of(agent_make(host, role=None)).get("/agents/")
    assert answer.status_code == 403
    assert "demandez à votre administrateur" in answer.content.decode()


def test_console__without_a_login_leads_to_the_login() -> None:
    answer = Client().get("/agents/file/?vue=les-miennes")
    assert answer["Location"] == "/agents/connexion/?next=/agents/file/%3Fvue%3Dles-miennes"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+33321", "'+33321"),
        ("-2", "'-2"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ('"=1', "'\"=1"),
        ("  =1", "'  =1"),
        ("Lens", "Lens"),
        ("", ""),
    ],
)
def test_safe_cell__marks_what_could_be_a_formula(value: str, expected: str) -> None:
    assert safe_cell(value) == expected


def test_place_of__reads_only_a_place() -> None:
    assert place_of("1795000000:42") == (1795000000, 42)
    assert place_of("-5:42") == (-5, 42)
    assert [place_of(text) for text in ("", "12", "a:b", "1:", "1:-2")] == [None] * 5


def test_filter_of__what_is_not_understood_does_not_filter() -> None:
    chosen = filter_of(QueryDict("vue=nimporte&theme=logement&canal=sms"))
    assert (chosen.view, chosen.theme, chosen.channel, chosen.words) == ("waiting", "logement", "sms", "")
