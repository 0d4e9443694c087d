"""What the routing does when something happened: it decides again."""

from __future__ import annotations

from grc.events import EventName
from grc.subscriptions import PublishedEvent, subscribe
from grc.types import system_actor
from routing.services.decisions import decision_make


def on_ticket_opened__route(event: PublishedEvent) -> None:
    _route(event)


def on_ticket_qualified__route(event: PublishedEvent) -> None:
    _route(event)


def _route(event: PublishedEvent) -> None:
    decision_make(
        actor=system_actor("Orientation"),
        ticket_id=int(event.payload["ticket_id"]),
        at=event.at,
        event_id=event.id,
    )


def register() -> None:
    """Called once by routing.apps."""
    subscribe(EventName.TICKET_OPENED, on_ticket_opened__route)
    subscribe(EventName.TICKET_QUALIFIED, on_ticket_qualified__route)
