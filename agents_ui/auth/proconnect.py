"""Sign-in of agents through ProConnect (a python-social-auth backend).

What the general OpenID Connect backend does not do is here: the userinfo is a signed JWT, the `acr` is
checked, `amr` is asked, only the parameters ProConnect knows are sent, nothing is stored, one can sign out.
The residents' side has its own backend: the two sides share no login code, by design.

Settings, each prefixed SOCIAL_AUTH_PROCONNECT_: OIDC_ENDPOINT (the issuer, ending /api/v2), KEY, SECRET,
SCOPE (a list, `openid` is added), ACCEPTED_ACR (a list, eidas1 to eidas3 by default), REQUIRED_AMR (one
method such as "mfa", none by default), JWT_ALGORITHMS (a subset of ES256 and RS256), REQUESTS_TIMEOUT
(seconds, 5).
"""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from social_core.backends.open_id_connect import OpenIdConnectAuth
from social_core.exceptions import AuthConfigurationError, AuthResponseError

from grc.signed_userinfo import (
    ALGORITHMS,
    Expected,
    SignedUserinfoError,
    signed_userinfo_verify,
    signing_keys_select,
)

# ProConnect answers an error page (Y000400) to any parameter outside this list.
AUTHORIZE_PARAMETERS = frozenset(
    {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "claims",
        "prompt",
        "idp_hint",
        "login_hint",
    }
)
MINIMAL_SCOPE = ("given_name", "usual_name", "email", "siret", "uid")
ACCEPTED_ACR = ("eidas1", "eidas2", "eidas3")
# How the agent proved who they are; some roles need a second factor.
ASK_AMR = '{"id_token":{"amr":{"essential":true}}}'


class ProConnectBackend(OpenIdConnectAuth[Any]):
    """ProConnect. The id_token needed to sign out stays in the session (ID_TOKEN_SESSION_KEY).

    `response` holds the userinfo claims and `amr`, the list of the methods used.
    """

    name = "proconnect"
    title = "ProConnect"
    ID_TOKEN_SESSION_KEY = "proconnect_id_token"  # noqa: S105 - the name of a session key
    DEFAULT_SCOPE: list[str] = ["openid"]
    DEFAULT_USE_PKCE = False
    TOKEN_ENDPOINT_AUTH_METHOD = "client_secret_post"  # noqa: S105 - the name of a method
    JWT_ALGORITHMS: list[str] = list(ALGORITHMS)

    def get_scope(self) -> list[str]:
        """`openid` and the configured scopes, or the smallest useful set."""
        scopes = self.setting("SCOPE") or MINIMAL_SCOPE
        return list(dict.fromkeys(["openid", *scopes]))

    def auth_extra_arguments(self) -> dict[str, str]:
        return {"claims": ASK_AMR, **super().auth_extra_arguments()}

    def auth_url(self) -> str:
        """The address to redirect to; refuses settings that would make ProConnect refuse everybody."""
        url = str(super().auth_url())
        sent = {name for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
        unknown = sorted(sent - AUTHORIZE_PARAMETERS)
        if unknown:
            raise AuthConfigurationError(
                self, parameter=", ".join(unknown), code="invalid_setting", stage="begin"
            )
        return url

    def get_remote_jwks_keys(self, uri: str | None = None) -> list[dict[str, Any]]:
        return signing_keys_select(super().get_remote_jwks_keys(uri))

    def validate_claims(self, id_token: dict[str, Any]) -> None:
        """The general checks, then the level of assurance and, where configured, the method used."""
        super().validate_claims(id_token)
        if id_token.get("acr") not in self.setting("ACCEPTED_ACR", ACCEPTED_ACR):
            raise AuthResponseError(self, claim="acr", code="invalid_claim", stage="token_validation")
        required = self.setting("REQUIRED_AMR")
        if required and required not in (id_token.get("amr") or []):
            raise AuthResponseError(self, claim="amr", code="invalid_claim", stage="token_validation")

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The verified claims of the userinfo, with `amr`; also moves the id_token to the session."""
        answer = self.request(
            self.userinfo_url(),
            headers={"Authorization": f"Bearer {access_token}", "Accept": "application/jwt"},
            stage="user_info",
        )
        if answer.headers.get("Content-Type", "").partition(";")[0].strip() != "application/jwt":
            raise AuthResponseError(self, code="malformed_response", stage="user_info")
        claims = self._userinfo_verify(answer.text.strip())
        id_token = (kwargs.get("response") or {}).pop("id_token", None)
        if id_token:
            self.strategy.session_set(self.ID_TOKEN_SESSION_KEY, id_token)
        return {**claims, "amr": list((self.id_token or {}).get("amr") or [])}

    def _userinfo_verify(self, token: str) -> dict[str, Any]:
        client_id, _secret = self.get_key_and_secret()
        subject = (self.id_token or {}).get("sub", "")
        expected = Expected(issuer=self.id_token_issuer(), audience=client_id, subject=subject)
        allowed = [name for name in self.setting("JWT_ALGORITHMS", ALGORITHMS) if name in ALGORITHMS]

        def verify() -> dict[str, Any]:
            return signed_userinfo_verify(
                token,
                keys=self.get_jwks_keys(),
                expected=expected,
                now=datetime.now(UTC),
                algorithms=allowed,
            )

        try:
            try:
                return verify()
            except SignedUserinfoError as error:
                if error.code != "unknown_key":
                    raise
                # The issuer may have changed its key since we last looked.
                self.get_jwks_keys_for_uri.refresh(self, self.jwks_uri())
                return verify()
        except SignedUserinfoError as error:
            code = "invalid_signature" if error.code == "unknown_key" else error.code
            raise AuthResponseError(self, claim=error.claim, code=code, stage="user_info") from error

    def get_user_details(self, response: dict[str, Any]) -> dict[str, Any]:
        """Names and professional address; the agent's organisation is `response["siret"]`."""
        first_name = response.get("given_name") or ""
        last_name = response.get("usual_name") or ""
        return {
            "username": response["sub"],
            "email": response.get("email") or "",
            "fullname": f"{first_name} {last_name}".strip(),
            "first_name": first_name,
            "last_name": last_name,
        }

    def extra_data(
        self,
        user: Any,
        uid: str,
        response: dict[str, Any],
        details: dict[str, Any],
        pipeline_kwargs: dict[str, Any],
    ) -> dict[str, Any]:
        """Nothing is kept beside the identifier: neither tokens nor identity."""
        return {}

    def logout_url(self, id_token: str, state: str, post_logout_redirect_uri: str) -> str:
        """Where to send the browser to end the ProConnect session too.

        `post_logout_redirect_uri` must be declared exactly; check `state` when the agent comes back.
        """
        endpoint = self.get_setting_config("END_SESSION_URL", "end_session_endpoint", "")
        parameters = {
            "id_token_hint": id_token,
            "state": state,
            "post_logout_redirect_uri": post_logout_redirect_uri,
        }
        return f"{endpoint}?{urlencode(parameters)}"
