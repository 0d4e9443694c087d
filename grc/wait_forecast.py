"""Pure. How long each of those who wait will wait: the queue is played forward many times from what is known.

Known: who is before (topic, language, call-back or on the line), the agents at work with their skills and since when
each is taken, the handling times measured by topic, how fast people hang up and how often somebody with a priority
passes before. A closed formula would be blind to skills and to the call that has already lasted ten minutes; the play
uses the same order as the real queue (`grc.call_order`) and the same draws for the same `seed`.
"""

import heapq
import math
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

from grc.call_order import WIDEN_SECONDS, Need, Skills, fits

DEFAULT_HANDLING: Final = 150.0
"""Seconds an answer takes as long as nothing is measured: the service's own target of 2 min 30."""
PRIOR_WEIGHT: Final = 10
"""Measures are mixed with as many imagined ones at the default, so that three short calls promise nothing."""
GROUP_ENOUGH: Final = 30
"""A topic with fewer measures than this is said with those of all topics."""
TAIL_ENOUGH: Final = 5
"""Below as many measures longer than a call has lasted, what is left of it is drawn from an exponential law."""
PLAYS_MOST: Final = 160
PLAYS_LEAST: Final = 50
WORK: Final = 5000
"""Answers played for one caller, about ten milliseconds: far from the head, chance evens out and fewer plays do."""
LONGEST: Final = 4 * 3600.0
CALLBACK_GROUP: Final = "callback"


class Handling:
    """Seconds an agent is taken by one contact, wrap-up included, as measured. With little measured, it is mixed with
    a wider law: the one of all topics for a topic, an exponential law of the default mean for all."""

    def __init__(self, seconds: Iterable[float] = (), wider: "Handling | None" = None) -> None:
        self._sorted = sorted(value for value in seconds if value > 0)
        self._wider = wider
        self._prior = PRIOR_WEIGHT / (len(self._sorted) + PRIOR_WEIGHT)

    @property
    def mean(self) -> float:
        prior = self._wider.mean if self._wider is not None else DEFAULT_HANDLING
        own = sum(self._sorted) / len(self._sorted) if self._sorted else prior
        return own + self._prior * (prior - own)

    def left(self, rng: Random, elapsed: float = 0.0) -> float:
        """Seconds still to come of a contact which has lasted `elapsed`: one draw."""
        if rng.random() < self._prior:
            if self._wider is not None:
                return self._wider.left(rng, elapsed)
            return rng.expovariate(1 / DEFAULT_HANDLING)
        place = bisect_right(self._sorted, elapsed)
        longer = len(self._sorted) - place
        if longer < TAIL_ENOUGH:
            return rng.expovariate(1 / max(self.mean / 2, elapsed / 3))
        return self._sorted[place + int(rng.random() * longer)] - elapsed


@dataclass(frozen=True)
class Ahead:
    """Somebody in the order. `waited`: seconds on the line. A call-back does not hang up and is not `on_line`."""

    need: Need = field(default_factory=Need)
    group: str = ""
    waited: float = 0.0
    on_line: bool = True


@dataclass(frozen=True)
class AgentNow:
    """An agent at work. `taken`: seconds since their present contact began; None for a free one."""

    skills: Skills = field(default_factory=Skills)
    taken: float | None = None
    group: str = ""


@dataclass(frozen=True)
class Measured:
    """What the past says. `handling`: seconds by group (topic, `CALLBACK_GROUP`), "" for all. `leave_rate`: per
    second, one caller hanging up; `overtake_rate`: per second, somebody of priority passing before all who wait."""

    handling: Mapping[str, Sequence[float]] = field(default_factory=dict)
    leave_rate: float = 0.0
    overtake_rate: float = 0.0


def forecast(
    order: Sequence[Ahead], agents: Sequence[AgentNow], measured: Measured, *, seed: int
) -> list[list[float]]:
    """For each place of the order, its sorted waits (seconds from now) in as many plays; [] when no agent is there."""
    if not order or not agents:
        return []
    rng = Random(seed)  # noqa: S311 - chance played, no secret
    hotline = _Hotline(order, agents, measured, rng)
    waits: list[list[float]] = [[] for _ in order]
    plays = max(PLAYS_LEAST, min(PLAYS_MOST, WORK // (len(order) + len(agents))))
    for _ in range(plays):
        for place, wait in enumerate(hotline.play()):
            waits[place].append(wait)
    return [sorted(one) for one in waits]


class _Hotline:
    """What stays the same from one play to the next."""

    def __init__(
        self, order: Sequence[Ahead], agents: Sequence[AgentNow], measured: Measured, rng: Random
    ) -> None:
        self.order = order
        self.agents = agents
        self.measured = measured
        self.rng = rng
        self.everyone = Handling(measured.handling.get("", ()))
        self.own = {
            group: Handling(seconds, self.everyone)
            for group, seconds in measured.handling.items()
            if group and len(seconds) >= GROUP_ENOUGH
        }
        self.can = self._who_can()

    def _who_can(self) -> list[list[bool]]:
        """For each place, whether each agent fits; somebody whom no agent at work fits is everybody's."""
        known: dict[Need, list[bool]] = {}
        for ahead in self.order:
            if ahead.need not in known:
                row = [fits(ahead.need, agent.skills) for agent in self.agents]
                known[ahead.need] = row if any(row) else [True] * len(self.agents)
        return [known[ahead.need] for ahead in self.order]

    def play(self) -> list[float]:
        """One future: when an agent comes to each place. Who would have hung up before still gets a wait."""
        ends = [(self._free_at(agent), self.rng.random(), number) for number, agent in enumerate(self.agents)]
        heapq.heapify(ends)
        leaves = [self._next(self.measured.leave_rate if ahead.on_line else 0.0) for ahead in self.order]
        waits = [LONGEST] * len(self.order)
        left = list(range(len(self.order)))
        passed_at = self._next(self.measured.overtake_rate)
        while left and ends:
            now, _, agent = heapq.heappop(ends)
            if now >= LONGEST:
                break
            if passed_at <= now:
                # Somebody of priority came meanwhile: this agent is theirs.
                passed_at += self._next(self.measured.overtake_rate)
                heapq.heappush(ends, (now + self._taken_for(""), self.rng.random(), agent))
                continue
            taken, again_at = self._taken(left, leaves, waits, agent, now)
            if taken is not None:
                again_at = now + self._taken_for(self.order[taken].group)
            if again_at < LONGEST:
                heapq.heappush(ends, (again_at, self.rng.random(), agent))
        return waits

    def _taken(
        self, left: list[int], leaves: list[float], waits: list[float], agent: int, now: float
    ) -> tuple[int | None, float]:
        """Whom this agent takes now; None with the moment from which they may take somebody they have no skill for."""
        widening = LONGEST
        place = 0
        while place < len(left):
            number = left[place]
            ahead = self.order[number]
            wide_at = WIDEN_SECONDS - ahead.waited if ahead.on_line else LONGEST
            if self.can[number][agent] or now >= wide_at:
                del left[place]
                waits[number] = now
                if leaves[number] > now:
                    return number, LONGEST
                # Hung up before: nobody is spoken to, the agent goes on to the next.
                continue
            widening = min(widening, max(wide_at, now + 1.0))
            place += 1
        return None, widening

    def _free_at(self, agent: AgentNow) -> float:
        """Seconds until this agent can answer."""
        if agent.taken is None:
            return 0.0
        return self._handling(agent.group).left(self.rng, agent.taken)

    def _taken_for(self, group: str) -> float:
        return self._handling(group).left(self.rng)

    def _handling(self, group: str) -> Handling:
        return self.own.get(group, self.everyone)

    def _next(self, rate: float) -> float:
        return self.rng.expovariate(rate) if rate > 0 else math.inf


def centile(ordered: Sequence[float], share: float) -> float:
    """The centile of sorted values, between two of them in proportion."""
    at = share * (len(ordered) - 1)
    low = math.floor(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
