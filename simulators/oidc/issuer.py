"""The HTTP addresses of an issuer (aiohttp): discovery, authorize, token, userinfo, keys, logout."""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from simulators.oidc import pages
from simulators.oidc.faults import Faults
from simulators.oidc.keys import ALGORITHM, KeyRing
from simulators.oidc.profile import ACCESS_TOKEN_SECONDS, Client, Person, Profile
from simulators.oidc.rules import (
    AuthorizeRequest,
    PageRefusal,
    Pairs,
    RedirectRefusal,
    authorize_check,
    logout_check,
)
from simulators.oidc.store import Grant, Session, Store
from simulators.oidc.tokens import TokenMaker, claims_granted

PREFIX = "/api/v2"
ABORTED = "User auth aborted"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def _html(text: str, status: int = 200) -> web.Response:
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    }
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def _see_other(address: str, parameters: dict[str, str]) -> web.Response:
    """303 to the address with the parameters added to its query."""
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *parameters.items()])
    location = urlunsplit(parts._replace(query=query))
    return web.Response(status=303, content_type="text/html", headers={"Location": location})


def _oauth_error(status: int, error: str, description: str) -> web.Response:
    body = {"error": error, "error_description": description}
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})


async def _pairs(request: web.Request) -> Pairs:
    """The parameters in order, repeats kept, wherever the method puts them."""
    if request.method == "GET":
        return parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
    return parse_qsl(await request.text(), keep_blank_values=True)


class Issuer:
    """One issuer with its one client and its people; `base_url` has no trailing slash."""

    def __init__(self, *, profile: Profile, client: Client, people: Sequence[Person], base_url: str) -> None:
        self.profile = profile
        self.client = client
        self.people = {person.login: person for person in people}
        self.issuer = base_url + PREFIX
        self.keys = KeyRing()
        self.store = Store(time.time)
        self.faults = Faults()
        self._cookie = f"{profile.name}_session"
        self._tokens = TokenMaker(profile=profile, client=client, keys=self.keys, issuer=self.issuer)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(PREFIX + "/.well-known/openid-configuration", self._place("discovery", self._discovery)),
            web.get(PREFIX + "/jwks", self._place("jwks", self._jwks)),
            web.get(PREFIX + "/authorize", self._place("authorize", self._authorize)),
            web.post(PREFIX + "/authorize", self._place("authorize", self._authorize)),
            web.post(PREFIX + "/interaction/{name}", self._place("authorize", self._interaction)),
            web.post(PREFIX + "/token", self._place("token", self._token)),
            web.get(PREFIX + "/userinfo", self._place("userinfo", self._userinfo)),
            web.post(PREFIX + "/userinfo", self._place("userinfo", self._userinfo)),
            web.get(PREFIX + "/session/end", self._place("logout", self._logout)),
        ]

    def _place(self, place: str, handler: Handler) -> Handler:
        """Wrap a handler so that it can be slow or down on request."""

        async def wrapped(request: web.Request) -> web.StreamResponse:
            if self.faults.slow:
                await asyncio.sleep(self.faults.slow)
            if self.faults.is_down(place):
                return _html(pages.down_page(self.profile), 503)
            return await handler(request)

        return wrapped

    async def _discovery(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": self.issuer + "/authorize",
                "token_endpoint": self.issuer + "/token",
                "userinfo_endpoint": self.issuer + "/userinfo",
                "jwks_uri": self.issuer + "/jwks",
                "end_session_endpoint": self.issuer + "/session/end",
                "scopes_supported": list(self.profile.scope_claims),
                "claims_supported": list(self.profile.claim_names),
                "acr_values_supported": [self.profile.acr],
                "response_types_supported": ["code"],
                "response_modes_supported": ["query"],
                "grant_types_supported": ["authorization_code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "userinfo_signing_alg_values_supported": [ALGORITHM],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
                "claims_parameter_supported": True,
                "request_parameter_supported": False,
                "request_uri_parameter_supported": False,
                "backchannel_logout_supported": False,
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _jwks(self, request: web.Request) -> web.Response:
        return web.json_response(self.keys.jwks())

    def _refuse(self, refusal: PageRefusal) -> web.Response:
        return _html(pages.error_page(self.profile, code=refusal.code, reason=refusal.reason), 400)

    def _back(self, asked: AuthorizeRequest, parameters: dict[str, str]) -> web.Response:
        return _see_other(asked.redirect_uri, {**parameters, "state": asked.state, "iss": self.issuer})

    async def _authorize(self, request: web.Request) -> web.Response:
        asked = authorize_check(await _pairs(request), profile=self.profile, client=self.client)
        if isinstance(asked, PageRefusal):
            return self._refuse(asked)
        if isinstance(asked, RedirectRefusal):
            told = {"error": asked.error, "error_description": asked.description}
            return _see_other(asked.redirect_uri, {**told, "state": asked.state, "iss": self.issuer})
        session = self.store.session_find(request.cookies.get(self._cookie, ""))
        if "none" in asked.prompts:
            if session is None:
                told = {"error": "login_required", "error_description": "End-User authentication is required"}
                return self._back(asked, told)
            return self._grant(asked, session)
        known = session.person if session is not None and "login" not in asked.prompts else None
        return _html(
            pages.login_page(
                self.profile,
                action=f"{PREFIX}/interaction/{self.store.interaction_open(asked)}",
                people=self.people.values(),
                claims=claims_granted(self.profile, asked.scopes),
                signed_in=known,
            )
        )

    def _grant(self, asked: AuthorizeRequest, session: Session) -> web.Response:
        code = self.store.code_issue(Grant(asked, session.person, session.auth_time))
        return self._back(asked, {"code": code})

    async def _interaction(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        asked = self.store.interaction_find(name)
        if asked is None:
            return _html(pages.expired_page(self.profile), 400)
        form = dict(await _pairs(request))
        if "abandon" in form:
            self.store.interaction_close(name)
            return self._back(asked, {"error": "access_denied", "error_description": ABORTED})
        person = self.people.get(form.get("login", ""))
        if person is None:
            return _html(pages.expired_page(self.profile), 400)
        self.store.interaction_close(name)
        cookie = request.cookies.get(self._cookie, "")
        session = self.store.session_find(cookie)
        if session is None or session.person != person or "login" in asked.prompts:
            self.store.session_close(cookie)
            cookie = self.store.session_open(person, self.profile.session_seconds)
            session = Session(person, self.store.wall_time(), 0.0)
        answer = self._grant(asked, session)
        answer.set_cookie(self._cookie, cookie, httponly=True, samesite="Lax", path=PREFIX)
        return answer

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(await _pairs(request))
        known = hmac.compare_digest(form.get("client_id", "").encode(), self.client.client_id.encode())
        right = hmac.compare_digest(
            form.get("client_secret", "").encode(), self.client.client_secret.encode()
        )
        if "Authorization" in request.headers or not (known and right):
            return _oauth_error(401, "invalid_client", "client authentication failed")
        if form.get("grant_type") != "authorization_code":
            return _oauth_error(400, "unsupported_grant_type", "unsupported grant_type requested")
        if "code_verifier" in form:
            return _oauth_error(400, "invalid_grant", "grant request is invalid")
        exchanged = self.store.code_use(form.get("code", ""), form.get("redirect_uri", ""))
        if exchanged is None:
            return _oauth_error(400, "invalid_grant", "grant request is invalid")
        grant, access_token = exchanged
        body = {
            "access_token": access_token,
            "expires_in": ACCESS_TOKEN_SECONDS,
            "id_token": self._tokens.id_token(grant, now=self.store.wall_time(), faults=self.faults),
            "scope": " ".join(grant.request.scopes),
            "token_type": "Bearer",
        }
        return web.json_response(body, headers={"Cache-Control": "no-store"})

    async def _userinfo(self, request: web.Request) -> web.Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        grant = self.store.token_find(token) if scheme.lower() == "bearer" else None
        if grant is None:
            refusal = _oauth_error(401, "invalid_token", "invalid token provided")
            refusal.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
            return refusal
        body, signed = self._tokens.userinfo(grant, now=self.store.wall_time(), faults=self.faults)
        if signed:
            return web.Response(body=str(body).encode(), content_type="application/jwt")
        return web.json_response(body)

    async def _logout(self, request: web.Request) -> web.Response:
        asked = logout_check(await _pairs(request), profile=self.profile, client=self.client)
        if isinstance(asked, PageRefusal):
            return self._refuse(asked)
        if not self.keys.verify_hint(asked.id_token_hint, audience=self.client.client_id, issuer=self.issuer):
            return self._refuse(PageRefusal(self.profile.code_logout, "id_token_hint refusé"))
        self.store.session_close(request.cookies.get(self._cookie, ""))
        if asked.post_logout_redirect_uri is None:
            answer = _html(pages.logged_out_page(self.profile))
        else:
            told = {} if asked.state is None else {"state": asked.state}
            answer = _see_other(asked.post_logout_redirect_uri, told)
        answer.del_cookie(self._cookie, path=PREFIX)
        return answer
