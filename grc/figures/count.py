"""Adding one event to the aggregates, in the transaction of its delivery: exactly once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from grc.events import EventName
from grc.figures.definitions import definitions_by_event
from grc.subscriptions import PublishedEvent

PARIS: Final = ZoneInfo("Europe/Paris")
_BY_EVENT: Final = definitions_by_event()
_UPSERT: Final = """
INSERT INTO grc_figurecell (organisation_id, day, figure, channel, topic_code, theme, zone_code, team_code, site_code,
  count, seconds)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT ON CONSTRAINT figure_cell_once
DO UPDATE SET count = grc_figurecell.count + EXCLUDED.count, seconds = grc_figurecell.seconds + EXCLUDED.seconds
"""


Cell = tuple[int, date, str, str, str, str, str, str, str]
"""Organisation, day, figure, channel, topic, theme, zone, team, site."""


def counted_events() -> tuple[EventName, ...]:
    """Events that feed a figure."""
    return tuple(_BY_EVENT)


def figures_count(event: PublishedEvent) -> None:
    """Add one occurrence to the cell of each figure this event feeds; the day is Europe/Paris's."""
    _add((cell, 1, seconds) for cell, seconds in _cells(event))


def figures_count_many(events: Iterable[PublishedEvent]) -> None:
    """The same for many events, each cell written once."""
    totals: dict[Cell, list[int]] = {}
    for event in events:
        for cell, seconds in _cells(event):
            total = totals.setdefault(cell, [0, 0])
            total[0] += 1
            total[1] += seconds
    # In order, so that two writers never wait for each other's cells crosswise.
    _add((cell, count, seconds) for cell, (count, seconds) in sorted(totals.items()))


def _cells(event: PublishedEvent) -> Iterator[tuple[Cell, int]]:
    dims = event.payload.get("dims")
    if not dims:
        return
    for figure, source in _BY_EVENT.get(event.name, []):
        if source.when(event.payload):
            counted_at = datetime.fromisoformat(event.payload[source.day_of]) if source.day_of else event.at
            day = counted_at.astimezone(PARIS).date()
            cell = (
                dims["organisation"], day, figure, dims["channel"], dims["topic"], dims["theme"],
                dims["zone"], dims["team"], dims["site"],
            )  # fmt: skip
            yield cell, source.seconds(event.payload)


def _add(rows: Iterable[tuple[Cell, int, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_UPSERT, [[*cell, count, seconds] for cell, count, seconds in rows])
