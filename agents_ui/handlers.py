"""What the console does when something happened: the open queues are told."""

from __future__ import annotations

from typing import Final

from agents_ui.live import telephone_tell, ticket_tell
from grc.events import EventName
from grc.subscriptions import PublishedEvent, subscribe

OF_TICKETS: Final = (
    EventName.TICKET_OPENED,
    EventName.TICKET_QUALIFIED,
    EventName.TICKET_ROUTED,
    EventName.TICKET_CLAIMED,
    EventName.TICKET_RELEASED,
    EventName.TICKET_TRANSFERRED,
    EventName.TICKET_ANSWERED,
    EventName.TICKET_PAUSED,
    EventName.TICKET_RESUMED,
    EventName.TICKET_CLOSED,
    EventName.TICKET_REOPENED,
    EventName.MESSAGE_RECEIVED,
)


def on_ticket_changed__tell_queues(event: PublishedEvent) -> None:
    """The team that has the request, and the one it leaves. A failure of the channel layer is not a failure here."""
    if not event.payload.get("ticket_id"):
        return
    dims = event.payload.get("dims") or {}
    ticket_tell(
        ticket_id=int(event.payload["ticket_id"]),
        organisation_id=int(dims.get("organisation") or 0),
        teams=[str(dims.get("team") or ""), str(event.payload.get("from_team") or "")],
    )


OF_TELEPHONE: Final = (
    EventName.CALL_OFFERED,
    EventName.CALL_OFFER_ENDED,
    EventName.CALL_CHANGED,
    EventName.CALL_RESUMED,
    EventName.CALL_TRANSFERRED,
    EventName.CALL_WRAPPED_UP,
    EventName.PRESENCE_CHANGED,
)


def on_call_changed__tell_bars(event: PublishedEvent) -> None:
    """The agents named by the event. What else changes (who waits) the bar reads by itself every few seconds."""
    ids = [int(one) for one in event.payload.get("agent_ids") or ()]
    if event.payload.get("agent_id"):
        ids.append(int(event.payload["agent_id"]))
    telephone_tell(agent_ids=ids)


def register() -> None:
    """Called once by agents_ui.apps."""
    for name in OF_TICKETS:
        subscribe(name, on_ticket_changed__tell_queues)
    for name in OF_TELEPHONE:
        subscribe(name, on_call_changed__tell_bars)
