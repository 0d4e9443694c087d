"""Working on a request: reply, note, qualify, assign, transfer."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from grc import clock
from grc.enums import Channel, Confidentiality, Direction, Priority, TicketMove, TicketState
from grc.errors import Invalid
from grc.events import EventName
from grc.models import Agent, Commune, Message, Team, Ticket, Topic
from grc.policies import can_reassign, can_transfer, can_work
from grc.services.messages import message_send, way_to_reply
from grc.services.ticket_moves import ticket_lock, ticket_move, ticket_told
from grc.services.ticket_open import queue_rank
from grc.types import Actor


@transaction.atomic
def ticket_reply(*, actor: Actor, ticket: Ticket, body: str) -> Message:
    """Answer the person on their channel. The first answer stops the clock of the first answer."""
    locked = ticket_lock(ticket_id=ticket.pk)
    can_work(actor, locked).require()
    if locked.state in (TicketState.MERGED, TicketState.CLOSED):
        raise Invalid("Cette demande est close : rouvrez-la pour répondre.", code="state")
    now = clock.now()
    message = message_send(
        actor=actor,
        contact=locked.origin_contact,
        ticket=locked,
        way=way_to_reply(ticket=locked),
        body=body,
        at=now,
    )
    first = locked.first_answer_at is None
    fields = ["changed_at"]
    locked.changed_at = now
    if first:
        locked.first_answer_at = now
        fields.append("first_answer_at")
    if locked.state == TicketState.NEW:
        locked.state = TicketState.OPEN
        fields.append("state")
    locked.save(update_fields=fields)
    ticket_told(
        actor=actor,
        ticket=locked,
        event=EventName.TICKET_ANSWERED,
        sentence="Réponse envoyée." if message.channel != Channel.WEB else "Réponse déposée dans le suivi.",
        at=now,
        payload={
            "first": first,
            "message_id": message.pk,
            "seconds": int((now - locked.created_at).total_seconds()),
        },
    )
    return message


@transaction.atomic
def ticket_note(*, actor: Actor, ticket: Ticket, body: str) -> None:
    """An internal note: agents read it, the person never does."""
    text = body.strip()
    if not text:
        raise Invalid("La note est vide.", fields={"body": ["Écrivez la note."]})
    locked = ticket_lock(ticket_id=ticket.pk)
    can_work(actor, locked).require()
    now = clock.now()
    ticket_told(actor=actor, ticket=locked, event=EventName.TICKET_NOTED, sentence=text, at=now, payload={})
    Ticket.objects.filter(pk=locked.pk).update(changed_at=now)


@transaction.atomic
def ticket_citizen_writes(*, actor: Actor, ticket: Ticket, body: str) -> Message:
    """The person writes in the conversation of the portal; a request that waited for them goes on."""
    text = body.strip()
    if not text:
        raise Invalid("Votre message est vide.", fields={"body": ["Écrivez votre message."]})
    locked = ticket_lock(ticket_id=ticket.pk)
    if locked.state == TicketState.MERGED:
        raise Invalid("Cette demande est suivie sous un autre numéro.", code="state")
    now = clock.now()
    message = Message.objects.create(
        contact=locked.origin_contact,
        ticket=locked,
        channel=Channel.WEB,
        direction=Direction.INBOUND,
        body=text,
        at=now,
    )
    ticket_told(
        actor=actor,
        ticket=locked,
        event=EventName.MESSAGE_RECEIVED,
        sentence="Message de la personne.",
        at=now,
        payload={"message_id": message.pk, "contact_id": locked.origin_contact_id},
    )
    return message


@transaction.atomic
def ticket_qualify(*, actor: Actor, ticket: Ticket, topic: Topic | None, commune: Commune | None) -> Ticket:
    """Say what it is about and where; the routing decides again."""
    locked = ticket_lock(ticket_id=ticket.pk)
    target = ticket_move(actor=actor, ticket=locked, move=TicketMove.QUALIFY, allowed=can_work)
    now = clock.now()
    old = {
        "topic": locked.topic.code if locked.topic else "",
        "commune": locked.commune_id or "",
    }
    locked.topic, locked.commune = topic, commune
    locked.confidentiality = topic.confidentiality if topic else Confidentiality.NORMAL
    locked.state, locked.changed_at = target, now
    locked.save(update_fields=["topic", "commune", "confidentiality", "state", "changed_at"])
    ticket_told(
        actor=actor,
        ticket=locked,
        event=EventName.TICKET_QUALIFIED,
        sentence=f"Qualifiée : {topic.label if topic else 'sans thème'}"
        f"{f', {commune.name}' if commune else ''}.",
        at=now,
        old=old,
        new={"topic": topic.code if topic else "", "commune": commune.code if commune else ""},
    )
    return locked


def ticket_apply_decision(
    *,
    actor: Actor,
    ticket_id: int,
    team: Team,
    zone_code: str,
    zone_label: str,
    reasons: list[str],
    priority: str | None = None,
) -> Ticket:
    """Store what the routing decided, with its reasons. Called by routing, in its own transaction.

    A team of another organisation of the platform takes the request with it: it is then theirs, and only theirs.
    """
    locked = ticket_lock(ticket_id=ticket_id)
    now = clock.now()
    old: dict[str, Any] = {"team": locked.team.code if locked.team else ""}
    changed = locked.team_id != team.pk
    first = locked.team_id is None
    locked.team, locked.zone_code, locked.zone_label = team, zone_code, zone_label
    locked.routing_reasons, locked.changed_at = reasons, now
    if changed:
        locked.assignee = None
    locked.organisation = team.organisation
    if priority and priority != locked.priority:
        locked.priority = priority
        locked.queue_rank = queue_rank(
            priority=Priority(priority), due_at=locked.due_at, created_at=locked.created_at
        )
    locked.save(
        update_fields=[
            "team", "organisation", "zone_code", "zone_label", "routing_reasons", "changed_at", "assignee",
            "priority", "queue_rank",
        ]
    )  # fmt: skip
    ticket_told(
        actor=actor,
        ticket=locked,
        event=EventName.TICKET_ROUTED,
        sentence=f"Orientée vers {team.label}.",
        at=now,
        old=old,
        new={"team": team.code, "zone": zone_code, "reasons": reasons},
        payload={"by": "rule", "first": first, "from_team": old["team"]},
    )
    return locked


@transaction.atomic
def ticket_transfer(*, actor: Actor, ticket: Ticket, team: Team, reason: str) -> Ticket:
    """Hand a request to another team, with the words that go with it."""
    locked = ticket_lock(ticket_id=ticket.pk)
    target = ticket_move(actor=actor, ticket=locked, move=TicketMove.TRANSFER, allowed=can_transfer)
    if team.organisation_id != locked.organisation_id:
        raise Invalid("Cette équipe relève d’un autre organisme.", fields={"team": ["Autre organisme."]})
    if team.pk == locked.team_id:
        raise Invalid("La demande est déjà dans cette file.", fields={"team": ["Même équipe."]})
    now = clock.now()
    previous = locked.team.code if locked.team else ""
    locked.team, locked.assignee = team, None
    locked.state, locked.changed_at = target, now
    locked.routing_reasons = [
        *locked.routing_reasons,
        f"Transférée à {team.label} par {actor.label}" + (f" : {reason.strip()}" if reason.strip() else "."),
    ]
    locked.save(update_fields=["team", "assignee", "state", "changed_at", "routing_reasons"])
    ticket_told(
        actor=actor,
        ticket=locked,
        event=EventName.TICKET_TRANSFERRED,
        sentence=f"Transférée à {team.label}. {reason.strip()}".strip(),
        at=now,
        old={"team": previous},
        new={"team": team.code},
        payload={"from_team": previous},
    )
    return locked


@transaction.atomic
def ticket_assign(*, actor: Actor, ticket: Ticket, agent: Agent) -> Ticket:
    """A supervisor gives a request to somebody."""
    locked = ticket_lock(ticket_id=ticket.pk)
    target = ticket_move(actor=actor, ticket=locked, move=TicketMove.ASSIGN, allowed=can_reassign)
    now = clock.now()
    locked.assignee, locked.state, locked.changed_at = agent, target, now
    locked.save(update_fields=["assignee", "state", "changed_at"])
    ticket_told(
        actor=actor,
        ticket=locked,
        event=EventName.TICKET_CLAIMED,
        sentence=f"Confiée à {agent.display_name}.",
        at=now,
        new={"assignee": agent.pk},
        payload={"agent_id": agent.pk},
    )
    return locked
