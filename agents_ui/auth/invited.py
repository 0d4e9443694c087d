"""The one step of ProConnect's pipeline: an invited agent is recognised, nobody is created."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from grc.services.logins import agent_account_of_identity

if TYPE_CHECKING:
    from grc.models import Account


def agent_of_identity(*, backend: Any, response: dict[str, Any], **_kwargs: Any) -> dict[str, Account]:
    """Gives social-auth its ``user``; raises NotAllowed with a French sentence when nobody invited them."""
    account = agent_account_of_identity(
        issuer=str(backend.id_token_issuer()),
        subject=str(response["sub"]),
        email=str(response.get("email") or ""),
        siret=str(response.get("siret") or ""),
        now=timezone.now(),
    )
    return {"user": account}
