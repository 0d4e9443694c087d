"""Lists of requests for programs: exact filters, newest first, by keyset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grc.errors import Invalid
from grc.models import Clock, Ticket
from grc.policies import can_see_ticket
from grc.selectors.tickets import LISTED, tickets_visible
from grc.types import Actor


@dataclass(frozen=True)
class TicketFilter:
    """Empty values do not filter. Codes, a username; ``since`` included and ``until`` excluded on the creation."""

    state: str = ""
    team: str = ""
    topic: str = ""
    commune: str = ""
    channel: str = ""
    assignee: str = ""
    since: datetime | None = None
    until: datetime | None = None


def tickets_listed(*, actor: Actor, chosen: TicketFilter, after: str = "", limit: int = 50) -> list[Ticket]:
    """One page, newest first, with messages and clocks; ``after``: reference of the last row of the page before."""
    rows = tickets_visible(actor)
    exact = {
        "state": chosen.state,
        "team__code": chosen.team,
        "topic__code": chosen.topic,
        "commune_id": chosen.commune,
        "channel": chosen.channel,
        "assignee__username": chosen.assignee,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if chosen.since is not None:
        rows = rows.filter(created_at__gte=chosen.since)
    if chosen.until is not None:
        rows = rows.filter(created_at__lt=chosen.until)
    if after:
        last = tickets_visible(actor).filter(reference=after).values_list("pk", flat=True).first()
        if last is None:
            raise Invalid("Cette page n’existe plus.", fields={"after": ["Référence inconnue."]})
        rows = rows.filter(pk__lt=last)
    return list(rows.select_related(*LISTED).prefetch_related("messages", "clocks").order_by("-pk")[:limit])


def ticket_clocks(*, actor: Actor, ticket: Ticket) -> list[Clock]:
    can_see_ticket(actor, ticket).require()
    return list(Clock.objects.filter(ticket=ticket).order_by("kind"))
