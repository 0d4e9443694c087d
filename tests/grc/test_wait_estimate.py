"""The promise made to who waits: positions that never grow, honest ranges, no figure under two minutes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.wait_estimate import (
    Handling,
    WaitRange,
    announced_position,
    position_sentence,
    wait_estimate,
    wait_sentence,
)


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


def test_wait_estimate__nobody_there_promises_nothing() -> None:
    assert wait_estimate(position=1, agents=0, handling=Handling()) is None


def test_wait_estimate__free_agent_means_no_wait() -> None:
    assert wait_estimate(position=1, agents=3, handling=Handling(), free=1) == WaitRange(0, 0)


def test_wait_estimate__one_agent_exponential_calls() -> None:
    """Exact centiles of an exponential law of mean 240 s: 25 s and 553 s."""
    estimate = wait_estimate(position=1, agents=1, handling=Handling(mean=240, variability=1))
    assert estimate is not None
    assert estimate.low == pytest.approx(25, abs=4)
    assert estimate.high == pytest.approx(553, abs=8)


def test_wait_estimate__twelfth_among_ten_agents() -> None:
    """Exact centiles of a gamma law of shape 12 and scale 24 s: 188 s and 398 s."""
    estimate = wait_estimate(position=12, agents=10, handling=Handling(mean=240, variability=1))
    assert estimate is not None
    assert estimate.low == pytest.approx(188, abs=3)
    assert estimate.high == pytest.approx(398, abs=3)


@given(
    position=st.integers(min_value=1, max_value=300),
    agents=st.integers(min_value=1, max_value=100),
    mean=st.floats(min_value=10, max_value=3000),
    variability=st.floats(min_value=0.05, max_value=4),
)
def test_wait_estimate__later_is_never_sooner(
    position: int, agents: int, mean: float, variability: float
) -> None:
    handling = Handling(mean=mean, variability=variability)
    here = wait_estimate(position=position, agents=agents, handling=handling)
    behind = wait_estimate(position=position + 1, agents=agents, handling=handling)
    assert here is not None
    assert behind is not None
    assert 0 <= here.low <= here.high
    assert here.low <= behind.low
    assert here.high <= behind.high
    assert wait_sentence(here).endswith(".")


def test_handling__measured_is_tempered_when_there_is_little() -> None:
    assert Handling.measured([]) == Handling(mean=150.0, variability=1.0)
    assert Handling.measured([30.0] * 10) == Handling(mean=90.0, variability=0.5)
    assert Handling.measured([300.0] * 990).mean == pytest.approx(298.5)


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (0, 0, "L'attente est de moins de deux minutes."),
        (100, 120, "L'attente est de moins de deux minutes."),
        (20, 200, "L'attente est de moins de 4 minutes."),
        (60, 121, "L'attente est de 1 à 3 minutes."),
        (300, 300, "L'attente est de 5 à 6 minutes."),
        (500, 950, "L'attente est de 8 à 16 minutes."),
        (1400, 4000, "L'attente est de 20 minutes au moins, et peut dépasser une heure."),
        (3600, 4000, "L'attente est de plus d'une heure."),
    ],
)
def test_wait_sentence__a_range_in_minutes(low: int, high: int, sentence: str) -> None:
    assert wait_sentence(WaitRange(low, high)) == sentence


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
