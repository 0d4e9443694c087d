"""The town of the scenarios: the demonstration's own content, seeded once, and what each scenario leaves is removed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models

from config.demo.content_loader import load_content
from config.demo.seeding.organisations import organisations_seed
from config.demo.seeding.people import agents_seed
from config.demo.seeding.stage import Stage
from config.demo.seeding.territories import assignments_seed, communes_seed, zones_seed
from config.demo.seeding.topics import topics_seed
from grc.models import Agent, Calendar, Line, Organisation, Team
from grc.reference.shipped import load_shipped
from grc.selectors import waiting
from tests.factories import token_make

SEEDED_AT: Final = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
MAIN_LINE: Final = "+33321216216"
"""The line with real hours, and one that never closes."""
# What the seeding fills and no call changes, by table. All the rest is emptied after each scenario.
KEPT: Final = frozenset(
    {
        "grc_organisation", "grc_calendar", "grc_team", "grc_site", "grc_line", "grc_topic", "grc_topicform",
        "grc_topicneed", "grc_clockpolicy", "grc_commune", "grc_communename",
        "grc_communepostalcode", "grc_adminarea", "grc_agent", "grc_rolegrant", "grc_teammembership",
        "grc_account", "grc_agentlogin", "grc_apitoken", "django_content_type", "auth_permission",
        "django_migrations",
    }
)  # fmt: skip
KEPT_FOLDERS: Final = frozenset({"routing"})
# Rows that a scenario may change and that must be as they were for the next one.
RESTORED: Final[tuple[type[models.Model], ...]] = (Line, Calendar, Team, Organisation, Agent)


@dataclass
class Base:
    """The seeded town. `api_token`: an administrator's."""

    stage: Stage
    api_token: str
    emptied: list[str]
    rows: dict[type[models.Model], list[dict[str, Any]]] = field(default_factory=dict)

    def forget(self) -> None:
        """Empty what a scenario filled and put back what it changed.

        What the process remembers of a moment goes too: the next scenario may live the same moment again.
        """
        waiting._boards.clear()
        waiting._measures.clear()
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(self.emptied)}")
            for model, rows in self.rows.items():
                model._default_manager.exclude(pk__in=[row["id"] for row in rows]).delete()
                for row in rows:
                    model._default_manager.filter(pk=row["id"]).update(**row)


def base_make() -> Base:
    """Seed the town: some seconds, once for all the scenarios."""
    shipped = load_shipped()
    nearby = replace(shipped, communes=tuple(row for row in shipped.communes if row.departement == "62"))
    stage = Stage(content=load_content(), now=SEEDED_AT, demo_line="+33321000062", say=lambda _: None)
    communes_seed(stage, nearby)
    organisations_seed(stage)
    topics_seed(stage)
    zones_seed(stage)
    assignments_seed(stage)
    agents_seed(stage)
    administrator = next(row for row in stage.content.agents if row.main_role == "administrator")
    token = token_make(stage.agents[administrator.username], scopes=["act_as"])
    base = Base(stage, token, _emptied())
    for model in RESTORED:
        base.rows[model] = list(model._default_manager.values())
    base.forget()
    return base


def base_remove() -> None:
    """Leave the tables as the other tests expect them: empty."""
    tables = [name for name in connection.introspection.table_names() if name in _tables()]
    kept = {"django_content_type", "auth_permission", "django_migrations"}
    for statement in connection.ops.sql_flush(
        no_style(), [t for t in tables if t not in kept], allow_cascade=True
    ):
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _tables() -> set[str]:
    return {
        model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed
    }


def _emptied() -> list[str]:
    folders = tuple(f"{folder}_" for folder in KEPT_FOLDERS)
    present = set(connection.introspection.table_names())
    return sorted(t for t in _tables() & present if t not in KEPT and not t.startswith(folders))
