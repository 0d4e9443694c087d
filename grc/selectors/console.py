"""What the console shows around a queue and a request: counts, teams, zones, who is looking, clocks, attachments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Q

from grc.errors import NotFound
from grc.models import Attachment, Clock, Team, Ticket, TicketViewer
from grc.models.tickets import OPEN_STATES, WAITING_STATES
from grc.policies import Verb, can_see_ticket, roles_with
from grc.selectors.tickets import tickets_visible
from grc.types import Actor

LOOKING: Final = timedelta(seconds=45)
LIVE_STATES: Final = [*OPEN_STATES, *WAITING_STATES]


def queue_counts(*, actor: Actor, now: datetime) -> dict[str, int]:
    """How many requests under way each view holds, in one reading; closed ones are not counted."""
    row = (
        tickets_visible(actor)
        .filter(state__in=LIVE_STATES)
        .aggregate(
            waiting=Count("state", filter=Q(assignee__isnull=True, state__in=OPEN_STATES)),
            mine=Count("state", filter=Q(assignee_id=actor.agent_id)),
            team=Count("state", filter=Q(team_id__in=actor.team_ids)),
            late=Count("state", filter=Q(due_at__lt=now)),
            pending=Count("state", filter=Q(state__in=WAITING_STATES)),
        )
    )
    return {name: int(value) for name, value in row.items()}


def teams_visible(*, actor: Actor) -> list[Team]:
    """Teams whose queue this actor sees: those of the organisations of a role, a restricted one only by name."""
    roles = roles_with(Verb.SEE)
    whole, teams = actor.organisations_with(*roles), actor.teams_with(*roles)
    rows = Team.objects.filter(closed_on__isnull=True).filter(
        Q(organisation_id__in=whole, restricted=False)
        | Q(organisation_id__in=whole, pk__in=actor.team_ids)
        | Q(pk__in=teams)
    )
    return list(rows.order_by("label"))


def zones_in_queue(*, actor: Actor, limit: int = 200) -> list[tuple[str, str]]:
    """(code, label) of the zones which have requests under way."""
    rows = tickets_visible(actor).filter(state__in=LIVE_STATES).exclude(zone_code="")
    return list(
        rows.order_by("zone_label", "zone_code").values_list("zone_code", "zone_label").distinct()[:limit]
    )


def viewers_of(*, ticket_ids: Iterable[int], now: datetime) -> dict[int, list[tuple[int, str]]]:
    """(agent id, name) of who looks at each request now."""
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows = TicketViewer.objects.filter(ticket_id__in=list(ticket_ids), at__gt=now - LOOKING)
    for row in rows.select_related("agent").order_by("at"):
        found[row.ticket_id].append((row.agent_id, row.agent.display_name))
    return dict(found)


def ticket_clocks(*, actor: Actor, ticket: Ticket) -> list[Clock]:
    can_see_ticket(actor, ticket).require()
    return list(Clock.objects.filter(ticket=ticket).order_by("due_at", "id"))


def ticket_attachments(*, actor: Actor, ticket: Ticket) -> list[Attachment]:
    can_see_ticket(actor, ticket).require()
    return list(Attachment.objects.filter(ticket=ticket).order_by("at", "id"))


def attachment_get(*, actor: Actor, ticket: Ticket, attachment_id: int) -> Attachment:
    can_see_ticket(actor, ticket).require()
    found = Attachment.objects.filter(ticket=ticket, pk=attachment_id).first()
    if found is None:
        raise NotFound("Cette pièce jointe n’existe pas.")
    return found
