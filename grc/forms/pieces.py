"""Pure. Files people join: what they really are, read from their first bytes, and a name that cannot harm."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from grc.errors import Invalid
from grc.forms.validation import text_clean


class PieceRefusedError(Invalid):
    """This file cannot be taken; the sentence says why and what would do."""


@dataclass(frozen=True, slots=True)
class PieceType:
    """``suffixes``: the first is given to a file whose name ends otherwise."""

    content_type: str
    suffixes: tuple[str, ...]
    matches: Callable[[bytes], bool]


def _starts(*beginnings: bytes) -> Callable[[bytes], bool]:
    return lambda content: content.startswith(beginnings)


def _heic(content: bytes) -> bool:
    return content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc")


def _entries(content: bytes) -> frozenset[str]:
    if not content.startswith(b"PK\x03\x04"):
        return frozenset()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return frozenset(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, RuntimeError):
        return frozenset()


def _docx(content: bytes) -> bool:
    names = _entries(content)
    # A document with a program inside is refused: nobody needs one to be helped.
    return "word/document.xml" in names and not any(name.endswith("vbaProject.bin") for name in names)


def _odt(content: bytes) -> bool:
    mark = b"mimetypeapplication/vnd.oasis.opendocument.text"
    return content[30 : 30 + len(mark)] == mark and not any(
        name.startswith(("Basic/", "Scripts/")) for name in _entries(content)
    )


ACCEPTED: Final = (
    PieceType("application/pdf", (".pdf",), _starts(b"%PDF-")),
    PieceType("image/jpeg", (".jpg", ".jpeg"), _starts(b"\xff\xd8\xff")),
    PieceType("image/png", (".png",), _starts(b"\x89PNG\r\n\x1a\n")),
    PieceType("image/heic", (".heic", ".heif"), _heic),
    PieceType("application/vnd.openxmlformats-officedocument.wordprocessingml.document", (".docx",), _docx),
    PieceType("application/vnd.oasis.opendocument.text", (".odt",), _odt),
)


def piece_check(content: bytes, *, name: str, limit: int) -> PieceType:
    """The type of a file from its content, whatever its name says. Raises PieceRefusedError, in French.

    ``limit``: bytes.
    """
    shown = piece_name(name)
    if not content:
        raise PieceRefusedError(f"Le fichier « {shown} » est vide.", code="piece_empty")
    if len(content) > limit:
        raise too_large(name, limit)
    for known in ACCEPTED:
        if known.matches(content):
            return known
    raise PieceRefusedError(
        f"Le fichier « {shown} » n’est pas d’un format accepté. Envoyez une photo (JPEG, PNG, HEIC) ou un "
        "document PDF, Word (docx) ou ODT.",
        code="piece_type",
    )


def too_large(name: str, limit: int) -> PieceRefusedError:
    """The refusal of a file over ``limit`` bytes, which need not be read to be refused."""
    megabytes = max(1, limit // (1024 * 1024))
    return PieceRefusedError(
        f"Le fichier « {piece_name(name)} » est trop lourd : {megabytes} Mo au plus. Une photo prise de plus loin "
        "pèse moins.",
        code="piece_size",
    )


def piece_name(name: str, kind: PieceType | None = None) -> str:
    """A name to show and to save under: no folder, no control, a suffix that tells the truth when ``kind`` is given.

    A photograph named « facture.html » would open as a page on the agent's computer.
    """
    last = re.split(r"[\\/]", text_clean(name))[-1]
    last = re.sub(r'[<>:"|?*\n\t]', "", last).strip(". ")[-120:] or "document"
    if kind is not None and not last.lower().endswith(kind.suffixes):
        last = f"{last}{kind.suffixes[0]}"
    return last
