"""The tokens an issuer gives: id_token and signed userinfo, with the faults asked by a test."""

from typing import Any

import jwt

from simulators.oidc.faults import Faults
from simulators.oidc.keys import KeyRing
from simulators.oidc.profile import ID_TOKEN_SECONDS, Client, Profile
from simulators.oidc.store import Grant

ELSEWHERE = "https://autre-emetteur.example/api/v2"
SOMEBODY_ELSE = "une-autre-personne"


def claims_granted(profile: Profile, scopes: tuple[str, ...]) -> tuple[str, ...]:
    """The userinfo claims these scopes give, without `sub`."""
    names = [name for scope in scopes for name in profile.scope_claims.get(scope, ())]
    return tuple(name for name in dict.fromkeys(names) if name not in ("sub", "amr"))


class TokenMaker:
    """Writes the tokens of one issuer for its client."""

    def __init__(self, *, profile: Profile, client: Client, keys: KeyRing, issuer: str) -> None:
        self._profile = profile
        self._client = client
        self._keys = keys
        self._issuer = issuer

    def _envelope(self, token: str, now: int, faults: Faults) -> dict[str, Any]:
        return {
            "iss": ELSEWHERE if faults.touches("other_iss", token) else self._issuer,
            "aud": "un-autre-client" if faults.touches("other_aud", token) else self._client.client_id,
            "iat": now,
            "exp": now + ID_TOKEN_SECONDS,
        }

    def id_token(self, grant: Grant, *, now: int, faults: Faults) -> str:
        """Exactly sub, acr, auth_time, nonce, aud, exp, iat, iss; amr only when asked by `claims`."""
        claims = self._envelope("id_token", now, faults)
        claims |= {
            "sub": grant.person.sub,
            "acr": self._profile.wrong_acr if faults.wrong_acr else grant.request.acr,
            "auth_time": grant.auth_time,
            "nonce": "nonce-d-une-autre-demande-de-connexion" if faults.other_nonce else grant.request.nonce,
        }
        if grant.request.asks_amr:
            claims["amr"] = list(grant.person.amr)
        return self._keys.sign(claims, foreign=faults.touches("foreign_key", "id_token"))

    def userinfo(self, grant: Grant, *, now: int, faults: Faults) -> tuple[str | dict[str, Any], bool]:
        """The answer of the userinfo address and whether it is a JWT (it always is without a fault)."""
        claims = self._envelope("userinfo", now, faults)
        if not faults.no_sub:
            claims["sub"] = SOMEBODY_ELSE if faults.other_sub else grant.person.sub
        for name in claims_granted(self._profile, grant.request.scopes):
            if name in grant.person.claims:
                claims[name] = grant.person.claims[name]
        if faults.plain_userinfo:
            return claims, False
        if faults.symmetric_userinfo:
            headers = {"kid": self._keys.current_kid}
            return jwt.encode(claims, self._client.client_secret, algorithm="HS256", headers=headers), True
        if faults.unsigned_userinfo:
            headers = {"kid": self._keys.current_kid}
            return jwt.encode(claims, "", algorithm="none", headers=headers), True
        return self._keys.sign(claims, foreign=faults.touches("foreign_key", "userinfo")), True
