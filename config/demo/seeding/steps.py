"""The steps of a request: taken, noted, answered, waited for, transferred, closed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from config.demo.life_types import PlannedStep
from config.demo.seeding.acts import Act
from config.demo.seeding.stage import Stage
from config.demo.seeding.troupe import Troupe
from grc.enums import Channel, Outcome, PendingReason, TicketState
from grc.services.intake import message_receive
from grc.services.ticket_claim import ticket_claim
from grc.services.ticket_close import ticket_close, ticket_resume, ticket_wait_for_citizen
from grc.services.ticket_work import ticket_citizen_writes, ticket_note, ticket_reply, ticket_transfer
from grc.types import channel_actor, system_actor

if TYPE_CHECKING:
    from grc.models import Organisation, Ticket

PROVIDER: Final = "demo"
PERSON: Final = channel_actor("La personne")
RESUMED: Final = system_actor("Réponse reçue")


def step_play(stage: Stage, troupe: Troupe, act: Act, ticket: Ticket) -> None:
    step = act.step
    if step is None or ticket.state == TicketState.CLOSED:
        return
    if step.kind == "claim":
        ticket_claim(actor=troupe.who_takes(step.actor, ticket), ticket=ticket)
    elif step.kind == "note":
        ticket_note(actor=troupe.holder(ticket), ticket=ticket, body=step.text)
    elif step.kind == "reply":
        ticket_reply(actor=troupe.holder(ticket), ticket=ticket, body=step.text)
    elif step.kind == "ask":
        actor = troupe.holder(ticket)
        ticket_reply(actor=actor, ticket=ticket, body=step.text)
        ticket_wait_for_citizen(actor=actor, ticket=ticket, reason=PendingReason.CITIZEN_PIECE)
    elif step.kind == "receive":
        _receive(stage, act, ticket, step)
    elif step.kind == "transfer":
        _transfer(stage, troupe, ticket, step)
    else:
        ticket_close(
            actor=troupe.holder(ticket),
            ticket=ticket,
            outcome=Outcome(step.outcome),
            note=step.text,
            oriented_to=_oriented_to(stage, act) if step.outcome == Outcome.ORIENTED else None,
        )


def _receive(stage: Stage, act: Act, ticket: Ticket, step: PlannedStep) -> None:
    """The person answers: by SMS who wrote by SMS, in the conversation of the portal who did not."""
    contact = ticket.origin_contact
    if contact.channel == Channel.SMS:
        message_receive(
            actor=PERSON,
            organisation=stage.host,
            channel=Channel.SMS,
            body=step.text,
            from_address=contact.address_value,
            to_address=contact.line_number,
            provider=PROVIDER,
            provider_id=f"{PROVIDER}-{act.contact.key}-{act.number}",
            at=act.at,
            ticket=ticket,
        )
    else:
        ticket_citizen_writes(actor=PERSON, ticket=ticket, body=step.text)
    if ticket.state == TicketState.WAITING_CITIZEN:
        ticket_resume(actor=RESUMED, ticket=ticket)


def _transfer(stage: Stage, troupe: Troupe, ticket: Ticket, step: PlannedStep) -> None:
    team = stage.teams[step.team]
    # The routing may have chosen that very team, or another body's.
    if team.pk != ticket.team_id and team.organisation_id == ticket.organisation_id:
        ticket_transfer(actor=troupe.holder(ticket), ticket=ticket, team=team, reason=step.text)


def _oriented_to(stage: Stage, act: Act) -> Organisation | None:
    topic = stage.content.topic_by_code[act.contact.needs[act.need].topic]
    return stage.organisations.get(topic.partner)
