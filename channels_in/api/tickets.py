"""Requests: list, read, claim, reply, close; the next one of a queue."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from ninja import Query, Router, Schema, Status
from pydantic import Field, JsonValue

from channels_in.api import schemas
from channels_in.api.access import caller
from channels_in.api.shapes import listed_shape, ticket_shape
from grc.errors import Invalid, NotFound
from grc.references import parse
from grc.selectors.directory import team_by_code
from grc.selectors.ticket_lists import TicketFilter, ticket_clocks, tickets_listed
from grc.selectors.tickets import ticket_get, ticket_messages
from grc.services.audit import audit_read
from grc.services.ticket_claim import ticket_claim, ticket_claim_next
from grc.services.ticket_close import ticket_close
from grc.services.ticket_work import ticket_reply
from grc.types import Actor

if TYPE_CHECKING:
    from grc.models import Ticket

router = Router(tags=["Demandes"])
ERRORS = dict.fromkeys((401, 403, 404, 422, 429), schemas.ErrorOut)
"""What any call may be refused with; 422: a value is missing or does not fit."""
MOVES = {200: schemas.TicketOut, 409: schemas.ErrorOut, **ERRORS}
WITH_BODY = {400: schemas.ErrorOut, **MOVES}
_MOMENT: Final[dict[str, JsonValue]] = {
    "anyOf": [{"format": "date"}, {"format": "date-time"}, {"maxLength": 0}]
}


class TicketQuery(Schema):
    """``since`` and ``until``: on the creation, an instant or a day (ISO 8601); a day is wholly included."""

    state: str = ""
    team: str = ""
    topic: str = ""
    commune: str = ""
    channel: str = ""
    assignee: str = ""
    since: str = Field("", json_schema_extra=_MOMENT)
    until: str = Field("", json_schema_extra=_MOMENT)
    after: str = ""
    limit: int = Field(50, ge=1, le=200)


@router.get("/tickets", response={200: schemas.TicketPage, **ERRORS}, summary="Lister")
def tickets_list(request: HttpRequest, query: Query[TicketQuery]) -> schemas.TicketPage:
    actor = caller(request)
    chosen = TicketFilter(
        state=query.state,
        team=query.team,
        topic=query.topic,
        commune=query.commune,
        channel=query.channel,
        assignee=query.assignee,
        since=instant("since", query.since),
        until=instant("until", query.until, whole_day=True),
    )
    rows = tickets_listed(actor=actor, chosen=chosen, after=query.after, limit=query.limit + 1)
    page = rows[: query.limit]
    more = len(rows) > query.limit
    if page:
        audit_read(actor=actor, entity="ticket_list", entity_id=None, purpose="api")
    return schemas.TicketPage(
        items=[listed_shape(actor, row) for row in page],
        next=next_address(request, page[-1].reference) if more else None,
    )


@router.get("/tickets/{reference}", response={200: schemas.TicketOut, **ERRORS}, summary="Lire une demande")
def ticket_read(request: HttpRequest, reference: str) -> schemas.TicketOut:
    actor = caller(request)
    ticket = ticket_get(actor=actor, reference=canonical(reference))
    audit_read(
        actor=actor, entity="ticket", entity_id=ticket.pk, citizen_id=ticket.requester_id, purpose="api"
    )
    return whole(actor, ticket)


@router.post("/tickets/{reference}/claim", response=MOVES, summary="Prendre une demande")
def ticket_claim_post(request: HttpRequest, reference: str) -> schemas.TicketOut:
    actor = caller(request)
    ticket = ticket_get(actor=actor, reference=canonical(reference))
    return whole(actor, ticket_claim(actor=actor, ticket=ticket))


@router.post(
    "/tickets/{reference}/reply", response=WITH_BODY, summary="Répondre à la personne, sur son canal"
)
def ticket_reply_post(request: HttpRequest, reference: str, given: schemas.ReplyIn) -> schemas.TicketOut:
    actor = caller(request)
    ticket = ticket_get(actor=actor, reference=canonical(reference))
    ticket_reply(actor=actor, ticket=ticket, body=given.body)
    return whole(actor, ticket_get(actor=actor, reference=ticket.reference))


@router.post("/tickets/{reference}/close", response=WITH_BODY, summary="Clore avec une issue")
def ticket_close_post(request: HttpRequest, reference: str, given: schemas.CloseIn) -> schemas.TicketOut:
    actor = caller(request)
    ticket = ticket_get(actor=actor, reference=canonical(reference))
    return whole(actor, ticket_close(actor=actor, ticket=ticket, outcome=given.outcome, note=given.note))


@router.post(
    "/queues/{team}/claim-next", response={204: None, **MOVES}, summary="Prendre la suivante d’une file"
)
def queue_claim_next(request: HttpRequest, team: str) -> schemas.TicketOut | Status[None]:
    """204 when the queue holds nothing this agent may take."""
    actor = caller(request)
    queue = team_by_code(team)
    if all(grant.organisation_id != queue.organisation_id for grant in actor.grants):
        raise NotFound(f"Aucune équipe n’a le code « {team} ».")
    ticket = ticket_claim_next(actor=actor, team=queue)
    return Status(204, None) if ticket is None else whole(actor, ticket)


def canonical(reference: str) -> str:
    """Ten digits, however they were typed. Raises NotFound: a number with a wrong check digit names nothing."""
    try:
        return parse(reference)
    except Invalid as error:
        raise NotFound("Aucune demande ne porte ce numéro.") from error


def whole(actor: Actor, ticket: Ticket) -> schemas.TicketOut:
    return ticket_shape(
        ticket,
        messages=ticket_messages(actor=actor, ticket=ticket),
        clocks=ticket_clocks(actor=actor, ticket=ticket),
    )


def next_address(request: HttpRequest, after: str) -> str:
    """The same list, from the row after ``after``."""
    query = {name: value for name, value in request.GET.items() if name != "after"}
    return request.build_absolute_uri(f"{request.path}?{urlencode({**query, 'after': after})}")


def instant(name: str, text: str, *, whole_day: bool = False) -> datetime | None:
    """An aware instant; a day is its first instant in Paris, or with ``whole_day`` the first of the next day."""
    if not text:
        return None
    with suppress(ValueError, OverflowError):
        day = parse_date(text)
        if day is not None:
            start = day + timedelta(days=1) if whole_day else day
            return timezone.make_aware(datetime.combine(start, datetime.min.time()))
        moment = parse_datetime(text)
        if moment is not None:
            return moment if timezone.is_aware(moment) else timezone.make_aware(moment)
    raise Invalid(fields={name: ["Une date (AAAA-MM-JJ) ou un instant ISO 8601 est attendu."]})
