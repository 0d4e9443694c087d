"""The residents' backend against a running simulated FranceConnect."""

from collections.abc import Iterator
from typing import Any

import pytest
from social_core.exceptions import (
    AuthCanceled,
    AuthConfigurationError,
    AuthCredentialError,
    AuthInputError,
    AuthProviderError,
    AuthResponseError,
    AuthSessionError,
)

from channels_in.portal.auth.franceconnect import FranceConnectBackend
from simulators.franceconnect.persons import subject
from simulators.oidc.launch import IssuerProcess
from tests.simulators.oidc.browser import Browser, query_of
from tests.social import Site

CALLBACK = "https://portail.example/connexion/franceconnect/retour/"
GOODBYE = "https://portail.example/"
SECRET = "secret-du-client-de-test"


@pytest.fixture(scope="module")
def running() -> Iterator[IssuerProcess]:
    with IssuerProcess(
        "simulators.franceconnect",
        client_id="client-portail",
        client_secret=SECRET,
        redirect_uris=[CALLBACK],
        post_logout_redirect_uris=[GOODBYE],
    ) as process:
        yield process


@pytest.fixture
def issuer(running: IssuerProcess) -> Iterator[IssuerProcess]:
    FranceConnectBackend.get_openid_configuration.invalidate()
    FranceConnectBackend.get_jwks_keys_for_uri.invalidate()
    yield running
    running.control("faults")


@pytest.fixture
def browser() -> Iterator[Browser]:
    opened = Browser()
    yield opened
    opened.close()


def site_make(issuer: IssuerProcess, **settings: Any) -> Site:
    base = {"OIDC_ENDPOINT": issuer.issuer, "KEY": "client-portail", "SECRET": SECRET}
    return Site(FranceConnectBackend, CALLBACK, base | settings)


def test_login__nominal(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    user = site.come_back(query_of(browser.pick(site.leave(), "nom-usage")))
    assert user.uid == subject("client-portail", "nom-usage")
    assert user.details == {
        "username": subject("client-portail", "nom-usage"),
        "email": "solene.vanhove@courriel.example",
        "fullname": "Solène VANHOVE",
        "first_name": "Solène",
        "last_name": "VANHOVE",
    }
    assert user.response["family_name"] == "LECOUSTRE"


def test_login__asks_and_keeps_the_least(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    address = site.leave()
    assert set(query_of(address)) == {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "acr_values",
    }
    assert query_of(address)["scope"] == "openid given_name family_name preferred_username email"
    user = site.come_back(query_of(browser.pick(address, "test")))
    assert user.extra_data == {}
    assert not {"birthdate", "gender", "birthplace", "id_token"} & set(user.response)
    assert list(site.strategy.session) == ["franceconnect_id_token"]


def test_login__scope_comes_from_the_settings(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer, SCOPE=["identite_pivot"])
    user = site.come_back(query_of(browser.pick(site.leave(), "presume-jour")))
    assert user.response["birthdate"] == "1968-03-01"
    assert (user.details["email"], user.details["last_name"]) == ("", "BENZAHRA")


@pytest.mark.parametrize("login", ["test", "couple-1", "nee-etranger", "jeune"])
def test_login__everyone_is_greeted_by_name(issuer: IssuerProcess, browser: Browser, login: str) -> None:
    names = {
        "test": "Angela DUBOIS",
        "couple-1": "Odile BROUTTIER",
        "nee-etranger": "Halina WASIAKOWSKA",
        "jeune": "Naël TIMMERMAN",
    }
    site = site_make(issuer)
    user = site.come_back(query_of(browser.pick(site.leave(), login)))
    assert user.details["fullname"] == names[login]


@pytest.mark.parametrize(
    ("faults", "code", "claim", "stage"),
    [
        ({"wrong_acr": True}, "invalid_claim", "acr", "token_validation"),
        ({"other_nonce": True}, "nonce_mismatch", None, "token_validation"),
        ({"foreign_key": "id_token"}, "invalid_signature", None, "token_validation"),
        ({"foreign_key": "userinfo"}, "invalid_signature", None, "user_info"),
        ({"other_aud": "id_token"}, "invalid_claim", "aud", "token_validation"),
        ({"other_aud": "userinfo"}, "invalid_claim", "aud", "user_info"),
        ({"other_iss": "id_token"}, "invalid_claim", "iss", "token_validation"),
        ({"other_iss": "userinfo"}, "invalid_claim", "iss", "user_info"),
        ({"other_sub": True}, "invalid_claim", "sub", "user_info"),
        ({"no_sub": True}, "missing_claim", "sub", "user_info"),
        ({"plain_userinfo": True}, "malformed_response", None, "user_info"),
        ({"symmetric_userinfo": True}, "invalid_signature", None, "user_info"),
        ({"unsigned_userinfo": True}, "invalid_signature", None, "user_info"),
    ],
)
def test_login__a_wrong_token_is_refused(
    issuer: IssuerProcess, faults: dict[str, object], code: str, claim: str | None, stage: str
) -> None:
    issuer.control("faults", **faults)
    site = site_make(issuer)
    visitor = Browser()
    back = query_of(visitor.pick(site.leave(), "test"))
    visitor.close()
    with pytest.raises(AuthResponseError) as caught:
        site.come_back(back)
    assert (caught.value.code, caught.value.claim, caught.value.stage) == (code, claim, stage)
    assert "franceconnect_id_token" not in site.strategy.session


def test_login__state_mismatch(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    back = query_of(browser.pick(site.leave(), "test"))
    with pytest.raises(AuthSessionError):
        site.come_back(back | {"state": "x" * 32})
    with pytest.raises(AuthInputError):
        site.come_back({"code": back["code"]})


def test_login__another_browser_cannot_finish(issuer: IssuerProcess, browser: Browser) -> None:
    back = query_of(browser.pick(site_make(issuer).leave(), "test"))
    with pytest.raises(AuthSessionError):
        site_make(issuer).come_back(back)


def test_login__the_same_answer_serves_once(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    back = query_of(browser.pick(site.leave(), "test"))
    site.come_back(back)
    with pytest.raises(AuthSessionError):
        site.come_back(back)


def test_login__a_rotated_key_is_fetched_anew(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    site.come_back(query_of(browser.pick(site.leave(), "test")))
    issuer.control("rotate-key")
    user = site.come_back(query_of(browser.pick(site.leave(), "test")))
    assert user.details["last_name"] == "DUBOIS"


def test_login__a_key_rotated_before_the_userinfo_is_fetched_anew(
    issuer: IssuerProcess, browser: Browser
) -> None:
    """The rotation falls between the two tokens of one callback."""

    class RotatedMeanwhile(FranceConnectBackend):
        def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
            issuer.control("rotate-key")
            return super().user_data(access_token, *args, **kwargs)

    settings = {"OIDC_ENDPOINT": issuer.issuer, "KEY": "client-portail", "SECRET": SECRET}
    site = Site(RotatedMeanwhile, CALLBACK, settings)
    user = site.come_back(query_of(browser.pick(site.leave(), "test")))
    assert user.details["first_name"] == "Angela"


def test_login__expired_code(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    back = query_of(browser.pick(site.leave(), "test"))
    issuer.control("clock", advance=31)
    with pytest.raises(AuthCredentialError) as caught:
        site.come_back(back)
    assert (caught.value.code, caught.value.recovery) == ("authorization_code_rejected", "restart_login")


def test_login__wrong_client_secret(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer, SECRET="faux")
    back = query_of(browser.pick(site.leave(), "test"))
    with pytest.raises(AuthConfigurationError) as caught:
        site.come_back(back)
    assert caught.value.provider_code == "invalid_client"


def test_login__giving_up(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    with pytest.raises(AuthCanceled):
        site.come_back(query_of(browser.abandon(site.leave())))


@pytest.mark.parametrize("place", ["token", "userinfo", "jwks"])
def test_login__provider_down_at_the_callback(issuer: IssuerProcess, browser: Browser, place: str) -> None:
    site = site_make(issuer)
    back = query_of(browser.pick(site.leave(), "test"))
    issuer.control("faults", down=place)
    with pytest.raises(AuthProviderError) as caught:
        site.come_back(back)
    assert (caught.value.code, caught.value.status_code) == ("unavailable", 503)


def test_login__provider_down_at_the_start(issuer: IssuerProcess) -> None:
    issuer.control("faults", down="all")
    with pytest.raises(AuthProviderError) as caught:
        site_make(issuer).leave()
    assert caught.value.code == "unavailable"


def test_login__slow_provider_is_given_up(issuer: IssuerProcess) -> None:
    site = site_make(issuer, REQUESTS_TIMEOUT=0.2)
    issuer.control("faults", slow=1.0)
    with pytest.raises(AuthProviderError) as caught:
        site.leave()
    assert caught.value.code == "timeout"


@pytest.mark.parametrize("settings", [{"USE_PKCE": True}, {"DISPLAY": "page"}, {"LOGIN_HINT": "x"}])
def test_auth_url__a_parameter_franceconnect_refuses_is_a_configuration_error(
    issuer: IssuerProcess, settings: dict[str, object]
) -> None:
    with pytest.raises(AuthConfigurationError):
        site_make(issuer, **settings).leave()


def test_logout_url__ends_the_session_at_the_issuer(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    site.come_back(query_of(browser.pick(site.leave(), "test")))
    id_token = site.strategy.session["franceconnect_id_token"]
    answer = browser.open(site.backend().logout_url(id_token, "etat-de-sortie", GOODBYE))
    assert answer.status_code == 303
    assert answer.headers["location"] == "https://portail.example/?state=etat-de-sortie"
    assert "Continuer en tant que" not in browser.open(site.leave()).text
