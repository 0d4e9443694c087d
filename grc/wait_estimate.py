"""Pure. What a waiting caller is promised: a position that never grows, and a wait said as a range.

The range runs from a low to a high centile of the futures played by `grc.wait_forecast`: about eight callers in ten
are answered within it. It is judged against a simulated hotline (tests/wait).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grc.wait_forecast import AgentNow, Ahead, Measured, centile, forecast

LOW_CENTILE: Final = 0.09
HIGH_CENTILE: Final = 0.91
SHORT_WAIT: Final = 120
"""Below this many seconds no figure is said."""
LONG_WAIT: Final = 3600
INFORMATION_SECONDS: Final = 20
"""About the time of one wait document: each brings the next information."""


@dataclass(frozen=True)
class Estimate:
    """Seconds; `low` <= `middle` <= `high`. Only the range is said."""

    low: int
    middle: int
    high: int


def announced_position(previous: int | None, current: int) -> int:
    """The position to say (1: the next one): never more than what was said before."""
    position = max(1, current)
    return position if previous is None else min(previous, position)


def wait_estimate(
    order: Sequence[Ahead], agents: Sequence[AgentNow], measured: Measured, *, seed: int
) -> Estimate | None:
    """The wait of the last of `order`; None when no agent is at work, because nothing honest can be said.

    `order`: those before (owed call-backs whose turn has come among them), then the caller. `agents`: those at work.
    """
    waits = forecast(order, agents, measured, seed=seed)
    return estimate_of(waits[-1]) if waits else None


def estimate_of(waits: Sequence[float]) -> Estimate:
    """From the sorted waits of one place."""
    return Estimate(
        math.floor(centile(waits, LOW_CENTILE)),
        round(centile(waits, 0.5)),
        math.ceil(centile(waits, HIGH_CENTILE)),
    )


def offers_said(*, waited: float, after: int, estimate: Estimate | None) -> bool:
    """Whether other ways than waiting are said: once somebody has waited `after` seconds, and at once to who will
    wait longer than that, or whom nobody is there to answer."""
    return estimate is None or waited >= after or estimate.low >= after


def information_of(informations: Sequence[str], *, waited: float) -> str:
    """The information to say now: each in turn as the wait goes on, none with the first position."""
    turn = int(waited // INFORMATION_SECONDS)
    return informations[(turn - 1) % len(informations)] if informations and turn > 0 else ""


def position_sentence(position: int) -> str:
    """French sentence for an announced position."""
    if position <= 1:
        return "Votre appel est le prochain."
    if position == 2:
        return "Il y a un appel avant le vôtre."
    return f"Il y a {position - 1} appels avant le vôtre."


def wait_sentence(estimate: Estimate | None) -> str:
    """French sentence for a range: minutes, never a single figure; empty when there is no estimate."""
    if estimate is None:
        return ""
    low, high = wait_minutes(estimate)
    if high <= SHORT_WAIT // 60:
        return "L'attente est de moins de deux minutes."
    if low >= LONG_WAIT // 60:
        return "L'attente est de plus d'une heure."
    if high > LONG_WAIT // 60:
        return f"L'attente est de {low} minutes au moins, et peut dépasser une heure."
    if low == 0:
        return f"L'attente est de moins de {high} minutes."
    return f"L'attente est de {low} à {high} minutes."


_STEPS: Final[tuple[int, ...]] = (*range(16), 16, 18, 20, 22, 25, 30, 35, 40, 45, 50, 55, 60)
"""Minutes that are said: fewer as the wait grows, nobody believes "entre 37 et 52"."""


def wait_minutes(estimate: Estimate) -> tuple[int, int]:
    """The range in minutes as it is said: each end at the nearest figure that is said, never two ends in one."""
    if estimate.high <= SHORT_WAIT:
        return 0, SHORT_WAIT // 60
    low = _nearest(estimate.low)
    high = max(_nearest(estimate.high), SHORT_WAIT // 60 + 1)
    if low >= high:
        low, high = _nearest((high - 1) * 60), _nearest((high + 1) * 60)
    return min(low, high - 1), high


def _nearest(seconds: int) -> int:
    """Minutes: beyond the hour, nothing exact is said."""
    if seconds > LONG_WAIT:
        return math.ceil(seconds / 60)
    return min(_STEPS, key=lambda step: (abs(step * 60 - seconds), step))
