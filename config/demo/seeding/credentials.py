"""Logins of the demonstration: made once, written to one private file, stored in the base as digests only."""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django_otp.plugins.otp_totp.models import TOTPDevice

from config.demo.content_types import Agent
from config.demo.seeding.stage import Stage
from config.engines.state import write_private
from grc.enums import Role
from grc.selectors.actors import actor_of_token
from grc.services.setup_agents import agent_login_setup, token_issue

if TYPE_CHECKING:
    from grc import models

ACT_AS: Final = "act_as"
SECOND_FACTOR: Final = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
"""Main roles whose logins of the demonstration ask for a code, to show it; the others enter at once."""
_DEVICE: Final = "Démonstration"
_TOTP_BYTES: Final = 20


def credentials_seed(stage: Stage, path: Path) -> None:
    """Keep what the file says while the base agrees, make again what is missing; the other keys are left.

    Keys: ``agents`` (those who may take from every queue first) [{username, password, role, totp_secret (base32, as
    authenticator apps read it) or null, name, api_token, organisation}] and ``api_token`` (an administrator's, which
    may add ``?as=``).
    """
    written: dict[str, Any] = {}
    with suppress(FileNotFoundError, ValueError):
        written = json.loads(path.read_text(encoding="utf-8"))
    known = {entry.get("username"): entry for entry in written.get("agents") or []}
    rows = sorted(stage.content.agents, key=lambda row: not row.takes_all)
    wanted = written | {
        "api_token": _administrator_token(stage, str(written.get("api_token") or "")),
        "agents": [_entry(stage, row, known.get(row.username) or {}) for row in rows],
    }
    if wanted != written:
        write_private(path, json.dumps(wanted, ensure_ascii=False, indent=2) + "\n")
    path.chmod(0o600)


def _entry(stage: Stage, row: Agent, known: dict[str, Any]) -> dict[str, Any]:
    agent = stage.agents[row.username]
    token, password = str(known.get("api_token") or ""), str(known.get("password") or "")
    if not password or not _works(stage, token, agent):
        password = secrets.token_urlsafe(9)
        agent_login_setup(actor=stage.actor, agent=agent, password=password)
        token = token_issue(
            actor=stage.actor,
            username=f"demo-{row.username}",
            label=f"Démonstration, {agent.display_name}",
            agent=agent,
            at=stage.now,
        )
    account = agent_login_setup(actor=stage.actor, agent=agent, password=None)
    return {
        "username": row.username,
        "password": password,
        "role": row.main_role,
        "totp_secret": _second_factor(account) if row.main_role in SECOND_FACTOR else None,
        "name": agent.display_name,
        "api_token": token,
        "organisation": row.organisation,
    }


def _works(stage: Stage, token: str, agent: models.Agent, scope: str = "") -> bool:
    found = actor_of_token(token, now=stage.now) if token else None
    return (
        found is not None and found.actor.agent_id == agent.pk and (not scope or scope in found.actor.scopes)
    )


def _administrator_token(stage: Stage, known: str) -> str:
    row = next(
        agent
        for agent in stage.content.agents
        if agent.main_role == Role.ADMINISTRATOR and agent.organisation == stage.content.host.code
    )
    agent = stage.agents[row.username]
    if _works(stage, known, agent, ACT_AS):
        return known
    return token_issue(
        actor=stage.actor,
        username="demo-administration",
        label="Démonstration, administration",
        agent=agent,
        scopes=[ACT_AS],
        at=stage.now,
    )


def _second_factor(account: models.Account) -> str:
    """The secret of the confirmed device of a login, made at the first call."""
    device, _ = TOTPDevice.objects.get_or_create(
        user=account,
        name=_DEVICE,
        defaults={"key": secrets.token_hex(_TOTP_BYTES), "confirmed": True},
    )
    return base64.b32encode(binascii.unhexlify(device.key)).decode()
