"""What the network is started with."""

from dataclasses import dataclass, field
from pathlib import Path

API_VERSION = "2010-04-01"


@dataclass(frozen=True)
class Line:
    """A number the network rents to the account. Addresses empty = nothing is called there."""

    number: str
    voice_url: str = ""
    sms_url: str = ""
    status_url: str = ""
    label: str = ""


@dataclass
class Settings:
    """`webhook_limit` in seconds (Twilio: 15). `fast`: time moves only when driven."""

    account_sid: str
    auth_token: str
    lines: dict[str, Line] = field(default_factory=dict)
    auto_answer: frozenset[str] = frozenset()
    fast: bool = False
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
    """`+33123456789=VOICE_URL[,SMS_URL[,STATUS_URL]]`; ValueError when it is not that."""
    number, sign, urls = text.partition("=")
    parts = [part.strip() for part in urls.split(",")]
    if not sign or not number.startswith("+") or not number[1:].isdigit() or len(parts) > 3:
        raise ValueError(f"expected +NUMBER=VOICE_URL[,SMS_URL[,STATUS_URL]], got {text!r}")
    parts += [""] * (3 - len(parts))
    return Line(number, parts[0], parts[1], parts[2])
