"""The order of an organisation's telephone: who waits and whom we owe, and which agents can take them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from grc.call_order import Need, Skills, Waiting
from grc.enums import CallbackState, QueueEntryState
from grc.models import Callback, QueueEntry, TeamMembership

HEAD: Final = 200
"""How much of the order is read: more than the agents of an organisation who can be free at once."""


def waiting_of_entry(entry: QueueEntry) -> Waiting:
    need = Need(frozenset(entry.skills), entry.language)
    return Waiting("call", entry.pk, entry.rank, entry.entered_at, need, _theme(entry.skills))


def waiting_of_callback(callback: Callback) -> Waiting:
    need = Need(frozenset(callback.skills), callback.language)
    return Waiting(
        "callback", callback.pk, callback.rank, callback.queue_since, need, _theme(callback.skills)
    )


def _theme(skills: list[str]) -> str:
    return skills[0] if skills else ""


def call_order(*, organisation_id: int, now: datetime, limit: int = HEAD) -> list[Waiting]:
    """The head of the order: callers on the line and call-backs whose turn may come now, in one list."""
    entries = QueueEntry.objects.filter(organisation_id=organisation_id, state=QueueEntryState.WAITING)
    owed = Callback.objects.filter(
        organisation_id=organisation_id, state=CallbackState.OWED, next_at__lte=now
    )
    both = [waiting_of_entry(row) for row in entries.order_by("rank", "id")[:limit]]
    both += [waiting_of_callback(row) for row in owed.order_by("rank", "id")[:limit]]
    return sorted(both, key=lambda place: place.key)[:limit]


def skills_of_agents(agent_ids: Iterable[int]) -> dict[int, Skills]:
    """What each of these agents can take, all their teams together; an agent without a team is a generalist."""
    topics: dict[int, set[str]] = defaultdict(set)
    languages: dict[int, set[str]] = defaultdict(set)
    wanted = list(agent_ids)
    rows = TeamMembership.objects.filter(agent_id__in=wanted).values_list("agent_id", "skills", "languages")
    for agent_id, skills, spoken in rows:
        topics[agent_id].update(skills)
        languages[agent_id].update(spoken)
    return {one: Skills(frozenset(topics[one]), frozenset(languages[one])) for one in wanted}
