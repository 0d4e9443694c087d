"""Keys derived from the settings: secret codes and signed links, newest first; all are accepted, the first signs."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def code_keys() -> list[bytes]:
    return [hashlib.sha256(b"grc.codes|" + key.encode()).digest() for key in settings.CODE_KEYS]


def reference_key() -> bytes:
    """Key of the permutation of the references: never changed once used."""
    return hashlib.sha256(b"grc.reference|" + settings.REFERENCE_KEY.encode()).digest()


def softphone_identity(agent_id: int) -> str:
    """The name under which an agent's browser is rung: opaque, the same as long as the oldest key is kept."""
    digest = hmac.new(code_keys()[-1], b"softphone|%d" % agent_id, hashlib.sha256).hexdigest()
    return f"agent-{digest[:24]}"
