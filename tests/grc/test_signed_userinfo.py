"""The verification of a signed userinfo, with keys and time given."""

from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from grc.signed_userinfo import (
    Expected,
    SignedUserinfoError,
    signed_userinfo_verify,
    signing_keys_select,
)

NOW = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)
AT = 1772442000  # NOW, in Unix seconds
EXPECTED = Expected(issuer="https://fc.example/api/v2", audience="client", subject="sub-1")
GOOD: dict[str, Any] = {
    "iss": "https://fc.example/api/v2",
    "aud": "client",
    "sub": "sub-1",
    "iat": AT,
    "exp": AT + 60,
    "given_name": "Solène",
}
EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SMALL_RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)
EC_JWK = {**ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True), "kid": "ec"}
RSA_JWK = {**RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True), "kid": "rsa", "use": "sig"}
SMALL_RSA_JWK = {**RSAAlgorithm.to_jwk(SMALL_RSA_KEY.public_key(), as_dict=True), "kid": "small"}
KEYS = [EC_JWK, RSA_JWK, SMALL_RSA_JWK]


def es256(claims: dict[str, Any], kid: str | None = "ec") -> str:
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(claims, EC_KEY, algorithm="ES256", headers=headers)


def verify(token: str, now: datetime = NOW, **options: Any) -> dict[str, Any]:
    return signed_userinfo_verify(token, keys=KEYS, expected=EXPECTED, now=now, **options)


def test_signed_userinfo_verify__es256_and_rs256() -> None:
    assert verify(es256(GOOD))["given_name"] == "Solène"
    rs256 = jwt.encode(GOOD, RSA_KEY, algorithm="RS256", headers={"kid": "rsa"})
    assert verify(rs256) == GOOD
    with pytest.raises(SignedUserinfoError) as caught:
        verify(rs256, algorithms=["ES256"])
    assert caught.value.code == "invalid_signature"


@pytest.mark.parametrize(
    ("changes", "code", "claim"),
    [
        ({"iss": "https://ailleurs.example"}, "invalid_claim", "iss"),
        ({"iss": None}, "missing_claim", "iss"),
        ({"aud": "autre"}, "invalid_claim", "aud"),
        ({"aud": ["client", "autre"]}, "invalid_claim", "aud"),
        ({"aud": None}, "missing_claim", "aud"),
        ({"sub": "sub-2"}, "invalid_claim", "sub"),
        ({"sub": ""}, "missing_claim", "sub"),
        ({"sub": 12}, "invalid_claim", "sub"),
        ({"exp": AT - 6}, "response_expired", "exp"),
        ({"exp": "demain"}, "invalid_claim", "exp"),
        ({"iat": AT + 6}, "response_not_yet_valid", "iat"),
        ({"nbf": AT + 6}, "response_not_yet_valid", "nbf"),
    ],
)
def test_signed_userinfo_verify__a_wrong_claim(changes: dict[str, Any], code: str, claim: str) -> None:
    claims = {name: value for name, value in (GOOD | changes).items() if value is not None}
    with pytest.raises(SignedUserinfoError) as caught:
        verify(es256(claims))
    assert (caught.value.code, caught.value.claim) == (code, claim)


@pytest.mark.parametrize(
    "changes", [{"aud": ["client"]}, {"exp": AT - 4}, {"iat": AT + 4}, {"exp": None, "iat": None}]
)
def test_signed_userinfo_verify__accepted_variants(changes: dict[str, Any]) -> None:
    claims = {name: value for name, value in (GOOD | changes).items() if value is not None}
    assert verify(es256(claims))["sub"] == "sub-1"


@pytest.mark.parametrize(
    ("token", "code"),
    [
        ("", "malformed_response"),
        ("pas.un.jeton", "malformed_response"),
        ('{"sub": "sub-1"}', "malformed_response"),
        (es256(GOOD, kid="inconnu"), "unknown_key"),
        (es256(GOOD, kid=None), "invalid_signature"),
        (es256(GOOD, kid="rsa"), "invalid_signature"),
        (es256(GOOD)[:-8] + "AAAAAAAA", "invalid_signature"),
        (
            jwt.encode(GOOD, "une-clé-partagée-assez-longue-pour-hs256", "HS256", {"kid": "ec"}),
            "invalid_signature",
        ),
        (jwt.encode(GOOD, "", "none", {"kid": "ec"}), "invalid_signature"),
        (jwt.encode(GOOD, SMALL_RSA_KEY, "RS256", {"kid": "small"}), "invalid_signature"),
    ],
)
def test_signed_userinfo_verify__a_wrong_token(token: str, code: str) -> None:
    with pytest.raises(SignedUserinfoError) as caught:
        verify(token)
    assert (caught.value.code, caught.value.claim) == (code, None)


def test_signing_keys_select__deduces_alg_and_leaves_the_rest_out() -> None:
    keys = [
        EC_JWK,
        RSA_JWK | {"use": "enc"},
        {"kty": "oct", "k": "c2VjcmV0", "kid": "partagee"},
        {"kty": "inconnu", "kid": "x"},
        {"kid": "vide"},
        RSA_JWK,
    ]
    assert [(key["kid"], key["alg"]) for key in signing_keys_select(keys)] == [
        ("ec", "ES256"),
        ("rsa", "RS256"),
    ]
