"""Sign-in of residents through FranceConnect v2 (a python-social-auth backend).

What the general OpenID Connect backend does not do is here: the userinfo is a signed JWT, the `acr` is
checked, only the parameters FranceConnect knows are sent, nothing is stored, and one can sign out.

Settings, each prefixed SOCIAL_AUTH_FRANCECONNECT_: OIDC_ENDPOINT (the issuer, ending /api/v2), KEY, SECRET,
SCOPE (a list, `openid` is added), ACR_VALUES ("eidas1"), JWT_ALGORITHMS (a subset of ES256 and RS256),
REQUESTS_TIMEOUT (seconds, 5).
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

# FranceConnect answers an error page (Y030007) to any parameter outside this list.
AUTHORIZE_PARAMETERS = frozenset(
    {
        "response_type",
        "client_id",
        "redirect_uri",
        "scope",
        "state",
        "nonce",
        "acr_values",
        "prompt",
        "claims",
        "idp_hint",
        "ui_locales",
    }
)
# Enough to answer somebody: who they are and where to write. No birth data, no sex.
MINIMAL_SCOPE = ("given_name", "family_name", "preferred_username", "email")


class FranceConnectBackend(OpenIdConnectAuth[Any]):
    """FranceConnect "low". The id_token needed to sign out stays in the session (ID_TOKEN_SESSION_KEY)."""

    name = "franceconnect"
    title = "FranceConnect"
    ID_TOKEN_SESSION_KEY = "franceconnect_id_token"  # noqa: S105 - the name of a session key
    DEFAULT_SCOPE: list[str] = ["openid"]
    ACR_VALUES = "eidas1"
    DEFAULT_USE_PKCE = False
    TOKEN_ENDPOINT_AUTH_METHOD = "client_secret_post"  # noqa: S105 - the name of a method
    JWT_ALGORITHMS: list[str] = list(ALGORITHMS)

    def get_scope(self) -> list[str]:
        """`openid` and the configured scopes, or the smallest useful set."""
        scopes = self.setting("SCOPE") or MINIMAL_SCOPE
        return list(dict.fromkeys(["openid", *scopes]))

    def auth_url(self) -> str:
        """The address to redirect to; refuses settings that would make FranceConnect refuse everybody."""
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
        """The general checks, then the level of assurance: what was asked is what must come back."""
        super().validate_claims(id_token)
        if id_token.get("acr") not in str(self.setting("ACR_VALUES", self.ACR_VALUES)).split():
            raise AuthResponseError(self, claim="acr", code="invalid_claim", stage="token_validation")

    def user_data(self, access_token: str, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The verified claims of the userinfo; also moves the id_token to the session."""
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
        return claims

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
        """Names to greet somebody with.

        FranceConnect's `preferred_username` is the usual name, not a login; `family_name` is the birth name.
        """
        given_names = response.get("given_name_array") or str(response.get("given_name") or "").split()
        first_name = given_names[0] if given_names else ""
        last_name = response.get("preferred_username") or response.get("family_name") or ""
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
        """Where to send the browser to end the FranceConnect session too.

        `post_logout_redirect_uri` must be declared exactly; check `state` when the person comes back.
        """
        endpoint = self.get_setting_config("END_SESSION_URL", "end_session_endpoint", "")
        parameters = {
            "id_token_hint": id_token,
            "state": state,
            "post_logout_redirect_uri": post_logout_redirect_uri,
        }
        return f"{endpoint}?{urlencode(parameters)}"
