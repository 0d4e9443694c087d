"""Signing in with FranceConnect, one's requests, and leaving. Nothing of the portal requires it."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from channels_in.portal.auth.flow import (
    LoginRefused,
    login_address,
    login_finish,
    logout_address,
    logout_came_back,
)
from channels_in.portal.page import page, plain_errors
from channels_in.portal.visitor import resident_of
from channels_in.portal.words import state_words
from grc.selectors.person_view import person_tickets

OFF = "La connexion par FranceConnect n’est pas ouverte ici."


@require_http_methods(["GET", "HEAD", "POST"])
@plain_errors
def enter(request: HttpRequest) -> HttpResponse:
    """GET: the notice and the button. POST: to FranceConnect."""
    if resident_of(request) is not None:
        return redirect("/mes-demandes/")
    if not settings.FRANCECONNECT_ENABLED:
        return page(request, "login.html", {"refused": OFF})
    if request.method != "POST":
        return page(request, "login.html", {"following": _following(request.GET.get("suite", ""))})
    try:
        address = login_address(request)
    except LoginRefused as refused:
        return page(request, "login.html", {"refused": refused.sentence}, status=refused.status)
    request.session["next"] = _following(request.POST.get("suite", ""))
    return redirect(address)


@require_safe
@plain_errors
def come_back(request: HttpRequest) -> HttpResponse:
    if not settings.FRANCECONNECT_ENABLED or not request.GET:
        return redirect("/connexion/franceconnect/")
    try:
        login_finish(request)
    except LoginRefused as refused:
        return page(request, "login.html", {"refused": refused.sentence}, status=refused.status)
    return redirect(request.session.pop("next", "") or "/mes-demandes/")


@require_http_methods(["GET", "HEAD", "POST"])
@plain_errors
def leave(request: HttpRequest) -> HttpResponse:
    """POST ends the session here, then at FranceConnect; GET is where one comes back, or a page with a button."""
    if request.method == "POST":
        return redirect(logout_address(request) or "/deconnexion/")
    returned = "state" in request.GET
    verified = logout_came_back(request) if returned else False
    return page(request, "left.html", {"resident": resident_of(request), "everywhere": verified})


@require_safe
@plain_errors
def my_requests(request: HttpRequest) -> HttpResponse:
    resident = resident_of(request)
    if resident is None:
        return redirect("/connexion/franceconnect/?suite=/mes-demandes/")
    rows = [(ticket, state_words(ticket.state)[0]) for ticket in person_tickets(actor=resident)]
    return page(request, "my_requests.html", {"rows": rows})


def _following(address: str) -> str:
    """An address of this site to go to next, or nothing."""
    # The two slashes of another host begin with one too.
    safe = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if safe else ""
