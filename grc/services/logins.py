"""Entering the console: tries counted in the database, invited agents recognised, nobody created."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from grc.enums import AccountKind
from grc.errors import NotAllowed, RateLimited
from grc.models import Account, Agent, AgentLogin, Identity, LoginTry
from grc.services.audit import audit_write
from grc.types import Actor

WINDOW: Final = timedelta(minutes=15)
PER_USERNAME: Final = 10
PER_ADDRESS: Final = 40


def _digest(username: str) -> str:
    # A mistyped username is often a password: it is never kept in clear.
    return hashlib.sha256(f"login|{username.strip().lower()}".encode()).hexdigest()


@transaction.atomic
def login_try_count(*, username: str, address: str, now: datetime) -> None:
    """Count one try, before anything is compared. Raises RateLimited beyond 10 a username or 40 an address.

    A username that does not exist is counted like one that does. ``address``: of the browser.
    """
    since = now - WINDOW
    digest = _digest(username)
    LoginTry.objects.create(username_digest=digest, address=address[:64], at=now)
    by_name = LoginTry.objects.filter(username_digest=digest, at__gt=since).count()
    by_address = LoginTry.objects.filter(address=address[:64], at__gt=since).count() if address else 0
    if by_name > PER_USERNAME or by_address > PER_ADDRESS:
        raise RateLimited(
            "Trop d’essais de connexion. Réessayez dans un quart d’heure, ou demandez à votre administrateur.",
            retry_after=int(WINDOW.total_seconds()),
        )


def login_tries_forget(*, username: str) -> None:
    """Somebody entered: their mistakes are forgotten."""
    LoginTry.objects.filter(username_digest=_digest(username)).delete()


def login_tries_purge(*, now: datetime) -> int:
    """Remove what no longer counts; gives how many rows."""
    return LoginTry.objects.filter(at__lt=now - WINDOW).delete()[0]


def login_record(*, actor: Actor, how: str) -> None:
    """Keep who entered and how (``password``, ``password_totp``, ``proconnect``)."""
    audit_write(
        actor=actor, verb="agent_entered", entity="agent", entity_id=actor.agent_id, details={"how": how}
    )


@transaction.atomic
def agent_account_of_identity(*, issuer: str, subject: str, email: str, siret: str, now: datetime) -> Account:
    """The login of the invited agent behind a ProConnect identity (issuer, subject).

    First visit: the only open agent with this e-mail in the organisation with this SIRET; the identity is then kept.
    Nobody matches, or several: NotAllowed. An agent is never created here, only a login of an existing one.
    """
    refused = NotAllowed(
        "Votre compte ProConnect n’est pas invité sur cette plateforme : demandez à votre administrateur.",
        code="not_invited",
    )
    known = Identity.objects.select_related("account__agent_login__agent").filter(
        issuer=issuer, subject=subject, provider="proconnect"
    )
    identity = known.first()
    if identity is not None:
        account = identity.account
        if not account.is_active or account.agent_login.agent.closed_on is not None:
            raise refused
        Identity.objects.filter(pk=identity.pk).update(last_seen_at=now)
        return account
    if not email or not siret:
        raise refused
    agents = list(
        Agent.objects.select_for_update(of=("self",)).filter(
            email__iexact=email, organisation__siret=siret, closed_on__isnull=True
        )[:2]
    )
    if len(agents) != 1:
        raise refused
    account = _account_of(agents[0])
    if not account.is_active:
        raise refused
    Identity.objects.create(
        provider="proconnect", issuer=issuer, subject=subject, account=account, last_seen_at=now
    )
    return account


def _account_of(agent: Agent) -> Account:
    login = AgentLogin.objects.select_related("account").filter(agent=agent).order_by("pk").first()
    if login is not None:
        return login.account
    account = Account.objects.create_account(
        kind=AccountKind.AGENT, username=f"proconnect-{secrets.token_hex(8)}"
    )
    AgentLogin.objects.create(account=account, agent=agent)
    return account
