"""Local accounts of agents: a username and a password (scrypt), then a second factor where one is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django_otp import match_token, user_has_device

from grc.enums import AccountKind

if TYPE_CHECKING:
    from grc.models import Account


class LocalAgentBackend(BaseBackend):
    """Agents only: a resident or a program has no password, and would be refused with one."""

    def authenticate(  # type: ignore[override]
        self, request: HttpRequest | None, username: str, password: str
    ) -> Account | None:
        """The login, or None; an unknown username costs the same time as a wrong password."""
        account = (
            get_user_model().objects.filter(username=username.strip(), kind=AccountKind.AGENT.value).first()
        )
        if account is None:
            make_password(password)
            return None
        right = account.check_password(password)
        return account if right and account.is_active else None

    def get_user(self, user_id: int) -> Account | None:
        return (
            get_user_model().objects.filter(pk=user_id, kind=AccountKind.AGENT.value, is_active=True).first()
        )


def second_factor_wanted(account: Account) -> bool:
    """Whether this login has a confirmed device."""
    return bool(user_has_device(account, confirmed=True))


def second_factor_matches(account: Account, token: str) -> bool:
    """Compare a code once; the device itself slows down repeated mistakes, and refuses a code already used."""
    digits = "".join(token.split())
    if not digits or len(digits) > 16:
        return False
    return match_token(account, digits) is not None
