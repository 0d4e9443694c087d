"""Leaving for ProConnect and coming back."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException
from social_core.exceptions import AuthCanceled, SocialAuthBaseException
from social_django.utils import load_backend, load_strategy

from agents_ui.auth.entering import agent_enter, safe_next
from agents_ui.auth.proconnect import ProConnectBackend
from grc.errors import GrcError

logger = logging.getLogger(__name__)
NEXT_KEY = "proconnect_next"


def _backend(request: HttpRequest) -> Any:
    if not settings.PROCONNECT_ENABLED:
        raise Http404
    callback = settings.PUBLIC_BASE_URL + reverse("console-proconnect-back")
    strategy = load_strategy(request)  # type: ignore[no-untyped-call]
    return load_backend(strategy, "proconnect", redirect_uri=callback)  # type: ignore[no-untyped-call]


@require_POST
def proconnect_leave(request: HttpRequest) -> HttpResponse:
    """To ProConnect; begun by a POST, so that another site cannot begin it."""
    backend = _backend(request)
    request.session[NEXT_KEY] = safe_next(request, request.POST.get("next", ""))
    try:
        return HttpResponseRedirect(backend.auth_url())
    except (SocialAuthBaseException, RequestException) as error:
        return _sorry(request, error)


@require_GET
def proconnect_back(request: HttpRequest) -> HttpResponse:
    """Back from ProConnect: an invited agent enters, anybody else reads why not."""
    backend = _backend(request)
    wanted = request.session.get(NEXT_KEY, "")
    try:
        account = backend.complete(request=request)
        id_token = request.session.get(ProConnectBackend.ID_TOKEN_SESSION_KEY)
        agent_enter(request, account, how="proconnect")
    except GrcError as error:
        messages.error(request, error.sentence)
        return HttpResponseRedirect(reverse("console-login"))
    except (SocialAuthBaseException, RequestException) as error:
        return _sorry(request, error)
    if id_token:
        request.session[ProConnectBackend.ID_TOKEN_SESSION_KEY] = id_token
    return HttpResponseRedirect(safe_next(request, wanted))


def _sorry(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.warning("ProConnect refused: %s", type(error).__name__)
    if isinstance(error, AuthCanceled):
        messages.info(request, _("Vous avez quitté ProConnect sans vous connecter."))
    else:
        messages.error(
            request,
            _("ProConnect n’a pas confirmé votre identité. Réessayez, ou utilisez votre mot de passe."),
        )
    return HttpResponseRedirect(reverse("console-login"))


def proconnect_goodbye(request: HttpRequest) -> str:
    """The address that also ends the session at ProConnect; empty when the agent came by another way.

    Read before the session is closed.
    """
    id_token = request.session.get(ProConnectBackend.ID_TOKEN_SESSION_KEY)
    if not id_token or not settings.PROCONNECT_ENABLED:
        return ""
    try:
        return str(
            _backend(request).logout_url(
                id_token, secrets.token_urlsafe(16), settings.PUBLIC_BASE_URL + reverse("console-login")
            )
        )
    except (SocialAuthBaseException, RequestException) as error:
        # Leaving our own console never depends on somebody else's server.
        logger.warning("ProConnect logout unavailable: %s", type(error).__name__)
        return ""


def leave(request: HttpRequest) -> str:
    """Close the session; gives where to go next."""
    goodbye = proconnect_goodbye(request)
    logout(request)
    return goodbye or reverse("console-login")
