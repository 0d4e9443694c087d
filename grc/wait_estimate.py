"""Pure. What a waiting caller is promised: a position that never grows, and a wait said as a range.

The caller with p departures to come before being answered waits for p ends of conversation among c agents.
Taken together those ends come as a renewal stream of rate c / mean, so the wait is close to a gamma law of
shape p / v, v being its variability: the one of a conversation for a single agent, tending to one (the
superposition of many independent streams is nearly a Poisson stream) as agents grow in number.
The range said runs from the 10th to the 90th centile: eight callers in ten are answered within it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, pvariance

CENTILE_90 = 1.2816
"""90th centile of the normal law."""
DEFAULT_HANDLING = 150.0
"""Seconds an answer takes as long as nothing is measured: the service's own target of 2 min 30."""
PRIOR_WEIGHT = 10
"""Measures are mixed with as many imagined ones at the default, so that three short calls promise nothing."""
SHORT_WAIT = 120
"""Below this many seconds no figure is said."""
LONG_WAIT = 3600


@dataclass(frozen=True)
class Handling:
    """Time an agent is taken by one call, wrap-up included: mean in seconds; squared coefficient
    of variation."""

    mean: float = DEFAULT_HANDLING
    variability: float = 1.0

    @classmethod
    def measured(cls, seconds: Sequence[float]) -> "Handling":
        """From recent handling times (seconds, newest or not); none gives the default."""
        values = [value for value in seconds if value > 0]
        if not values:
            return cls()
        mean = (sum(values) + PRIOR_WEIGHT * DEFAULT_HANDLING) / (len(values) + PRIOR_WEIGHT)
        own = pvariance(values) / fmean(values) ** 2
        variability = (own * len(values) + PRIOR_WEIGHT) / (len(values) + PRIOR_WEIGHT)
        return cls(mean=mean, variability=max(0.05, variability))


@dataclass(frozen=True)
class WaitRange:
    """Seconds; `low` <= `high`."""

    low: int
    high: int


def announced_position(previous: int | None, current: int) -> int:
    """The position to say (1: the next one): never more than what was said before."""
    position = max(1, current)
    return position if previous is None else min(previous, position)


def wait_estimate(*, position: int, agents: int, handling: Handling, free: int = 0) -> WaitRange | None:
    """The range of the wait; None when no agent is there, because nothing honest can be said.

    `position`: 1 for the next caller; owed call-backs that keep their place count in it. `agents`: those
    taking calls, on a call or not; `free`: those of them waiting for a call.
    """
    if agents <= 0:
        return None
    departures = position - max(0, free)
    if departures <= 0:
        return WaitRange(0, 0)
    spread = (handling.variability + agents - 1) / agents
    shape = departures / spread
    scale = handling.mean / agents * spread
    return WaitRange(
        math.floor(_gamma_centile(shape, -CENTILE_90) * scale),
        math.ceil(_gamma_centile(shape, CENTILE_90) * scale),
    )


def position_sentence(position: int) -> str:
    """French sentence for an announced position."""
    if position <= 1:
        return "Votre appel est le prochain."
    if position == 2:
        return "Il y a un appel avant le vôtre."
    return f"Il y a {position - 1} appels avant le vôtre."


def wait_sentence(estimate: WaitRange | None) -> str:
    """French sentence for a range: minutes, never a single figure; empty when there is no estimate."""
    if estimate is None:
        return ""
    if estimate.high <= SHORT_WAIT:
        return "L'attente est de moins de deux minutes."
    low, high = _minutes(estimate)
    if low >= LONG_WAIT // 60:
        return "L'attente est de plus d'une heure."
    if high > LONG_WAIT // 60:
        return f"L'attente est de {low} minutes au moins, et peut dépasser une heure."
    if low == 0:
        return f"L'attente est de moins de {high} minutes."
    return f"L'attente est de {low} à {high} minutes."


_STEPS = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20, 25, 30, 35, 40, 45, 50, 55, 60)
"""Minutes that are said: fewer as the wait grows, nobody believes "entre 37 et 52"."""


def _minutes(estimate: WaitRange) -> tuple[int, int]:
    """The range in minutes, opened outwards to the figures that are said: the promise only gets wider."""
    low = max((step for step in _STEPS if step * 60 <= estimate.low), default=0)
    high = next((step for step in _STEPS if step * 60 >= estimate.high), _STEPS[-1] + 1)
    if low >= high:
        high = next((after for before, after in pairwise(_STEPS) if before == low), high)
    return low, high


def _gamma_centile(shape: float, deviate: float) -> float:
    """Centile of the gamma law of scale one (Wilson and Hilferty, 1931), never below zero."""
    root = 1 - 1 / (9 * shape) + deviate * math.sqrt(1 / (9 * shape))
    return shape * max(0.0, root) ** 3
