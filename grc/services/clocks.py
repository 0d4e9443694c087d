"""Engagements on a request: wound when it opens or changes topic, stopped by what happens."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Q

from grc import clocks as rules
from grc.calendars import from_dict
from grc.clock import now as present
from grc.enums import ClockKind, ClockState, ClockUnit, Priority
from grc.models import Clock, ClockPolicy, Ticket
from grc.services.ticket_moves import ticket_lock
from grc.services.ticket_open import queue_rank

WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday")
# Where an organisation has not said its own office hours.
OFFICE: Final = from_dict({"name": "Bureau", "weekly": {day: [["09:00", "17:00"]] for day in WEEK}})


@transaction.atomic
def clocks_wind(*, ticket_id: int) -> list[Clock]:
    """(Re)compute every engagement of a request from its policies; the most precise policy of each kind wins."""
    ticket = ticket_lock(ticket_id=ticket_id)
    wound = []
    for policy in _policies(ticket):
        clock, _ = Clock.objects.get_or_create(
            ticket=ticket,
            kind=policy.kind,
            defaults={"policy": policy, "started_at": ticket.created_at},
        )
        if clock.state in (ClockState.MET, ClockState.MISSED):
            continue
        clock.policy = policy
        clock_recompute(clock=clock, policy=policy, now=present())
        wound.append(clock)
    ticket_due_refresh(ticket=ticket)
    return wound


def _policies(ticket: Ticket) -> list[ClockPolicy]:
    rows = (
        ClockPolicy.objects.filter(organisation_id=ticket.organisation_id)
        .filter(Q(topic__isnull=True) | Q(topic_id=ticket.topic_id))
        .select_related("calendar")
        .order_by("topic_id")
    )
    chosen: dict[str, ClockPolicy] = {}
    for row in rows:
        if row.kind not in chosen or row.topic_id is not None:
            chosen[row.kind] = row
    return list(chosen.values())


def clock_recompute(*, clock: Clock, policy: ClockPolicy, now: datetime) -> None:
    """Due date from the start, the pauses and the calendar: never edited by hand.

    A clock past its due date stays ``running`` until what it waits for is done: it is late, and still owed.
    """
    pauses = [
        rules.Pause(pause.period.lower, pause.period.upper, pause.reason)
        for pause in clock.pauses.order_by("period")
    ]
    reading = rules.read(
        rules.Policy(ClockKind(policy.kind), policy.amount, ClockUnit(policy.unit)),
        started=clock.started_at,
        pauses=pauses,
        calendar=from_dict(policy.calendar.definition) if policy.calendar else OFFICE,
        now=now,
        met_at=clock.stopped_at,
    )
    clock.due_at, clock.reason = reading.due, reading.sentence
    owed = clock.stopped_at is None and reading.state == ClockState.MISSED
    clock.state = ClockState.RUNNING if owed else reading.state
    clock.save(update_fields=["due_at", "reason", "state", "policy"])


def ticket_due_refresh(*, ticket: Ticket) -> None:
    """The earliest due of the running clocks gives the place in the queue."""
    due = (
        Clock.objects.filter(ticket=ticket, state=ClockState.RUNNING, due_at__isnull=False)
        .order_by("due_at")
        .values_list("due_at", flat=True)
        .first()
    )
    ticket.due_at = due
    ticket.queue_rank = queue_rank(
        priority=Priority(ticket.priority), due_at=due, created_at=ticket.created_at
    )
    ticket.save(update_fields=["due_at", "queue_rank"])


@transaction.atomic
def clocks_stop(*, ticket_id: int, kinds: list[ClockKind], at: datetime) -> None:
    """The promise is kept or missed: decided once, by the date it was done."""
    for clock in Clock.objects.select_for_update().filter(
        ticket_id=ticket_id, kind__in=kinds, stopped_at__isnull=True
    ):
        clock.stopped_at = at
        clock.state = ClockState.MISSED if clock.due_at and at > clock.due_at else ClockState.MET
        clock.save(update_fields=["stopped_at", "state"])
    ticket = Ticket.objects.filter(pk=ticket_id).first()
    if ticket is not None:
        ticket_due_refresh(ticket=ticket)


@transaction.atomic
def clocks_restart(*, ticket_id: int) -> None:
    """A reopened request owes its resolution again."""
    Clock.objects.filter(ticket_id=ticket_id, kind=ClockKind.RESOLUTION).update(
        stopped_at=None, state=ClockState.RUNNING
    )
    clocks_wind(ticket_id=ticket_id)
