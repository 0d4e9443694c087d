"""Pure. The faults a test may ask of an issuer, and the reading of such a request."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

TOKENS = ("", "id_token", "userinfo", "both")
PLACES = ("", "all", "discovery", "authorize", "token", "userinfo", "jwks", "logout")


class FaultError(ValueError):
    """The request names a fault or a value that does not exist."""


@dataclass(frozen=True)
class Faults:
    """What goes wrong until the next request to /control/faults; nothing by default.

    `slow` is in seconds and applies to every protocol address.
    """

    wrong_acr: bool = False
    other_nonce: bool = False
    foreign_key: str = ""  # which tokens are signed by a key that is not published
    other_aud: str = ""
    other_iss: str = ""
    other_sub: bool = False  # in userinfo
    no_sub: bool = False  # in userinfo
    plain_userinfo: bool = False  # JSON in place of a signed JWT
    symmetric_userinfo: bool = False  # HS256 with the client secret
    unsigned_userinfo: bool = False  # alg none
    down: str = ""  # where the issuer answers 503
    slow: float = 0.0

    def touches(self, fault: str, token: str) -> bool:
        """Whether the named token fault applies to `id_token` or `userinfo`."""
        return getattr(self, fault) in (token, "both")

    def is_down(self, place: str) -> bool:
        return self.down in ("all", place) and bool(self.down)

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def faults_read(body: Mapping[str, object]) -> Faults:
    """Read a JSON object into faults; what it does not name is off. Raises FaultError."""
    known = {field.name: field.default for field in fields(Faults)}
    values: dict[str, object] = {}
    for name, value in body.items():
        if name not in known:
            raise FaultError(f"unknown fault {name!r}; known: {', '.join(known)}")
        values[name] = _value(name, value, known[name])
    return Faults(**values)  # type: ignore[arg-type]


def _value(name: str, value: object, default: object) -> object:
    if isinstance(default, bool):
        if not isinstance(value, bool):
            raise FaultError(f"{name} must be true or false")
        return value
    if isinstance(default, float):
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 60:
            raise FaultError(f"{name} must be a number of seconds between 0 and 60")
        return float(value)
    allowed = PLACES if name == "down" else TOKENS
    if value not in allowed:
        raise FaultError(f"{name} must be one of {', '.join(repr(item) for item in allowed)}")
    return value
