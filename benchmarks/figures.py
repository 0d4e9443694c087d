"""Pure. From times to the figures of a scenario."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Statements:
    """Of one request: reading, writing, and framing a transaction (savepoints)."""

    reads: int
    writes: int
    frame: int

    @property
    def indexed(self) -> int:
        return self.reads + self.writes


@dataclass(frozen=True)
class Measured:
    """Times in milliseconds of the product, of the bare view of as many statements, and of a view of one INSERT."""

    product: Sequence[float]
    floor: Sequence[float]
    one_insert: Sequence[float]
    seconds: float


def percentile(times: Sequence[float], share: float) -> float:
    """The smallest time not exceeded by ``share`` (0 to 1) of the times."""
    ordered = sorted(times)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def figures_of(measured: Measured, statements: Sequence[Statements]) -> dict[str, float | int]:
    """The keys of one scenario in ``latest.json``; ``statements``: of each request of a turn."""
    middle, floor, insert = median(measured.product), median(measured.floor), median(measured.one_insert)
    requests = len(statements)
    return {
        "median_ms": round(middle, 2),
        "p95_ms": round(percentile(measured.product, 0.95), 2),
        "p99_ms": round(percentile(measured.product, 0.99), 2),
        "per_second": round(len(measured.product) / measured.seconds, 1),
        "floor_median_ms": round(floor, 2),
        "ratio": round(middle / floor, 2),
        "ratio_one_insert": round(middle / insert, 2),
        "statements": round(sum(one.indexed for one in statements) / requests, 1),
        "writes": round(sum(one.writes for one in statements) / requests, 1),
        "savepoints": round(sum(one.frame for one in statements) / requests, 1),
        "one_insert_median_ms": round(insert, 2),
        "requests": len(measured.product),
    }


def call_figures(measured: Measured, statements: Sequence[Statements]) -> dict[str, float | int]:
    """Of turns of several webhooks: the mean, over the webhooks, of their medians, against the same of the bare views.

    Times come in the order they were asked, turn after turn: the n-th of each turn is the n-th webhook.
    """
    turn = len(statements)
    product, floor = _mean_of_medians(measured.product, turn), _mean_of_medians(measured.floor, turn)
    return {
        "webhooks": turn,
        "mean_ms": round(product, 2),
        "floor_mean_ms": round(floor, 2),
        "mean_ratio": round(product / floor, 2),
        "mean_ratio_one_insert": round(product / median(measured.one_insert), 2),
        "most_statements": max(one.indexed + one.frame for one in statements),
    }


def _mean_of_medians(times: Sequence[float], turn: int) -> float:
    return sum(median(times[place::turn]) for place in range(turn)) / turn
