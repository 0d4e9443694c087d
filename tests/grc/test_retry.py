from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.retry import ErrorClass, GiveUp, LookUp, Retry, backoff, next_step

START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("attempts", "longest"),
    [(1, 60), (2, 120), (3, 240), (4, 480), (5, 960), (6, 1920), (7, 3600), (5000, 3600)],
)
def test_backoff__doubles_up_to_an_hour(attempts: int, longest: int) -> None:
    for seed in ("a", "b", "c", "d"):
        assert longest * 0.75 <= backoff(attempts, seed).total_seconds() <= longest


def test_backoff__same_seed_same_wait_and_seeds_spread() -> None:
    assert backoff(7, "delivery-1") == backoff(7, "delivery-1")
    assert len({backoff(7, f"delivery-{n}") for n in range(50)}) > 40


def test_backoff__needs_an_attempt() -> None:
    with pytest.raises(ValueError, match="attempt"):
        backoff(0, "a")


def test_next_step__permanent_gives_up_at_once() -> None:
    step = next_step(attempts=1, error=ErrorClass.PERMANENT, first_at=START, now=START, seed="a")
    assert step == GiveUp("Le prestataire refuse définitivement cet envoi.")


def test_next_step__transient_tries_again() -> None:
    step = next_step(attempts=1, error=ErrorClass.TRANSIENT, first_at=START, now=START, seed="a")
    assert isinstance(step, Retry)
    assert timedelta(seconds=45) <= step.at - START <= timedelta(seconds=60)


def test_next_step__unknown_outcome_looks_before_sending() -> None:
    step = next_step(attempts=1, error=ErrorClass.UNKNOWN_OUTCOME, first_at=START, now=START, seed="a")
    assert isinstance(step, LookUp)


@pytest.mark.parametrize(("asked", "least"), [(7200, 7200), (1, 45)])
def test_next_step__rate_limited_obeys_the_provider(asked: int, least: int) -> None:
    step = next_step(
        attempts=1,
        error=ErrorClass.RATE_LIMITED,
        first_at=START,
        now=START,
        seed="a",
        retry_after=timedelta(seconds=asked),
    )
    assert isinstance(step, Retry)
    assert step.at - START >= timedelta(seconds=least)


def test_next_step__rate_limited_without_a_delay_backs_off() -> None:
    step = next_step(attempts=1, error=ErrorClass.RATE_LIMITED, first_at=START, now=START, seed="a")
    assert isinstance(step, Retry)
    assert step.at - START <= timedelta(seconds=60)


def test_next_step__gives_up_after_168_hours() -> None:
    late = START + 168 * HOUR
    step = next_step(attempts=190, error=ErrorClass.TRANSIENT, first_at=START, now=late, seed="a")
    assert step == GiveUp("L’envoi n’a pas abouti en 7 jours (190 essais).")
    before = START + 166 * HOUR
    assert isinstance(
        next_step(attempts=190, error=ErrorClass.TRANSIENT, first_at=START, now=before, seed="a"), Retry
    )


def test_next_step__a_provider_asking_for_more_than_a_week_is_a_refusal() -> None:
    step = next_step(
        attempts=1,
        error=ErrorClass.RATE_LIMITED,
        first_at=START,
        now=START,
        seed="a",
        retry_after=timedelta(days=8),
    )
    assert step == GiveUp("L’envoi n’a pas abouti en 7 jours (1 essai).")


@given(st.text(max_size=12))
def test_schedule__ends_within_the_week_after_a_steady_number_of_tries(seed: str) -> None:
    now, attempts = START, 0
    while attempts < 1000:
        attempts += 1
        step = next_step(attempts=attempts, error=ErrorClass.TRANSIENT, first_at=START, now=now, seed=seed)
        if isinstance(step, GiveUp):
            break
        assert step.at > now
        now = step.at
    assert 168 <= attempts <= 235
    assert timedelta(hours=167) <= now - START <= timedelta(hours=168)
