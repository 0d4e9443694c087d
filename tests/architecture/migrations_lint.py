"""``python -m tests.architecture.migrations_lint``: what a migration would break while the service runs.

Two versions of the code meet one base during an update, and a table that is locked stops every channel: the linter
reads the SQL of each migration for what the running version cannot live with, for what locks, and for what is lost.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import django
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements

from tests.support.environment import engines_ensure, variables_set

APPS: Final = ("grc", "routing", "knowledge", "channels_in", "agents_ui", "config")
RELEASED: Final[Mapping[str, str]] = {}
"""Application -> the last migration of the last release. Empty: there has been none, no base in service is older."""
NEEDS_A_SERVICE: Final = frozenset(
    {"NOT_NULL", "ADD_UNIQUE", "CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "DROP_INDEX", "REINDEX"}
)
"""What only harms a base in service: another version writing at that moment, or people waiting for a lock.

What loses data or cannot be undone (a column or a table dropped or renamed, a type changed, code without its way back)
is refused from the first day.
"""
ONLY_NAMES: Final = frozenset({"RUNPYTHON_ARGS_NAMING_CONVENTION", "RUNPYTHON_MODEL_VARIABLE_NAME"})
"""How the variables of a data migration are called: nothing breaks by it."""
EXCUSED: Final[Mapping[tuple[str, str, str], str]] = {
    ("grc", "0011_callback_attempts", "DROP_COLUMN"): "Callback.leg_id was added by 0006 and never written.",
}
"""Application, migration and code -> the sentence that says why there is no danger there."""


@dataclass(frozen=True, slots=True)
class Finding:
    app: str
    migration: str
    code: str
    what: str

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.app, self.migration, self.code)


def findings(linter: MigrationLinter) -> Iterator[Finding]:
    """Everything found in our migrations, one finding for a code in a migration."""
    for (app, name), migration in sorted(linter.migration_loader.disk_migrations.items()):
        if app in APPS:
            found = analyse_sql_statements(linter.sql_analyser_class, linter.get_sql(app, name), [])
            data = linter.analyse_data_migration(migration)
            issues = {issue.code: issue for issues in (*found, *data) for issue in issues}
            yield from (Finding(app, name, code, issue.message) for code, issue in sorted(issues.items()))


def refused(
    found: Iterable[Finding],
    *,
    released: Mapping[str, str] = RELEASED,
    excused: Mapping[tuple[str, str, str], str] = EXCUSED,
) -> list[Finding]:
    """What must not be merged: neither excused, nor written for a base that is not in service yet."""
    return [
        finding
        for finding in found
        if finding.key not in excused
        and finding.code not in ONLY_NAMES
        and finding.migration > released.get(finding.app, "")
        and (released or finding.code not in NEEDS_A_SERVICE)
    ]


def main() -> int:
    """Exit code: 0 nothing to refuse, 1 something, or an excuse that serves no more."""
    variables_set()
    engines_ensure()
    django.setup()
    logging.getLogger("django_migration_linter").setLevel(logging.WARNING)
    found = list(findings(MigrationLinter()))
    bad = refused(found)
    useless = sorted(set(EXCUSED) - {finding.key for finding in found})
    for finding in bad:
        sys.stdout.write(f"{finding.app} {finding.migration} {finding.code}: {finding.what}\n")
    for key in useless:
        sys.stdout.write(f"{' '.join(key)}: excused, and not found any more\n")
    if not (bad or useless):
        sys.stdout.write(f"Migrations: nothing refused, {len(found)} remarks for a base in service\n")
    return 1 if bad or useless else 0


if __name__ == "__main__":
    sys.exit(main())
