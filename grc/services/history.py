"""Append-only history: what happened to a ticket, a person, a contact, by whom."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from grc.services.together import leave
from grc.types import Actor


def history_write(
    *,
    actor: Actor,
    verb: str,
    sentence: str,
    at: datetime,
    ticket_id: int | None = None,
    contact_id: int | None = None,
    citizen_id: int | None = None,
    old: dict[str, Any] | None = None,
    new: dict[str, Any] | None = None,
) -> None:
    """Write one entry in the caller's transaction. ``sentence`` is the French line shown on the screen."""
    leave(
        "history",
        at=at.isoformat(),
        ticket_id=ticket_id,
        contact_id=contact_id,
        citizen_id=citizen_id,
        verb=verb,
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_label=actor.label,
        sentence=str(sentence),
        old=old or {},
        new=new or {},
    )
