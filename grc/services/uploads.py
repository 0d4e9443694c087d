"""Files a person joined to a form that is not sent yet: kept aside under a random name, a day at most."""

from __future__ import annotations

import hashlib
import re
import uuid
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from grc.forms import piece_check, piece_name
from grc.forms.pieces import too_large

WAITING: Final = "attente"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Joined(Protocol):
    """A file as a form gives it."""

    @property
    def name(self) -> str | None: ...

    @property
    def size(self) -> int | None: ...

    def read(self, num_bytes: int | None = None) -> Any: ...


@dataclass(frozen=True, slots=True)
class KeptUpload:
    """``stored``: its name in the storage; the rest is for people and for the record."""

    stored: str
    name: str
    content_type: str
    size: int
    sha256: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> KeptUpload:
        return cls(**data)


def upload_keep(*, file: Joined, now: datetime) -> KeptUpload:
    """Check a file by its content and keep it aside. Raises PieceRefusedError, in French; nothing is kept then."""
    limit = int(settings.MAX_UPLOAD_BYTES)
    name = file.name or ""
    if (file.size or 0) > limit:
        raise too_large(name, limit)
    content = bytes(file.read(limit + 1))
    kind = piece_check(content, name=name, limit=limit)
    stored = default_storage.save(
        f"{WAITING}/{now.date().isoformat()}/{uuid.uuid4().hex}{kind.suffixes[0]}", ContentFile(content)
    )
    return KeptUpload(
        stored=stored,
        name=piece_name(name, kind),
        content_type=kind.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def upload_is_there(kept: KeptUpload) -> bool:
    return default_storage.exists(kept.stored)


def upload_forget(*, kept: KeptUpload) -> None:
    """Drop a file kept aside; dropping it twice changes nothing."""
    default_storage.delete(kept.stored)


def uploads_purge(*, now: datetime) -> int:
    """Drop what was kept aside before yesterday; gives how many files."""
    if not default_storage.exists(WAITING):
        return 0
    dropped = 0
    for day in default_storage.listdir(WAITING)[0]:
        if _DAY.fullmatch(day) and date.fromisoformat(day) < now.date() - timedelta(days=1):
            for name in default_storage.listdir(f"{WAITING}/{day}")[1]:
                default_storage.delete(f"{WAITING}/{day}/{name}")
                dropped += 1
            default_storage.delete(f"{WAITING}/{day}")
    return dropped
