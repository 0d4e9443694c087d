"""The estimate judged: each watched caller is announced a range by the product, the town says what was true."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from grc.call_order import Need, Skills
from grc.wait_estimate import Estimate, wait_estimate, wait_minutes
from grc.wait_forecast import CALLBACK_GROUP, AgentNow, Ahead, Measured
from tests.wait.town import CALLBACK, Caller, Ledger, Plan, Town

CENTILES = (0.09, 0.91)


@dataclass(frozen=True)
class Judged:
    """One caller. Seconds; `said`: the range as the voice says it, `true`: the same centiles of the true law."""

    before: int
    real: float
    estimate: Estimate
    said: tuple[float, float]
    true: tuple[float, float]
    true_middle: float


@dataclass(frozen=True)
class Figures:
    callers: int
    far: int
    middle: float
    middle_possible: float
    held: float
    held_said: float
    width: float
    width_said: float
    width_median: float
    width_said_median: float

    def line(self, name: str) -> str:
        parts = (
            f"{name:20} {self.callers:5} appels dont {self.far:4} loin",
            f"milieu à x1,5 {self.middle:4.0%} (loi vraie {self.middle_possible:4.0%})",
            f"tenu {self.held:4.0%}, tel que dit {self.held_said:4.0%}",
            f"largeur x{self.width:.2f}, dite x{self.width_said:.2f}",
            f"des médianes x{self.width_median:.2f}, dite x{self.width_said_median:.2f}",
        )
        return " ; ".join(parts)


def seen(town: Town, caller: Caller, ledger: Ledger) -> tuple[list[Ahead], list[AgentNow], Measured]:
    """What the product knows at this moment, in its own words: it does not foresee pauses, the town has them."""
    order = []
    for one in town.waiting:
        group = CALLBACK_GROUP if one.called_back else one.topic.code
        need = Need(frozenset({one.topic.code}), one.language)
        order.append(Ahead(need, group, town.now - one.arrived, on_line=not one.called_back))
        if one is caller:
            break
    agents = []
    for agent in town.agents:
        skills = Skills(agent.topics, agent.languages)
        if agent.state == "paused":
            continue
        if agent.caller is None:
            agents.append(AgentNow(skills))
        else:
            group = CALLBACK_GROUP if agent.caller.called_back else agent.caller.topic.code
            agents.append(AgentNow(skills, town.now - agent.since, group))
    return order, agents, past(ledger)


def past(ledger: Ledger) -> Measured:
    """What the product measures, in its own words: here the whole of the day before."""
    handling = {
        CALLBACK_GROUP if name == CALLBACK else name: times for name, times in ledger.handling.items()
    }
    handling[""] = [value for name, times in handling.items() if name != CALLBACK_GROUP for value in times]
    return Measured(
        handling,
        leave_rate=ledger.left / ledger.waited if ledger.waited else 0.0,
        overtake_rate=ledger.advanced / ledger.seconds,
    )


@dataclass(frozen=True)
class Announced:
    caller: Caller
    departures: int
    estimate: Estimate
    law: list[float]


class Watch:
    """Announces a wait to each watched caller of a day, and finds the true law of it at the same moment."""

    def __init__(self, *, past_day: Ledger, warm: float, futures: int, seed: int) -> None:
        self.past_day = past_day
        self.warm = warm
        self.futures = futures
        self.seed = seed
        self.announced: list[Announced] = []

    def __call__(self, town: Town, caller: Caller) -> None:
        if town.now < self.warm:
            return
        order, agents, measured = seen(town, caller, self.past_day)
        estimate = wait_estimate(order, agents, measured, seed=caller.number)
        if estimate is not None:
            free = sum(agent.taken is None for agent in agents)
            law = town.true_waits(caller, self.futures, self.seed * 1000 + len(self.announced))
            self.announced.append(Announced(caller, len(order) - free, estimate, law))


def judge(
    plan: Plan, *, seeds: range, watched_share: float, futures: int, warm: float = 1800.0
) -> list[Judged]:
    """Days of this plan, one per seed; the day before has given the measures, the first half hour fills the queue."""
    judged: list[Judged] = []
    for seed in seeds:
        watch = Watch(past_day=day_before(plan, seed), warm=warm, futures=futures, seed=seed)
        town = Town(plan, seed, watched_share=watched_share, watch=watch)
        town.run(plan.hours * 3600)
        # Those who still wait at the end of the day are followed to their answer.
        for one in list(watch.announced):
            town.run_until_answered(one.caller, 6 * 3600.0)
            true = (centile_of(one.law, CENTILES[0]), centile_of(one.law, CENTILES[1]))
            real = one.caller.answered - one.caller.arrived
            judged.append(
                Judged(
                    one.departures,
                    real,
                    one.estimate,
                    said(one.estimate),
                    true,
                    centile_of(one.law, 0.5),
                )
            )
    return judged


def day_before(plan: Plan, seed: int) -> Ledger:
    town = Town(plan, seed + 1_000_000)
    town.run(plan.hours * 3600)
    town.ledger.seconds = plan.hours * 3600
    return town.ledger


def centile_of(ordered: list[float], share: float) -> float:
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)


def said(estimate: Estimate) -> tuple[float, float]:
    low, high = wait_minutes(estimate)
    return low * 60.0, high * 60.0


def figures(judged: list[Judged]) -> Figures:
    far = [one for one in judged if one.before >= 10]
    n = len(judged)

    def share(flags: list[bool]) -> float:
        return sum(flags) / len(flags) if flags else float("nan")

    widths = [one.true[1] - one.true[0] for one in judged]
    raw = [one.estimate.high - one.estimate.low for one in judged]
    spoken = [one.said[1] - one.said[0] for one in judged]
    return Figures(
        n,
        len(far),
        share([within(one.estimate.middle, one.real) for one in far]),
        share([within(one.true_middle, one.real) for one in far]),
        share([one.estimate.low <= one.real <= one.estimate.high for one in judged]),
        share([one.said[0] <= one.real <= one.said[1] for one in judged]),
        median(a / b for a, b in zip(raw, widths, strict=True)),
        median(a / b for a, b in zip(spoken, widths, strict=True)),
        median(raw) / median(widths),
        median(spoken) / median(widths),
    )


def within(estimate: float, real: float) -> bool:
    return real / 1.5 <= estimate <= real * 1.5
