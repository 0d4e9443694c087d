"""``make bench ONLY=wait``: the wait announced, judged against a simulated hotline (tests/wait). No server runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tests.wait.measure import Judged, figures, judge
from tests.wait.plans import TRIALS

NAME = "wait"
FUTURES = 200


def wait_judged() -> tuple[dict[str, Any], list[str]]:
    """Figures of each kind of day and of all together, and the lines that say them."""
    found: dict[str, Any] = {}
    lines: list[str] = []
    everybody: list[Judged] = []
    for trial in TRIALS:
        judged = judge(
            trial.plan, seeds=range(1, trial.long + 1), watched_share=trial.watched, futures=FUTURES
        )
        everybody += judged
        found[trial.plan.name] = asdict(figures(judged))
        lines.append(figures(judged).line(trial.plan.name))
    found["all"] = asdict(figures(everybody))
    lines.append(figures(everybody).line("all"))
    return found, lines
