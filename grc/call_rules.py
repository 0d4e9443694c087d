"""Pure. Rules of the agent's side of a call: for how long things last, whom an agent may bring into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from grc.phone_numbers import callback_refusal

STALE_AFTER: Final = timedelta(minutes=3)
"""An available agent whose page has given no sign for that long has gone."""
REOFFER_AFTER: Final = timedelta(seconds=60)
"""An agent who did not take a caller is not offered the same one sooner, whoever else is free."""
AGENT_PATIENCE: Final = timedelta(seconds=30)
"""A caller handed to a colleague who is not free by then is offered to everybody."""
TEAM_PATIENCE: Final = timedelta(minutes=5)
"""The same for a caller handed to a team."""
PAUSED_AFTER_MISSED: Final = 2
LEGS_AT_MOST: Final = 5
"""Telephones in one call at once, the caller's included."""
PARTNER_CALLS_AN_HOUR: Final = 20
"""Numbers one agent may ring in an hour."""
PARTNER_CALL_SECONDS: Final = 3600
JOIN_PATIENCE: Final = timedelta(seconds=3)
"""A caller who has been answered and is not with the agent by then is moved again."""


@dataclass(frozen=True)
class Person:
    """An agent, for who may be asked. `touched_at`: last sign of an open page."""

    state: str
    reach: str
    desk_phone: str
    touched_at: datetime | None


def is_reachable(person: Person, *, now: datetime) -> bool:
    """Whether ringing this agent makes sense: a telephone to ring, and somebody who was there a moment ago."""
    if person.reach == "desk_phone":
        return bool(person.desk_phone)
    seen = person.touched_at is not None and now - person.touched_at < STALE_AFTER
    return seen and (person.reach == "softphone" or bool(person.desk_phone))


def is_stale(person: Person, *, now: datetime) -> bool:
    """Whether an available agent has gone without saying so: no sign of a page they need."""
    if person.state != "available" or (person.reach == "desk_phone" and person.desk_phone):
        return False
    return person.touched_at is None or now - person.touched_at >= STALE_AFTER


def wrap_up_seconds(*, line: int | None, team: int | None) -> int:
    """The team's own time, else the line's; 0: no wrap-up."""
    if team is not None:
        return team
    return line if line is not None else 60


def partner_refusal(number: str, *, prefixes: Sequence[str], legs: int, rung_lately: int) -> str | None:
    """Why an agent may not bring this number (E.164) into a call, in French; None when they may.

    ``prefixes``: those the line allows, empty for ordinary French numbers. ``legs``: telephones in the call now;
    ``rung_lately``: numbers this agent has rung in the last hour.
    """
    if prefixes and not any(number.startswith(prefix) for prefix in prefixes):
        return "Les appels sortants vers ce numéro ne sont pas permis sur cette ligne."
    refusal = callback_refusal(number, also=prefixes)
    if refusal is not None:
        return refusal.replace("Nous ne rappelons pas", "On n’appelle pas").replace(
            "ne peut pas être rappelé", "ne peut pas être appelé"
        )
    if legs >= LEGS_AT_MOST:
        return f"Cet appel réunit déjà {LEGS_AT_MOST} postes."
    if rung_lately >= PARTNER_CALLS_AN_HOUR:
        return "Vous avez déjà appelé beaucoup de numéros en une heure. Réessayez plus tard."
    return None


def held_seconds(*, before: int, since: datetime | None, now: datetime) -> int:
    """Seconds on hold in all, the present hold included."""
    return before + (max(0, int((now - since).total_seconds())) if since is not None else 0)
