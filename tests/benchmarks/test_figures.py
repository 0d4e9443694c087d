"""From times to figures."""

from __future__ import annotations

from benchmarks.figures import Measured, Statements, call_figures, figures_of, percentile
from benchmarks.product import kind_of
from benchmarks.scenarios import NAMES, TURNS


def test_percentile__is_the_smallest_not_exceeded() -> None:
    times = [float(n) for n in range(1, 101)]
    assert percentile(times, 0.95) == 95.0
    assert percentile(times, 0.99) == 99.0
    assert percentile([7.0], 0.99) == 7.0
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0


def test_figures_of__the_keys_of_the_contract() -> None:
    measured = Measured(product=[4.0, 6.0, 8.0], floor=[2.0, 3.0], one_insert=[1.5], seconds=0.5)
    assert figures_of(measured, [Statements(3, 1, 2), Statements(4, 3, 0)]) == {
        "median_ms": 6.0,
        "p95_ms": 8.0,
        "p99_ms": 8.0,
        "per_second": 6.0,
        "floor_median_ms": 2.5,
        "ratio": 2.4,
        "ratio_one_insert": 4.0,
        "statements": 5.5,
        "writes": 2.0,
        "savepoints": 1.0,
        "one_insert_median_ms": 1.5,
        "requests": 3,
    }


def test_call_figures__mean_over_the_webhooks_of_their_medians() -> None:
    # Two turns of two webhooks, then one more of each: 2 and 10 ms in the middle, against 1 and 3.
    measured = Measured(
        product=[1.0, 9.0, 2.0, 10.0, 30.0, 50.0], floor=[1.0, 3.0], one_insert=[1.0, 2.0, 9.0], seconds=1.0
    )
    assert call_figures(measured, [Statements(1, 2, 0), Statements(4, 3, 2)]) == {
        "webhooks": 2,
        "mean_ms": 6.0,
        "floor_mean_ms": 2.0,
        "mean_ratio": 3.0,
        "mean_ratio_one_insert": 3.0,
        "most_statements": 9,
    }


def test_kind_of__by_what_a_statement_does() -> None:
    assert kind_of("SELECT 1") == "read"
    assert kind_of("\n  WITH next AS (SELECT 1) UPDATE t SET a = 1") == "write"
    assert kind_of("INSERT INTO t VALUES (1)") == "write"
    assert kind_of("SELECT id FROM t FOR UPDATE") == "write"
    assert kind_of('SAVEPOINT "s1"') == "frame"
    assert kind_of('RELEASE SAVEPOINT "s1"') == "frame"


def test_names__every_scenario_has_its_turn() -> None:
    assert set(NAMES) == {*TURNS, "live_fanout"}
    assert set(NAMES) == {
        "voice_webhook", "sms_in", "form_post", "queue_page", "ticket_page", "claim", "search", "report",
        "live_fanout",
    }  # fmt: skip
