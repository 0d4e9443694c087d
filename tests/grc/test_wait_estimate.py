"""The promise made to who waits: positions that never grow, honest ranges, no figure under two minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.call_order import Need, Skills
from grc.wait_estimate import (
    Estimate,
    announced_position,
    estimate_of,
    position_sentence,
    wait_estimate,
    wait_minutes,
    wait_sentence,
)
from grc.wait_forecast import AgentNow, Ahead, Handling, Measured, centile, forecast


@pytest.mark.parametrize(
    ("previous", "current", "said"), [(None, 7, 7), (7, 8, 7), (7, 5, 5), (1, 3, 1), (None, 0, 1)]
)
def test_announced_position__never_grows(previous: int | None, current: int, said: int) -> None:
    assert announced_position(previous, current) == said


@given(st.lists(st.integers(min_value=-3, max_value=500), min_size=1))
def test_announced_position__any_queue_only_goes_down(currents: list[int]) -> None:
    said: list[int] = []
    for current in currents:
        said.append(announced_position(said[-1] if said else None, current))
    assert said == sorted(said, reverse=True)
    assert min(said) >= 1


def line(count: int, **ahead: object) -> list[Ahead]:
    return [Ahead(**ahead) for _ in range(count)]  # type: ignore[arg-type]


def exactly(seconds: float, count: int = 2000) -> Measured:
    """Handling always as long, measured enough to leave nothing to the default."""
    return Measured({"": [seconds] * count})


TALKING = AgentNow(taken=0.0)


def test_wait_estimate__nobody_there_promises_nothing() -> None:
    assert wait_estimate(line(1), [], Measured(), seed=1) is None


def test_wait_estimate__free_agent_means_no_wait() -> None:
    assert wait_estimate(line(1), [AgentNow(), TALKING], Measured(), seed=1) == Estimate(0, 0, 0)


def test_wait_estimate__nothing_measured_is_the_default_law() -> None:
    """One agent, the next caller: centiles of an exponential law of mean 150 s: 14 s, 104 s, 361 s."""
    found = forecast(line(1), [TALKING], Measured(), seed=4)[0]
    assert centile(found, 0.09) == pytest.approx(14, abs=8)
    assert centile(found, 0.5) == pytest.approx(104, abs=25)
    assert centile(found, 0.91) == pytest.approx(361, abs=70)


def test_wait_estimate__who_has_talked_long_ends_sooner() -> None:
    """Conversations of exactly 300 s: after 200 s there are 100 left, then one more of 300 s."""
    agents = [AgentNow(taken=200.0)]
    assert wait_estimate(line(1), agents, exactly(300), seed=1) == Estimate(100, 100, 100)
    assert wait_estimate(line(2), agents, exactly(300), seed=1) == Estimate(400, 400, 400)


def test_wait_estimate__two_agents_share_the_queue() -> None:
    agents = [AgentNow(taken=200.0), AgentNow(taken=250.0)]
    waits = [centile(found, 0.5) for found in forecast(line(4), agents, exactly(300), seed=2)]
    assert waits == pytest.approx([50, 100, 350, 400], abs=1)


def test_wait_estimate__only_those_with_the_skill_count() -> None:
    """The free agent does not know about housing: the caller waits for the other one, or five minutes."""
    housing = Need(frozenset({"logement"}))
    knows, other = Skills(frozenset({"logement"})), Skills(frozenset({"routes"}))
    order = line(1, need=housing)
    soon = wait_estimate(order, [AgentNow(knows, taken=200.0), AgentNow(other)], exactly(300), seed=1)
    assert soon == Estimate(100, 100, 100)
    late = wait_estimate(
        line(1, need=housing, waited=250.0),
        [AgentNow(knows, taken=200.0), AgentNow(other)],
        exactly(300),
        seed=1,
    )
    assert late == Estimate(50, 50, 50)
    alone = wait_estimate(order, [AgentNow(other)], exactly(300), seed=1)
    assert alone == Estimate(0, 0, 0), "no agent at work knows about housing: anybody answers"


def test_wait_estimate__a_topic_measured_enough_is_said_with_its_own_times() -> None:
    def measured(times: int) -> Measured:
        return Measured({"": [100.0] * 2000, "logement": [500.0] * times})

    order = [Ahead(group="logement"), Ahead()]
    few, enough = (forecast(order, [AgentNow()], measured(count), seed=1)[1] for count in (29, 3000))
    assert centile(few, 0.5) == 100
    assert centile(enough, 0.5) == 500


def test_wait_estimate__those_who_hang_up_shorten_it_and_call_backs_do_not_hang_up() -> None:
    leaving = Measured({"": [300.0] * 2000}, leave_rate=1 / 60)
    callers = wait_estimate([*line(10), Ahead()], [AgentNow()], leaving, seed=1)
    owed = wait_estimate([*line(10, on_line=False), Ahead()], [AgentNow()], leaving, seed=1)
    assert callers is not None
    assert callers.middle <= 600
    assert owed == Estimate(3000, 3000, 3000)


def test_wait_estimate__priorities_lengthen_it() -> None:
    calm = wait_estimate(line(6), [TALKING, TALKING], exactly(240), seed=1)
    passed = wait_estimate(
        line(6), [TALKING, TALKING], Measured({"": [240.0] * 2000}, overtake_rate=1 / 240), seed=1
    )
    assert calm is not None
    assert calm.middle == 720
    assert passed is not None
    assert passed.middle >= 1000


@given(
    count=st.integers(min_value=1, max_value=40),
    agents=st.integers(min_value=1, max_value=20),
    mean=st.floats(min_value=10, max_value=3000),
)
def test_wait_estimate__later_is_never_sooner(count: int, agents: int, mean: float) -> None:
    measured = Measured({"": [mean, mean / 2, mean * 2] * 50})
    found = forecast(line(count), [AgentNow(taken=1.0)] * agents, measured, seed=count)
    ranges = [estimate_of(waits) for waits in found]
    assert all(0 <= one.low <= one.middle <= one.high for one in ranges)
    assert [one.low for one in ranges] == sorted(one.low for one in ranges)
    assert [one.high for one in ranges] == sorted(one.high for one in ranges)
    assert all(wait_sentence(one).endswith(".") for one in ranges)


def test_wait_estimate__same_queue_same_answer() -> None:
    measured = Measured({"": [100.0, 200.0, 400.0] * 20})
    first = wait_estimate(line(9), [TALKING] * 3, measured, seed=7)
    assert first == wait_estimate(line(9), [TALKING] * 3, measured, seed=7)


def test_handling__tempered_when_there_is_little() -> None:
    assert Handling([]).mean == 150.0
    assert Handling([30.0] * 10).mean == pytest.approx(90.0)
    assert Handling([300.0] * 990).mean == pytest.approx(298.5)
    wide = Handling([300.0] * 990)
    assert Handling([100.0] * 10, wide).mean == pytest.approx(199.25)


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (0, 0, "L'attente est de moins de deux minutes."),
        (100, 120, "L'attente est de moins de deux minutes."),
        (20, 200, "L'attente est de moins de 3 minutes."),
        (60, 121, "L'attente est de 1 à 3 minutes."),
        (300, 300, "L'attente est de 4 à 6 minutes."),
        (500, 950, "L'attente est de 8 à 16 minutes."),
        (1400, 4000, "L'attente est de 22 minutes au moins, et peut dépasser une heure."),
        (3600, 4000, "L'attente est de plus d'une heure."),
        (4000, 9000, "L'attente est de plus d'une heure."),
    ],
)
def test_wait_sentence__a_range_in_minutes(low: int, high: int, sentence: str) -> None:
    assert wait_sentence(Estimate(low, (low + high) // 2, high)) == sentence


@given(st.integers(min_value=0, max_value=9000), st.integers(min_value=0, max_value=9000))
def test_wait_minutes__two_ends_that_differ_and_nothing_under_two_minutes(one: int, other: int) -> None:
    low, high = wait_minutes(Estimate(min(one, other), min(one, other), max(one, other)))
    assert low < high
    assert high >= 2


def test_wait_sentence__no_estimate_says_nothing() -> None:
    assert wait_sentence(None) == ""


@pytest.mark.parametrize(
    ("position", "sentence"),
    [
        (1, "Votre appel est le prochain."),
        (2, "Il y a un appel avant le vôtre."),
        (9, "Il y a 8 appels avant le vôtre."),
    ],
)
def test_position_sentence__counts_who_is_before(position: int, sentence: str) -> None:
    assert position_sentence(position) == sentence
