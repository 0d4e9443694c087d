"""What is known and what is counted: articles for what people say, the service-level report."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field, JsonValue

from channels_in.api.access import caller
from channels_in.api.tickets import ERRORS
from grc import clock
from grc.errors import Invalid
from grc.figures.report import service_level_report
from grc.selectors.directory import host_organisation
from knowledge.services.guidance import guidance_find

router = Router(tags=["Réponses et chiffres"])
MOST_WORDS = 500  # characters of a question
_DAY: Final[dict[str, JsonValue]] = {"format": "date"}


class PeriodQuery(Schema):
    """Days included, Europe/Paris."""

    start: str = Field(json_schema_extra=_DAY)
    end: str = Field(json_schema_extra=_DAY)


class GuidanceOut(Schema):
    """One article; ``score`` compares within one answer only."""

    ref: str
    title: str
    summary: str
    topics: list[str]
    score: float
    version: int


class GuidancePage(Schema):
    """``degraded``: found by the simpler search, the index does not answer."""

    items: list[GuidanceOut]
    next: str | None
    degraded: bool


@router.get(
    "/guidance", response={200: GuidancePage, **ERRORS}, summary="Fiches pour ce que dit une personne"
)
def guidance_read(request: HttpRequest, q: str, limit: int = 5) -> GuidancePage:
    """The best first, at most 50; the articles of the token's organisation and those true everywhere."""
    actor = caller(request)
    found = guidance_find(
        words=q[:MOST_WORDS],
        limit=max(1, min(50, limit)),
        organisation_id=actor.organisation_id or host_organisation().pk,
        agents=actor.agent_id is not None,
    )
    items = [
        GuidanceOut(
            ref=hit.ref,
            title=hit.title,
            summary=hit.summary,
            topics=list(hit.topics),
            score=hit.score,
            version=hit.version,
        )
        for hit in found.hits
    ]
    return GuidancePage(items=items, next=None, degraded=found.degraded)


@router.get(
    "/reports/service-level",
    response={200: dict[str, Any], **ERRORS},
    summary="Rapport d’activité d’une période",
)
def service_level_read(request: HttpRequest, query: Query[PeriodQuery]) -> dict[str, Any]:
    """The names are those of the definitions page."""
    days = {"start": _day(query.start), "end": _day(query.end)}
    wrong = {
        name: ["Une date est attendue, par exemple 2026-11-22."] for name, day in days.items() if day is None
    }
    if days["start"] is None or days["end"] is None:
        raise Invalid("Une date de la période est illisible.", fields=wrong)
    return service_level_report(actor=caller(request), start=days["start"], end=days["end"], now=clock.now())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
