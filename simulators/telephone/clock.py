"""Time of the network: the machine's, or one that only moves when it is driven."""

import asyncio
import heapq
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Protocol


class Timer(Protocol):
    def cancel(self) -> None: ...


class Clock(Protocol):
    """`instant`: speech and pauses take no time. `seconds()` is a count to subtract, not a date."""

    instant: bool

    def now(self) -> datetime: ...

    def seconds(self) -> float: ...

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class RealClock:
    instant = False

    def now(self) -> datetime:
        return datetime.now(UTC)

    def seconds(self) -> float:
        return asyncio.get_running_loop().time()

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        return asyncio.get_running_loop().call_later(delay, callback)


class _VirtualTimer:
    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class DrivenClock:
    """Seconds pass only by `advance`; the date is the machine's, moved by the seconds driven.

    With `begins` (aware) the date is that instant moved by the seconds driven, whatever the machine says; `moved` is
    told of each new date before anything due then happens, so that another clock can follow this one.
    """

    instant = True

    def __init__(
        self, begins: datetime | None = None, moved: Callable[[datetime], None] | None = None
    ) -> None:
        self._begins = begins
        self._moved = moved
        self._elapsed = 0.0
        self._order = itertools.count()
        self._timers: list[tuple[float, int, _VirtualTimer]] = []

    def now(self) -> datetime:
        return (self._begins or datetime.now(UTC)) + timedelta(seconds=self._elapsed)

    def seconds(self) -> float:
        return self._elapsed

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        timer = _VirtualTimer(callback)
        heapq.heappush(self._timers, (self._elapsed + max(delay, 0.0), next(self._order), timer))
        return timer

    def next_due(self, until: float) -> float | None:
        """The time of the first live timer at or before `until`."""
        while self._timers and self._timers[0][2].callback is None:
            heapq.heappop(self._timers)
        if self._timers and self._timers[0][0] <= until:
            return self._timers[0][0]
        return None

    def move_to(self, moment: float) -> None:
        """Set the time and fire what is due, in order."""
        self._elapsed = max(self._elapsed, moment)
        if self._moved is not None:
            self._moved(self.now())
        while self._timers and self._timers[0][0] <= self._elapsed:
            timer = heapq.heappop(self._timers)[2]
            if timer.callback is not None:
                timer.callback()


def rfc2822(moment: datetime) -> str:
    """`Fri, 24 May 2019 17:44:46 +0000`, as Twilio writes dates."""
    return format_datetime(moment.astimezone(UTC))
