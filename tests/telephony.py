"""A telephone network for tests of services: it remembers what it was asked, and may refuse."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from threading import Lock

from grc.errors import ProviderError
from grc.ports import Ring, SoftphoneToken


class RememberingNetwork:
    """Implements grc.ports.TelephonyPort. Every telephone can be rung unless ``refuse``."""

    def __init__(self, *, refuse: bool = False) -> None:
        self.refuse = refuse
        self.rung: list[Ring] = []
        self.joined: list[tuple[str, str]] = []
        self.held: list[tuple[str, bool]] = []
        self.waiting: list[tuple[str, str]] = []
        self.hung_up: list[str] = []
        self._numbers = count(1)
        self._lock = Lock()

    def _asked(self) -> None:
        if self.refuse:
            raise ProviderError("Le réseau refuse.", permanent=False, code="refused")

    def ring(self, ring: Ring) -> str:
        self._asked()
        with self._lock:
            self.rung.append(ring)
            return f"CAleg{ring.leg_id}-{next(self._numbers)}"

    def join(self, *, call_id: str, conference: str) -> None:
        self._asked()
        self.joined.append((call_id, conference))

    def hold(self, *, call_id: str, conference: str, on: bool) -> None:
        self._asked()
        self.held.append((call_id, on))

    def wait_again(self, *, call_id: str, why: str) -> None:
        self._asked()
        self.waiting.append((call_id, why))

    def hang_up(self, *, call_id: str) -> None:
        self._asked()
        self.hung_up.append(call_id)

    def softphone_token(self, *, identity: str, now: datetime) -> SoftphoneToken | None:
        return None
