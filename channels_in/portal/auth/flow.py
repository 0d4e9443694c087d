"""Going to FranceConnect and coming back, in the terms of the portal: an address, a login, or a French sentence."""

from __future__ import annotations

import logging
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils.crypto import get_random_string
from social_core.exceptions import (
    AuthCanceled,
    AuthConfigurationError,
    AuthCredentialError,
    AuthInputError,
    AuthProviderError,
    AuthSessionError,
    SocialAuthBaseException,
)
from social_django.utils import load_backend, load_strategy

from channels_in.portal.auth.franceconnect import FranceConnectBackend
from grc.errors import GrcError

logger = logging.getLogger(__name__)
CALLBACK: Final = "/connexion/franceconnect/retour/"
GOODBYE: Final = "/deconnexion/"
SESSION_BACKEND: Final = "channels_in.portal.auth.resident.ResidentBackend"
STATE_KEY: Final = "logout_state"
LASTS: Final = 2 * 3600  # seconds: an open session on a shared computer


class LoginRefused(GrcError):
    """The login did not end well; ``status`` is the HTTP status of the page that says it."""

    def __init__(self, sentence: str, *, code: str, status: int) -> None:
        super().__init__(sentence, code=code)
        self.status = status


DOWN: Final = "FranceConnect ne répond pas en ce moment."
_REFUSALS: Final[tuple[tuple[type[SocialAuthBaseException], str, str, int], ...]] = (
    (AuthCanceled, "canceled", "Vous avez quitté FranceConnect avant la fin. Rien n’a été transmis.", 200),
    (
        AuthSessionError,
        "session",
        "La connexion a commencé dans une autre fenêtre, ou il y a trop longtemps. Recommencez.",
        400,
    ),
    (AuthInputError, "incomplete", "FranceConnect n’a pas tout transmis. Recommencez.", 400),
    (AuthCredentialError, "expired", "La connexion a pris trop de temps. Recommencez.", 400),
    (AuthProviderError, "down", DOWN, 503),
    (AuthConfigurationError, "off", DOWN, 503),
)


def _backend(request: HttpRequest) -> FranceConnectBackend:
    # Our own address, never the Host header of the request.
    backend: FranceConnectBackend = load_backend(  # type: ignore[no-untyped-call]
        load_strategy(request),  # type: ignore[no-untyped-call]
        FranceConnectBackend.name,
        redirect_uri=settings.PUBLIC_BASE_URL + CALLBACK,
    )
    return backend


def _refusal(error: SocialAuthBaseException) -> LoginRefused:
    # The class and code only: messages may quote what the provider said of a person.
    logger.warning("franceconnect refused: %s %s", type(error).__name__, getattr(error, "code", ""))
    for kind, code, sentence, status in _REFUSALS:
        if isinstance(error, kind):
            return LoginRefused(sentence, code=code, status=status)
    return LoginRefused(
        "La réponse de FranceConnect n’a pas pu être vérifiée. Vous n’êtes pas connecté.",
        code="unverified",
        status=502,
    )


def login_address(request: HttpRequest) -> str:
    """Where to send the browser. Raises LoginRefused."""
    try:
        return str(_backend(request).auth_url())
    except SocialAuthBaseException as error:
        raise _refusal(error) from error


def login_finish(request: HttpRequest) -> None:
    """Log the resident who comes back in, on the portal's session. Raises LoginRefused; nobody is then."""
    try:
        account: Any = _backend(request).complete(request=request)
    except SocialAuthBaseException as error:
        raise _refusal(error) from error
    if account is None or not account.is_active:
        raise LoginRefused("Cette connexion n’est pas ouverte.", code="closed", status=403)
    hint = request.session.get(FranceConnectBackend.ID_TOKEN_SESSION_KEY)
    following = request.session.get("next", "")
    login(request, account, backend=SESSION_BACKEND)
    request.session[FranceConnectBackend.ID_TOKEN_SESSION_KEY] = hint
    request.session["next"] = following
    request.session.set_expiry(LASTS)


def logout_address(request: HttpRequest) -> str:
    """Close the session here; gives where FranceConnect closes its own, or nothing when there is none to close."""
    hint = request.session.get(FranceConnectBackend.ID_TOKEN_SESSION_KEY)
    logout(request)
    if not hint or not settings.FRANCECONNECT_ENABLED:
        return ""
    state = get_random_string(32)
    try:
        address = _backend(request).logout_url(hint, state, settings.PUBLIC_BASE_URL + GOODBYE)
    except SocialAuthBaseException as error:
        _refusal(error)
        return ""
    request.session[STATE_KEY] = state
    return str(address)


def logout_came_back(request: HttpRequest) -> bool:
    """Whether FranceConnect answers the logout this browser asked for."""
    expected = request.session.pop(STATE_KEY, None)
    return bool(expected) and request.GET.get("state") == expected
