"""The pages every public service owes: accessibility, personal data, who publishes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from channels_in.portal.page import page
from grc.selectors.directory import host_organisation


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return page(request, "accessibility.html", {"organisation": host_organisation()})


@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    return page(request, "personal_data.html", {"organisation": host_organisation()})


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    return page(request, "legal.html", {"organisation": host_organisation()})
