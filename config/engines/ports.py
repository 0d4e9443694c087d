"""Loopback ports that nobody uses, chosen per folder so that several checkouts live side by side.

Candidates stay below the range from which systems take the ports of outgoing connections (32768 on Linux, 49152 on
macOS): a remembered port is then still free at the next start.
"""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Iterator
from contextlib import closing
from itertools import islice

from config.engines.errors import EnginesError

LOOPBACK = "127.0.0.1"
FIRST, LAST = 15000, 29999


def port_is_free(port: int) -> bool:
    """Whether a server could listen on ``port`` of the loopback address now."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.settimeout(0.5)
        if probe.connect_ex((LOOPBACK, port)) == 0:
            return False
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        # A port left in TIME_WAIT by a server that has just ended is free for a new one.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def candidates(key: str) -> Iterator[int]:
    """Every port of the range, in an order that depends on ``key`` alone."""
    span = LAST - FIRST + 1
    digest = hashlib.sha256(key.encode()).digest()
    start = int.from_bytes(digest[:8], "big") % span
    # 7919 is prime to the span, so the walk visits each port once.
    return (FIRST + (start + step * 7919) % span for step in range(span))


def port_choose(key: str, *, remembered: int | None = None, avoid: frozenset[int] = frozenset()) -> int:
    """The remembered port when it is still free, else the first free one in the order of ``key``."""
    if remembered is not None and remembered not in avoid and port_is_free(remembered):
        return remembered
    for port in islice(candidates(key), 500):
        if port not in avoid and port_is_free(port):
            return port
    raise EnginesError("Aucun port libre n'a été trouvé sur 127.0.0.1 : libérez-en un et recommencez.")
