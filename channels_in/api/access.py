"""Who calls: a bearer token, the agent in whose name it acts, and how often it may call."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer
from ninja.throttling import BaseThrottle

from grc.selectors.actors import TokenActor, actor_of_token
from grc.types import Actor


class TokenAuth(HttpBearer):
    """``Authorization: Bearer …``; ``?as=<username>`` for the tokens which may."""

    def authenticate(self, request: HttpRequest, token: str) -> TokenActor | None:
        return actor_of_token(token, now=timezone.now(), act_as=request.GET.get("as", ""))


def caller(request: HttpRequest) -> Actor:
    """The actor of an authenticated request."""
    found = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, TokenActor)
    return found.actor


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Buckets:
    """One bucket of calls per token, refilled all the time; ``rate``: calls a minute, also the largest burst."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._buckets: dict[int, _Bucket] = {}

    def take(self, token_id: int, rate: int) -> float:
        """0 when the call is allowed, else the seconds to wait for the next one."""
        with self._lock:
            now = self._clock()
            bucket = self._buckets.setdefault(token_id, _Bucket(rate, now))
            bucket.left = min(rate, bucket.left + (now - bucket.at) * rate / 60)
            bucket.at = now
            if bucket.left < 1:
                return (1 - bucket.left) * 60 / rate
            bucket.left -= 1
            return 0.0


class TokenThrottle(BaseThrottle):
    """``API_RATE_PER_MINUTE`` calls a minute for one token, counted in each process: no broker can lose the count."""

    buckets = Buckets()

    def __init__(self) -> None:
        self._wait = 0.0

    def allow_request(self, request: HttpRequest) -> bool:
        found = getattr(request, "auth", None)
        if not isinstance(found, TokenActor):
            return True
        wait = self.buckets.take(found.token_id, settings.API_RATE_PER_MINUTE)
        # One object serves every thread: only a refusal is written, and any refusal's wait is a fair one.
        self._wait = wait or self._wait
        return wait == 0.0

    def wait(self) -> float | None:
        return self._wait
