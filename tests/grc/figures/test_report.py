"""Figures from real events, through the outbox, equal numbers counted by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from grc.enums import PresenceState, QueueEntryState, Role
from grc.errors import Invalid, NotAllowed
from grc.figures.catalogue import CATALOGUE, value_at
from grc.figures.live import live_board
from grc.figures.report import service_level_report
from grc.models import Presence, QueueEntry
from grc.services.outbox import deliveries_run
from tests.agents_ui.pilotage.month import MONDAY, NOW, live
from tests.factories import (
    AT,
    actor_make,
    agent_make,
    call_make,
    callback_make,
    contact_make,
    organisation_make,
    queue_entry_make,
    team_make,
    ticket_make,
)

pytestmark = pytest.mark.django_db
START, END = date(2026, 11, 16), date(2026, 11, 18)


def test_service_level_report__equals_what_was_lived() -> None:
    actor = actor_make(live().organisation, Role.MANAGER)
    report = service_level_report(actor=actor, start=START, end=END, now=NOW)
    assert report["phone"] == {
        "offered": 9,
        "answered": 2,
        "abandoned": 1,
        "self_served": 1,
        "redirected": 1,
        "called_back": 1,
        "voicemail": 1,
        "closed_hours": 1,
        "in_progress": 1,
        "answered_within_60": 1,
        "wait_seconds_mean": 60,
        "offered_to_agents": 0,
        "missed_by_agents": 0,
        "declined_by_agents": 0,
        "transferred": 0,
        "holds": 0,
        "hold_seconds_mean": None,
        "wrap_up_seconds_mean": None,
        "handling_seconds_mean": None,
        "service_level_percent": 11.1,
    }
    tickets = report["tickets"]
    assert {name: tickets[name] for name in ("opened", "closed", "closed_late", "open_now")} == {
        "opened": 4,
        "closed": 1,
        "closed_late": 0,
        "open_now": 3,
    }
    assert tickets["resolution_seconds_mean"] == 172_800
    assert tickets["by_channel"] == {"sms": 2, "counter": 1, "web": 1}
    assert tickets["by_topic"] == {"rsa": 2, "": 1, "insertion-theme": 1}
    assert tickets["by_theme"] == {"insertion-theme": 3, "": 1}
    assert report["contacts"] == {"received": 12, "by_channel": {"phone": 9, "counter": 2, "email": 1}}
    assert report["callbacks"] == {"owed": 2, "kept": 1, "kept_in_window": 1}
    assert report["instant_answers"] == 1
    assert report["counters"] == {
        "arrivals": 2,
        "called": 1,
        "wait_seconds_mean": 240,
        "by_site": {"arras": 2},
    }
    assert [(row["day"], row["tickets_opened"], row["tickets_closed"]) for row in report["days"]] == [
        ("2026-11-16", 1, 0),
        ("2026-11-17", 3, 0),
        ("2026-11-18", 0, 1),
    ]


def test_service_level_report__phone_identity_and_delivering_twice() -> None:
    actor = actor_make(live().organisation, Role.MANAGER)
    deliveries_run(limit=500)
    phone = service_level_report(actor=actor, start=START, end=END, now=NOW)["phone"]
    parts = ("answered", "abandoned", "self_served", "redirected", "called_back", "voicemail", "closed_hours",
             "in_progress")  # fmt: skip
    assert phone["offered"] == sum(phone[name] for name in parts) == 9


def test_service_level_report__only_its_days_and_its_organisation() -> None:
    organisation = live().organisation
    actor = actor_make(organisation, Role.MANAGER)
    tuesday = date(2026, 11, 17)
    report = service_level_report(actor=actor, start=tuesday, end=tuesday, now=NOW)
    assert (report["tickets"]["opened"], report["phone"]["offered"]) == (3, 0)
    other = actor_make(organisation_make(), Role.MANAGER)
    elsewhere = service_level_report(actor=other, start=START, end=END, now=NOW)
    assert (elsewhere["tickets"]["opened"], elsewhere["contacts"]["received"]) == (0, 0)


def test_service_level_report__refusals() -> None:
    organisation = organisation_make()
    with pytest.raises(NotAllowed):
        service_level_report(actor=actor_make(organisation, Role.RECEPTION), start=START, end=END, now=NOW)
    with pytest.raises(Invalid):
        service_level_report(actor=actor_make(organisation, Role.MANAGER), start=END, end=START, now=NOW)


def _leaves(value: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for name, inside in value.items():
        if name == "period" or name.startswith("by_") or name == "days":
            continue
        if isinstance(inside, Mapping):
            yield from _leaves(inside, f"{before}{name}.")
        else:
            yield before + name


def test_catalogue__every_figure_of_the_report_has_its_definition() -> None:
    actor = actor_make(organisation_make(), Role.MANAGER)
    report = service_level_report(actor=actor, start=START, end=END, now=NOW)
    paths = [figure.path for group in CATALOGUE for figure in group.figures]
    assert sorted(paths) == sorted(_leaves(report))
    assert len(set(paths)) == len(paths)
    assert value_at(report, "phone.offered") == 0


def test_live_board__counts_the_moment() -> None:
    organisation = organisation_make()
    team = team_make(organisation, fallback=True)
    for _caller in range(2):
        queue_entry_make(call_make(contact_make(organisation)))
    answered = queue_entry_make(call_make(contact_make(organisation)))
    agent = agent_make(organisation)
    QueueEntry.objects.filter(pk=answered.pk).update(state=QueueEntryState.ANSWERED, agent=agent)
    callback_make(contact_make(organisation), team)
    ticket_make(organisation, team=team)
    late = ticket_make(organisation, team=team, assignee=agent)
    late.due_at = AT
    late.save(update_fields=["due_at"])
    Presence.objects.create(agent=agent, state=PresenceState.PAUSED, reason="break", since=MONDAY)
    ticket_make(organisation_make())
    board = live_board(actor=actor_make(organisation, Role.SUPERVISOR), now=AT + timedelta(hours=3))
    assert (board.callers_waiting, board.longest_wait_seconds) == (2, 10_800)
    assert (board.callbacks_owed, board.callbacks_late) == (1, 1)
    assert (board.tickets_to_take, board.tickets_late) == (1, 1)
    assert board.presence[PresenceState.PAUSED] == 1
    assert (board.agents_present, board.presence[PresenceState.OFFLINE]) == (1, 1)


def test_live_board__nobody_waits_and_refusal() -> None:
    organisation = organisation_make()
    board = live_board(actor=actor_make(organisation, Role.MANAGER), now=NOW)
    assert (board.callers_waiting, board.longest_wait_seconds) == (0, None)
    with pytest.raises(NotAllowed):
        live_board(actor=actor_make(organisation, Role.EDITOR), now=NOW)
