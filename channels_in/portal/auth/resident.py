"""Sessions of residents: who is behind the cookie of the portal. It proves nobody: FranceConnect does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from grc.selectors.portal import resident_account

if TYPE_CHECKING:
    from grc.models import Account


class ResidentBackend(BaseBackend):
    """No credentials are ever accepted here."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> Account | None:
        return resident_account(user_id)
