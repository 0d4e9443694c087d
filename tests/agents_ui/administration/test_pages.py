"""Settings changed from the screen: once, audited, by administrators alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agents_ui.forms.administration import hours_read
from grc.enums import Role
from grc.models import (
    Agent,
    AuditContent,
    Calendar,
    Event,
    Line,
    Organisation,
    RoleGrant,
    Team,
    TeamMembership,
    Topic,
)
from tests.agents_ui.browser import browser_of, form_key_of
from tests.factories import agent_make, organisation_make, team_make, topic_make

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)  # a Wednesday, noon in Paris


@pytest.fixture
def host() -> Organisation:
    return organisation_make("departement", name="Département")


@pytest.fixture
def admin(host: Organisation) -> Client:
    return browser_of(agent_make(host, "chef", role=Role.ADMINISTRATOR, display_name="Léa Chef"))


def _send(browser: Client, page: str, action: str = "", **fields: object) -> int:
    """Open a page, send one of its forms; gives the status."""
    html = browser.get(page).content.decode()
    key = form_key_of(html)
    return browser.post(action or page, {"form_key": key, **fields}).status_code


def _line(host: Organisation) -> Line:
    weekly = {day: [["08:00", "21:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    calendar = Calendar.objects.create(
        organisation=host, code="hotline", label="Ligne",
        definition={"name": "Ligne", "holidays": "FR", "weekly": weekly},
    )  # fmt: skip
    return Line.objects.create(
        organisation=host, number="+33321216216", label="GPS administration", calendar=calendar, script={}
    )


def test_topic__edited_once_with_its_history(host: Organisation, admin: Client) -> None:
    topic = topic_make(host, "rsa", label="RSA", words=["revenu"])
    page = f"/administration/sujets/{topic.pk}/"
    key = form_key_of(admin.get(page).content.decode())
    sent = {
        "form_key": key, "label": "RSA et prime", "words": "revenu\n  rmi \nrmi\n", "script": "Dire bonjour",
        "confidentiality": "discreet", "closed_on": "2027-01-01",
    }  # fmt: skip
    assert [admin.post(page, sent).status_code for _twice in range(2)] == [302, 302]
    topic.refresh_from_db()
    assert (topic.label, topic.words, topic.closed_on) == (
        "RSA et prime",
        ["revenu", "rmi"],
        date(2027, 1, 1),
    )
    assert (topic.sort_label, topic.search_text) == ("rsa et prime", "rsa et prime revenu rmi")
    assert AuditContent.objects.filter(verb="topic_edited", entity_id=topic.pk).count() == 1
    assert Event.objects.filter(name="topic_changed").count() == 1
    html = admin.get(page).content.decode().replace("\u202f", " ").replace("\u00a0", " ")
    assert "Léa Chef" in html
    assert "Nom : « RSA » devient « RSA et prime »" in html
    assert "Fermé à partir du : « rien » devient « 2027-01-01 »" in html


def test_topic__mistakes_come_back(host: Organisation, admin: Client) -> None:
    topic = topic_make(host, "rsa", label="RSA")
    page = f"/administration/sujets/{topic.pk}/"
    key = form_key_of(admin.get(page).content.decode())
    long_word = "x" * 121
    answer = admin.post(
        page, {"form_key": key, "label": "R", "words": long_word, "confidentiality": "normal", "script": ""}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "200 expressions au plus, de 120 caractères au plus." in html
    assert long_word in html
    topic.refresh_from_db()
    assert topic.label == "RSA"


def test_team__edit_members_and_refusals(host: Organisation, admin: Client) -> None:
    team, above = team_make(host, "a", label="A", fallback=True), team_make(host, "b", label="B")
    colleague = agent_make(host, "tom")
    page, members = f"/administration/equipes/{team.pk}/", f"/administration/equipes/{team.pk}/membres/"
    assert _send(admin, page, label="Accueil", parent=above.pk) == 302
    team.refresh_from_db()
    assert (team.label, team.parent_id, team.restricted) == ("Accueil", above.pk, False)
    assert _send(admin, page, label="Accueil", restricted="on") == 422
    assert _send(admin, f"/administration/equipes/{above.pk}/", label="B", parent=team.pk) == 422
    assert _send(admin, page, members, pick=colleague.pk) == 302
    assert TeamMembership.objects.filter(team=team, agent=colleague).count() == 1
    assert _send(admin, page, members, remove=colleague.pk) == 302
    assert TeamMembership.objects.filter(team=team).count() == 0
    stranger = agent_make(organisation_make(), "ailleurs")
    assert _send(admin, page, members, pick=stranger.pk) == 302
    assert TeamMembership.objects.filter(team=team).count() == 0
    assert "Cette personne n’a pas de rôle ici." in admin.get(page).content.decode()
    verbs = AuditContent.objects.filter(entity="team").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["team_edited", "team_member_added", "team_member_removed"]


def test_line__week_and_exceptional_days(host: Organisation, admin: Client) -> None:
    line = _line(host)
    page = f"/administration/lignes/{line.pk}/"
    with time_machine.travel(NOW, tick=False):
        html = admin.get(page).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
        assert "Ouvert maintenant ; ferme aujourd’hui à 21 h." in html
        sent = {"monday": "8h30-12h, 13:30-17:30", "saturday": "de 9 h à 12 h", "exceptions": "2",
                "x0_from": "2026-12-24", "x0_hours": "", "x0_words": "fermeture de fin d’année",
                "x0_to": "2026-12-26"}  # fmt: skip
        assert _send(admin, page, **sent) == 302
        html = admin.get(page).content.decode().replace("\u00a0", " ").replace("\u202f", " ")
    assert "Fermé ; prochaine ouverture le samedi 21 novembre à 9 h." in html
    assert line.calendar is not None
    line.calendar.refresh_from_db()
    assert line.calendar.definition["weekly"] == {
        "monday": [["08:30", "12:00"], ["13:30", "17:30"]],
        "saturday": [["09:00", "12:00"]],
    }
    assert line.calendar.definition["exceptions"] == [
        {"from": "2026-12-24", "to": "2026-12-26", "hours": [], "words": "fermeture de fin d’année"}
    ]
    assert line.calendar.definition["holidays"] == "FR"


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"monday": "toute la journée"}, "n’est pas une plage"),
        ({"monday": "12:00-08:00"}, "L’heure de fin doit être après l’heure de début"),
        ({"monday": "08:00-12:00, 11:00-13:00"}, "se chevauchent"),
        ({"x0_from": "2026-12-24"}, "Dites pourquoi"),
        ({"x0_from": "2026-12-24", "x0_to": "2026-12-20", "x0_words": "fête"}, "La date de fin est avant"),
    ],
)
def test_line__mistakes_come_back(
    host: Organisation, admin: Client, sent: dict[str, str], sentence: str
) -> None:
    page = f"/administration/lignes/{_line(host).pk}/"
    key = form_key_of(admin.get(page).content.decode())
    answer = admin.post(page, {"form_key": key, "exceptions": "2", **sent})
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert AuditContent.objects.filter(entity="calendar").count() == 0


def test_agent__roles_and_closing(host: Organisation, admin: Client) -> None:
    team = team_make(host, "a")
    tom = agent_make(host, "tom", role=None)
    page, acts = f"/administration/agents/{tom.pk}/", f"/administration/agents/{tom.pk}/actes/"
    browser = browser_of(tom)
    assert _send(admin, page, acts, role="instructor", place=f"t:{team.pk}") == 302
    assert _send(admin, page, acts, role="manager", place=f"o:{host.pk}") == 302
    grants = list(RoleGrant.objects.filter(agent=tom).order_by("id").values_list("role", "team_id"))
    assert grants == [("instructor", team.pk), ("manager", None)]
    assert browser.get("/pilotage/definitions/").status_code == 200
    manager = RoleGrant.objects.get(agent=tom, role="manager")
    assert _send(admin, page, acts, revoke=manager.pk) == 302
    assert browser.get("/pilotage/definitions/").status_code == 403
    assert _send(admin, page, acts, account="close") == 302
    assert browser.get("/agents/file/").status_code == 302
    assert Agent.objects.get(pk=tom.pk).closed_on is not None
    assert _send(admin, page, acts, account="reopen") == 302
    assert Agent.objects.get(pk=tom.pk).closed_on is None


def test_agent__last_administrator_stays(host: Organisation, admin: Client) -> None:
    me = Agent.objects.get(username="chef")
    page, acts = f"/administration/agents/{me.pk}/", f"/administration/agents/{me.pk}/actes/"
    grant = RoleGrant.objects.get(agent=me)
    assert _send(admin, page, acts, revoke=grant.pk) == 302
    assert "C’est le dernier administrateur de cet organisme" in admin.get(page).content.decode()
    assert _send(admin, page, acts, account="close") == 302
    html = admin.get(page).content.decode()
    assert "Vous ne pouvez pas fermer votre propre compte." in html
    assert RoleGrant.objects.filter(pk=grant.pk).count() == 1


def test_pages__each_sees_only_its_own(host: Organisation, admin: Client) -> None:
    other = organisation_make("mairie")
    rows: dict[str, int] = {
        "sujets": topic_make(other, "x").pk, "equipes": team_make(other, "y").pk,
        "agents": agent_make(other, "z").pk, "lignes": _line(other).pk,
    }  # fmt: skip
    for place, pk in rows.items():
        assert admin.get(f"/administration/{place}/{pk}/").status_code == 404
        assert admin.post(f"/administration/{place}/{pk}/", {}).status_code in (404, 405)
    assert admin.post(f"/administration/equipes/{rows['equipes']}/membres/", {}).status_code == 404
    assert admin.post(f"/administration/agents/{rows['agents']}/actes/", {}).status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_pages__administrators_alone(host: Organisation, role: Role) -> None:
    browser = browser_of(agent_make(host, role=role))
    topic, team = topic_make(host, "x"), team_make(host, "y")
    pages = ("", "sujets/", f"sujets/{topic.pk}/", "equipes/", f"equipes/{team.pk}/", "lignes/", "agents/")
    assert {browser.get(f"/administration/{page}").status_code for page in pages} == {403}
    assert browser.post(f"/administration/sujets/{topic.pk}/", {"label": "X"}).status_code == 403
    assert Topic.objects.get(pk=topic.pk).label != "X"
    assert Team.objects.get(pk=team.pk).label == "Équipe y"


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("", []),
        ("08:30-12:00", [["08:30", "12:00"]]),
        ("8h-12h30 et 14 h - 18 h", [["08:00", "12:30"], ["14:00", "18:00"]]),
        ("00:00-24:00", [["00:00", "24:00"]]),
    ],
)
def test_hours_read__as_people_write(text: str, frames: list[list[str]]) -> None:
    assert hours_read(text) == frames


def line_settings(**changed: object) -> dict[str, object]:
    return {
        "label": "Ligne d’essai", "ring_seconds": 20, "wrap_up_seconds": 60, "wait_informations": "",
        "wait_music_url": "", "wait_offer_after": 120, "abandoned_after": 20, "callback_attempts": 3,
        "callback_spacing": 90, "callback_from": "08:00", "callback_until": "20:00", "outgoing_prefixes": "",
        "recording_share": 0, "recording_days": 180,
    } | changed  # fmt: skip


def test_line_settings__are_saved_and_their_history_told() -> None:
    organisation = organisation_make("departement")
    line = Line.objects.create(organisation=organisation, number="+33321216216", label="Ligne", script={})
    browser = browser_of(agent_make(organisation, role=Role.ADMINISTRATOR))
    address = reverse("administration-line-settings", args=[line.pk])
    sent = line_settings(
        callback_until="21:30",
        recording_share=10,
        wait_informations="Un conseil.\n\nUn autre.",
        outgoing_prefixes="+33\n+32",
    )
    assert _send(browser, address, "", **sent) == 302
    line.refresh_from_db()
    assert (line.recording_share, line.wait_informations, line.outgoing_prefixes) == (
        10,
        ["Un conseil.", "Un autre."],
        ["+33", "+32"],
    )
    text = browser.get(address).content.decode()
    assert "Conversations enregistrées (pour cent) : « 0 » devient « 10 »" in text.replace(
        "\N{NO-BREAK SPACE}", " "
    )
    assert "Rappeler jusqu’à : « 20:00 » devient « 21:30 »" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert line.callback_until == time(21, 30)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"recording_share": 51}, "Au plus une conversation sur deux"),
        ({"recording_days": 184}, "six mois au plus"),
        ({"ring_seconds": 5}, "Entre 10 et 60 secondes"),
        ({"wait_music_url": "http://exemple.fr/a.mp3"}, "une adresse en https://"),
        ({"outgoing_prefixes": "06"}, "l’indicatif du pays"),
        ({"wait_informations": "x\n" * 11}, "10 informations au plus"),
        ({"callback_attempts": 0}, "Entre 1 et 6 essais"),
        ({"callback_until": "08:00"}, "La fin des rappels vient après leur début."),
    ],
)
def test_line_settings__out_of_bounds_come_back_with_the_reason(
    changed: dict[str, object], said: str
) -> None:
    organisation = organisation_make("departement")
    line = Line.objects.create(organisation=organisation, number="+33321216216", label="Ligne", script={})
    browser = browser_of(agent_make(organisation, role=Role.ADMINISTRATOR))
    address = reverse("administration-line-settings", args=[line.pk])
    key = form_key_of(browser.get(address).content.decode())
    answer = browser.post(address, {"form_key": key, **line_settings(**changed)})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    line.refresh_from_db()
    assert (line.label, line.recording_share) == ("Ligne", 0)
