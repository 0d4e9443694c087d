"""What the issuers accept and refuse on their authorize address."""

from urllib.parse import urlencode

import httpx
import pytest

from simulators.oidc.launch import IssuerProcess
from tests.simulators.oidc.browser import HTTP, Browser, query_of
from tests.simulators.oidc.conftest import AGENT_CALLBACK, CALLBACK

FC = {
    "response_type": "code",
    "client_id": "client-portail",
    "redirect_uri": CALLBACK,
    "scope": "openid given_name email",
    "state": "etat-de-la-demande",
    "nonce": "n" * 22,
    "acr_values": "eidas1",
}
PC = {
    "response_type": "code",
    "client_id": "client-console",
    "redirect_uri": AGENT_CALLBACK,
    "scope": "openid given_name usual_name email siret uid",
    "state": "s" * 32,
    "nonce": "n" * 32,
}


def ask(issuer: IssuerProcess, base: dict[str, str], changes: dict[str, str | None]) -> httpx.Response:
    """GET authorize with these changes; None removes a parameter."""
    values = {name: value for name, value in (base | changes).items() if value is not None}
    return HTTP.get(f"{issuer.issuer}/authorize?{urlencode(values)}")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        *[({name: None}, "Y030007") for name in FC],
        *[({name: ""}, "Y030007") for name in ("client_id", "redirect_uri", "state", "nonce", "acr_values")],
        ({"nonce": "n" * 21}, "Y030007"),
        ({"acr_values": "eidas2"}, "Y030007"),
        ({"prompt": ""}, "Y030007"),
        ({"prompt": "none"}, "Y030007"),
        ({"prompt": "select_account"}, "Y030007"),
        ({"claims": "pas du json"}, "Y030007"),
        ({"code_challenge": "x", "code_challenge_method": "S256"}, "Y030007"),
        ({"display": "page"}, "Y030007"),
        ({"max_age": "60"}, "Y030007"),
        ({"login_hint": "test"}, "Y030007"),
        ({"access_type": "offline"}, "Y030007"),
        ({"client_id": "inconnu"}, "Y04EA6EF"),
        ({"redirect_uri": "https://ailleurs.example/"}, "Y04C013C"),
        ({"redirect_uri": CALLBACK.rstrip("/")}, "Y04C013C"),
    ],
)
def test_franceconnect_authorize__refused_with_a_page(
    franceconnect: IssuerProcess, changes: dict[str, str | None], code: str
) -> None:
    answer = ask(franceconnect, FC, changes)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("text/html")
    assert f"<code>{code}</code>" in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        *[{name: None} for name in PC],
        {"state": "s" * 31},
        {"nonce": "n" * 31},
        {"acr_values": "eidas1"},
        {"ui_locales": "fr"},
        {"code_challenge": "x"},
        {"prompt": "select_account"},
        {"prompt": "none login"},
        {"client_id": "inconnu"},
        {"redirect_uri": AGENT_CALLBACK.rstrip("/")},
    ],
)
def test_proconnect_authorize__refused_with_a_page(
    proconnect: IssuerProcess, changes: dict[str, str | None]
) -> None:
    answer = ask(proconnect, PC, changes)
    assert answer.status_code == 400
    assert "<code>Y000400</code>" in answer.text


def test_authorize__a_repeated_parameter_is_refused(franceconnect: IssuerProcess) -> None:
    address = f"{franceconnect.issuer}/authorize?{urlencode(FC)}&state=deux"
    answer = HTTP.get(address)
    assert (answer.status_code, "Y030007" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("changes", "error", "description"),
    [
        (
            {"scope": "profile"},
            "invalid_request",
            "openid scope must be requested when using the acr_values parameter",
        ),
        (
            {"scope": ""},
            "invalid_request",
            "openid scope must be requested when using the acr_values parameter",
        ),
        ({"scope": "openid cnaf_enfants"}, "invalid_scope", "requested scope is not allowed"),
        ({"response_type": ""}, "invalid_request", "missing required parameter 'response_type'"),
        (
            {"response_type": "code token"},
            "unsupported_response_type",
            "unsupported response_type requested",
        ),
    ],
)
def test_franceconnect_authorize__refused_by_redirection(
    franceconnect: IssuerProcess, changes: dict[str, str | None], error: str, description: str
) -> None:
    answer = ask(franceconnect, FC, changes)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(CALLBACK + "?")
    assert query_of(answer.headers["location"]) == {
        "error": error,
        "error_description": description,
        "state": "etat-de-la-demande",
        "iss": franceconnect.issuer,
    }


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"prompt": "login"},
        {"prompt": "consent login"},
        {"scope": "openid jamais_vu"},
        {"claims": '{"id_token":{"amr":{"essential":true}}}'},
        {"idp_hint": "x", "ui_locales": "fr"},
    ],
)
def test_franceconnect_authorize__accepted(
    franceconnect: IssuerProcess, changes: dict[str, str | None]
) -> None:
    answer = ask(franceconnect, FC, changes)
    assert answer.status_code == 200
    assert '<html lang="fr">' in answer.text
    assert 'name="login" value="test"' in answer.text
    assert "<script" not in answer.text


def test_authorize__post_is_accepted_too(franceconnect: IssuerProcess) -> None:
    answer = HTTP.post(f"{franceconnect.issuer}/authorize", data=FC)
    assert answer.status_code == 200


def test_authorize__the_redirect_uri_keeps_its_own_query(
    franceconnect: IssuerProcess, browser: Browser
) -> None:
    values = FC | {"redirect_uri": "https://portail.example/retour?site=arras"}
    back = browser.pick(f"{franceconnect.issuer}/authorize?{urlencode(values)}", "test")
    assert query_of(back)["site"] == "arras"
    assert query_of(back)["state"] == "etat-de-la-demande"


def test_authorize__giving_up_tells_the_client(franceconnect: IssuerProcess, browser: Browser) -> None:
    back = browser.abandon(f"{franceconnect.issuer}/authorize?{urlencode(FC)}")
    assert query_of(back) == {
        "error": "access_denied",
        "error_description": "User auth aborted",
        "state": "etat-de-la-demande",
        "iss": franceconnect.issuer,
    }


def test_interaction__serves_once(franceconnect: IssuerProcess, browser: Browser) -> None:
    page = browser.open(f"{franceconnect.issuer}/authorize?{urlencode(FC)}")
    assert browser.submit(page, login="test").status_code == 303
    again = browser.submit(page, login="test")
    assert (again.status_code, "Cette page a expiré" in again.text) == (400, True)


def test_interaction__an_unknown_person_is_refused(franceconnect: IssuerProcess, browser: Browser) -> None:
    page = browser.open(f"{franceconnect.issuer}/authorize?{urlencode(FC)}")
    assert browser.submit(page, login="personne").status_code == 400


def test_session__the_next_visit_offers_to_continue(franceconnect: IssuerProcess, browser: Browser) -> None:
    address = f"{franceconnect.issuer}/authorize?{urlencode(FC)}"
    browser.pick(address, "nom-usage")
    assert "Continuer en tant que Solène LECOUSTRE" in browser.open(address).text
    assert "Continuer en tant que" not in browser.open(address + "&prompt=login").text
    franceconnect.control("clock", advance=1801)
    assert "Continuer en tant que" not in browser.open(address).text


def test_proconnect_prompt_none__needs_a_session(proconnect: IssuerProcess, browser: Browser) -> None:
    address = f"{proconnect.issuer}/authorize?{urlencode(PC)}"
    refused = browser.open(address + "&prompt=none")
    assert query_of(refused.headers["location"])["error"] == "login_required"
    browser.pick(address, "0e1b7c64d39ee2c9b7ccd77d1c4b1b0eacb6d5f6e55a4b7a3b1f0e9d8c7b6a50")
    silent = browser.open(address + "&prompt=none")
    assert silent.status_code == 303
    assert set(query_of(silent.headers["location"])) == {"code", "state", "iss"}
