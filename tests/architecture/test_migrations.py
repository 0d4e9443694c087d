"""The linter of migrations: what it refuses, before and after a first release."""

from __future__ import annotations

import pytest
from django_migration_linter.sql_analyser.analyser import analyse_sql_statements, get_sql_analyser_class

from tests.architecture.migrations_lint import EXCUSED, Finding, refused

ENGINE = "django.db.backends.postgresql"


def _codes(*statements: str) -> set[str]:
    errors, _, warnings = analyse_sql_statements(get_sql_analyser_class(ENGINE), list(statements), [])
    return {issue.code for issue in [*errors, *warnings]}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ('ALTER TABLE "grc_ticket" DROP COLUMN "state" CASCADE;', "DROP_COLUMN"),
        ('DROP TABLE "grc_ticket" CASCADE;', "DROP_TABLE"),
        ('ALTER TABLE "grc_ticket" RENAME COLUMN "state" TO "status";', "RENAME_COLUMN"),
        ('ALTER TABLE "grc_ticket" RENAME TO "grc_request";', "RENAME_TABLE"),
        ('ALTER TABLE "grc_ticket" ALTER COLUMN "priority" TYPE bigint;', "ALTER_COLUMN"),
    ],
)
def test_refused__what_loses_data_from_the_first_day(statement: str, code: str) -> None:
    assert _codes(statement) == {code}
    finding = Finding("grc", "0099_change", code, "")
    assert refused([finding], released={}) == [finding]
    assert refused([finding], released={"grc": "0098_before"}) == [finding]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ('ALTER TABLE "grc_ticket" ADD COLUMN "x" integer NOT NULL;', "NOT_NULL"),
        ('CREATE INDEX "i" ON "grc_ticket" ("state");', "CREATE_INDEX"),
        ('ALTER TABLE "grc_ticket" ADD CONSTRAINT "u" UNIQUE ("state");', "ADD_UNIQUE"),
    ],
)
def test_refused__what_harms_a_base_in_service_once_there_is_one(statement: str, code: str) -> None:
    assert _codes(statement) == {code}
    finding = Finding("grc", "0099_change", code, "")
    assert refused([finding], released={}) == []
    assert refused([finding], released={"grc": "0098_before"}) == [finding]
    assert refused([finding], released={"grc": "0099_change"}) == [], "released already: never edited"


def test_refused__not_what_a_sentence_excuses() -> None:
    finding = Finding("grc", "0099_change", "DROP_TABLE", "")
    reason = {("grc", "0099_change", "DROP_TABLE"): "The table was never written."}
    assert refused([finding], released={}, excused=reason) == []
    assert [key for key, why in EXCUSED.items() if not why.endswith(".")] == []
