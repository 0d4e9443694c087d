"""Who is behind a live socket: the console's own session cookie, read again as often as asked."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from grc.selectors.actors import actor_of_account
from grc.types import Actor


def session_key_of(headers: Iterable[tuple[bytes, bytes]]) -> str:
    """The key in the console's cookie; empty without one. The portal's cookie is never looked at."""
    for name, value in headers:
        if name.lower() != b"cookie":
            continue
        cookies: SimpleCookie = SimpleCookie()
        try:
            cookies.load(value.decode("latin1"))
        except CookieError:
            continue
        if settings.CONSOLE_SESSION_COOKIE_NAME in cookies:
            return cookies[settings.CONSOLE_SESSION_COOKIE_NAME].value
    return ""


def actor_of_session(session_key: str) -> Actor | None:
    """The agent of a session still open, with the rights of now; None otherwise."""
    if not session_key:
        return None
    store = import_module(settings.SESSION_ENGINE).SessionStore
    request = HttpRequest()
    request.session = store(session_key)
    user = get_user(request)
    if not user.is_authenticated or getattr(user, "kind", "") != "agent":
        return None
    return actor_of_account(user)
