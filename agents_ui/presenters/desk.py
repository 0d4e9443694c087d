"""The day of a counter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grc.models import Site, Visit


@dataclass(frozen=True)
class VisitLine:
    id: int
    contact_id: int
    number: int
    arrived_at: datetime
    motive: str
    desk: str
    agent: str


@dataclass(frozen=True)
class DeskPage:
    code: str
    name: str
    waiting: tuple[VisitLine, ...]
    called: tuple[VisitLine, ...]
    served: int
    absent: int


def desk_page(site: Site, visits: Sequence[Visit]) -> DeskPage:
    """Who waits, who is with somebody, how many were received or did not come."""
    pending = [visit for visit in visits if visit.served_at is None and visit.no_show_at is None]
    return DeskPage(
        code=site.code,
        name=site.name,
        waiting=tuple(_line(visit) for visit in pending if visit.called_at is None),
        called=tuple(_line(visit) for visit in pending if visit.called_at is not None),
        served=sum(visit.served_at is not None for visit in visits),
        absent=sum(visit.no_show_at is not None for visit in visits),
    )


def _line(visit: Visit) -> VisitLine:
    agent = visit.contact.agent
    return VisitLine(
        id=visit.pk,
        contact_id=visit.contact_id,
        number=visit.arrival_number,
        arrived_at=visit.arrived_at,
        motive=visit.motive,
        desk=visit.desk,
        agent=agent.display_name if agent and visit.called_at else "",
    )
