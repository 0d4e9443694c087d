"""What the network is started with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

API_VERSION = "2010-04-01"


@dataclass(frozen=True)
class Line:
    """A number the network rents to the account. Addresses empty = nothing is called there.

    The fallbacks are asked when an address does not answer, or answers what cannot be played.
    """

    number: str
    voice_url: str = ""
    sms_url: str = ""
    status_url: str = ""
    label: str = ""
    voice_fallback_url: str = ""
    sms_fallback_url: str = ""


@dataclass
class Settings:
    """`webhook_limit` in seconds (Twilio: 15). `fast`: time moves only when driven; see `clock.DrivenClock`
    for `begins` and `moved`."""

    account_sid: str
    auth_token: str
    lines: dict[str, Line] = field(default_factory=dict)
    auto_answer: frozenset[str] = frozenset()
    fast: bool = False
    begins: datetime | None = None
    moved: Callable[[datetime], None] | None = None
    lenient: bool = False
    webhook_limit: float = 15.0
    state_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = 0

    @property
    def base_url(self) -> str:
        return f"http://{self.host}:{self.port}"

    def resource(self, tail: str) -> str:
        """Path of a REST resource, as in the `uri` fields."""
        return f"/{API_VERSION}/Accounts/{self.account_sid}/{tail}"


def parse_line(text: str) -> Line:
    """`+33123456789=VOICE_URL[,SMS_URL[,STATUS_URL[,VOICE_FALLBACK[,SMS_FALLBACK]]]]`; ValueError otherwise."""
    number, sign, urls = text.partition("=")
    parts = [part.strip() for part in urls.split(",")]
    if not sign or not number.startswith("+") or not number[1:].isdigit() or len(parts) > 5:
        raise ValueError(
            f"expected +NUMBER=VOICE_URL[,SMS_URL[,STATUS_URL[,FALLBACK[,FALLBACK]]]], got {text!r}"
        )
    parts += [""] * (5 - len(parts))
    voice, sms, status, voice_fallback, sms_fallback = parts
    return Line(number, voice, sms, status, voice_fallback_url=voice_fallback, sms_fallback_url=sms_fallback)
