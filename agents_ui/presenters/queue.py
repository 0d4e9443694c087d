"""The rows of the shared queue, as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.enums import LABELS, Confidentiality, Priority, TicketState
from grc.policies import can_see_motive
from grc.references import display
from grc.selectors.tickets import QueueFilter
from grc.types import Actor

if TYPE_CHECKING:
    from grc.models import Ticket

SOON: Final = timedelta(days=1)
VIEWS: Final = {
    "a-prendre": ("waiting", gettext_lazy("À prendre")),
    "les-miennes": ("mine", gettext_lazy("Les miennes")),
    "mon-equipe": ("team", gettext_lazy("Mon équipe")),
    "en-retard": ("late", gettext_lazy("En retard")),
    "en-attente": ("pending", gettext_lazy("En attente")),
    "closes": ("closed", gettext_lazy("Closes")),
}
WAITING: Final = {"waiting_citizen", "waiting_partner", "scheduled"}
OVER: Final = {TicketState.CLOSED.value, TicketState.RESOLVED.value, TicketState.MERGED.value}


@dataclass(frozen=True)
class QueueRow:
    """One request in a list. ``place`` is "rank:id", the order of the list; ``level`` the look of its clock."""

    id: int
    place: str
    reference: str
    url: str
    created_at: datetime
    due_at: datetime | None
    level: str
    channel: str
    topic: str
    discreet: bool
    zone: str
    team: str
    state: str
    assignee: str
    mine: bool
    priority: str
    viewers: tuple[str, ...]


@dataclass(frozen=True)
class Tab:
    code: str
    view: str
    label: str
    count: int | None
    url: str
    current: bool


def clock_level(due: datetime | None, state: str, now: datetime) -> str:
    """late, soon, ok, paused; empty when nothing runs."""
    if state in OVER or due is None:
        return ""
    if state in WAITING:
        return "paused"
    if due < now:
        return "late"
    return "soon" if due - now < SOON else "ok"


def queue_row(
    ticket: Ticket, *, actor: Actor, now: datetime, viewers: Mapping[int, list[tuple[int, str]]]
) -> QueueRow:
    """The motive of a discreet request is hidden from those who do not handle it."""
    seen = can_see_motive(actor, ticket)
    topic = ticket.topic.label if ticket.topic else _("À qualifier")
    looking = tuple(name for agent, name in viewers.get(ticket.pk, []) if agent != actor.agent_id)
    return QueueRow(
        id=ticket.pk,
        place=f"{ticket.queue_rank}:{ticket.pk}",
        reference=display(ticket.reference),
        url=reverse("ticket", args=[ticket.reference]),
        created_at=ticket.created_at,
        due_at=ticket.due_at,
        level=clock_level(ticket.due_at, ticket.state, now),
        channel=ticket.channel,
        topic=topic if seen else _("Motif réservé"),
        discreet=ticket.confidentiality != Confidentiality.NORMAL,
        zone=ticket.zone_label or (ticket.commune.name if ticket.commune else ""),
        team=ticket.team.label if ticket.team else "",
        state=ticket.state,
        assignee=ticket.assignee.display_name if ticket.assignee else "",
        mine=ticket.assignee_id is not None and ticket.assignee_id == actor.agent_id,
        priority=""
        if ticket.priority in (Priority.NORMAL, Priority.LOW)
        else LABELS[Priority][ticket.priority],
        viewers=looking,
    )


def filter_of(query: QueryDict) -> QueueFilter:
    """The list an address asks for; what is not understood does not filter."""
    view = VIEWS.get(query.get("vue", ""), VIEWS["a-prendre"])[0]
    return QueueFilter(
        view=view,
        team_code=query.get("equipe", "")[:60],
        theme=query.get("theme", "")[:40],
        channel=query.get("canal", "")[:10],
        zone_code=query.get("zone", "")[:80],
        words=query.get("mots", "").strip()[:100],
    )


def place_of(text: str) -> tuple[int, int] | None:
    """(rank, id) of "rank:id"; None for anything else."""
    rank, _sign, identifier = text.partition(":")
    if rank.lstrip("-").isdecimal() and identifier.isdecimal() and len(text) < 40:
        return int(rank), int(identifier)
    return None


def tabs_of(query: QueryDict, counts: Mapping[str, int]) -> list[Tab]:
    """The views, keeping the filters already chosen."""
    current = query.get("vue", "") if query.get("vue", "") in VIEWS else "a-prendre"
    tabs = []
    for code, (view, label) in VIEWS.items():
        kept = query.copy()
        for name in ("apres", "avant"):
            kept.pop(name, None)
        kept["vue"] = code
        tabs.append(
            Tab(
                code=code,
                view=view,
                label=str(label),
                count=counts.get(view),
                url=f"{reverse('queue')}?{kept.urlencode()}",
                current=code == current,
            )
        )
    return tabs
