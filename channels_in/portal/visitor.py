"""Who is on the page: a logged-in resident, somebody who holds a request for half an hour, or nobody in particular."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest

from grc.selectors.actors import actor_of_account
from grc.selectors.person_view import holder_actor, person_ticket_find
from grc.types import Actor, channel_actor

HELD_FOR: Final = timedelta(minutes=30)
_KEY: Final = "held"


def resident_of(request: HttpRequest) -> Actor | None:
    """The actor of the logged-in resident; None when nobody is."""
    user = request.user
    if not user.is_authenticated:
        return None
    actor = actor_of_account(user)
    return actor if actor is not None and actor.kind == "resident" and actor.citizen_id is not None else None


def visitor_of(request: HttpRequest) -> Actor:
    return resident_of(request) or channel_actor("Site internet")


def ticket_hold(request: HttpRequest, *, ticket_id: int, now: datetime) -> None:
    """Let this browser see one request for half an hour. The session takes a new key: a planted one gains nothing."""
    held = _held(request, now)
    held[str(ticket_id)] = int((now + HELD_FOR).timestamp())
    request.session.cycle_key()
    request.session[_KEY] = held


def tickets_release(request: HttpRequest) -> None:
    request.session.pop(_KEY, None)


def holds_something(request: HttpRequest, *, now: datetime) -> bool:
    return bool(_held(request, now))


def reader_of(request: HttpRequest, *, reference: str, now: datetime) -> Actor:
    """As whom this request may be read: its resident, else who holds it. Raises NotFound for anybody else."""
    resident = resident_of(request)
    if resident is not None and _may(resident, reference):
        return resident
    holder = holder_actor(*(int(pk) for pk in _held(request, now)))
    person_ticket_find(actor=holder, reference=reference)
    return holder


def _may(actor: Actor, reference: str) -> bool:
    from grc.errors import NotFound

    try:
        person_ticket_find(actor=actor, reference=reference)
    except NotFound:
        return False
    return True


def _held(request: HttpRequest, now: datetime) -> dict[str, int]:
    stored = request.session.get(_KEY) or {}
    return {pk: until for pk, until in stored.items() if until > now.timestamp()}
