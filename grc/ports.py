"""What only a provider can do, as Protocols; implemented in ``channels_in/<kind>/`` and registered by its apps.py.

Implementations never open a transaction. They raise :class:`grc.errors.ProviderError` and say whether trying again
the same way can help; a time-out after the request left is a :class:`UnknownOutcome`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from grc.enums import Channel
from grc.errors import ProviderError

OPTED_OUT: Final = "opted_out"
"""Code of the ProviderError which says that the person answered STOP at the provider's."""


class UnknownOutcome(ProviderError):
    """The provider may have done it or not: look before doing it again."""

    def __init__(self, message_fr: str) -> None:
        super().__init__(message_fr, permanent=False, code="unknown_outcome")


@dataclass(frozen=True)
class Outgoing:
    """A message to hand over. ``subject`` is only for e-mail."""

    to: str
    sender: str
    body: str
    subject: str = ""


@dataclass(frozen=True)
class Accepted:
    """The provider took it: its name and its identifier of the message."""

    provider: str
    provider_id: str


class MessagePort(Protocol):
    """Carries written messages of one channel."""

    def send(self, message: Outgoing) -> Accepted: ...

    def find_sent(self, message: Outgoing, *, since: datetime, known_ids: Collection[str]) -> Accepted | None:
        """The provider's own record of this message, not among ``known_ids``; None when it never took it."""
        ...


@dataclass(frozen=True)
class Ring:
    """A telephone to ring so that it joins a call. ``leg_id`` is ours: it comes back with all that is told of the leg.

    ``to``: E.164 or ``client:<opaque identity>``. ``seconds``: how long it rings. ``conference``: where it enters.
    ``most_seconds``: how long it may talk, 0 for the provider's own limit.
    """

    leg_id: int
    to: str
    caller_id: str
    seconds: int
    conference: str
    most_seconds: int = 0


@dataclass(frozen=True)
class SoftphoneToken:
    """What a browser needs to be a telephone. ``identity`` is opaque; ``expires_at``: renew before."""

    token: str
    identity: str
    expires_at: datetime


class TelephonyPort(Protocol):
    """Moves live calls. Numbers are E.164; ``conference`` is a name of ours, ``call_id`` the provider's id of a leg.

    A leg that has already ended is no error to hang up; any other move of it is refused by the provider.
    """

    def ring(self, ring: Ring) -> str:
        """Ring a telephone; once picked up it asks what to do, see ``leg_pick_up``. Gives the leg's provider id."""
        ...

    def join(self, *, call_id: str, conference: str) -> None:
        """Move a caller, from wherever they are, into the conference of their contact."""
        ...

    def hold(self, *, call_id: str, conference: str, on: bool) -> None:
        """One who is in the conference hears music instead of the others, or hears them again."""
        ...

    def wait_again(self, *, call_id: str, why: str) -> None:
        """Send a caller who was moved back to the waiting room. ``why``: missed, team, agent, lost, partner."""
        ...

    def hang_up(self, *, call_id: str) -> None:
        """End a call, stop a ring; one that has already ended is as wanted."""
        ...

    def softphone_token(self, *, identity: str, now: datetime) -> SoftphoneToken | None:
        """A short-lived right to be rung in a browser under this identity; None when softphones are off."""
        ...


@dataclass(frozen=True)
class Sound:
    """A recording as bytes, with its media type (audio/wav, audio/mpeg...)."""

    content: bytes
    content_type: str


class RecordingPort(Protocol):
    """Records live calls and hands over what was recorded. Identifiers are the provider's."""

    def record_start(self, *, call_id: str, again: bool) -> str:
        """Record both sides of a call from now on; gives the recording's id. ``again``: a first try may have worked,
        look for it before starting another."""
        ...

    def fetch(self, *, recording_id: str, largest: int) -> Sound:
        """The sound, of ``largest`` bytes at most. ProviderError; permanent: the provider has none, or a larger one."""
        ...

    def erase(self, *, call_id: str, recording_id: str) -> None:
        """Stop it if it still runs, and erase the provider's copy; one that no longer exists is as wanted."""
        ...


class TranscriptionPort(Protocol):
    """Writes down what a sound says, on a machine of ours or of a provider chosen by the authority."""

    def transcribe(self, sound: Sound, *, language: str) -> str:
        """The words; ProviderError when it cannot."""
        ...


_messages: dict[Channel, MessagePort] = {}
_recording: list[RecordingPort] = []
_transcription: list[TranscriptionPort] = []
_telephony: list[TelephonyPort] = []


def register_message_port(channel: Channel, port: MessagePort) -> None:
    _messages[channel] = port


def message_port(channel: Channel) -> MessagePort | None:
    """None when the channel is off."""
    return _messages.get(channel)


def register_telephony(port: TelephonyPort | None) -> None:
    _telephony[:] = [] if port is None else [port]


def telephony() -> TelephonyPort | None:
    """None when the channel is off."""
    return _telephony[0] if _telephony else None


def register_recording(port: RecordingPort | None) -> None:
    _recording[:] = [] if port is None else [port]


def recording_port() -> RecordingPort | None:
    """None when the telephone is off."""
    return _recording[0] if _recording else None


def register_transcription(port: TranscriptionPort | None) -> None:
    _transcription[:] = [] if port is None else [port]


def transcription() -> TranscriptionPort | None:
    """None when nothing transcribes."""
    return _transcription[0] if _transcription else None
