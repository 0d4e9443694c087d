"""Pure. What a supervised process is, and how long to wait before starting it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# A process that lived this long was working: its next failure counts as the first.
SETTLED_SECONDS = 20.0
LONGEST_DELAY = 30.0


@dataclass(frozen=True)
class ProcessSpec:
    """One supervised process.

    ``wave``: processes of the lowest wave are stopped first, together. ``stop_seconds``: time left after SIGTERM
    before SIGKILL.
    """

    name: str
    argv: tuple[str, ...]
    wave: int = 0
    stop_seconds: float = 8.0
    environment: Mapping[str, str] = field(default_factory=dict)


def failures_after(failures: int, *, lived_seconds: float) -> int:
    """Number of failures in a row once a process that lived ``lived_seconds`` has ended."""
    return 1 if lived_seconds >= SETTLED_SECONDS else failures + 1


def restart_delay(failures: int) -> float:
    """Seconds before the next start after ``failures`` failures in a row (at least 1): at once, then doubling."""
    if failures <= 2:
        return 0.1
    return min(LONGEST_DELAY, 0.5 * 2.0 ** (failures - 3))
