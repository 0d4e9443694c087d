"""What the network keeps: entries of a transcript, messages, recordings, debugger notes."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime


def new_sid(prefix: str) -> str:
    """Two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


@dataclass(frozen=True)
class Entry:
    """One thing heard, said or pressed. `who`: network, caller or peer."""

    at: datetime
    verb: str
    text: str
    who: str = "network"
    language: str = ""

    def as_json(self) -> dict[str, str]:
        return {
            "at": self.at.isoformat(),
            "verb": self.verb,
            "text": self.text,
            "who": self.who,
            "language": self.language,
        }


@dataclass(frozen=True)
class Callback:
    """Where the progress of a call or message is told, and which events."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass
class Message:
    sid: str
    from_: str
    to: str
    body: str
    direction: str
    status: str
    created: datetime
    updated: datetime
    sent: datetime | None = None
    error_code: int | None = None
    num_media: int = 0
    service_sid: str = ""
    callback: str = ""


@dataclass
class Recording:
    """`seconds` is an estimate of what the words take to say; the words stay in the transcript."""

    sid: str
    call_sid: str
    created: datetime
    seconds: int
    source: str = "RecordVerb"
    conference_sid: str | None = None
    status: str = "completed"
    channels: int = 1
    end: Callable[[], None] | None = None

    def finish(self) -> None:
        """End one that still runs, once."""
        end, self.end = self.end, None
        if end is not None:
            end()


@dataclass(frozen=True)
class Note:
    """One line of the debugger. `subject` is the sid of the call or message."""

    sid: str
    at: datetime
    rule: str
    code: int | None
    warning: bool
    text: str
    subject: str
    url: str

    def as_json(self) -> dict[str, object]:
        return {
            "sid": self.sid,
            "at": self.at.isoformat(),
            "rule": self.rule,
            "error_code": self.code,
            "level": "warning" if self.warning else "error",
            "message": self.text,
            "subject": self.subject,
            "url": self.url,
        }


@dataclass
class Where:
    """Where a call is, for the control interface."""

    queue: str = ""
    queue_sid: str = ""
    position: int = 0
    conference: str = ""
    conference_sid: str = ""
    talking_to: list[str] = field(default_factory=list)
