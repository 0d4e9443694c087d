"""Listening: a voice message with its request, a conversation for evaluation. Each listening is written down."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agents_ui.access import console_page
from agents_ui.presenters.recordings import conversation_rows
from grc import clock
from grc.policies import Verb
from grc.selectors.recordings import conversations_recorded, recording_get
from grc.services.audit import audit_read_again
from grc.types import Actor

_RANGE: Final = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
PAGE: Final = 50
LISTENING: Final = timedelta(minutes=30)


@require_safe
@console_page(Verb.SEE, Verb.REASSIGN)
def recording_sound(request: HttpRequest, actor: Actor, recording_id: int) -> HttpResponseBase:
    """The sound. A part of it when the player asks for one (RFC 9110, 14.2), so that one may move in it."""
    row = recording_get(actor=actor, recording_id=recording_id)
    with row.file.open("rb") as file:
        content = file.read()
    part = _part(request.headers.get("Range", ""), len(content))
    if request.method == "GET":
        # A player asks for one sound in several parts, in any order: one listening, one line.
        audit_read_again(
            actor=actor,
            entity="recording",
            entity_id=row.pk,
            within=LISTENING,
            citizen_id=row.call.contact.citizen_id,
            purpose=_("Écoute d’un enregistrement"),
        )
    response = HttpResponse(content if part is None else content[part[0] : part[1] + 1])
    if part is not None:
        response.status_code = 206
        response["Content-Range"] = f"bytes {part[0]}-{part[1]}/{len(content)}"
    response["Content-Type"] = row.content_type
    response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Content-Disposition"] = (
        f'inline; filename="enregistrement-{row.pk}{_suffix(row.file.name or "")}"'
    )
    return response


def _suffix(name: str) -> str:
    return "." + name.rpartition(".")[2]


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """(first, last) byte of the one range asked for; None for the whole."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None:
        return None
    first, last = int(found[1]), int(found[2]) if found[2] else size - 1
    return (first, min(last, size - 1)) if first < size and first <= last else None


@require_safe
@console_page(Verb.REASSIGN)
def conversations(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Recorded conversations, latest first."""
    given = request.GET.get("avant", "")
    before = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None
    found = conversations_recorded(actor=actor, before=before, limit=PAGE + 1)
    context = {
        "rows": conversation_rows(found[:PAGE]),
        "more": found[PAGE - 1].pk if len(found) > PAGE else None,
        "now": clock.now(),
    }
    return render(request, "pilotage/recordings.html", context)
