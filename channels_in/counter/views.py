"""The screen of a waiting room: the numbers called and how many wait. No name, no motive, no login."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from grc.errors import NotFound
from grc.selectors.reception import room_site, room_visits


@require_safe
def room_page(request: HttpRequest, site_code: str) -> HttpResponse:
    """The whole screen; it asks for its numbers again every four seconds."""
    return render(request, "counter/room.html", _context(site_code))


@require_safe
def room_numbers(request: HttpRequest, site_code: str) -> HttpResponse:
    """The numbers alone."""
    return render(request, "counter/room_numbers.html", _context(site_code))


def _context(site_code: str) -> dict[str, Any]:
    try:
        site = room_site(code=site_code)
    except NotFound as error:
        raise Http404(error.sentence) from error
    called, waiting = room_visits(site=site, day=timezone.localdate())
    return {
        "code": site.code,
        "name": site.name,
        "now_called": called[0] if called else None,
        "before": called[1:],
        "waiting": waiting,
    }
