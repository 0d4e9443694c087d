"""Monthly partitions of the append-only tables."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

from django.db import connection, transaction

TABLES: Final = ("grc_rawpayload", "grc_timelineentry", "grc_auditcontent", "grc_finishedevent")


def _month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def partitions_prepare(*, now: datetime, months_ahead: int = 3) -> list[str]:
    """Create the partitions of this month and the next ones; gives the names created.

    Rows that fell in the default partition for a month without its own stay there: the month is then left to it.
    """
    made: list[str] = []
    month = now.astimezone(UTC).date().replace(day=1)
    for _ in range(months_ahead + 1):
        after = _month_after(month)
        for table in TABLES:
            name = f"{table}_{month:%Y%m}"
            if _create(table, name, month, after):
                made.append(name)
        month = after
    return made


def _create(table: str, name: str, start: date, end: date) -> bool:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [name])
        row = cursor.fetchone()
        if row and row[0] is not None:
            return False
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM {table}_default WHERE at >= %s AND at < %s)",  # noqa: S608
            [start, end],
        )
        taken = cursor.fetchone()
        if taken and taken[0]:
            return False
        cursor.execute(
            f"CREATE TABLE {name} PARTITION OF {table} FOR VALUES FROM ('{start:%Y-%m-%d} 00:00+00') "
            f"TO ('{end:%Y-%m-%d} 00:00+00')"
        )
    return True
