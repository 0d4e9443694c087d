"""Telling the open pages that a request changed. Best effort: what is shown is always read again by the page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)
SEND_SECONDS = 1.0


def group_of_team(code: str) -> str:
    return f"queue.team.{code}"


def group_of_organisation(organisation_id: int) -> str:
    """Requests of this organisation which no team has yet."""
    return f"queue.organisation.{organisation_id}"


def group_of_agent(agent_id: int) -> str:
    """The telephone bars of one agent."""
    return f"telephone.agent.{agent_id}"


def telephone_tell(*, agent_ids: Iterable[int]) -> bool:
    """Tell the bars of these agents that something of theirs changed; the bar then reads itself again."""
    groups = [group_of_agent(agent_id) for agent_id in sorted(set(agent_ids))]
    return not groups or _tell(groups, {"type": "telephone.changed"})


def ticket_tell(*, ticket_id: int, organisation_id: int, teams: Iterable[str]) -> bool:
    """Tell the queues of these teams; those of the organisation when none is named. False: nobody was told.

    Never raises: the live pages then poll.
    """
    codes = sorted({code for code in teams if code})
    groups = [group_of_team(code) for code in codes] or [group_of_organisation(organisation_id)]
    return _tell(groups, {"type": "ticket.changed", "ticket_id": ticket_id})


def _tell(groups: list[str], message: dict[str, object]) -> bool:
    try:
        async_to_sync(_send)(groups, message)
    except Exception:  # noqa: BLE001  (a broker fails in many classes; the pages poll meanwhile)
        logger.warning("live updates unavailable")
        return False
    return True


async def _send(groups: list[str], message: dict[str, object]) -> None:
    layer = get_channel_layer()
    async with asyncio.timeout(SEND_SECONDS):
        for group in groups:
            await layer.group_send(group, message)
