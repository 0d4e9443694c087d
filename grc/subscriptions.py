"""Pure. Who wants which event. Filled by each folder's ``apps.py``; upper folders hear, grc never calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.events import EventName


@dataclass(frozen=True)
class PublishedEvent:
    """What a handler receives. ``id`` is stable across retries: a handler may run twice."""

    id: int
    name: EventName
    payload: Mapping[str, Any]
    at: datetime


Handler = Callable[[PublishedEvent], None]
_handlers: dict[str, Handler] = {}
_subscribers: dict[EventName, list[str]] = {}


def subscriber_name(handler: Handler) -> str:
    """How the rows of the outbox name a handler."""
    return f"{handler.__module__}.{handler.__name__}"


def subscribe(name: EventName, handler: Handler) -> None:
    """Register ``handler`` (named ``on_<event>__<effect>``) for one event. Registering twice changes nothing."""
    subscriber = subscriber_name(handler)
    known = _handlers.setdefault(subscriber, handler)
    if known is not handler:
        raise ValueError(f"two handlers are called {subscriber}")
    names = _subscribers.setdefault(name, [])
    if subscriber not in names:
        names.append(subscriber)


def subscribers_of(name: EventName) -> tuple[str, ...]:
    return tuple(_subscribers.get(name, ()))


def handler_of(subscriber: str) -> Handler | None:
    """None when the code which subscribed has gone: its rows wait for an operator."""
    return _handlers.get(subscriber)
