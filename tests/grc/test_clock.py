"""The one clock of the services."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from grc import clock

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def test_clock_at__says_the_moment_inside_and_the_machine_outside() -> None:
    with clock.clock_at(MOMENT):
        assert clock.now() == MOMENT
    assert clock.now() > datetime(2026, 3, 3, tzinfo=UTC)


def test_clock_at__comes_back_after_an_error() -> None:
    with pytest.raises(RuntimeError), clock.clock_at(MOMENT):
        raise RuntimeError
    assert clock.now() != MOMENT


def test_clock_at__does_not_reach_another_thread() -> None:
    with clock.clock_at(MOMENT), ThreadPoolExecutor(max_workers=1) as pool:
        assert pool.submit(clock.now).result() != MOMENT


def test_clock_at__refuses_a_naive_instant() -> None:
    naive = MOMENT.replace(tzinfo=None)
    with pytest.raises(ValueError, match="aware"), clock.clock_at(naive):
        pass
