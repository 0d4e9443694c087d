"""The signing keys of an issuer: ES256, named by `kid`, replaceable at any moment."""

import secrets
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

ALGORITHM = "ES256"


class KeyRing:
    """Signs with the current key and publishes it alone, as an issuer does once a rotation is over.

    Retired keys still verify the `id_token_hint` of a logout.
    """

    def __init__(self) -> None:
        self._keys: dict[str, ec.EllipticCurvePrivateKey] = {}
        self._current = ""
        # Signs what a forger would send: the right `kid`, not the right key.
        self._foreign = ec.generate_private_key(ec.SECP256R1())
        self.rotate()

    @property
    def current_kid(self) -> str:
        return self._current

    def rotate(self) -> str:
        """Replace the key; return the new `kid`."""
        self._current = secrets.token_hex(8)
        self._keys[self._current] = ec.generate_private_key(ec.SECP256R1())
        return self._current

    def jwks(self) -> dict[str, Any]:
        """The public keys. No `alg`: RFC 7517 makes it optional and a client must not lean on it."""
        public = ECAlgorithm.to_jwk(self._keys[self._current].public_key(), as_dict=True)
        return {"keys": [{**public, "kid": self._current, "use": "sig"}]}

    def sign(self, claims: dict[str, Any], *, foreign: bool = False) -> str:
        key = self._foreign if foreign else self._keys[self._current]
        return jwt.encode(claims, key, algorithm=ALGORITHM, headers={"kid": self._current})

    def verify_hint(self, token: str, *, audience: str, issuer: str) -> bool:
        """Whether this issuer signed the token for this client, expired or not."""
        try:
            kid = jwt.get_unverified_header(token).get("kid", "")
            if kid not in self._keys:
                return False
            jwt.decode(
                token,
                self._keys[kid].public_key(),
                algorithms=[ALGORITHM],
                audience=audience,
                issuer=issuer,
                options={"verify_exp": False},
            )
        except jwt.PyJWTError:
            return False
        return True
