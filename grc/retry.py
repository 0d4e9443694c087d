"""Pure. When an owed delivery is tried again, and when it is given up.

Waits double from a minute to an hour, spread by a jitter drawn from the caller's seed (the same seed gives
the same answer), for 168 hours in all. After an unknown outcome the provider is asked first: sending
blindly would make two messages of one. `at` is never before `now`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)
GIVE_UP_AFTER: Final = timedelta(hours=168)
# A wait is shortened by up to this share: never longer than said, never all at the same second.
_JITTER: Final = 0.25


class ErrorClass(StrEnum):
    """What the last attempt told us."""

    TRANSIENT = "transient"
    PERMANENT = "permanent"
    UNKNOWN_OUTCOME = "unknown_outcome"
    RATE_LIMITED = "rate_limited"


@dataclass(frozen=True, slots=True)
class Retry:
    """Send again at `at`."""

    at: datetime


@dataclass(frozen=True, slots=True)
class LookUp:
    """At `at`, look for the message at the provider; send again only if it is not there."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Stop trying. `reason`: a French sentence for the page of dead letters."""

    reason: str


def backoff(attempts: int, seed: str) -> timedelta:
    """The wait after `attempts` failed attempts (1 or more): capped, jittered, the same for the same seed."""
    if attempts < 1:
        raise ValueError("at least one attempt was made")
    # Beyond 2^16 minutes the cap has long been reached: the exponent stays small whatever is asked.
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 16), LONGEST_WAIT)
    draw = hashlib.sha256(f"{seed}:{attempts}".encode()).digest()
    share = int.from_bytes(draw[:4], "big") / 2**32
    return timedelta(seconds=round(wait.total_seconds() * (1 - _JITTER * share)))


def next_step(
    *,
    attempts: int,
    error: ErrorClass,
    first_at: datetime,
    now: datetime,
    seed: str,
    retry_after: timedelta | None = None,
) -> Retry | LookUp | GiveUp:
    """What to do after a failed attempt.

    `attempts`: made so far, this one included. `first_at`: when the first one was made (aware, as `now`).
    `seed`: any stable text of this delivery, its id for instance. `retry_after`: what a provider that limits
    us asked to wait; it is obeyed even beyond an hour, and never shortened.
    """
    if error is ErrorClass.PERMANENT:
        return GiveUp("Le prestataire refuse définitivement cet envoi.")
    wait = backoff(attempts, seed)
    if error is ErrorClass.RATE_LIMITED and retry_after is not None:
        wait = max(wait, retry_after)
    at = now + wait
    if at - first_at > GIVE_UP_AFTER:
        tries = f"{attempts} essais" if attempts > 1 else "1 essai"
        return GiveUp(f"L’envoi n’a pas abouti en 7 jours ({tries}).")
    return LookUp(at) if error is ErrorClass.UNKNOWN_OUTCOME else Retry(at)
