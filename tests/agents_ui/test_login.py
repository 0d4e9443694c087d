"""Entering and leaving the console."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from grc.enums import AccountKind, Role
from grc.models import Account, Agent, AuditContent, LoginTry
from tests.agents_ui.browser import PASSWORD, account_make, browser_of
from tests.factories import agent_make, organisation_make

pytestmark = pytest.mark.django_db
LOGIN, CODE = "/agents/connexion/", "/agents/connexion/code/"
WRONG = "L’identifiant ou le mot de passe ne convient pas."


@pytest.fixture
def agent() -> Agent:
    made = agent_make(organisation_make("departement"), "karim", role=Role.RECEPTION)
    account_make(made, PASSWORD)
    return made


def enter(client: Client, username: str = "karim", password: str = PASSWORD, **more: str) -> int:
    return client.post(LOGIN, {"username": username, "password": password, **more}).status_code


def code_of(device: TOTPDevice) -> str:
    totp = TOTP(device.bin_key)
    totp.time = timezone.now().timestamp()
    return f"{totp.token():06d}"


def test_login__sets_the_cookie_of_the_console_alone(agent: Agent) -> None:
    client = Client()
    answer = client.post(LOGIN, {"username": "karim", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/agents/")
    cookie = answer.cookies[settings.CONSOLE_SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert client.get("/agents/file/").status_code == 200
    assert AuditContent.objects.filter(verb="agent_entered", actor_id=agent.pk).count() == 1


def test_login__the_hash_is_scrypt(agent: Agent) -> None:
    assert Account.objects.get(username="karim").password.startswith("scrypt$")


def test_login__changes_the_key_of_the_session(agent: Agent) -> None:
    client = Client()
    session = client.session
    session.create()
    client.cookies[settings.CONSOLE_SESSION_COOKIE_NAME] = str(session.session_key)
    enter(client)
    assert client.cookies[settings.CONSOLE_SESSION_COOKIE_NAME].value != session.session_key


@pytest.mark.parametrize(
    ("username", "password"), [("karim", "autre"), ("inconnue", PASSWORD), ("inconnue", "autre")]
)
def test_login__says_the_same_for_an_unknown_name_and_a_wrong_password(
    agent: Agent, username: str, password: str
) -> None:
    answer = Client().post(LOGIN, {"username": username, "password": password})
    html = answer.content.decode().replace(username, "NOM")
    assert answer.status_code == 422
    assert WRONG in html
    assert PASSWORD not in html


def test_login__hashes_as_much_for_an_unknown_name(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.hashers import ScryptPasswordHasher

    encodings: list[str] = []
    real = ScryptPasswordHasher.encode

    def counted(self: ScryptPasswordHasher, *args: object, **kwargs: object) -> str:
        encodings.append("one")
        return str(real(self, *args, **kwargs))  # type: ignore[arg-type]

    monkeypatch.setattr(ScryptPasswordHasher, "encode", counted)
    enter(Client(), "karim", "autre")
    known = len(encodings)
    enter(Client(), "inconnue", "autre")
    assert (known, len(encodings) - known) == (1, 1)


def test_login__a_resident_and_a_closed_agent_do_not_enter(agent: Agent) -> None:
    Account.objects.create_account(kind=AccountKind.RESIDENT, username="jeanne")
    assert enter(Client(), "jeanne") == 422
    Agent.objects.filter(pk=agent.pk).update(closed_on="2026-01-01")
    assert enter(Client()) == 422


def test_login__a_session_ends_with_the_agent(agent: Agent) -> None:
    client = browser_of(agent)
    assert client.get("/agents/file/").status_code == 200
    Agent.objects.filter(pk=agent.pk).update(closed_on="2026-01-01")
    assert client.get("/agents/file/").status_code == 302


def test_login__a_changed_password_ends_the_other_sessions(agent: Agent) -> None:
    client = Client()
    enter(client)
    account = Account.objects.get(username="karim")
    account.set_password("un-autre-mot-de-passe")
    account.save()
    assert client.get("/agents/file/").status_code == 302


def test_login__tries_are_counted_in_the_database(agent: Agent) -> None:
    client = Client()
    assert [enter(client, password="autre") for _number in range(10)] == [422] * 10
    answer = client.post(LOGIN, {"username": "karim", "password": PASSWORD})
    assert (answer.status_code, answer["Retry-After"]) == (429, "900")
    assert "Réessayez dans un quart d’heure" in answer.content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
        assert enter(client) == 302
    assert LoginTry.objects.count() == 0


def test_login__an_address_cannot_try_every_name(agent: Agent) -> None:
    client = Client()
    statuses = [enter(client, f"nom{number}", "autre") for number in range(41)]
    assert statuses == [422] * 40 + [429]
    assert LoginTry.objects.filter(username_digest__contains="nom").count() == 0


def test_login__does_not_lead_to_another_site(agent: Agent) -> None:
    for wanted in ("https://example.org/", "//example.org/", "javascript:alert(1)"):
        answer = Client().post(LOGIN, {"username": "karim", "password": PASSWORD, "next": wanted})
        assert answer["Location"] == "/agents/"
    answer = Client().post(
        LOGIN, {"username": "karim", "password": PASSWORD, "next": "/agents/file/?vue=closes"}
    )
    assert answer["Location"] == "/agents/file/?vue=closes"


def test_login__needs_the_csrf_token(agent: Agent) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(LOGIN, {"username": "karim", "password": PASSWORD}).status_code == 403
    client.get(LOGIN)
    token = client.cookies["csrftoken"].value
    data = {"username": "karim", "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert client.post(LOGIN, data).status_code == 302
    # The token given before the login no longer works after it.
    assert client.cookies["csrftoken"].value != token
    assert client.post("/agents/deconnexion/", {"csrfmiddlewaretoken": token}).status_code == 403


def test_second_factor__is_asked_to_who_has_one(agent: Agent) -> None:
    device = TOTPDevice.objects.create(user=Account.objects.get(username="karim"), name="essai")
    client = Client()
    answer = client.post(LOGIN, {"username": "karim", "password": PASSWORD, "next": "/agents/file/"})
    assert answer["Location"] == CODE
    assert client.get("/agents/file/").status_code == 302
    half = client.cookies[settings.CONSOLE_SESSION_COOKIE_NAME].value
    assert "Code à six chiffres" in client.get(CODE).content.decode()
    answer = client.post(CODE, {"token": code_of(device)})
    assert answer["Location"] == "/agents/file/"
    assert client.cookies[settings.CONSOLE_SESSION_COOKIE_NAME].value != half
    assert client.get("/agents/file/").status_code == 200


def test_second_factor__a_wrong_or_used_code_is_refused(agent: Agent) -> None:
    device = TOTPDevice.objects.create(user=Account.objects.get(username="karim"), name="essai")
    moment = timezone.now()
    with time_machine.travel(moment, tick=False):
        client = Client()
        enter(client)
        token = code_of(device)
        assert client.post(CODE, {"token": token}).status_code == 302
        other = Client()
        enter(other)
        answer = other.post(CODE, {"token": token})
        assert answer.status_code == 422
        assert "Ce code n’est pas le bon" in answer.content.decode()
        assert other.get("/agents/file/").status_code == 302


def test_second_factor__without_the_password_there_is_no_page(agent: Agent) -> None:
    assert Client().get(CODE)["Location"] == LOGIN
    assert Client().post(CODE, {"token": "123456"})["Location"] == LOGIN


def test_second_factor__the_password_is_forgotten_after_five_minutes(agent: Agent) -> None:
    device = TOTPDevice.objects.create(user=Account.objects.get(username="karim"), name="essai")
    client = Client()
    enter(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=6), tick=False):
        assert client.post(CODE, {"token": code_of(device)})["Location"] == LOGIN


def test_logout__ends_the_session_and_takes_the_cookie_back(agent: Agent) -> None:
    client = Client()
    enter(client)
    key = client.cookies[settings.CONSOLE_SESSION_COOKIE_NAME].value
    answer = client.post("/agents/deconnexion/")
    assert answer["Location"] == LOGIN
    assert answer.cookies[settings.CONSOLE_SESSION_COOKIE_NAME].value == ""
    client.cookies[settings.CONSOLE_SESSION_COOKIE_NAME] = key
    assert client.get("/agents/file/").status_code == 302
    assert client.get("/agents/deconnexion/").status_code == 405


def test_session__the_portal_does_not_see_the_console_and_conversely(agent: Agent) -> None:
    client = browser_of(agent)
    key = client.cookies[settings.CONSOLE_SESSION_COOKIE_NAME].value
    stranger = Client()
    stranger.cookies[settings.SESSION_COOKIE_NAME] = key
    assert stranger.get("/agents/file/").status_code == 302


def test_login_page__offers_proconnect_when_it_is_configured(agent: Agent, settings: object) -> None:
    assert "ProConnect" not in Client().get(LOGIN).content.decode()
    settings.PROCONNECT_ENABLED = True  # type: ignore[attr-defined]
    html = Client().get(LOGIN).content.decode()
    assert 'action="/agents/connexion/proconnect/"' in html
    assert "S’identifier avec ProConnect" in html


def test_proconnect__has_no_page_when_it_is_not_configured() -> None:
    assert Client().post("/agents/connexion/proconnect/").status_code == 404
    assert Client().get("/agents/connexion/proconnect/retour/").status_code == 404
