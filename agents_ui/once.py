"""A form of the console acts once, however many times its button is pressed."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from grc.errors import Invalid
from grc.services.intake import receipt_answer, receipt_take
from grc.types import Actor

FIELD = "form_key"


def new_key() -> str:
    """The key of one rendered form."""
    return str(uuid.uuid4())


def act_once(request: HttpRequest, actor: Actor, act: Callable[[], str]) -> HttpResponse:
    """Run ``act`` in one transaction and go to the address it gives; a repeat goes there without acting again.

    A repeat that arrives at the same time waits for the first. An error undoes everything, the key included, so the
    corrected form may be sent again.
    """
    try:
        key = str(uuid.UUID(request.POST.get(FIELD, "")))
    except ValueError:
        raise Invalid(_("Cette page est trop ancienne : rechargez-la, puis recommencez.")) from None
    with transaction.atomic():
        view = request.resolver_match.view_name if request.resolver_match else ""
        receipt = receipt_take(
            provider="form", key=f"{actor.agent_id}:{key}", kind="console", raw={"view": view}
        )
        if not receipt.fresh:
            return go(request, str(receipt.answer.get("location", request.path)))
        location = act()
        receipt_answer(receipt=receipt, answer={"location": location})
    return go(request, location)


def go(request: HttpRequest, location: str) -> HttpResponse:
    """Redirect, in the way htmx understands when htmx asked."""
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": location})
    return HttpResponseRedirect(location)
