"""The base the measures run on: ``python -m benchmarks.ground FILE --tickets N`` fills it and writes the keys to FILE.

The organisation, the topics and the articles are those of the demonstration's content; agents and requests are made
here in number, see :mod:`benchmarks.crowd`. FILE holds tokens and session keys of a base that lives for one run.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import django

AGENTS: Final = 100
CLAIMERS: Final = 8
PHONE_AGENTS: Final = 50
TEAMS: Final = 12
PRESENT: Final = 10
POSTAL_CODE: Final = "62100"
"""Of one commune only: no question is asked."""
LINE: Final = "+33321216216"
FLOOR_ROWS: Final = 15_000
FLOOR: Final = """
CREATE TABLE bench_read (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text UNIQUE, body text);
INSERT INTO bench_read (key, body) SELECT 'key-' || n, repeat('x', 200) FROM generate_series(0, %s) n;
CREATE TABLE bench_write (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text, at timestamptz, body text);
CREATE INDEX bench_write_key ON bench_write (key, at);
"""


def ground_make(*, tickets: int, now: datetime) -> dict[str, Any]:
    """Fill an empty, migrated base; gives what a client must know to use it."""
    from django.db import connection, transaction

    from benchmarks.crowd import Around, crowd_make
    from config.demo.content_loader import FOLDER, load_content
    from grc.enums import OrganisationKind, Role
    from grc.models import Line, Organisation, RoleGrant, Team, TeamMembership
    from knowledge.services.articles import articles_import

    content = load_content()
    with transaction.atomic():
        host = Organisation.objects.create(
            code=content.host.code, kind=OrganisationKind.HOST, name=content.host.label, sort_name="a"
        )
        teams = Team.objects.bulk_create(
            Team(organisation=host, code=f"equipe-{n}", label=f"Équipe {n}", fallback=n == 0)
            for n in range(TEAMS)
        )
        script = json.loads((FOLDER / "voice_script.json").read_text("utf-8"))
        Line.objects.create(
            organisation=host, number=LINE, label="Ligne mesurée", script=script, receives_sms=True
        )
        topics, communes = _topics(host, content), _communes()
        agents = _agents(host)
        RoleGrant.objects.bulk_create(
            RoleGrant(agent=agent, role=Role.MANAGER if n < CLAIMERS else Role.INSTRUCTOR, organisation=host)
            for n, agent in enumerate(agents)
        )
        RoleGrant.objects.bulk_create(
            RoleGrant(agent=agent, role=Role.INSTRUCTOR, organisation=host) for agent in agents[:CLAIMERS]
        )
        phone_agents = agents[CLAIMERS : CLAIMERS + PHONE_AGENTS]
        RoleGrant.objects.bulk_create(
            RoleGrant(agent=agent, role=Role.RECEPTION, organisation=host) for agent in phone_agents
        )
        TeamMembership.objects.bulk_create(
            TeamMembership(agent=agent, team=teams[n % TEAMS]) for n, agent in enumerate(agents)
        )
        _present(agents[-PRESENT:], now)
        articles_import(actor=_system(), organisation_id=host.pk, articles=content.articles, at=now)
        # Those who claim hold none of the crowd's requests: theirs go back to the queue between two measures.
        around = Around(host, teams, topics, communes, agents[CLAIMERS:])
        crowd_make(around, tickets=tickets, now=now)
    with connection.cursor() as cursor:
        cursor.execute(FLOOR, [FLOOR_ROWS - 1])
        cursor.execute("ANALYZE")
    return {
        "line": LINE,
        "postal_code": POSTAL_CODE,
        "teams": [team.code for team in teams],
        "agents": [_keys(agent) for agent in agents[:CLAIMERS]],
        "phone_agents": [_keys(agent) | {"desk": agent.desk_phone} for agent in phone_agents],
        "agent_ids": [agent.pk for agent in agents[:CLAIMERS]],
        "references": _references(),
        "topics": [topic.code for topic in topics if topic.parent_id and topic.confidentiality == "normal"],
        "floor_rows": FLOOR_ROWS,
    }


def _present(agents: list[Any], now: datetime) -> None:
    """Agents who talk: callers wait, and their wait is estimated."""
    from grc.enums import PresenceState
    from grc.models import Presence

    Presence.objects.bulk_create(
        Presence(agent=agent, state=PresenceState.ON_CONTACT, since=now) for agent in agents
    )


def _system() -> Any:
    from grc.types import system_actor

    return system_actor("Mesures")


def _references() -> list[str]:
    from grc.models import Ticket

    rows = Ticket.objects.filter(state="open").order_by("pk").values_list("reference", flat=True)
    return list(rows[:500])


def _topics(host: Any, content: Any) -> list[Any]:
    from grc.models import Topic
    from grc.reference.names import fold, sort_key

    themes = {}
    for row in content.themes:
        themes[row.code] = Topic.objects.create(
            organisation=host, code=row.code, label=row.label, sort_label=sort_key(row.label),
            theme=row.code, path=[row.code], words=list(row.words),
            search_text=fold(" ".join([row.label, *row.words])),
        )  # fmt: skip
    return [
        *themes.values(),
        *Topic.objects.bulk_create(
            Topic(
                organisation=host, code=row.code, label=row.label, sort_label=sort_key(row.label),
                parent=themes[row.theme], theme=row.theme, path=[row.theme, row.code], words=list(row.words),
                search_text=fold(" ".join([row.label, *row.words])), confidentiality=row.sensitivity or "normal",
            )
            for row in content.topics
        ),
    ]  # fmt: skip


def _communes() -> list[Any]:
    from grc.models import Commune
    from grc.reference.shipped import load_shipped
    from grc.services.communes import communes_import

    communes_import(data=load_shipped())
    return list(Commune.objects.filter(departement="62").order_by("code"))


def _agents(host: Any) -> list[Any]:
    from grc.models import Agent

    return Agent.objects.bulk_create(
        Agent(
            organisation=host,
            username=f"agent{n}",
            display_name=f"Agent {n}",
            sort_name=f"agent {n:03d}",
            desk_phone=f"+3319900{n:04d}",
        )
        for n in range(AGENTS)
    )


def _keys(agent: Any) -> dict[str, str]:
    """A token for the API and an open session of the console."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from agents_ui.auth.entering import BACKEND
    from grc.enums import AccountKind
    from grc.models import Account, AgentLogin, ApiToken
    from grc.selectors.actors import token_digest

    token = secrets.token_urlsafe(24)
    client = Account.objects.create_account(kind=AccountKind.CLIENT, username=f"mesure-{agent.username}")
    ApiToken.objects.create(
        account=client, agent=agent, label=agent.username, digest=token_digest(token), scopes=[]
    )
    account = Account.objects.create_account(kind=AccountKind.AGENT, username=agent.username)
    AgentLogin.objects.create(account=account, agent=agent)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(account.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session.create()
    cookie = f"{settings.CONSOLE_SESSION_COOKIE_NAME}={session.session_key}"
    return {"username": agent.username, "token": token, "cookie": cookie}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ground", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--tickets", type=int, default=15_000)
    options = parser.parse_args(arguments)
    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    call_command("migrate", interactive=False, verbosity=0)
    options.file.touch(mode=0o600)
    options.file.write_text(json.dumps(ground_make(tickets=options.tickets, now=timezone.now())), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
