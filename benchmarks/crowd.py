"""A large service in bulk: requests at every state, their contacts and messages, a quarter of figures.

Written straight into the tables: fifteen thousand requests through the services would take longer than the
measures, and what is measured is the reading of a full base. Everything is drawn from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from grc.enums import Channel, Direction, Outcome, PendingReason, Priority, TicketState
from grc.keys import reference_key
from grc.models import Agent, Commune, Contact, FigureCell, Message, Organisation, Team, Ticket, Topic
from grc.references import reference_from_sequence
from grc.services.ticket_open import queue_rank

SEED: Final = 62
BATCH: Final = 1000
# Share of each situation among the requests.
TO_TAKE, TAKEN, WAITING = 0.40, 0.20, 0.15
CHANNELS: Final = (Channel.PHONE, Channel.SMS, Channel.WEB, Channel.COUNTER)
DAYS: Final = 90
FIGURES: Final = ("contacts", "tickets_opened", "tickets_closed", "calls_offered", "calls_answered")


@dataclass(frozen=True)
class Around:
    """What the requests hang on."""

    organisation: Organisation
    teams: Sequence[Team]
    topics: Sequence[Topic]
    communes: Sequence[Commune]
    agents: Sequence[Agent]


def crowd_make(around: Around, *, tickets: int, now: datetime) -> None:
    """Add ``tickets`` requests and ninety days of figures, then let the planner know the tables."""
    chance = random.Random(SEED)
    for start in range(0, tickets, BATCH):
        _batch(around, chance, min(BATCH, tickets - start), now)
    FigureCell.objects.bulk_create(_figures(around, chance, now), batch_size=BATCH, ignore_conflicts=True)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _batch(around: Around, chance: random.Random, size: int, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('grc_ticket_reference') FROM generate_series(1, %s)", [size])
        numbers = [int(row[0]) for row in cursor.fetchall()]
    contacts = Contact.objects.bulk_create([_contact(around, chance, now) for _ in numbers])
    tickets = Ticket.objects.bulk_create(
        _ticket(around, chance, contact, number, now)
        for contact, number in zip(contacts, numbers, strict=True)
    )
    Message.objects.bulk_create(
        Message(
            contact_id=ticket.origin_contact_id,
            ticket=ticket,
            channel=ticket.channel,
            direction=Direction.INBOUND,
            body=ticket.description,
            at=ticket.created_at,
        )
        for ticket in tickets
    )


def _contact(around: Around, chance: random.Random, now: datetime) -> Contact:
    at = now - timedelta(minutes=chance.randrange(60, DAYS * 24 * 60))
    return Contact(
        organisation=around.organisation,
        channel=chance.choice(CHANNELS),
        started_at=at,
        last_activity_at=at,
        ended_at=at,
        address_value=f"+3363998{chance.randrange(10_000):04d}",
    )


def _ticket(around: Around, chance: random.Random, contact: Contact, number: int, now: datetime) -> Ticket:
    at, drawn = contact.started_at, chance.random()
    due = at + timedelta(days=chance.choice((5, 15, 30, 60)))
    ticket = Ticket(
        reference=reference_from_sequence(number, reference_key()),
        organisation=around.organisation,
        topic=chance.choice(around.topics),
        commune=chance.choice(around.communes),
        team=chance.choice(around.teams),
        origin_contact=contact,
        channel=contact.channel,
        subject=f"Demande {number}",
        description="Une demande comme il en vient, sur trois lignes environ une fois affichée. " * 3,
        routing_reasons=["La commune est dans la zone de cette équipe."],
        zone_code=f"zone-{number % 12}",
        zone_label=f"Zone {number % 12}",
        priority=Priority.NORMAL,
        queue_rank=queue_rank(priority=Priority.NORMAL, due_at=due, created_at=at),
        created_at=at,
        changed_at=at,
        due_at=due,
    )
    if drawn >= TO_TAKE:
        ticket.assignee = chance.choice(around.agents)
        ticket.state = TicketState.OPEN
    if TO_TAKE + TAKEN <= drawn < TO_TAKE + TAKEN + WAITING:
        ticket.state, ticket.pending_reason = TicketState.WAITING_CITIZEN, PendingReason.CITIZEN_PIECE
    if drawn >= TO_TAKE + TAKEN + WAITING:
        ticket.state, ticket.outcome = TicketState.CLOSED, Outcome.ANSWERED
        ticket.resolved_at = ticket.closed_at = min(now, at + timedelta(days=3))
    return ticket


def _figures(around: Around, chance: random.Random, now: datetime) -> Iterator[FigureCell]:
    for back in range(DAYS):
        for topic in chance.sample(list(around.topics), min(12, len(around.topics))):
            for figure in FIGURES:
                yield FigureCell(
                    organisation=around.organisation,
                    day=(now - timedelta(days=back)).date(),
                    figure=figure,
                    channel=chance.choice(CHANNELS),
                    topic_code=topic.code,
                    theme=topic.theme,
                    team_code=chance.choice(around.teams).code,
                    count=chance.randrange(1, 9),
                    seconds=chance.randrange(30, 3000),
                )
