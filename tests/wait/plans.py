"""Kinds of days on which the announced wait is judged."""

from __future__ import annotations

from dataclasses import dataclass

from tests.wait.town import Plan, Topic

USUAL = (
    Topic("logement", 3, 260, 0.9),
    Topic("routes", 2, 180, 0.8),
    Topic("sante", 1, 330, 1.0),
)
HEAVY_TAILED = (
    Topic("logement", 3, 260, 1.6),
    Topic("routes", 2, 180, 1.3),
    Topic("sante", 1, 330, 1.8),
)


@dataclass(frozen=True)
class Trial:
    """`short` and `long`: numbers of days in the ordinary run and in the long one; `watched`: share of the callers."""

    plan: Plan
    watched: float
    short: int
    long: int


TRIALS = (
    Trial(Plan("quiet", 10, 0.70, USUAL), 0.2, 1, 16),
    Trial(Plan("busy", 10, 0.95, USUAL), 0.15, 1, 8),
    Trial(Plan("overloaded", 10, 1.3, USUAL), 0.1, 0, 6),
    Trial(Plan("few agents", 3, 1.2, USUAL, patience=2400.0), 0.3, 1, 8),
    Trial(Plan("many agents", 40, 1.0, USUAL), 0.03, 0, 8),
    Trial(Plan("heavy-tailed", 8, 1.0, HEAVY_TAILED), 0.15, 1, 8),
    Trial(Plan("one topic, no pause", 6, 1.0, (Topic("tout", 1, 240, 1.0),), pause_share=0.0), 0.15, 0, 8),
    Trial(Plan("many call-backs", 10, 1.0, USUAL, callback_share=0.5), 0.15, 0, 8),
)
