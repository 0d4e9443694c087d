"""Error pages, the organisation's colours and the style guide: what belongs to no single folder."""

import logging
import secrets
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from config.colour import readable_shades
from config.context import DEFAULT_COLOUR, organisation_phone, wears_console
from config.style_guide import SampleForm, sample_context

ErrorView = Callable[[HttpRequest], HttpResponse]

logger = logging.getLogger(__name__)

RETRY_AFTER = timedelta(hours=1)


def incident_reference(request: HttpRequest) -> str:
    """The reference to quote: the request's own, as in the logs and the X-Request-Id header."""
    return str(request.META.get("GRC_REQUEST_ID") or secrets.token_hex(4))


def _error(request: HttpRequest, status: int, template: str = "") -> HttpResponse:
    reference = incident_reference(request)
    match = getattr(request, "resolver_match", None)
    # The name of the view and not the address, which may hold personal data.
    logger.warning("incident %s status=%s view=%s", reference, status, match.view_name if match else "-")
    console = wears_console(request.path)
    context = {
        "incident": reference,
        "status": status,
        "console": console,
        "layout": "theme/console.html" if console else "theme/portal.html",
    }
    return render(request, template or f"{status}.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler400."""
    return _error(request, 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler403."""
    return _error(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW."""
    return _error(request, 403, "403_csrf.html")


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404."""
    return _error(request, 404)


def too_many_requests(
    request: HttpRequest, exception: Exception | None = None, *, retry_after: timedelta = RETRY_AFTER
) -> HttpResponse:
    """429 with the other ways to be served, for whichever view counts tries."""
    response = _error(request, 429)
    response["Retry-After"] = str(int(retry_after.total_seconds()))
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500. The page needs no database and no context processor: one of them may be what failed."""
    reference = incident_reference(request)
    logger.error("incident %s status=500", reference)
    try:
        page: str = render_to_string(
            "500.html", {"incident": reference, "organisation_phone": organisation_phone()}
        )
    except (TemplateDoesNotExist, ValueError):
        page = _("Le service rencontre un problème. Référence à indiquer : %(reference)s") % {
            "reference": reference
        }
    return HttpResponse(page, status=500)


@require_safe
@cache_control(public=True, max_age=300)
def organisation_stylesheet(request: HttpRequest) -> HttpResponse:
    """The organisation's colour as custom properties: a file, since the CSP refuses inline styles."""
    shades = readable_shades(
        getattr(settings, "ORGANISATION_COLOUR", "") or DEFAULT_COLOUR, default=DEFAULT_COLOUR
    )
    sheet = (
        f":root{{--brand-strong:{shades.strong};--brand-light:{shades.light};--brand-tint:{shades.tint}}}\n"
    )
    return HttpResponse(sheet, content_type="text/css; charset=utf-8")


@require_safe
def style_guide(request: HttpRequest, side: str = "portail") -> HttpResponse:
    """Every component on one page, in either layout. Exists only while DEBUG is on."""
    if not settings.DEBUG:
        raise Http404
    form = SampleForm({"name": "", "phone": "03 21", "words": "Bonjour"})
    form.is_valid()
    context = sample_context(now=timezone.now()) | {
        "form": form,
        "layout": "theme/console.html" if side == "console" else "theme/portal.html",
        "side": side,
    }
    return render(request, "theme/style_guide.html", context)
