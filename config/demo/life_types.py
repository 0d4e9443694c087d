"""Pure. A month of invented life, as ``config.demo.life.generate`` plans it; every time is aware (Europe/Paris)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One act on a ticket, in the order of ``at``; none is later than the ``now`` of the plan.

    ``kind``: claim, note, reply, ask, receive, transfer (``team`` is the target), close (``outcome`` is set).
    ``actor`` is an agent's username, empty for ``receive``, which is the citizen's.
    """

    at: datetime
    kind: str
    actor: str
    text: str = ""
    team: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class PlannedCallback:
    """A call-back owed; ``state`` is a code of ``CallbackState``; the window is local opening time."""

    window_start: datetime
    window_end: datetime
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlannedNeed:
    """One need of a contact: an answer on the spot, or a ticket and what happened to it.

    ``team`` is the team the content's defaults give; the real routing decides when the plan is played.
    ``article`` is the code of the article used, or empty. ``mark``: satisfaction from 1 to 5, or None.
    """

    topic: str
    commune: str
    said: str
    instant: bool
    article: str
    answer: str
    team: str
    confidentiality: str
    steps: tuple[PlannedStep, ...] = ()
    callback: PlannedCallback | None = None
    mark: int | None = None


@dataclass(frozen=True, slots=True)
class PlannedCall:
    """Seconds are whole. ``ending``: answered, abandoned, called_back, voicemail, closed_hours."""

    line: str
    from_number: str
    menu_path: tuple[str, ...]
    postal_code: str
    ending: str
    wait_seconds: int
    talk_seconds: int
    wrap_up_seconds: int


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """``number`` is the arrival number of the day at the site."""

    site: str
    number: int
    wait_seconds: int
    served_seconds: int


@dataclass(frozen=True, slots=True)
class PlannedContact:
    """``key`` is stable for a seed, fit to make provider ids from. ``sender``: number or address, may be empty."""

    key: str
    channel: str
    organisation: str
    started_at: datetime
    ended_at: datetime
    citizen: str
    sender: str
    agent: str
    language: str
    difficulties: tuple[str, ...]
    needs: tuple[PlannedNeed, ...]
    call: PlannedCall | None = None
    visit: PlannedVisit | None = None
