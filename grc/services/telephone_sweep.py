"""What the telephone owes every second, whatever was lost on the way: run by the follower of the outbox."""

from __future__ import annotations

from datetime import datetime

from grc.services.call_legs import legs_expire, legs_repair, legs_sweep
from grc.services.call_offers import call_offers_run
from grc.services.callback_dialling import callbacks_repair
from grc.services.callback_results import callbacks_expire
from grc.services.presence import presences_sweep


def telephone_sweep(*, now: datetime) -> int:
    """End what rang or lasted too long, offer who waits, order again what was lost; gives how much was done.

    Safe from any number of processes.
    """
    done = presences_sweep(now=now) + callbacks_repair(now=now) + call_offers_run()
    return (
        done + callbacks_expire(now=now) + legs_repair(now=now) + legs_expire(now=now) + legs_sweep(now=now)
    )
