"""The instant of the product's services: the machine's, unless a month is being lived again.

A service that stamps what it does asks :func:`now` here. The demonstration plays thirty days through the very
services agents use, each act at its own instant (:func:`clock_at`): without this seam it would write its rows by
itself, and the figures, the clocks and the history that a newcomer looks at would not be those of the product.
Nothing else may move this clock; the override belongs to the running context, never to the process.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Final

from django.utils import timezone

_MOMENT: Final[ContextVar[datetime | None]] = ContextVar("grc_clock", default=None)


def now() -> datetime:
    """The present instant, aware."""
    return _MOMENT.get() or timezone.now()


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Every service called inside says that it is ``moment`` (aware, else ValueError)."""
    if moment.tzinfo is None:
        raise ValueError("the instant of the clock must be aware")
    token = _MOMENT.set(moment)
    try:
        yield
    finally:
        _MOMENT.reset(token)
