"""The page of a request and what one does on it."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from grc.enums import Channel, Confidentiality, OrganisationKind, Outcome, Role, TicketState
from grc.models import (
    Agent,
    Attachment,
    AuditContent,
    Message,
    Organisation,
    Referral,
    Team,
    Ticket,
    TicketViewer,
    TimelineEntry,
    TopicForm,
)
from grc.services.topic_forms import ticket_answers
from tests.agents_ui.browser import browser_of, form_key_of
from tests.factories import (
    AT,
    agent_make,
    citizen_make,
    commune_make,
    contact_make,
    message_make,
    organisation_make,
    team_make,
    ticket_make,
    topic_make,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def host() -> Organisation:
    return organisation_make("departement")


@pytest.fixture
def team(host: Organisation) -> Team:
    return team_make(host, "insertion", label="Insertion de Lens")


@pytest.fixture
def agent(host: Organisation, team: Team) -> Agent:
    return agent_make(host, "karim", role=Role.INSTRUCTOR, member_of=[team], display_name="Karim Benali")


def by_sms(host: Organisation, team: Team, agent: Agent | None = None) -> Ticket:
    contact = contact_make(host, channel=Channel.SMS, address_value="+33612345678")
    ticket = ticket_make(host, team=team, contact=contact, topic=topic_make(host), assignee=agent)
    message_make(contact, ticket=ticket, body="Mon RSA n’est pas arrivé", provider_id="SM1")
    return ticket


def post(browser: Client, ticket: Ticket, slug: str, **data: str) -> tuple[int, str]:
    data.setdefault("form_key", str(uuid.uuid4()))
    answer = browser.post(f"/agents/demandes/{ticket.reference}/{slug}/", data)
    return answer.status_code, answer.content.decode()


def test_ticket_view__tells_the_story_newest_at_the_bottom(
    host: Organisation, team: Team, agent: Agent
) -> None:
    ticket = by_sms(host, team, agent)
    browser = browser_of(agent)
    assert post(browser, ticket, "note", body="Vu avec la CAF")[0] == 302
    assert post(browser, ticket, "repondre", body="Il manque une pièce")[0] == 302
    html = browser.get(f"/agents/demandes/{ticket.reference}/").content.decode()
    places = [
        html.index(text) for text in ("Mon RSA n’est pas arrivé", "Vu avec la CAF", "Il manque une pièce")
    ]
    assert places == sorted(places)
    assert "La réponse part par SMS au 06 12 34 56 78." in html.replace("\u00a0", " ")


def test_ticket_view__is_written_down_once_a_page(host: Organisation, team: Team, agent: Agent) -> None:
    ticket = ticket_make(host, team=team, requester=citizen_make(host))
    browser = browser_of(agent)
    browser.get(f"/agents/demandes/{ticket.reference}/")
    read = AuditContent.objects.filter(entity="ticket", act="read", actor_id=agent.pk)
    assert [(row.entity_id, row.citizen_id) for row in read] == [(ticket.pk, ticket.requester_id)]
    browser.get(f"/agents/demandes/{ticket.reference}/")
    assert read.all().count() == 2


def test_ticket_view__costs_at_most_thirty_statements(
    host: Organisation, team: Team, agent: Agent, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ticket = by_sms(host, team, agent)
    for number in range(20):
        message_make(ticket.origin_contact, ticket=ticket, provider_id=f"SM2{number}")
    browser = browser_of(agent)
    with django_assert_max_num_queries(30):
        assert browser.get(f"/agents/demandes/{ticket.reference}/").status_code == 200


def test_ticket_view__not_allowed_says_why_and_another_organisation_is_not_found(
    host: Organisation, team: Team
) -> None:
    secret = team_make(host, "pmi", restricted=True)
    ticket = ticket_make(host, team=secret)
    refused = browser_of(agent_make(host)).get(f"/agents/demandes/{ticket.reference}/")
    assert refused.status_code == 403
    assert "file à accès restreint" in refused.content.decode()
    town = organisation_make("commune", kind=OrganisationKind.HOSTED)
    foreign = browser_of(agent_make(town)).get(f"/agents/demandes/{ticket.reference}/")
    absent = browser_of(agent_make(town)).get("/agents/demandes/1234567890/")
    assert (foreign.status_code, absent.status_code) == (404, 404)


def test_ticket_act__claim_twice_by_two_agents_has_one_winner(
    host: Organisation, team: Team, agent: Agent
) -> None:
    ticket = ticket_make(host, team=team)
    other = agent_make(host, role=Role.RECEPTION)
    assert post(browser_of(agent), ticket, "prendre")[0] == 302
    status, html = post(browser_of(other), ticket, "prendre")
    assert status == 409
    assert "Karim Benali a déjà pris cette demande." in html
    ticket.refresh_from_db()
    assert ticket.assignee_id == agent.pk


def test_ticket_act__the_same_answer_pressed_twice_leaves_once(
    host: Organisation, team: Team, agent: Agent
) -> None:
    ticket = by_sms(host, team, agent)
    browser = browser_of(agent)
    html = browser.get(f"/agents/demandes/{ticket.reference}/").content.decode()
    key = form_key_of(html, f"/agents/demandes/{ticket.reference}/repondre/")
    for _press in range(2):
        assert post(browser, ticket, "repondre", form_key=key, body="Bonjour")[0] == 302
    assert Message.objects.filter(ticket=ticket, direction="outbound").count() == 1


def test_ticket_act__an_error_loses_nothing_and_may_be_corrected(
    host: Organisation, team: Team, agent: Agent
) -> None:
    other = team_make(host, "logement", label="Logement")
    ticket = by_sms(host, team, agent)
    browser = browser_of(agent)
    key = str(uuid.uuid4())
    status, html = post(browser, ticket, "transferer", form_key=key, team="", reason="Pas chez nous")
    assert status == 422
    assert "Pas chez nous</textarea>" in html
    assert "Rien n’est perdu" in html
    status, _html = post(browser, ticket, "transferer", form_key=key, team=other.code, reason="Pas chez nous")
    assert status == 302
    ticket.refresh_from_db()
    assert (ticket.team, ticket.assignee) == (other, None)


def test_ticket_act__empty_answer(host: Organisation, team: Team, agent: Agent) -> None:
    ticket = by_sms(host, team, agent)
    assert post(browser_of(agent), ticket, "repondre", body="  ")[0] == 422
    assert Message.objects.filter(ticket=ticket, direction="outbound").count() == 0


def test_ticket_act__close_with_an_orientation_then_reopen(
    host: Organisation, team: Team, agent: Agent
) -> None:
    caf = organisation_make("caf-62", kind=OrganisationKind.PARTNER, name="CAF du Pas-de-Calais")
    ticket = by_sms(host, team, agent)
    browser = browser_of(agent)
    status, html = post(browser, ticket, "clore", outcome="oriented", note="Vu")
    assert status == 422
    assert "Choisissez l’organisme" in html
    assert post(browser, ticket, "clore", outcome="oriented", partner=caf.code, note="Vu")[0] == 302
    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome) == (TicketState.CLOSED, Outcome.ORIENTED)
    assert Referral.objects.get(ticket=ticket).organisation == caf
    assert post(browser, ticket, "repondre", body="Trop tard")[0] == 409
    assert post(browser, ticket, "rouvrir", reason="Nouvelle pièce")[0] == 302
    ticket.refresh_from_db()
    assert ticket.state == TicketState.OPEN


def test_ticket_act__wait_and_resume(host: Organisation, team: Team, agent: Agent) -> None:
    ticket = by_sms(host, team, agent)
    browser = browser_of(agent)
    assert post(browser, ticket, "attendre", reason="citizen_piece")[0] == 302
    ticket.refresh_from_db()
    assert ticket.state == TicketState.WAITING_CITIZEN
    assert post(browser, ticket, "reprendre")[0] == 302
    ticket.refresh_from_db()
    assert ticket.state == TicketState.OPEN


def test_ticket_act__release(host: Organisation, team: Team, agent: Agent) -> None:
    ticket = by_sms(host, team, agent)
    assert post(browser_of(agent), ticket, "rendre")[0] == 302
    ticket.refresh_from_db()
    assert ticket.assignee_id is None


def test_ticket_act__qualify_by_words_and_postal_code(host: Organisation, team: Team, agent: Agent) -> None:
    theme = topic_make(host, "insertion", label="Insertion")
    topic = topic_make(host, "rsa-non-verse", label="RSA non versé", parent=theme, words=["pas payé"])
    topic_make(host, "rsa-demande", label="Demander le RSA", parent=theme)
    arras = commune_make(postal_codes=["62000"])
    ticket = ticket_make(host, team=team)
    browser = browser_of(agent)
    status, html = post(browser, ticket, "qualifier", words="rsa pas payé", place="62000")
    assert status == 422
    assert 'value="rsa-non-verse"' in html
    assert "Choisissez le thème dans la liste." in html
    status, _html = post(browser, ticket, "qualifier", words="rsa", topic="rsa-non-verse", place="62000")
    assert status == 302
    ticket.refresh_from_db()
    assert (ticket.topic, ticket.commune, ticket.state) == (topic, arras, TicketState.OPEN)


def test_ticket_act__a_manager_cannot_act(host: Organisation, team: Team) -> None:
    ticket = ticket_make(host, team=team)
    status, _html = post(browser_of(agent_make(host, role=Role.MANAGER)), ticket, "note", body="Vu")
    assert status == 403
    assert TimelineEntry.objects.filter(ticket_id=ticket.pk, verb="ticket_noted").count() == 0


def test_ticket_act__what_the_person_writes_never_runs(host: Organisation, team: Team, agent: Agent) -> None:
    ticket = by_sms(host, team, agent)
    message_make(
        ticket.origin_contact,
        ticket=ticket,
        body="<img src=x onerror=alert(1)> {{ settings.SECRET_KEY }}",
        provider_id="SMX",
    )
    html = browser_of(agent).get(f"/agents/demandes/{ticket.reference}/").content.decode()
    assert "<img src=x" not in html
    assert "&lt;img src=x onerror=alert(1)&gt; {{ settings.SECRET_KEY }}" in html


def test_ticket_preview__counts_the_sms_before_they_leave(
    host: Organisation, team: Team, agent: Agent
) -> None:
    ticket = by_sms(host, team, agent)
    answer = (
        browser_of(agent)
        .post(f"/agents/demandes/{ticket.reference}/apercu/", {"body": "a" * 161})
        .content.decode()
    )
    assert answer.strip().startswith("2 SMS")
    long = browser_of(agent).post(f"/agents/demandes/{ticket.reference}/apercu/", {"body": "mot " * 500})
    assert "14 SMS, en 2 messages qui arrivent dans l’ordre" in long.content.decode()


def test_ticket_looking__colleagues_see_who_looks(host: Organisation, team: Team, agent: Agent) -> None:
    ticket = ticket_make(host, team=team)
    browser_of(agent).get(f"/agents/demandes/{ticket.reference}/")
    other = agent_make(host, role=Role.RECEPTION, display_name="Maud Desrumaux")
    browser = browser_of(other)
    html = browser.get(f"/agents/demandes/{ticket.reference}/").content.decode()
    assert "Regarde aussi cette demande\u00a0: Karim Benali" in html.replace(" :", "\u00a0:")
    assert "Karim Benali" in browser.get("/agents/file/").content.decode()
    TicketViewer.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert "Karim Benali" not in browser.post(f"/agents/demandes/{ticket.reference}/regard/").content.decode()


def test_ticket_file__leaves_as_a_download_that_runs_nowhere(
    host: Organisation, team: Team, agent: Agent, settings: object, tmp_path: object
) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    ticket = ticket_make(host, team=team)
    attachment = Attachment.objects.create(
        ticket=ticket,
        file=ContentFile(b"<script>alert(1)</script>", name="x.bin"),
        original_name="avis\r\nSet-Cookie: x.html",
        content_type="text/html",
        size=25,
        sha256="0" * 64,
        at=timezone.now(),
    )
    address = f"/agents/demandes/{ticket.reference}/pieces/{attachment.pk}/"
    answer = browser_of(agent).get(address)
    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "Set-Cookie" not in answer
    assert Client().get(address).status_code == 302
    other = ticket_make(host, team=team)
    assert (
        browser_of(agent).get(f"/agents/demandes/{other.reference}/pieces/{attachment.pk}/").status_code
        == 404
    )


def test_ticket_view__says_a_discreet_request_is_discreet(
    host: Organisation, team: Team, agent: Agent
) -> None:
    topic = topic_make(host, confidentiality=Confidentiality.ANONYMOUS)
    ticket = ticket_make(host, team=team, topic=topic)
    html = browser_of(agent).get(f"/agents/demandes/{ticket.reference}/").content.decode()
    assert "Demande anonyme" in html
    assert "ne demandez pas l’identité" in html


def test_ticket_view__answers_of_the_form_in_its_own_words(
    host: Organisation, team: Team, agent: Agent
) -> None:
    ticket = by_sms(host, team, agent)
    ticket.form_answers = {
        "no_message": True, "phone": "+33639981234", "last_name": "Delcourt", "no_address": False,
        "postal_code": "62100",
    }  # fmt: skip
    ticket.save()
    html = browser_of(agent).get(f"/agents/demandes/{ticket.reference}/").content.decode()
    shown = re.findall(r"<dt>([^<]*)</dt>\s*<dd[^>]*>([^<]*)</dd>", html.replace("\u00a0", " "))
    assert [row for row in shown if row[0] in {"Code postal", "Nom", "Téléphone"}] == [
        ("Code postal", "62100"),
        ("Nom", "Delcourt"),
        ("Téléphone", "06 39 98 12 34"),
    ]
    assert ("Ne laissez pas de message à ce numéro ou à cette adresse", "oui") in shown
    assert "adresse fixe" not in html


def test_ticket_view__answers_of_a_form_of_its_topic(host: Organisation, team: Team, agent: Agent) -> None:
    ticket = by_sms(host, team, agent)
    definition = {
        "fields": [
            {
                "code": "road",
                "label": "Quelle route ?",
                "kind": "choice",
                "choices": [{"code": "d", "label": "Départementale"}, {"code": "c", "label": "Communale"}],
            }
        ]
    }
    assert ticket.topic is not None
    TopicForm.objects.create(topic=ticket.topic, version=3, definition=definition, published_at=AT)
    ticket.form_answers, ticket.form_version = {"road": "d", "gone_since": "hier"}, 3
    ticket.save()
    assert ticket_answers(ticket=ticket) == (("Quelle route ?", "Départementale"), ("Gone since", "hier"))


def test_reply__longer_than_one_sms_takes_leaves_as_several(
    host: Organisation, team: Team, agent: Agent
) -> None:
    ticket = by_sms(host, team, agent)
    status, _ = post(browser_of(agent), ticket, "repondre", body="long " * 330)
    assert status == 302
    sent = Message.objects.filter(direction="outbound").order_by("pk")
    assert [len(message.body) for message in sent] == [1599, 49]


def test_reply__an_sms_nobody_would_read_comes_back_with_its_words(
    host: Organisation, team: Team, agent: Agent
) -> None:
    ticket = by_sms(host, team, agent)
    status, html = post(browser_of(agent), ticket, "repondre", body="long " * 801)
    assert status in {409, 422}
    assert "4000" in html
    assert "long long long" in html
    assert Message.objects.filter(direction="outbound").count() == 0
