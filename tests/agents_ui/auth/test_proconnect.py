"""The agents' backend against a running simulated ProConnect."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from social_core.exceptions import (
    AuthCanceled,
    AuthConfigurationError,
    AuthCredentialError,
    AuthProviderError,
    AuthResponseError,
    AuthSessionError,
)

from agents_ui.auth.proconnect import ProConnectBackend
from simulators.oidc.launch import IssuerProcess
from tests.simulators.oidc.browser import Browser, query_of
from tests.simulators.oidc.conftest import AGENTS
from tests.social import Site

CALLBACK = "https://console.example/agents/connexion/retour/"
GOODBYE = "https://console.example/"
SECRET = "secret-du-client-de-test"
MAUD = str(AGENTS[0]["sub"])
YANIS = str(AGENTS[1]["sub"])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuerProcess]:
    agents = tmp_path_factory.mktemp("proconnect") / "agents.json"
    agents.write_text(json.dumps(AGENTS), encoding="utf-8")
    with IssuerProcess(
        "simulators.proconnect",
        client_id="client-console",
        client_secret=SECRET,
        redirect_uris=[CALLBACK],
        post_logout_redirect_uris=[GOODBYE],
        arguments=["--agents", str(agents)],
    ) as process:
        yield process


@pytest.fixture
def issuer(running: IssuerProcess) -> Iterator[IssuerProcess]:
    ProConnectBackend.get_openid_configuration.invalidate()
    ProConnectBackend.get_jwks_keys_for_uri.invalidate()
    yield running
    running.control("faults")


@pytest.fixture
def browser() -> Iterator[Browser]:
    opened = Browser()
    yield opened
    opened.close()


def site_make(issuer: IssuerProcess, **settings: Any) -> Site:
    base = {"OIDC_ENDPOINT": issuer.issuer, "KEY": "client-console", "SECRET": SECRET}
    return Site(ProConnectBackend, CALLBACK, base | settings)


def test_login__nominal(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    user = site.come_back(query_of(browser.pick(site.leave(), MAUD)))
    assert user.uid == MAUD
    assert user.details == {
        "username": MAUD,
        "email": "maud.desrumaux@departement.example",
        "fullname": "Maud DESRUMAUX",
        "first_name": "Maud",
        "last_name": "DESRUMAUX",
    }
    assert (user.response["siret"], user.response["uid"]) == ("22620001200012", "mdesrumaux")
    assert user.response["amr"] == ["pwd", "mfa"]
    assert user.extra_data == {}
    assert list(site.strategy.session) == ["proconnect_id_token"]


def test_login__sends_what_proconnect_knows(issuer: IssuerProcess) -> None:
    sent = query_of(site_make(issuer).leave())
    assert set(sent) == {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "claims",
    }
    assert sent["scope"] == "openid given_name usual_name email siret uid"
    assert sent["claims"] == '{"id_token":{"amr":{"essential":true}}}'
    assert (len(sent["state"]), len(sent["nonce"])) == (32, 64)


def test_login__a_second_factor_may_be_required(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer, REQUIRED_AMR="mfa")
    assert site.come_back(query_of(browser.pick(site.leave(), MAUD))).uid == MAUD
    with pytest.raises(AuthResponseError) as caught:
        site.come_back(query_of(browser.pick(site.leave(), YANIS)))
    assert (caught.value.code, caught.value.claim) == ("invalid_claim", "amr")


@pytest.mark.parametrize(
    ("faults", "code", "claim"),
    [
        ({"wrong_acr": True}, "invalid_claim", "acr"),
        ({"foreign_key": "id_token"}, "invalid_signature", None),
        ({"foreign_key": "userinfo"}, "invalid_signature", None),
        ({"other_aud": "id_token"}, "invalid_claim", "aud"),
        ({"other_aud": "userinfo"}, "invalid_claim", "aud"),
        ({"other_sub": True}, "invalid_claim", "sub"),
        ({"no_sub": True}, "missing_claim", "sub"),
        ({"plain_userinfo": True}, "malformed_response", None),
        ({"unsigned_userinfo": True}, "invalid_signature", None),
    ],
)
def test_login__a_wrong_token_is_refused(
    issuer: IssuerProcess, browser: Browser, faults: dict[str, object], code: str, claim: str | None
) -> None:
    issuer.control("faults", **faults)
    site = site_make(issuer)
    back = query_of(browser.pick(site.leave(), MAUD))
    with pytest.raises(AuthResponseError) as caught:
        site.come_back(back)
    assert (caught.value.code, caught.value.claim) == (code, claim)


def test_login__accepted_levels_come_from_the_settings(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer, ACCEPTED_ACR=["eidas2"])
    back = query_of(browser.pick(site.leave(), MAUD))
    with pytest.raises(AuthResponseError) as caught:
        site.come_back(back)
    assert caught.value.claim == "acr"


def test_login__state_mismatch(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    back = query_of(browser.pick(site.leave(), MAUD))
    with pytest.raises(AuthSessionError):
        site.come_back(back | {"state": "x" * 32})


def test_login__a_rotated_key_is_fetched_anew(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    site.come_back(query_of(browser.pick(site.leave(), MAUD)))
    issuer.control("rotate-key")
    assert site.come_back(query_of(browser.pick(site.leave(), YANIS))).uid == YANIS


def test_login__expired_code(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    back = query_of(browser.pick(site.leave(), MAUD))
    issuer.control("clock", advance=31)
    with pytest.raises(AuthCredentialError) as caught:
        site.come_back(back)
    assert caught.value.code == "authorization_code_rejected"


def test_login__giving_up(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    with pytest.raises(AuthCanceled):
        site.come_back(query_of(browser.abandon(site.leave())))


def test_login__provider_down(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    back = query_of(browser.pick(site.leave(), MAUD))
    issuer.control("faults", down="token")
    with pytest.raises(AuthProviderError) as caught:
        site.come_back(back)
    assert caught.value.status_code == 503


@pytest.mark.parametrize("settings", [{"USE_PKCE": True}, {"ACR_VALUES": "eidas1"}, {"UI_LOCALES": "fr"}])
def test_auth_url__a_parameter_proconnect_refuses_is_a_configuration_error(
    issuer: IssuerProcess, settings: dict[str, object]
) -> None:
    with pytest.raises(AuthConfigurationError):
        site_make(issuer, **settings).leave()


def test_logout_url__ends_the_session_at_the_issuer(issuer: IssuerProcess, browser: Browser) -> None:
    site = site_make(issuer)
    site.come_back(query_of(browser.pick(site.leave(), MAUD)))
    id_token = site.strategy.session["proconnect_id_token"]
    answer = browser.open(site.backend().logout_url(id_token, "etat-de-sortie", GOODBYE))
    assert (answer.status_code, answer.headers["location"]) == (303, GOODBYE + "?state=etat-de-sortie")
    assert "Continuer en tant que" not in browser.open(site.leave()).text
