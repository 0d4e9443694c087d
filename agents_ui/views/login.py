"""Entering and leaving the console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, get_user_model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from agents_ui.access import actor_of_request
from agents_ui.auth.entering import address_of, agent_enter, safe_next
from agents_ui.auth.local import second_factor_matches, second_factor_wanted
from agents_ui.auth.proconnect_pages import leave
from agents_ui.forms.login import CodeForm, PasswordForm
from grc.errors import NotAllowed, RateLimited
from grc.services.logins import login_tries_forget, login_try_count

if TYPE_CHECKING:
    from grc.models import Account

HALF_KEY = "console_half"
HALF_SECONDS = 300


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login_page(request: HttpRequest) -> HttpResponse:
    """Username and password. A wrong pair, an unknown name and a closed account answer the same."""
    wanted = safe_next(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET":
        if actor_of_request(request) is not None:
            return HttpResponseRedirect(wanted)
        return _page(request, PasswordForm(), wanted)
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, form, wanted, status=422)
    username, password = form.cleaned_data["username"], form.cleaned_data["password"]
    try:
        login_try_count(username=username, address=address_of(request), now=timezone.now())
    except RateLimited as error:
        return _too_many(request, form, wanted, error)
    account = authenticate(request, username=username, password=password)
    return (
        _wrong(request, form, wanted) if account is None else _password_right(request, account, wanted, form)
    )


def _password_right(request: HttpRequest, account: Account, wanted: str, form: forms.Form) -> HttpResponse:
    if second_factor_wanted(account):
        request.session.cycle_key()
        request.session[HALF_KEY] = {
            "account": account.pk,
            "at": timezone.now().timestamp(),
            "next": wanted,
            "hash": account.get_session_auth_hash(),
        }
        return HttpResponseRedirect(reverse("console-login-code"))
    return _enter(request, account, wanted, how="password", form=form)


@sensitive_post_parameters("token")
@require_http_methods(["GET", "POST"])
def code_page(request: HttpRequest) -> HttpResponse:
    """The second factor, within five minutes of the password."""
    half = request.session.get(HALF_KEY)
    account = _half_account(half)
    if half is None or account is None:
        request.session.pop(HALF_KEY, None)
        return HttpResponseRedirect(reverse("console-login"))
    if request.method == "GET":
        return _page(request, CodeForm(), half["next"], template="console/login_code.html")
    form = CodeForm(request.POST)
    try:
        login_try_count(username=account.get_username(), address=address_of(request), now=timezone.now())
    except RateLimited as error:
        return _too_many(request, form, half["next"], error, template="console/login_code.html")
    if not form.is_valid() or not second_factor_matches(account, form.cleaned_data["token"]):
        if form.is_valid():
            form.add_error(
                "token", _("Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant et réessayez.")
            )
        return _page(request, form, half["next"], template="console/login_code.html", status=422)
    return _enter(request, account, half["next"], how="password_totp", form=form)


@require_POST
def logout_page(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(leave(request))


def _half_account(half: dict[str, Any] | None) -> Account | None:
    if not half or timezone.now().timestamp() - float(str(half["at"])) > HALF_SECONDS:
        return None
    account = get_user_model().objects.filter(pk=half["account"], is_active=True, kind="agent").first()
    # A password changed in between makes the first half worthless.
    if account is None or account.get_session_auth_hash() != half["hash"]:
        return None
    return account


def _enter(
    request: HttpRequest, account: Account, wanted: str, *, how: str, form: forms.Form
) -> HttpResponse:
    try:
        agent_enter(request, account, how=how)
    except NotAllowed:
        return _wrong(request, form, wanted)
    login_tries_forget(username=account.get_username())
    return HttpResponseRedirect(wanted)


def _wrong(request: HttpRequest, form: forms.Form, wanted: str) -> HttpResponse:
    form.add_error(None, _("L’identifiant ou le mot de passe ne convient pas."))
    return _page(request, form, wanted, status=422)


def _too_many(
    request: HttpRequest,
    form: forms.Form,
    wanted: str,
    error: RateLimited,
    template: str = "console/login.html",
) -> HttpResponse:
    form.add_error(None, error.sentence)
    response = _page(request, form, wanted, template=template, status=429)
    response["Retry-After"] = str(error.retry_after)
    return response


def _page(
    request: HttpRequest,
    form: forms.Form,
    wanted: str,
    *,
    template: str = "console/login.html",
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "next": wanted, "proconnect": settings.PROCONNECT_ENABLED}
    return render(request, template, context, status=status)
