"""The row of an agent's presence: locked, moved, told. Who moves it: the services of presence, offers and legs."""

from __future__ import annotations

from datetime import datetime

from grc.enums import LegKind, PauseReason, PresenceState
from grc.events import EventName
from grc.models import CallLeg, Contact, Presence
from grc.services.outbox import event_publish

FREE = (PresenceState.AVAILABLE, PresenceState.PAUSED, PresenceState.OFFLINE)
BUSY = (PresenceState.ON_CONTACT, PresenceState.WRAPPING_UP)


def presence_lock(*, agent_id: int, at: datetime) -> Presence:
    """The row of this agent, locked, made when they have none. Lock the place and the call before it, never after."""
    Presence.objects.get_or_create(
        agent_id=agent_id, defaults={"state": PresenceState.OFFLINE.value, "since": at}
    )
    return Presence.objects.select_for_update(of=("self",)).select_related("agent").get(agent_id=agent_id)


def presence_move(
    row: Presence,
    *,
    state: PresenceState,
    at: datetime,
    reason: PauseReason | None = None,
    until: datetime | None = None,
    contact_id: int | None = None,
) -> Presence:
    """Write the new state of a locked row and tell it; the same state with the same reason is not told again."""
    before, since = row.state, row.since
    changed = (row.state, row.reason) != (state.value, reason.value if reason else "")
    row.state, row.reason = state.value, reason.value if reason else ""
    row.until, row.contact_id = until, contact_id
    if changed:
        row.since = at
    row.save(update_fields=["state", "reason", "until", "contact", "since"])
    if changed:
        event_publish(
            name=EventName.PRESENCE_CHANGED,
            payload={
                "agent_id": row.agent_id,
                "organisation_id": row.agent.organisation_id,
                "state": row.state,
                "reason": row.reason,
                "before": before,
                "seconds": max(0, int((at - since).total_seconds())),
            },
            order_key=f"agent:{row.agent_id}",
            at=at,
        )
    return row


def is_with_somebody(row: Presence) -> bool:
    """Whether a locked agent is really in a contact: their telephone is in a call, or a contact of theirs is open."""
    if row.state != PresenceState.ON_CONTACT:
        return False
    if CallLeg.objects.filter(
        agent_id=row.agent_id, kind=LegKind.AGENT.value, ended_at__isnull=True
    ).exists():
        return True
    return Contact.objects.filter(pk=row.contact_id or 0, ended_at__isnull=True).exists()


def presence_contact_begin(*, agent_id: int, contact_id: int, at: datetime) -> Presence:
    """The agent is with somebody: no caller is offered to them."""
    row = presence_lock(agent_id=agent_id, at=at)
    row.missed_in_row = 0
    row.touched_at = at
    row.save(update_fields=["missed_in_row", "touched_at"])
    return presence_move(row, state=PresenceState.ON_CONTACT, at=at, contact_id=contact_id)


def presence_contact_release(*, agent_id: int, contact_id: int, at: datetime) -> None:
    """Free again without wrap-up, if it is still of this contact: nothing was said with the person."""
    row = presence_lock(agent_id=agent_id, at=at)
    if row.state == PresenceState.ON_CONTACT and row.contact_id == contact_id:
        presence_move(row, state=PresenceState.AVAILABLE, at=at)


def presence_counter_begin(*, agent_id: int, contact_id: int, at: datetime) -> None:
    """With somebody at the counter. Who does not take calls has nothing to say: they stay as they are."""
    row = presence_lock(agent_id=agent_id, at=at)
    if row.state == PresenceState.AVAILABLE:
        presence_move(row, state=PresenceState.ON_CONTACT, at=at, contact_id=contact_id)


def presence_contact_free(*, contact_id: int, at: datetime) -> None:
    """Whoever was with this person at the counter is free again, as they were before."""
    rows = Presence.objects.filter(contact_id=contact_id, state=PresenceState.ON_CONTACT)
    for agent_id in list(rows.values_list("agent_id", flat=True)):
        presence_contact_release(agent_id=agent_id, contact_id=contact_id, at=at)
