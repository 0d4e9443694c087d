"""Pure. The number of a request, its secret code, and signed links that expire.

A reference has 10 digits: 9 from a keyed permutation of a sequence number (so that references do not
tell how many requests exist, nor the next one) and a check digit. The check digit is Damm's: it catches
every single wrong digit and every swap of two neighbours (H. Michael Damm, "Total anti-symmetrische
Quasigruppen", Marburg 2004). A secret code is never stored: it is recomputed from a key.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from grc.errors import GrcError, Invalid

# Damm's table of order 10, weakly totally anti-symmetric with a zero diagonal (same source).
_DAMM: Final = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)

_FIRST: Final = 100_000_000
SEQUENCE_SIZE: Final = 900_000_000  # payloads 100000000..999999999: the first digit is never zero
_HALF_BITS: Final = 15  # 2^30 is the smallest even-bit domain holding SEQUENCE_SIZE
_HALF_MASK: Final = (1 << _HALF_BITS) - 1
_ROUNDS: Final = 10
_MIN_KEY: Final = 16
_MAX_TOKEN: Final = 2048

_SEPARATORS: Final = re.compile(r"[\s.\-–—_/·]+")  # \s covers the no-break spaces of our own screens


class LinkRefused(GrcError):
    """The link is damaged, forged, or made for something else."""

    def __init__(self) -> None:
        super().__init__(
            "Ce lien n’est pas valable. Vérifiez que vous l’avez copié en entier.", code="link_refused"
        )


class LinkExpired(GrcError):
    """The link was good and is too old."""

    def __init__(self) -> None:
        super().__init__("Ce lien a expiré. Demandez-en un nouveau.", code="link_expired")


@dataclass(frozen=True, slots=True)
class SignedLink:
    """What a link says once its signature is checked. `expires_at`: aware, UTC, whole seconds."""

    subject: str
    expires_at: datetime


def _mac(key: bytes, purpose: str, message: str) -> bytes:
    if len(key) < _MIN_KEY:
        raise ValueError(f"a signing key has at least {_MIN_KEY} bytes")
    # The length prefix keeps (purpose, message) pairs apart whatever they contain.
    return hmac.new(key, f"{len(purpose)}:{purpose}:{message}".encode(), hashlib.sha256).digest()


def check_digit(digits: str) -> str:
    """Damm's check digit of a string of ASCII digits."""
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def is_reference(digits: str) -> bool:
    """Whether these are exactly 10 ASCII digits, the first not zero, with a right check digit."""
    return bool(re.fullmatch(r"[1-9][0-9]{9}", digits)) and check_digit(digits) == "0"


def _permute(number: int, key: bytes) -> int:
    left, right = number >> _HALF_BITS, number & _HALF_MASK
    for turn in range(_ROUNDS):
        mixed = int.from_bytes(_mac(key, "grc.reference", f"{turn}.{right}")[:4], "big") & _HALF_MASK
        left, right = right, left ^ mixed
    return (left << _HALF_BITS) | right


def reference_from_sequence(number: int, key: bytes) -> str:
    """The 10-digit reference of a sequence number (0 <= number < SEQUENCE_SIZE), one to one for a key.

    Raises Invalid when the sequence is exhausted. `key`: 16 bytes at least, never changed once used.
    """
    if not 0 <= number < SEQUENCE_SIZE:
        raise Invalid("Il n’y a plus de numéro de demande disponible.", code="sequence_exhausted")
    value = _permute(number, key)
    # Cycle walking: a permutation of 2^30 leads back below the size, after 1.2 turns on average.
    while value >= SEQUENCE_SIZE:
        value = _permute(value, key)
    payload = str(_FIRST + value)
    return payload + check_digit(payload)


def parse(text: str) -> str:
    """The 10 digits a person wrote or said, spaces, dots and dashes ignored. Raises Invalid, in French."""
    digits = _SEPARATORS.sub("", text)
    if not re.fullmatch(r"[0-9]+", digits):
        raise Invalid("Un numéro de demande ne comporte que des chiffres.", code="reference_not_digits")
    if len(digits) != 10:
        raise Invalid(
            f"Un numéro de demande comporte 10 chiffres, vous en avez donné {len(digits)}.",
            code="reference_length",
        )
    if not is_reference(digits):
        raise Invalid(
            "Ce numéro de demande comporte une erreur. Vérifiez chaque chiffre.", code="reference_check"
        )
    return digits


def _groups(reference: str) -> tuple[str, str, str]:
    return reference[:3], reference[3:6], reference[6:]


def display(reference: str) -> str:
    """How a reference is written: grouped 3-3-4 by no-break spaces."""
    return "\u00a0".join(_groups(reference))


def spoken(reference: str) -> str:
    """How a reference is said: digit by digit, a pause (comma) between the groups 3-3-4."""
    return ", ".join(" ".join(group) for group in _groups(reference))


def secret_code(reference: str, generation: int, key: bytes) -> str:
    """The 6-digit code that goes with a reference. Raise `generation` to issue another one."""
    digest = _mac(key, "grc.code", f"{reference}.{generation}")
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def code_matches(code: str, reference: str, generation: int, keys: Iterable[bytes]) -> bool:
    """Whether a typed code is right for one of `keys` (rotation), in a time that tells nothing.

    Separators are ignored. An empty list of keys never matches.
    """
    typed = _SEPARATORS.sub("", code).encode(errors="replace")
    found = False
    for key in keys:
        found |= hmac.compare_digest(typed, secret_code(reference, generation, key).encode())
    return found


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise LinkRefused from None
    if _encode(raw) != text:  # one spelling only for one link
        raise LinkRefused
    return raw


def sign_link(purpose: str, subject: str, expires_at: datetime, key: bytes) -> str:
    """A URL-safe token for `subject`, good for `purpose` only, until `expires_at` (aware)."""
    if expires_at.tzinfo is None:
        raise ValueError("expires_at must be aware")
    body = _encode(f"{int(expires_at.timestamp())}.{subject}".encode())
    return f"{body}.{_encode(_mac(key, f'grc.link.{purpose}', body))}"


def read_link(token: str, purpose: str, now: datetime, keys: Iterable[bytes]) -> SignedLink:
    """What a token says. Raises LinkRefused (forged, damaged, other purpose) or LinkExpired.

    The signature is checked first: an expired forgery is only ever a forgery.
    """
    body, dot, signature = token.partition(".")
    if not dot or len(token) > _MAX_TOKEN or not token.isascii():
        raise LinkRefused
    given = _decode(signature)
    genuine = False
    for key in keys:
        genuine |= hmac.compare_digest(given, _mac(key, f"grc.link.{purpose}", body))
    if not genuine:
        raise LinkRefused
    epoch, _, subject = _decode(body).decode().partition(".")
    expires_at = datetime.fromtimestamp(int(epoch), tz=UTC)
    if now >= expires_at:
        raise LinkExpired
    return SignedLink(subject=subject, expires_at=expires_at)
