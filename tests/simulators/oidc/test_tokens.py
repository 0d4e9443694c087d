"""Token, userinfo, keys, logout and control addresses of the issuers."""

import base64
import json
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt
import pytest

from simulators.oidc.launch import IssuerProcess
from tests.simulators.oidc.browser import HTTP, Browser, query_of
from tests.simulators.oidc.conftest import AGENT_CALLBACK, CALLBACK, GOODBYE, SECRET
from tests.simulators.oidc.test_authorize import FC, PC

MAUD = "b6048e95bb134ec5b1d1e1fa69f287172e91722b9354d637a1bcf2ebb0fd2ef5"
ASK_AMR = '{"id_token":{"amr":{"essential":true}}}'


def code_get(
    issuer: IssuerProcess, browser: Browser, base: dict[str, str], login: str, **changes: str
) -> str:
    return query_of(browser.pick(f"{issuer.issuer}/authorize?{urlencode(base | changes)}", login))["code"]


def exchange(
    issuer: IssuerProcess, code: str, changes: dict[str, str] | None = None, authorization: str = ""
) -> httpx.Response:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": "client-portail",
        "client_secret": SECRET,
    }
    headers = {"Authorization": authorization} if authorization else {}
    form |= changes or {}
    return HTTP.post(f"{issuer.issuer}/token", data=form, headers=headers)


def userinfo(issuer: IssuerProcess, token: str) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return HTTP.get(f"{issuer.issuer}/userinfo", headers=headers)


def verified(issuer: IssuerProcess, token: str, audience: str) -> dict[str, Any]:
    """The claims of a token, verified against the published keys."""
    keys = jwt.PyJWKSet.from_dict(HTTP.get(f"{issuer.issuer}/jwks").json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    return jwt.decode(token, key, algorithms=["ES256"], audience=audience, issuer=issuer.issuer, leeway=2)


def test_discovery__says_what_the_issuer_does(franceconnect: IssuerProcess) -> None:
    address = f"{franceconnect.issuer}/.well-known/openid-configuration"
    told = HTTP.get(address).json()
    assert told["issuer"] == franceconnect.issuer
    assert told["userinfo_endpoint"] == franceconnect.issuer + "/userinfo"
    assert told["end_session_endpoint"] == franceconnect.issuer + "/session/end"
    assert told["token_endpoint_auth_methods_supported"] == ["client_secret_post"]
    assert told["id_token_signing_alg_values_supported"] == ["ES256"]
    assert told["acr_values_supported"] == ["eidas1"]


def test_token__holds_exactly_what_is_announced(franceconnect: IssuerProcess, browser: Browser) -> None:
    answer = exchange(franceconnect, code_get(franceconnect, browser, FC, "test"))
    body = answer.json()
    assert answer.status_code == 200
    assert set(body) == {"access_token", "expires_in", "id_token", "scope", "token_type"}
    assert (body["expires_in"], body["scope"], body["token_type"]) == (
        60,
        "openid given_name email",
        "Bearer",
    )
    claims = verified(franceconnect, body["id_token"], "client-portail")
    assert set(claims) == {"sub", "acr", "auth_time", "nonce", "aud", "exp", "iat", "iss"}
    assert (claims["acr"], claims["nonce"], claims["aud"]) == ("eidas1", "n" * 22, "client-portail")
    assert claims["exp"] - claims["iat"] == 60
    assert len(claims["sub"]) == 66
    assert claims["sub"].endswith("v1")


def test_token__amr_only_when_asked(proconnect: IssuerProcess, browser: Browser) -> None:
    client = {"client_id": "client-console", "redirect_uri": AGENT_CALLBACK}
    plain = exchange(proconnect, code_get(proconnect, browser, PC, MAUD), client).json()
    asked = exchange(proconnect, code_get(proconnect, browser, PC, MAUD, claims=ASK_AMR), client).json()
    assert "amr" not in verified(proconnect, plain["id_token"], "client-console")
    assert verified(proconnect, asked["id_token"], "client-console")["amr"] == ["pwd", "mfa"]


BASIC = "Basic " + base64.b64encode(f"client-portail:{SECRET}".encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "changes", "status", "error"),
    [
        ("", {"client_secret": "faux"}, 401, "invalid_client"),
        ("", {"client_id": "inconnu"}, 401, "invalid_client"),
        (BASIC, {"client_secret": ""}, 401, "invalid_client"),
        (BASIC, {}, 401, "invalid_client"),
        ("", {"grant_type": "refresh_token"}, 400, "unsupported_grant_type"),
        ("", {"redirect_uri": "https://ailleurs.example/"}, 400, "invalid_grant"),
        ("", {"code": "inventé"}, 400, "invalid_grant"),
        ("", {"code_verifier": "v" * 43}, 400, "invalid_grant"),
    ],
)
def test_token__refused(
    franceconnect: IssuerProcess, authorization: str, changes: dict[str, str], status: int, error: str
) -> None:
    with closing(Browser()) as browser:
        code = code_get(franceconnect, browser, FC, "test")
    answer = exchange(franceconnect, code, changes, authorization)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert "id_token" not in answer.json()


def test_token__a_code_lives_30_seconds(franceconnect: IssuerProcess, browser: Browser) -> None:
    young = code_get(franceconnect, browser, FC, "test")
    franceconnect.control("clock", advance=20)
    assert exchange(franceconnect, young).status_code == 200
    old = code_get(franceconnect, browser, FC, "test")
    franceconnect.control("clock", advance=30)
    assert exchange(franceconnect, old).json()["error"] == "invalid_grant"


def test_token__a_code_serves_once_and_its_reuse_revokes(
    franceconnect: IssuerProcess, browser: Browser
) -> None:
    code = code_get(franceconnect, browser, FC, "test")
    token = exchange(franceconnect, code).json()["access_token"]
    assert userinfo(franceconnect, token).status_code == 200
    assert exchange(franceconnect, code).json()["error"] == "invalid_grant"
    assert userinfo(franceconnect, token).status_code == 401


def test_userinfo__is_a_signed_jwt_with_the_asked_claims(
    franceconnect: IssuerProcess, browser: Browser
) -> None:
    scope = "openid identite_pivot preferred_username email"
    tokens = exchange(franceconnect, code_get(franceconnect, browser, FC, "test", scope=scope)).json()
    answer = userinfo(franceconnect, tokens["access_token"])
    assert answer.headers["content-type"] == "application/jwt"
    claims = verified(franceconnect, answer.text, "client-portail")
    told = {name: claims[name] for name in claims if name not in ("sub", "aud", "exp", "iat", "iss")}
    assert told == {
        "given_name": "Angela Claire Louise",
        "given_name_array": ["Angela", "Claire", "Louise"],
        "family_name": "DUBOIS",
        "preferred_username": "",
        "gender": "female",
        "birthdate": "1962-08-24",
        "birthplace": "75107",
        "birthcountry": "99100",
        "email": "angela.dubois@courriel.example",
    }
    assert claims["sub"] == verified(franceconnect, tokens["id_token"], "client-portail")["sub"]


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("nee-etranger", {"birthplace": "", "birthcountry": "99122"}),
        ("presume-jour", {"birthdate": "1968-03-01", "idp_birthdate": "1968-03-00"}),
        ("presume-mois", {"birthdate": "1947-01-01", "idp_birthdate": "1947-00-00"}),
        ("nom-usage", {"family_name": "LECOUSTRE", "preferred_username": "VANHOVE"}),
        ("couple-1", {"email": "famille.brouttier@courriel.example", "gender": "female"}),
        ("couple-2", {"email": "famille.brouttier@courriel.example", "gender": "male"}),
    ],
)
def test_userinfo__of_the_awkward_persons(
    franceconnect: IssuerProcess, browser: Browser, login: str, expected: dict[str, str]
) -> None:
    scope = "openid identite_pivot preferred_username idp_birthdate email"
    tokens = exchange(franceconnect, code_get(franceconnect, browser, FC, login, scope=scope)).json()
    claims = verified(franceconnect, userinfo(franceconnect, tokens["access_token"]).text, "client-portail")
    assert {name: claims[name] for name in expected} == expected


def test_userinfo__absent_usual_name_is_no_claim(franceconnect: IssuerProcess, browser: Browser) -> None:
    scope = "openid family_name preferred_username"
    tokens = exchange(franceconnect, code_get(franceconnect, browser, FC, "jeune", scope=scope)).json()
    claims = verified(franceconnect, userinfo(franceconnect, tokens["access_token"]).text, "client-portail")
    assert set(claims) == {"sub", "aud", "exp", "iat", "iss", "family_name"}


def test_userinfo__an_access_token_lives_60_seconds(franceconnect: IssuerProcess, browser: Browser) -> None:
    token = exchange(franceconnect, code_get(franceconnect, browser, FC, "test")).json()["access_token"]
    franceconnect.control("clock", advance=50)
    assert userinfo(franceconnect, token).status_code == 200
    franceconnect.control("clock", advance=10)
    answer = userinfo(franceconnect, token)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


def test_proconnect_userinfo__gives_the_agent_of_the_file(
    proconnect: IssuerProcess, browser: Browser
) -> None:
    client = {"client_id": "client-console", "redirect_uri": AGENT_CALLBACK}
    tokens = exchange(proconnect, code_get(proconnect, browser, PC, MAUD), client).json()
    claims = verified(proconnect, userinfo(proconnect, tokens["access_token"]).text, "client-console")
    assert {name: claims[name] for name in ("sub", "usual_name", "siret", "uid")} == {
        "sub": MAUD,
        "usual_name": "DESRUMAUX",
        "siret": "22620001200012",
        "uid": "mdesrumaux",
    }


def test_logout__goes_back_and_closes_the_session(franceconnect: IssuerProcess, browser: Browser) -> None:
    hint = exchange(franceconnect, code_get(franceconnect, browser, FC, "test")).json()["id_token"]
    franceconnect.control("rotate-key")  # an old hint stays good
    values = {"id_token_hint": hint, "state": "fin", "post_logout_redirect_uri": GOODBYE}
    answer = browser.open(f"{franceconnect.issuer}/session/end?{urlencode(values)}")
    assert (answer.status_code, answer.headers["location"]) == (303, GOODBYE + "?state=fin")
    again = browser.open(f"{franceconnect.issuer}/authorize?{urlencode(FC)}")
    assert "Continuer en tant que" not in again.text


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"post_logout_redirect_uri": None}, 200),
        ({"state": None}, 303),
        ({"id_token_hint": None}, 400),
        ({"id_token_hint": "pas.un.jeton"}, 400),
        ({"post_logout_redirect_uri": GOODBYE + "x"}, 400),
        ({"autre": "x"}, 400),
        ({"client_id": "inconnu"}, 400),
    ],
)
def test_franceconnect_logout__table(
    franceconnect: IssuerProcess, browser: Browser, changes: dict[str, str | None], status: int
) -> None:
    hint = exchange(franceconnect, code_get(franceconnect, browser, FC, "test")).json()["id_token"]
    base: dict[str, str | None] = {
        "id_token_hint": hint,
        "state": "fin",
        "post_logout_redirect_uri": GOODBYE,
    }
    values = {name: value for name, value in (base | changes).items() if value is not None}
    assert browser.open(f"{franceconnect.issuer}/session/end?{urlencode(values)}").status_code == status


@pytest.mark.parametrize("missing", ["id_token_hint", "state", "post_logout_redirect_uri"])
def test_proconnect_logout__everything_is_required(proconnect: IssuerProcess, missing: str) -> None:
    values = {"id_token_hint": "x", "state": "fin", "post_logout_redirect_uri": GOODBYE}
    del values[missing]
    answer = HTTP.get(f"{proconnect.issuer}/session/end?{urlencode(values)}")
    assert (answer.status_code, "Y000400" in answer.text) == (400, True)


def test_control__health_and_faults(franceconnect: IssuerProcess) -> None:
    health = HTTP.get(f"{franceconnect.base_url}/healthz")
    assert health.json() == {"status": "ok", "name": "franceconnect", "issuer": franceconnect.issuer}
    franceconnect.control("faults", down="all")
    assert HTTP.get(f"{franceconnect.issuer}/jwks").status_code == 503
    assert HTTP.get(f"{franceconnect.base_url}/healthz").status_code == 200
    franceconnect.control("faults", down="token")
    assert HTTP.get(f"{franceconnect.issuer}/jwks").status_code == 200
    assert exchange(franceconnect, "x").status_code == 503


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"inconnue": True}),
        ("faults", {"wrong_acr": "oui"}),
        ("faults", {"foreign_key": "partout"}),
        ("faults", {"down": "ailleurs"}),
        ("faults", {"slow": -1}),
        ("faults", []),
        ("clock", {}),
        ("clock", {"advance": -5}),
        ("clock", {"advance": "demain"}),
    ],
)
def test_control__a_wrong_request_is_told(franceconnect: IssuerProcess, path: str, body: Any) -> None:
    answer = HTTP.post(f"{franceconnect.base_url}/control/{path}", content=json.dumps(body))
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_control__rotation_replaces_the_published_key(franceconnect: IssuerProcess) -> None:
    kid = franceconnect.control("rotate-key")["kid"]
    keys = HTTP.get(f"{franceconnect.issuer}/jwks").json()["keys"]
    assert [key["kid"] for key in keys] == [kid]
    assert "d" not in keys[0]
