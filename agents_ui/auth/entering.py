"""Opening and closing the console's session, whatever the proof."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from grc.errors import NotAllowed
from grc.selectors.actors import actor_of_account
from grc.services.logins import login_record

if TYPE_CHECKING:
    from grc.models import Account

BACKEND = "agents_ui.auth.local.LocalAgentBackend"
REFUSED = NotAllowed("Ce compte n’est rattaché à aucun agent en activité.", code="no_agent")


def agent_enter(request: HttpRequest, account: Account, *, how: str) -> None:
    """Open the session under a new key. Raises NotAllowed for a login that leads to no open agent."""
    actor = actor_of_account(account)
    if actor is None or actor.agent_id is None:
        raise REFUSED
    # A known visitor keeps nothing of the session they had before they proved who they are.
    request.session.flush()
    login(request, account, backend=BACKEND)
    login_record(actor=actor, how=how)


def safe_next(request: HttpRequest, wanted: str) -> str:
    """Where to go after the login: an address of this very site, else the console's first page."""
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted.startswith("/") and allowed else str(settings.LOGIN_REDIRECT_URL)


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))
