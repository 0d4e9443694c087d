"""Keys derived from the settings: secret codes and signed links, newest first; all are accepted, the first signs."""

from __future__ import annotations

import hashlib

from django.conf import settings


def code_keys() -> list[bytes]:
    return [hashlib.sha256(b"grc.codes|" + key.encode()).digest() for key in settings.CODE_KEYS]


def reference_key() -> bytes:
    """Key of the permutation of the references: never changed once used."""
    return hashlib.sha256(b"grc.reference|" + settings.REFERENCE_KEY.encode()).digest()
