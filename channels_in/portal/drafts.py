"""What a person began to write, kept in the session until it is sent: nothing is lost on the way."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import HttpRequest

from grc.services.uploads import KeptUpload, upload_forget, upload_is_there

_KEY: Final = "drafts"
_AT_MOST: Final = 5


@dataclass
class Draft:
    """``token`` makes the sending unique. ``answers``: as typed."""

    token: str
    answers: dict[str, str] = field(default_factory=dict)
    pieces: list[KeptUpload] = field(default_factory=list)


def token_new() -> str:
    return uuid.uuid4().hex


def token_read(text: str) -> str | None:
    """The token posted, when it has the form of one of ours."""
    try:
        return uuid.UUID(hex=text).hex
    except ValueError:
        return None


def draft_read(request: HttpRequest, place: str) -> Draft:
    """The draft of this form, or a new one."""
    stored = (request.session.get(_KEY) or {}).get(place)
    if stored is None:
        return Draft(token_new())
    pieces = [KeptUpload.from_dict(piece) for piece in stored["pieces"]]
    return Draft(
        stored["token"], dict(stored["answers"]), [piece for piece in pieces if upload_is_there(piece)]
    )


def draft_write(request: HttpRequest, place: str, draft: Draft) -> None:
    drafts: dict[str, Any] = dict(request.session.get(_KEY) or {})
    drafts.pop(place, None)
    drafts[place] = {
        "token": draft.token,
        "answers": draft.answers,
        "pieces": [piece.as_dict() for piece in draft.pieces],
    }
    for oldest in list(drafts)[:-_AT_MOST]:
        _forget_pieces(drafts.pop(oldest))
    request.session[_KEY] = drafts


def draft_forget(request: HttpRequest, place: str, *, with_pieces: bool = False) -> None:
    drafts: dict[str, Any] = dict(request.session.get(_KEY) or {})
    dropped = drafts.pop(place, None)
    if dropped is not None:
        request.session[_KEY] = drafts
        if with_pieces:
            _forget_pieces(dropped)


def _forget_pieces(stored: Mapping[str, Any]) -> None:
    for piece in stored["pieces"]:
        upload_forget(kept=KeptUpload.from_dict(piece))
