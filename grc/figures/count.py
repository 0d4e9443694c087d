"""Adding one event to the aggregates, in the transaction of its delivery: exactly once."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.db import connection

from grc.figures.definitions import definitions_by_event
from grc.subscriptions import PublishedEvent

PARIS: Final = ZoneInfo("Europe/Paris")
_BY_EVENT: Final = definitions_by_event()
_UPSERT: Final = """
INSERT INTO grc_figurecell (organisation_id, day, figure, channel, topic_code, theme, zone_code, team_code, site_code,
  count, seconds)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, 1, %s)
ON CONFLICT ON CONSTRAINT figure_cell_once
DO UPDATE SET count = grc_figurecell.count + 1, seconds = grc_figurecell.seconds + EXCLUDED.seconds
"""


def figures_count(event: PublishedEvent) -> None:
    """Add one occurrence to the cell of each figure this event feeds; the day is Europe/Paris's."""
    dims = event.payload.get("dims")
    if not dims:
        return
    with connection.cursor() as cursor:
        for figure, source in _BY_EVENT.get(event.name, []):
            if not source.when(event.payload):
                continue
            counted_at = datetime.fromisoformat(event.payload[source.day_of]) if source.day_of else event.at
            day = counted_at.astimezone(PARIS).date()
            cursor.execute(
                _UPSERT,
                [
                    dims["organisation"], day, figure, dims["channel"], dims["topic"], dims["theme"],
                    dims["zone"], dims["team"], dims["site"], source.seconds(event.payload),
                ],
            )  # fmt: skip
