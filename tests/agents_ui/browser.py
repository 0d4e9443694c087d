"""A browser of the console: the test client with a session of its own cookie."""

from __future__ import annotations

import re
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client

from agents_ui.auth.entering import BACKEND
from grc.enums import AccountKind
from grc.models import Account, Agent, AgentLogin

PASSWORD = "mot-de-passe-de-test"


def account_make(agent: Agent, password: str | None = None) -> Account:
    """The login of an agent, by default without a password."""
    account = Account.objects.create_account(
        kind=AccountKind.AGENT, username=agent.username, password=password
    )
    AgentLogin.objects.create(account=account, agent=agent)
    return account


def session_open(agent: Agent) -> str:
    """The key of an open session of this agent."""
    login = AgentLogin.objects.select_related("account").filter(agent=agent).first()
    account = login.account if login else account_make(agent)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def browser_of(agent: Agent) -> Client:
    """A client already inside the console."""
    client = Client()
    client.cookies[settings.CONSOLE_SESSION_COOKIE_NAME] = session_open(agent)
    return client


def form_key_of(html: str, action: str = "") -> str:
    """The key rendered in the form which posts to ``action`` (the first form that has one by default)."""
    part = html[html.index(f'action="{action}"') :] if action else html
    found = re.search(r'name="form_key" value="([0-9a-f-]{36})"', part)
    assert found is not None
    return found.group(1)
