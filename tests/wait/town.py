"""The truth against which announced waits are judged: a discrete-event simulation of a hotline.

It imports nothing of the product. Callers arrive at a rate that changes with the hour, have a topic, a language, a
priority and a patience; agents have skills and take pauses; some callers ask to be called back and keep their place.
Everything random is drawn at the moment it is needed, and every law is memoryless or conditioned on the time already
spent: a town can be forked at any moment and played again many times from what is visible (`fork`), which gives the
true law of the wait of one caller given what anybody could see.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from statistics import NormalDist

NORMAL = NormalDist()
NEVER = math.inf


@dataclass(frozen=True)
class Topic:
    """`mean` seconds of handling, wrap-up included; `cv` its coefficient of variation (lognormal)."""

    code: str
    weight: float
    mean: float
    cv: float

    def handling(self, rng: Random, elapsed: float = 0.0) -> float:
        """Seconds from the beginning of the conversation, given that it has lasted `elapsed`."""
        sigma = math.sqrt(math.log(1 + self.cv**2))
        mu = math.log(self.mean) - sigma**2 / 2
        below = NORMAL.cdf((math.log(elapsed) - mu) / sigma) if elapsed > 0 else 0.0
        share = below + (1 - below) * rng.random()
        drawn = math.exp(mu + sigma * NORMAL.inv_cdf(min(max(share, 1e-12), 1 - 1e-12)))
        return max(drawn, elapsed + 1.0)


@dataclass(frozen=True)
class Plan:
    """A kind of day. `load`: work asked over work that can be done, at the mean rate of arrivals."""

    name: str
    agents: int
    load: float
    topics: tuple[Topic, ...]
    specialists: float = 0.5
    patience: float = 900.0
    pause_share: float = 0.03
    pause_mean: float = 480.0
    urgent_share: float = 0.03
    high_share: float = 0.05
    foreign_share: float = 0.03
    callback_share: float = 0.08
    callback_unreached: float = 0.25
    hours: float = 5.0
    swing: float = 0.35

    @property
    def mean_handling(self) -> float:
        total = sum(topic.weight for topic in self.topics)
        return sum(topic.weight * topic.mean for topic in self.topics) / total

    def rate(self, at: float) -> float:
        """Callers a second: more in the middle of the day."""
        mean = self.load * self.agents / self.mean_handling
        return mean * (1 + self.swing * math.sin(2 * math.pi * at / (self.hours * 3600)))


@dataclass(eq=False)
class Agent:
    number: int
    topics: frozenset[str]
    languages: frozenset[str]
    state: str = "idle"
    since: float = 0.0
    caller: Caller | None = None

    def fits(self, caller: Caller) -> bool:
        speaks = caller.language == "fr" or caller.language in self.languages
        return speaks and (not self.topics or caller.topic.code in self.topics)


@dataclass(eq=False)
class Caller:
    """`watched`: never hangs up and never asks to be called back, so that the wait is known to its end."""

    number: int
    arrived: float
    topic: Topic
    language: str
    advance: float
    watched: bool = False
    called_back: bool = False
    offered: bool = False
    answered: float = NEVER

    @property
    def key(self) -> tuple[float, int]:
        return (self.arrived - self.advance, self.number)


@dataclass
class Ledger:
    """What a hotline can measure of its own past: handling by group, who left, who came."""

    handling: dict[str, list[float]] = field(default_factory=dict)
    left: int = 0
    waited: float = 0.0
    advanced: int = 0
    contacts: int = 0
    seconds: float = 1.0


OFFER_AFTER = 180.0
WIDEN_AFTER = 300.0
UNREACHED = 30.0
CALLBACK = "callback"


class Town:
    """One day. `watch(town, caller)` is told of each watched caller who has to wait, at the moment they come."""

    def __init__(
        self,
        plan: Plan,
        seed: int,
        *,
        watched_share: float = 0.0,
        watch: Callable[[Town, Caller], None] | None = None,
    ) -> None:
        self.plan = plan
        self.rng = Random(seed)
        self.now = 0.0
        self.watched_share = watched_share
        self.watch = watch
        self.events: list[tuple[float, int, str, object]] = []
        self.count = 0
        self.waiting: list[Caller] = []
        self.ledger = Ledger()
        self.agents = [self._agent(number) for number in range(plan.agents)]

    def _agent(self, number: int) -> Agent:
        codes = [topic.code for topic in self.plan.topics]
        known = frozenset(codes)
        if self.rng.random() < self.plan.specialists and len(codes) > 1:
            known -= {codes[number % len(codes)]}
        languages = frozenset({"fr", "ar"}) if number % 3 == 0 else frozenset({"fr"})
        return Agent(number, known, languages)

    # events

    def _at(self, when: float, what: str, who: object = None) -> None:
        self.count += 1
        heapq.heappush(self.events, (when, self.count, what, who))

    def run(self, until: float) -> None:
        """Play the day to this second."""
        if not self.events:
            self._next_arrival()
        while self.events and self.events[0][0] <= until:
            self._step()
        self.now = until

    def run_until_answered(self, caller: Caller, horizon: float) -> float:
        """Seconds this caller waits from now; the horizon when nobody has answered by then."""
        begun = self.now
        while caller.answered == NEVER and self.events and self.now < begun + horizon:
            self._step()
        return min(caller.answered - begun, horizon)

    def _step(self) -> None:
        when, _, what, who = heapq.heappop(self.events)
        self.now = when
        getattr(self, f"_on_{what}")(who)

    def _next_arrival(self) -> None:
        top = self.plan.rate(0) * (1 + self.plan.swing)
        at = self.now
        while True:
            at += self.rng.expovariate(top)
            if self.rng.random() * top <= self.plan.rate(at):
                break
        self._at(at, "arrival")

    def _on_arrival(self, _: object) -> None:
        self._next_arrival()
        topic = self.rng.choices(self.plan.topics, [one.weight for one in self.plan.topics])[0]
        draw, advance = self.rng.random(), 0.0
        if draw < self.plan.urgent_share:
            advance = 1800.0
        elif draw < self.plan.urgent_share + self.plan.high_share:
            advance = 420.0
        language = "ar" if self.rng.random() < self.plan.foreign_share else "fr"
        self.count += 1
        caller = Caller(self.count, self.now, topic, language, advance)
        caller.watched = advance == 0 and self.rng.random() < self.watched_share
        if advance:
            self.ledger.advanced += 1
        self._wait(caller)
        self._dispatch()
        if caller.watched and caller.answered == NEVER and self.watch is not None:
            self.watch(self, caller)

    def _wait(self, caller: Caller) -> None:
        self.waiting.append(caller)
        self.waiting.sort(key=lambda one: one.key)
        self._doubts(caller)

    def _doubts(self, caller: Caller) -> None:
        """When this caller may hang up, is offered a call-back, and may be answered by anybody."""
        if not caller.watched and not caller.called_back:
            self._at(self.now + self.rng.expovariate(1 / self.plan.patience), "leave", caller)
            if not caller.offered:
                self._at(max(self.now, caller.arrived + OFFER_AFTER), "offer", caller)
        widening = caller.arrived + WIDEN_AFTER
        if widening > self.now:
            self._at(widening, "widen", caller)

    def _on_leave(self, caller: Caller) -> None:
        if caller in self.waiting and not caller.called_back:
            self.waiting.remove(caller)
            self.ledger.left += 1
            self.ledger.waited += self.now - caller.arrived

    def _on_offer(self, caller: Caller) -> None:
        caller.offered = True
        if caller in self.waiting and self.rng.random() < self.plan.callback_share:
            caller.called_back = True

    def _on_widen(self, _: object) -> None:
        self._dispatch()

    def _on_back(self, agent: Agent) -> None:
        agent.state, agent.since = "idle", self.now
        self._dispatch()

    def _on_end(self, agent: Agent) -> None:
        caller = agent.caller
        if caller is not None:
            group = CALLBACK if caller.called_back else caller.topic.code
            self.ledger.handling.setdefault(group, []).append(self.now - agent.since)
        agent.caller = None
        self.ledger.contacts += 1
        if self.rng.random() < self.plan.pause_share:
            agent.state, agent.since = "paused", self.now
            self._at(self.now + self.rng.expovariate(1 / self.plan.pause_mean), "back", agent)
            return
        self._on_back(agent)

    # who is given to whom

    def _dispatch(self) -> None:
        idle = sorted((one for one in self.agents if one.state == "idle"), key=lambda one: one.since)
        for caller in list(self.waiting):
            if not idle:
                return
            agent = next((one for one in idle if one.fits(caller)), None)
            if agent is None and self._anybody(caller):
                agent = idle[0]
            if agent is not None:
                idle.remove(agent)
                self._answer(caller, agent)

    def _anybody(self, caller: Caller) -> bool:
        if not caller.called_back and self.now - caller.arrived >= WIDEN_AFTER:
            return True
        return not any(one.fits(caller) for one in self.agents if one.state != "paused")

    def _answer(self, caller: Caller, agent: Agent) -> None:
        self.waiting.remove(caller)
        caller.answered = self.now
        self.ledger.waited += self.now - caller.arrived
        agent.state, agent.since, agent.caller = "busy", self.now, caller
        self._at(self.now + self._lasts(caller), "end", agent)

    def _lasts(self, caller: Caller, elapsed: float = 0.0) -> float:
        if caller.called_back and elapsed < UNREACHED:
            unreached = self.plan.callback_unreached
            if self.rng.random() < unreached:
                return UNREACHED
        return caller.topic.handling(self.rng, elapsed)

    # the same visible state, played again

    def fork(self, seed: int, caller: Caller) -> tuple[Town, Caller]:
        """Another future of this very moment: what is visible is kept, all that is to come is drawn again."""
        twin = Town.__new__(Town)
        twin.plan, twin.rng, twin.now = self.plan, Random(seed), self.now
        twin.watched_share, twin.watch = 0.0, None
        twin.events, twin.count, twin.ledger = [], self.count, Ledger()
        copies = {one: _copied(one) for one in self.waiting}
        twin.waiting = [copies[one] for one in self.waiting]
        twin.agents = []
        for agent in self.agents:
            same = Agent(agent.number, agent.topics, agent.languages, agent.state, agent.since, agent.caller)
            twin.agents.append(same)
            if agent.state == "busy" and agent.caller is not None:
                elapsed = self.now - agent.since
                twin._at(agent.since + twin._lasts(agent.caller, elapsed), "end", same)
            elif agent.state == "paused":
                twin._at(self.now + twin.rng.expovariate(1 / self.plan.pause_mean), "back", same)
        for one in twin.waiting:
            twin._doubts(one)
        twin._next_arrival()
        return twin, copies[caller]

    def true_waits(self, caller: Caller, futures: int, seed: int) -> list[float]:
        """The law of the wait of this caller given what is visible now: sorted seconds, one per future."""
        waits = []
        for number in range(futures):
            twin, same = self.fork(seed * 10_007 + number, caller)
            waits.append(twin.run_until_answered(same, 4 * 3600.0))
        return sorted(waits)


def _copied(caller: Caller) -> Caller:
    return Caller(
        caller.number,
        caller.arrived,
        caller.topic,
        caller.language,
        caller.advance,
        caller.watched,
        caller.called_back,
        caller.offered,
    )
