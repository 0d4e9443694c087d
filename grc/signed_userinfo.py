"""Pure. Verifies the signed userinfo (`application/jwt`) that FranceConnect and ProConnect answer with.

The caller fetches the token and the keys; the time is given. Rules: OpenID Connect Core 1.0, section
5.3.2, made stricter: a signature by a named key, an asymmetric algorithm of a short list, and `iss`, `aud`
and `sub` all present and equal to what the id_token said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import jwt
from jwt.exceptions import InvalidSubjectError

from grc.errors import GrcError

ALGORITHMS = ("ES256", "RS256")
LEEWAY_SECONDS = 5

Code = Literal[
    "malformed_response",
    "unknown_key",
    "invalid_signature",
    "missing_claim",
    "invalid_claim",
    "response_expired",
    "response_not_yet_valid",
]


class SignedUserinfoError(GrcError):
    """The userinfo cannot be trusted. `code` says why, `claim` names the claim at fault if there is one.

    `unknown_key` alone deserves another try, with keys fetched anew.
    """

    def __init__(self, code: Code, claim: str | None = None) -> None:
        super().__init__(
            "La réponse du service d’identité n’a pas pu être vérifiée. Recommencez la connexion.", code=code
        )
        self.claim = claim


@dataclass(frozen=True)
class Expected:
    """What the userinfo must say: the issuer, our client identifier, and the `sub` of the id_token."""

    issuer: str
    audience: str
    subject: str


def signing_keys_select(keys: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Keep the JWKs able to sign with ES256 or RS256, each with its `alg`.

    `alg` is optional in a JWK (RFC 7517): it is deduced from the kind of key. Encryption keys, symmetric
    keys and kinds unknown here are left out.
    """
    selected = []
    for key in keys:
        try:
            algorithm = jwt.PyJWK(dict(key)).algorithm_name
        except jwt.PyJWTError:
            continue
        if key.get("use", "sig") == "sig" and algorithm in ALGORITHMS:
            selected.append({**key, "alg": algorithm})
    return selected


def signed_userinfo_verify(
    token: str,
    *,
    keys: Sequence[Mapping[str, Any]],
    expected: Expected,
    now: datetime,
    algorithms: Sequence[str] = ALGORITHMS,
) -> dict[str, Any]:
    """Return the claims of a userinfo JWT, or raise SignedUserinfoError.

    `keys` are JWKs (the `keys` of a JWKS); `now` is aware. Encrypted answers (JWE) are not read.
    """
    key = _key_find(token, signing_keys_select(keys), algorithms)
    try:
        # Times, aud and iss are judged below: the clock is the caller's, and each refusal has its name.
        claims = jwt.decode(
            token,
            key,
            algorithms=list(algorithms),
            options={
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "verify_aud": False,
                "verify_iss": False,
                "enforce_minimum_key_length": True,
            },
        )
    except (jwt.InvalidSignatureError, jwt.InvalidAlgorithmError, jwt.InvalidKeyError) as error:
        raise SignedUserinfoError("invalid_signature") from error
    except InvalidSubjectError as error:
        raise SignedUserinfoError("invalid_claim", "sub") from error
    except jwt.PyJWTError as error:
        raise SignedUserinfoError("malformed_response") from error
    _identity_check(claims, expected)
    _times_check(claims, now.timestamp())
    return claims


def _key_find(token: str, keys: Sequence[Mapping[str, Any]], algorithms: Sequence[str]) -> jwt.PyJWK:
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise SignedUserinfoError("malformed_response") from error
    if header.get("alg") not in algorithms:
        raise SignedUserinfoError("invalid_signature")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise SignedUserinfoError("invalid_signature")
    for key in keys:
        if key.get("kid") == kid:
            found = jwt.PyJWK(dict(key))
            if found.algorithm_name != header["alg"]:
                raise SignedUserinfoError("invalid_signature")
            return found
    raise SignedUserinfoError("unknown_key")


def _identity_check(claims: Mapping[str, Any], expected: Expected) -> None:
    for name in ("iss", "aud", "sub"):
        if not claims.get(name):
            raise SignedUserinfoError("missing_claim", name)
    if claims["iss"] != expected.issuer:
        raise SignedUserinfoError("invalid_claim", "iss")
    # A list is allowed by the specification, but no other audience may read the same answer.
    audience = claims["aud"]
    if audience not in (expected.audience, [expected.audience]):
        raise SignedUserinfoError("invalid_claim", "aud")
    if claims["sub"] != expected.subject:
        raise SignedUserinfoError("invalid_claim", "sub")


def _times_check(claims: Mapping[str, Any], now: float) -> None:
    for name in ("exp", "nbf", "iat"):
        value = claims.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise SignedUserinfoError("invalid_claim", name)
    if "exp" in claims and now >= claims["exp"] + LEEWAY_SECONDS:
        raise SignedUserinfoError("response_expired", "exp")
    for name in ("nbf", "iat"):
        if name in claims and now < claims[name] - LEEWAY_SECONDS:
            raise SignedUserinfoError("response_not_yet_valid", name)
