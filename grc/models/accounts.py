"""Logins and nothing else: who may enter, by which proof."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from grc.enums import AccountKind, choices


class AccountManager(BaseUserManager["Account"]):
    """Creates logins; the kind is given once and never changes."""

    def create_account(self, *, kind: AccountKind, username: str, password: str | None = None) -> Account:
        account = self.model(kind=kind, username=username)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(username=username)


class Account(AbstractBaseUser):
    """``AUTH_USER_MODEL``. ``kind`` is immutable: a trigger of the first migration refuses to change it."""

    username = models.CharField(max_length=150, unique=True)
    kind = models.CharField(max_length=10, choices=choices(AccountKind))
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    is_superuser = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="account_kind_known", condition=Q(kind__in=[kind.value for kind in AccountKind])
            ),
            models.CheckConstraint(
                name="account_staff_is_agent",
                condition=Q(is_staff=False, is_superuser=False) | Q(kind=AccountKind.AGENT.value),
            ),
            models.CheckConstraint(
                name="account_password_only_agent",
                condition=Q(kind=AccountKind.AGENT.value) | Q(password__startswith="!"),  # noqa: S106  (the mark of no password),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Only the engineers' admin (``/admin/``) asks; the product's own rights are in grc.policies."""
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_superuser


class AgentLogin(models.Model):
    """One login of an agent. A database check of its own keeps the kinds apart (trigger in the first migration)."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="agent_login")
    agent = models.ForeignKey("grc.Agent", on_delete=models.PROTECT, related_name="logins")


class CitizenLogin(models.Model):
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="citizen_login")
    citizen = models.ForeignKey(
        "grc.Citizen", on_delete=models.PROTECT, related_name="logins", null=True, blank=True
    )


class Identity(models.Model):
    """A login of an account at an issuer: (issuer, subject), FranceConnect's ``sub`` stable per service."""

    provider = models.CharField(max_length=20, help_text="franceconnect (residents) or proconnect (agents)")
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="identities")
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="identity_once", fields=["issuer", "subject"])]


class ApiToken(models.Model):
    """A client's bearer token: only its SHA-256 is stored. ``agent`` binds it to the rights of one agent."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    agent = models.ForeignKey(
        "grc.Agent", on_delete=models.PROTECT, null=True, blank=True, related_name="tokens"
    )
    label = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
