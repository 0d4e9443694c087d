"""Pure. What the conversation asks of a provider: to say in our words what came, to put our steps in its own.

A provider is a small module: it reads its webhooks into :class:`Asked` and renders the steps of the voice script as
its documents. The conversation, the waiting room and the reports know nothing else of it. What is done to live calls
is another port, ``grc.ports.TelephonyPort``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from grc.voice_script import Step


class VoiceProvider(Protocol):
    """Documents in the provider's own language. Lines are French sentences; every document is whole."""

    @property
    def code(self) -> str:
        """Name kept with each call: the identifiers of calls are its own."""
        ...

    def step(self, step: Step, *, queue: str, fill: Mapping[str, str]) -> str:
        """The answer to a step. ``queue`` names the waiting room; ``fill`` gives what is kept nowhere, by name."""
        ...

    def wait(self, step: Step, *, fill: Mapping[str, str], music_url: str) -> str:
        """What is heard in the waiting room; the provider asks for it again when it ends. Without ``music_url``,
        silence between two texts."""
        ...

    def hang_up(self, lines: Iterable[str]) -> str:
        """Says the lines and ends the call."""
        ...

    def pause(self, lines: Iterable[str]) -> str:
        """Says the lines and waits: the call is being moved."""
        ...

    def enter(self, conference: str, lines: Iterable[str]) -> str:
        """Says the lines to somebody who has picked up, and lets them into the conference."""
        ...

    def hold(self, conference: str, lines: Iterable[str], *, music_url: str) -> str:
        """What somebody on hold in this conference hears, over and over."""
        ...

    def wait_again(self) -> str:
        """Sends a caller back to the waiting room."""
        ...

    def begin_again(self) -> str:
        """Sends the call to the first webhook."""
        ...


@dataclass(frozen=True)
class Asked:
    """What a webhook of the telephone tells, whatever the provider.

    ``token`` is shared by the retries of one request, empty when the provider has none. ``keys`` and ``speech``: what
    the caller did. ``queue_result``: leave, hangup, redirected, bridged, queue-full, error. ``dial_status`` and
    ``status``: initiated, ringing, in-progress, completed, busy, no-answer, failed, canceled. ``sequence`` grows with
    each report of one call. ``moment`` tells two requests for one address apart. ``recorded_on_demand``: a
    conversation we asked to record, not a message the caller left. ``event``: participant-join and the like, of a
    conference. ``params`` is kept as it came,
    without the values of ``secret`` where a code was asked.
    """

    provider: VoiceProvider
    call_id: str
    token: str = ""
    from_number: str = ""
    to_number: str = ""
    keys: str = ""
    speech: str = ""
    queue_result: str = ""
    dial_status: str = ""
    status: str = ""
    sequence: int = 0
    moment: str = ""
    recording_id: str = ""
    recording_url: str = ""
    recording_seconds: str = ""
    recording_status: str = ""
    recorded_on_demand: bool = False
    conference_id: str = ""
    event: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    secret: tuple[str, ...] = ()

    def raw(self, *, hide_secret: bool = False) -> dict[str, Any]:
        """What is kept as it came; ``hide_secret``: without what the caller keyed or said."""
        hidden = self.secret if hide_secret else ()
        return {name: "***" if name in hidden else value for name, value in self.params.items()}
