"""Signing in through a running simulated FranceConnect, as a browser does it, and what a login never does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from channels_in.portal.auth.franceconnect import FranceConnectBackend
from grc.enums import ContactPointKind
from grc.models import Account, Citizen, CitizenLogin, ContactPoint, Fact, Identity, Ticket
from simulators.oidc.launch import IssuerProcess
from tests.channels_in.portal.conftest import Place
from tests.factories import citizen_make, ticket_make
from tests.simulators.oidc.browser import Browser, query_of

SITE = "http://testserver"
SCOPES = [
    *("given_name", "family_name", "preferred_username", "birthdate"),
    *("gender", "birthplace", "birthcountry", "email"),
]


@pytest.fixture(scope="module")
def running() -> Iterator[IssuerProcess]:
    with IssuerProcess(
        "simulators.franceconnect",
        client_id="client-portail",
        client_secret="secret-du-client-de-test",
        redirect_uris=[f"{SITE}/connexion/franceconnect/retour/"],
        post_logout_redirect_uris=[f"{SITE}/deconnexion/"],
    ) as process:
        yield process


@pytest.fixture
def issuer(running: IssuerProcess, settings: Settings, place: Place) -> Iterator[IssuerProcess]:
    FranceConnectBackend.get_openid_configuration.invalidate()
    FranceConnectBackend.get_jwks_keys_for_uri.invalidate()
    settings.FRANCECONNECT_ENABLED = True
    settings.AUTHENTICATION_BACKENDS = [
        "channels_in.portal.auth.resident.ResidentBackend",
        "channels_in.portal.auth.franceconnect.FranceConnectBackend",
    ]
    settings.SOCIAL_AUTH_FRANCECONNECT_OIDC_ENDPOINT = running.issuer
    settings.SOCIAL_AUTH_FRANCECONNECT_KEY = "client-portail"
    settings.SOCIAL_AUTH_FRANCECONNECT_SECRET = "secret-du-client-de-test"
    settings.SOCIAL_AUTH_FRANCECONNECT_SCOPE = SCOPES
    settings.SOCIAL_AUTH_FRANCECONNECT_PIPELINE = ["channels_in.portal.auth.pipeline.resident_sign_in"]
    yield running
    running.control("faults")


def leave(browser: Client, **posted: str) -> str:
    """Press the button; the address of FranceConnect."""
    response = browser.post("/connexion/franceconnect/", posted)
    assert response.status_code == 302, response.content.decode()
    return str(response.headers["Location"])


def sign_in(browser: Client, login: str, **posted: str) -> Any:
    outside = Browser()
    back = outside.pick(leave(browser, **posted), login)
    outside.close()
    parts = urlsplit(back)
    return browser.get(f"{parts.path}?{parts.query}")


def test_enter__notice_button_and_another_way(browser: Client, issuer: IssuerProcess) -> None:
    page = browser.get("/connexion/franceconnect/").content.decode()
    assert "S’identifier avec" in page
    assert 'href="https://franceconnect.gouv.fr/" target="_blank" rel="noopener"' in page
    assert "La connexion n’est jamais obligatoire." in page
    assert Client(enforce_csrf_checks=True).post("/connexion/franceconnect/").status_code == 403


def test_enter__asks_exactly_the_scopes_declared(browser: Client, issuer: IssuerProcess) -> None:
    asked = query_of(leave(browser))
    assert asked["scope"].split() == ["openid", *SCOPES]
    assert asked["redirect_uri"] == f"{SITE}/connexion/franceconnect/retour/"
    assert "identite_pivot" not in asked["scope"]


def test_sign_in__first_time_makes_a_login_a_person_and_facts(browser: Client, issuer: IssuerProcess) -> None:
    assert sign_in(browser, "nom-usage").headers["Location"] == "/mes-demandes/"
    account = Account.objects.get()
    assert (account.kind, account.has_usable_password()) == ("resident", False)
    identity = Identity.objects.get()
    assert (identity.issuer, identity.provider, identity.account_id) == (
        issuer.issuer,
        "franceconnect",
        account.pk,
    )
    citizen = Citizen.objects.get()
    assert (citizen.family_name, citizen.usual_name, citizen.given_names) == (
        "LECOUSTRE",
        "VANHOVE",
        "Solène Marie",
    )
    levels = dict(Fact.objects.values_list("attribute", "level"))
    assert levels == {
        "birth_name": 600,
        "given_names": 600,
        "usual_name": 600,
        "birth_date": 600,
        "birth_place": 600,
        "birth_country": 600,
        "gender": 600,
        "email": 250,
    }
    assert "Quitter (Solène VANHOVE)" in browser.get("/mes-demandes/").content.decode()


def test_sign_in__same_identity_same_person_nothing_twice(browser: Client, issuer: IssuerProcess) -> None:
    sign_in(browser, "test")
    sign_in(Client(), "test")
    assert (Account.objects.count(), Citizen.objects.count(), Identity.objects.count()) == (1, 1, 1)
    assert Fact.objects.filter(attribute="birth_name").count() == 1


def test_sign_in__a_couple_with_one_address_stays_two_people(browser: Client, issuer: IssuerProcess) -> None:
    sign_in(browser, "couple-1")
    sign_in(Client(), "couple-2")
    assert Citizen.objects.count() == 2
    assert ContactPoint.objects.filter(value="famille.brouttier@courriel.example").count() == 2


def known_person(place: Place, **facts: str) -> Citizen:
    citizen = citizen_make(place.organisation, "Dubois", "Angela Claire Louise")
    citizen.birth_date = date(1962, 8, 24)
    citizen.save()
    for attribute, value in facts.items():
        Fact.objects.create(
            citizen=citizen,
            attribute=attribute,
            value=value,
            process="desk",
            level=500,
            validity=DateTimeTZRange(timezone.now() - timedelta(days=1), None),
            source_kind="visit",
            source_label="Guichet",
        )
    return citizen


PIVOT = {"gender": "female", "birth_place": "75107", "birth_country": "99100"}


def test_sign_in__exactly_one_whole_pivot_links(browser: Client, issuer: IssuerProcess, place: Place) -> None:
    citizen = known_person(place, **PIVOT)
    sign_in(browser, "test")
    assert CitizenLogin.objects.get().citizen_id == citizen.pk
    assert Citizen.objects.count() == 1


@pytest.mark.parametrize("facts", [{}, PIVOT | {"birth_place": "62041"}, {"gender": "female"}])
def test_sign_in__less_than_the_pivot_never_links(
    browser: Client, issuer: IssuerProcess, place: Place, facts: dict[str, str]
) -> None:
    citizen = known_person(place, **facts)
    ContactPoint.objects.create(
        citizen=citizen, kind=ContactPointKind.EMAIL, value="angela.dubois@courriel.example"
    )
    sign_in(browser, "test")
    assert CitizenLogin.objects.get().citizen_id != citizen.pk


def test_sign_in__two_with_the_same_pivot_link_nobody(
    browser: Client, issuer: IssuerProcess, place: Place
) -> None:
    both = {known_person(place, **PIVOT).pk, known_person(place, **PIVOT).pk}
    sign_in(browser, "test")
    assert CitizenLogin.objects.get().citizen_id not in both


def test_come_back__giving_up_is_no_fault(browser: Client, issuer: IssuerProcess) -> None:
    outside = Browser()
    parts = urlsplit(outside.abandon(leave(browser)))
    outside.close()
    response = browser.get(f"{parts.path}?{parts.query}")
    assert response.status_code == 200
    assert "Vous avez quitté FranceConnect avant la fin." in response.content.decode()
    assert Account.objects.count() == 0


def test_come_back__another_browser_or_a_forged_state(browser: Client, issuer: IssuerProcess) -> None:
    outside = Browser()
    parts = urlsplit(outside.pick(leave(browser), "test"))
    outside.close()
    for query in (parts.query, "code=x&state=" + "y" * 32, "state=z", "error=server_error&state=q"):
        response = Client().get(f"{parts.path}?{query}")
        assert response.status_code in (400, 502, 503)
        assert "continuer sans vous connecter" in response.content.decode()
    assert Account.objects.count() == 0


def test_enter__provider_down_is_said(browser: Client, issuer: IssuerProcess) -> None:
    issuer.control("faults", down="all")
    response = browser.post("/connexion/franceconnect/")
    assert response.status_code == 503
    assert "FranceConnect ne répond pas en ce moment." in response.content.decode()


@pytest.mark.parametrize(
    "faults", [{"down": "token"}, {"down": "userinfo"}, {"wrong_acr": True}, {"no_sub": True}]
)
def test_come_back__a_bad_answer_logs_nobody_in(
    browser: Client, issuer: IssuerProcess, faults: dict[str, Any]
) -> None:
    issuer.control("faults", **faults)
    response = sign_in(browser, "test")
    assert response.status_code in (502, 503)
    assert "continuer sans vous connecter" in response.content.decode()
    assert (Account.objects.count(), Citizen.objects.count()) == (0, 0)


def test_form__filled_with_what_is_known_and_says_from_whom(browser: Client, issuer: IssuerProcess) -> None:
    response = sign_in(browser, "nom-usage", suite="/demande/sujet/loyer/")
    assert response.headers["Location"] == "/demande/sujet/loyer/"
    page = browser.get("/demande/sujet/loyer/").content.decode().replace("\u00a0", " ")
    assert 'value="VANHOVE"' in page
    assert 'value="Solène"' in page
    assert "Déjà connu : FranceConnect." in page
    anonymous = browser.get("/demande/sujet/planification/").content.decode()
    assert "solene.vanhove" not in anonymous


@pytest.mark.parametrize(
    "suite", ["https://pirate.example/", "//pirate.example/", "javascript:alert(1)", "/\\pirate"]
)
def test_sign_in__leads_nowhere_else(browser: Client, issuer: IssuerProcess, suite: str) -> None:
    assert sign_in(browser, "test", suite=suite).headers["Location"] == "/mes-demandes/"


def test_my_requests__only_ones_own(browser: Client, issuer: IssuerProcess, place: Place) -> None:
    assert browser.get("/mes-demandes/").headers["Location"].startswith("/connexion/franceconnect/")
    sign_in(browser, "test")
    browser.post(
        "/demande/sujet/loyer/",
        {
            "token": "0b8f6f0c5d5e4d1f9a1b2c3d4e5f6071",
            "description": "Loyer.",
            "postal_code": "62000",
            "last_name": "Autre",
        },
    )
    own = Ticket.objects.get()
    assert own.requester_id == Citizen.objects.get().pk
    other = ticket_make(place.organisation, topic=place.rent, requester=citizen_make(place.organisation))
    page = browser.get("/mes-demandes/").content.decode()
    assert own.reference in page
    assert other.reference not in page
    assert browser.get(f"/suivi/{own.reference}/").status_code == 200
    assert browser.get(f"/suivi/{other.reference}/").status_code == 404


def test_anonymous_topic__not_even_the_open_login(browser: Client, issuer: IssuerProcess) -> None:
    sign_in(browser, "test")
    browser.post(
        "/demande/sujet/planification/",
        {"token": "0b8f6f0c5d5e4d1f9a1b2c3d4e5f6071", "description": "Bonjour."},
    )
    assert Ticket.objects.get().requester_id is None
    assert Ticket.objects.get().reference not in browser.get("/mes-demandes/").content.decode()


def test_leave__ends_both_sessions_and_checks_the_state(browser: Client, issuer: IssuerProcess) -> None:
    sign_in(browser, "test")
    response = browser.post("/deconnexion/")
    address = response.headers["Location"]
    assert address.startswith(f"{issuer.issuer}/session/end?id_token_hint=")
    assert browser.get("/mes-demandes/").status_code == 302
    outside = Browser()
    back = urlsplit(outside.open(address).headers["location"])
    outside.close()
    assert "ici et chez FranceConnect" not in browser.get("/deconnexion/?state=autre").content.decode()
    sign_in(browser, "test")
    state = query_of(browser.post("/deconnexion/").headers["Location"])["state"]
    page = browser.get(f"{back.path}?state={state}").content.decode()
    assert "ici et chez FranceConnect" in page


def test_leave__without_a_session_or_with_franceconnect_down(browser: Client, issuer: IssuerProcess) -> None:
    assert browser.post("/deconnexion/").headers["Location"] == "/deconnexion/"
    assert "Vous êtes déconnecté" in browser.get("/deconnexion/").content.decode()


def test_session__the_portals_cookie_is_not_the_consoles(browser: Client, issuer: IssuerProcess) -> None:
    sign_in(browser, "test")
    assert "grc_session" in browser.cookies
    assert "grc_console" not in browser.cookies
    console = Client()
    console.cookies["grc_console"] = browser.cookies["grc_session"].value
    assert console.get("/mes-demandes/").status_code == 302


def test_enter__off_is_said(browser: Client, settings: Settings) -> None:
    settings.FRANCECONNECT_ENABLED = False
    assert "n’est pas ouverte ici" in browser.get("/connexion/franceconnect/").content.decode()
    assert browser.post("/connexion/franceconnect/").status_code == 200
    assert "Se connecter</a>" not in browser.get("/").content.decode()
