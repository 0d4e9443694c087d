"""One-time codes as RFC 6238 says, computed without the product; never the same code twice."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

_used: set[tuple[str, int]] = set()


def totp_now(secret: str) -> str:
    """The six digits of this half minute; the next one's when this one has served (a code serves once)."""
    step = int(time.time()) // 30
    while (secret, step) in _used:
        step += 1
    _used.add((secret, step))
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
