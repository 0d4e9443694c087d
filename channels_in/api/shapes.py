"""From rows to what the API gives: named fields only, never a whole row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channels_in.api import schemas
from grc.policies import can_see_motive
from grc.types import Actor

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grc.models import Citizen, Clock, Commune, Message, Ticket, Topic
    from grc.selectors.contact_story import ContactStory
    from routing.selectors.competence import Competence


def topic_reference(topic: Topic | None) -> schemas.CodeLabel | None:
    return schemas.CodeLabel(code=topic.code, label=topic.label) if topic is not None else None


def ticket_shape(
    ticket: Ticket, *, messages: Iterable[Message], clocks: Iterable[Clock]
) -> schemas.TicketOut:
    """A whole request, for somebody who may open it."""
    commune, team, assignee = ticket.commune, ticket.team, ticket.assignee
    return schemas.TicketOut(
        reference=ticket.reference,
        state=ticket.state,
        outcome=ticket.outcome or None,
        topic=topic_reference(ticket.topic),
        commune=schemas.CodeName(code=commune.code, name=commune.name) if commune is not None else None,
        zone=schemas.CodeLabel(code=ticket.zone_code, label=ticket.zone_label) if ticket.zone_code else None,
        team=schemas.CodeLabel(code=team.code, label=team.label) if team is not None else None,
        assignee=schemas.AssigneeOut(username=assignee.username, name=assignee.display_name)
        if assignee is not None
        else None,
        priority=ticket.priority,
        routing_reasons=ticket.routing_reasons,
        clocks=[schemas.ClockOut(kind=row.kind, due=row.due_at, state=row.state) for row in clocks],
        channel=ticket.channel,
        created_at=ticket.created_at,
        closed_at=ticket.closed_at,
        messages=[_message(row) for row in messages],
    )


def listed_shape(actor: Actor, ticket: Ticket) -> schemas.TicketOut:
    """A request in a list: the motive of a discreet one is hidden from those who do not handle it."""
    messages = sorted(ticket.messages.all(), key=lambda row: (row.at, row.pk))
    shape = ticket_shape(
        ticket, messages=messages, clocks=sorted(ticket.clocks.all(), key=lambda row: row.kind)
    )
    if not can_see_motive(actor, ticket):
        return shape.model_copy(update={"topic": None, "routing_reasons": [], "messages": []})
    return shape


def _message(row: Message) -> schemas.MessageOut:
    return schemas.MessageOut(
        direction=row.direction, channel=row.channel, body=row.body, at=row.at, delivery=row.delivery or None
    )


def _citizen(citizen: Citizen | None) -> schemas.CitizenOut | None:
    if citizen is None:
        return None
    names = (citizen.given_names, citizen.usual_name or citizen.family_name)
    return schemas.CitizenOut(id=citizen.pk, name=" ".join(name for name in names if name))


def contact_shape(actor: Actor, story: ContactStory) -> schemas.ContactOut:
    contact = story.contact
    return schemas.ContactOut(
        id=contact.pk,
        channel=contact.channel,
        direction=contact.direction,
        started_at=contact.started_at,
        citizen=_citizen(contact.citizen),
        tickets=[listed_shape(actor, ticket) for ticket in story.tickets],
        instant_answers=[
            schemas.InstantAnswerOut(
                topic=topic_reference(row.topic),
                said=row.said,
                article_ref=row.article_ref,
                article_title=row.article_title,
                article_version=row.article_version,
                at=row.at,
            )
            for row in story.instant_answers
        ],
        callbacks=[
            schemas.CallbackOut(
                number=row.number,
                state=row.state,
                reason=row.reason,
                window_start=row.window_start,
                window_end=row.window_end,
                created_at=row.created_at,
            )
            for row in story.callbacks
        ],
    )


def topic_shape(topic: Topic) -> schemas.TopicOut:
    return schemas.TopicOut(code=topic.code, label=topic.label, theme=topic.theme, path=topic.path)


def commune_shape(commune: Commune) -> schemas.CommuneOut:
    epci = schemas.CodeName(code=commune.epci_code, name=commune.epci_name) if commune.epci_code else None
    return schemas.CommuneOut(
        code=commune.code, name=commune.name, departement=commune.departement, epci=epci
    )


def competence_shape(found: Competence) -> schemas.CompetenceOut:
    organisation, team, zone = found.organisation, found.team, found.zone
    return schemas.CompetenceOut(
        organisation=schemas.CodeName(code=organisation.code, name=organisation.name)
        if organisation is not None
        else None,
        team=schemas.CodeLabel(code=team.code, label=team.label) if team is not None else None,
        zone=schemas.CodeLabel(code=zone.code, label=zone.label) if zone is not None else None,
        commune=commune_shape(found.commune),
        reasons=list(found.reasons),
    )
