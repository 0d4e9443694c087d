"""One middleware each: request id, two sessions, kind of account, no-store."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextvars import ContextVar
from typing import Final, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import MiddlewareNotUsed, SuspiciousOperation
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.functional import SimpleLazyObject

WEBHOOKS: Final = "/webhooks/"
GetResponse = Callable[[HttpRequest], HttpResponse]
request_id: ContextVar[str] = ContextVar("request_id", default="")


def is_console(path: str) -> bool:
    """True when the address belongs to agents; a cookie path cannot say it, the console has several roots."""
    return path.startswith(tuple(settings.CONSOLE_PREFIXES))


class RequestIdMiddleware:
    """A short reference to quote when something fails."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifier = secrets.token_hex(4)
        request_id.set(identifier)
        request.META["GRC_REQUEST_ID"] = identifier
        response = self.get_response(request)
        response["X-Request-Id"] = identifier
        return response


class WebhooksMiddleware:
    """What a provider posts goes straight to its view: a program has no session, no form, no page and no language.

    Its views check a signature, which is worth more than all that is skipped. Any other address goes on.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(WEBHOOKS):
            return self.get_response(request)
        try:
            match = resolve(request.path_info, "channels_in.webhook_urls")
        except Resolver404:
            return self.get_response(request)
        request.resolver_match = match
        return cast("HttpResponse", match.func(request, *match.args, **match.kwargs))


class ClientAddressMiddleware:
    """Behind our own proxy, the address of the visitor is the last one it wrote: throttles count by it."""

    def __init__(self, get_response: GetResponse) -> None:
        if not settings.BEHIND_PROXY:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
        last = forwarded.rsplit(",", 1)[-1].strip()
        if last:
            request.META["REMOTE_ADDR"] = last
        return self.get_response(request)


class UnfitTextMiddleware:
    """A character the database cannot hold (NUL) is a bad request, not a fault of ours. Nothing was written."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, DataError) and "NUL" in str(exception):
            raise SuspiciousOperation("NUL in what was sent") from exception


class TwoSessionsMiddleware(SessionMiddleware):
    """Portal and console have separate cookies: each side reads and writes only its own."""

    def process_request(self, request: HttpRequest) -> None:
        key = request.COOKIES.get(self._cookie_name(request))
        request.session = self.SessionStore(key)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        console = is_console(request.path)
        own, other = settings.SESSION_COOKIE_NAME, settings.CONSOLE_SESSION_COOKIE_NAME
        if not console:
            return super().process_response(request, response)
        # SessionMiddleware knows one name: lend it the console's cookie under the common name and give it back after.
        incoming = dict(request.COOKIES)
        request.COOKIES = {key: value for key, value in incoming.items() if key != own}
        if other in incoming:
            request.COOKIES[own] = incoming[other]
        portal_cookie = response.cookies.pop(own, None)
        result = super().process_response(request, response)
        request.COOKIES = incoming
        lent = result.cookies.pop(own, None)
        if lent is not None:
            lent.set(other, lent.value, lent.coded_value)
            result.cookies[other] = lent
            result.cookies[other].set(other, lent.value, lent.coded_value)
        if portal_cookie is not None:
            result.cookies[own] = portal_cookie
        return result

    @staticmethod
    def _cookie_name(request: HttpRequest) -> str:
        if is_console(request.path):
            return str(settings.CONSOLE_SESSION_COOKIE_NAME)
        return str(settings.SESSION_COOKIE_NAME)


class KindOfAccountMiddleware(AuthenticationMiddleware):
    """``request.user`` is an agent on the console's side, a resident on the other, else nobody."""

    def process_request(self, request: HttpRequest) -> None:
        request.user = SimpleLazyObject(lambda: _account_of_its_side(request))  # type: ignore[assignment]


def _account_of_its_side(request: HttpRequest) -> object:
    user = get_user(request)
    expected = "agent" if is_console(request.path) else "resident"
    if user.is_authenticated and getattr(user, "kind", None) != expected:
        return AnonymousUser()
    return user


class NoStoreMiddleware:
    """Pages that show somebody's data are never kept by a browser or a proxy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control") and not request.path.startswith("/static/"):
            response["Cache-Control"] = "no-store"
        return response
