"""What every page of the portal shares: who is greeted, which ways are open, and errors in plain words."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from channels_in.portal.visitor import holds_something, resident_of
from grc.errors import NotFound, RateLimited
from grc.phone_numbers import display
from grc.selectors.portal import host_organisation_found, resident_name

if TYPE_CHECKING:
    from grc.models import Organisation

P = ParamSpec("P")


class View(Protocol[P]):
    def __call__(self, request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase: ...


def page(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """Render ``portal/<template>``."""
    resident = resident_of(request)
    organisation = host_organisation_found()
    shared = {
        "resident_name": resident_name(actor=resident) if resident is not None else "",
        "franceconnect_on": bool(settings.FRANCECONNECT_ENABLED),
        **(_named(organisation) if organisation is not None else {}),
        "holds_something": holds_something(request, now=timezone.now()),
    }
    return render(request, f"portal/{template}", {**shared, **(context or {})}, status=status)


def _named(organisation: Organisation) -> dict[str, str]:
    """Name, telephone and hours of who answers, where the settings do not say them."""
    own = {
        "organisation_name": ("ORGANISATION_NAME", organisation.name),
        "organisation_phone": (
            "ORGANISATION_PHONE",
            display(organisation.phone) if organisation.phone else "",
        ),
        "organisation_hours": ("ORGANISATION_HOURS", organisation.hours_text),
    }
    return {key: value for key, (name, value) in own.items() if value and not getattr(settings, name, "")}


def plain_errors(view: View[P]) -> View[P]:
    """Errors of the core as pages: not found is 404 for everybody, too many tries is 429 with the other ways."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404 from error
        except RateLimited as error:
            context = {
                "incident": request.META.get("GRC_REQUEST_ID", ""),
                "layout": "theme/portal.html",
                "console": False,
                "status": 429,
                "ways": error.other_ways,
            }
            response = render(request, "portal/too_many.html", context, status=429)
            response["Retry-After"] = str(error.retry_after)
            return response

    return wrapped
