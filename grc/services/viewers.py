"""Saying that somebody looks at a request, so that two agents do not work on it unknowingly."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from grc.errors import NotAllowed
from grc.models import Ticket, TicketViewer
from grc.policies import can_see_ticket
from grc.types import Actor

_SEEN = (
    "INSERT INTO grc_ticketviewer (ticket_id, agent_id, at) VALUES (%s, %s, %s) "
    "ON CONFLICT ON CONSTRAINT ticket_viewer_once DO UPDATE SET at = EXCLUDED.at"
)


def ticket_look(*, actor: Actor, ticket: Ticket, at: datetime) -> bool:
    """Say that this agent has the request on the screen; True when they had not just said so."""
    can_see_ticket(actor, ticket).require()
    if actor.agent_id is None:
        raise NotAllowed("Seul un agent regarde une demande.")
    known = TicketViewer.objects.filter(
        ticket=ticket, agent_id=actor.agent_id, at__gt=at - timedelta(seconds=45)
    )
    fresh = not known.exists()
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, [ticket.pk, actor.agent_id, at])
    return fresh


def viewers_purge(*, before: datetime) -> int:
    """Forget who looked before; gives how many rows."""
    return TicketViewer.objects.filter(at__lt=before).delete()[0]
