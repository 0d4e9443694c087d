"""The planned month of the demonstration: repeatable, inside opening hours, and coherent with the content."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.demo.content_loader import load_content
from config.demo.content_types import Agent, Team
from config.demo.life import generate
from config.demo.life_needs import after_open_time, may_take, seconds
from config.demo.life_types import PlannedContact, PlannedNeed
from grc.calendars import from_dict
from grc.reference.search import communes_for_postal_code
from grc.reference.shipped import load_shipped

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))


@cache
def _plan() -> tuple[PlannedContact, ...]:
    codes = {code: row.postal_codes[0] for code, row in load_shipped().current.items() if row.postal_codes}
    return tuple(generate(load_content(), now=NOW, seed=62, postal_codes=codes))


def _needs() -> list[PlannedNeed]:
    return [need for contact in _plan() for need in contact.needs]


def _agent(username: str) -> Agent:
    return next(agent for agent in load_content().agents if agent.username == username)


def test_generate__same_seed_same_plan() -> None:
    content = load_content()
    first = generate(content, now=NOW, seed=7, contacts=40)
    assert generate(content, now=NOW, seed=7, contacts=40) == first
    assert generate(content, now=NOW, seed=8, contacts=40) != first


def test_generate__three_hundred_contacts_in_order_over_a_month() -> None:
    plan = _plan()
    assert len(plan) == 300
    assert len({contact.key for contact in plan}) == 300
    starts = [contact.started_at for contact in plan]
    assert starts == sorted(starts)
    assert starts[0] >= NOW - timedelta(days=30)
    assert plan[-1].ended_at <= NOW
    counts = Counter(contact.channel for contact in plan)
    assert set(counts) == {"phone", "counter", "web", "sms"}
    assert counts["phone"] > counts["counter"] > 0
    assert len({contact.started_at.date() for contact in plan}) >= 20


def test_generate__nothing_later_than_now_and_steps_in_order() -> None:
    for contact in _plan():
        for need in contact.needs:
            moments = [step.at for step in need.steps]
            assert moments == sorted(moments)
            assert all(contact.started_at < moment <= NOW for moment in moments)


def test_generate__calls_are_answered_in_opening_hours_only() -> None:
    hotline = load_content().openings["hotline"]
    calls = [(contact, contact.call) for contact in _plan() if contact.call is not None]
    for contact, call in calls:
        assert hotline.is_open(contact.started_at) == (call.ending != "closed_hours")
        assert call.from_number == contact.sender
        assert (call.talk_seconds > 0) == (call.ending == "answered")
        assert bool(contact.agent) == (call.ending == "answered")
    assert {call.ending for _, call in calls} == {
        "answered",
        "abandoned",
        "called_back",
        "voicemail",
        "closed_hours",
    }


def test_generate__the_keys_of_the_menu_lead_to_the_theme() -> None:
    content = load_content()
    keys = {(theme.group_key, theme.key): theme.code for theme in content.themes}
    for contact in _plan():
        if contact.call is not None and contact.needs:
            theme = content.topic_by_code[contact.needs[0].topic].theme
            assert keys[contact.call.menu_path[0], contact.call.menu_path[1]] == theme
            if contact.needs[0].commune:
                served = communes_for_postal_code(load_shipped(), contact.call.postal_code)
                assert contact.needs[0].commune in {row.code for row in served}


def test_generate__visits_at_open_sites_with_their_own_numbers() -> None:
    content = load_content()
    openings = {site.code: from_dict(content.site_calendar(site)) for site in content.sites}
    seen = []
    for contact in _plan():
        if contact.visit is not None:
            calendar = openings[contact.visit.site]
            assert calendar.is_open(contact.started_at) or calendar.tours_on(contact.started_at.date())
            seen.append((contact.visit.site, contact.started_at.date(), contact.visit.number))
    assert len(seen) == len(set(seen))
    assert len({site for site, _, _ in seen}) >= 8


def test_generate__teams_are_those_of_the_content_and_agents_may_act() -> None:
    content = load_content()
    for need in _needs():
        team: Team = content.team_for(need.topic, need.commune)
        assert need.team == team.code
        for step in need.steps:
            if step.kind == "claim":
                assert may_take(_agent(step.actor), team), (step.actor, team.code)
            if step.kind == "transfer":
                team = content.team_by_code[step.team]


def test_generate__a_closed_ticket_has_an_outcome_and_is_closed_once() -> None:
    for need in _needs():
        closings = [step for step in need.steps if step.kind == "close"]
        assert len(closings) <= 1
        for step in closings:
            assert step.outcome
            assert step is need.steps[-1]
        assert not (need.instant and need.steps)
        assert bool(need.answer) == need.instant


def test_generate__anonymous_matters_name_nobody() -> None:
    anonymous = [c for c in _plan() if any(need.confidentiality == "anonymous" for need in c.needs)]
    assert anonymous
    for contact in anonymous:
        assert contact.citizen == ""
        assert all(step.kind not in {"reply", "ask"} for need in contact.needs for step in need.steps)


def test_generate__something_remains_to_do_and_much_is_done() -> None:
    tickets = [need for need in _needs() if not need.instant]
    last = Counter(need.steps[-1].kind if need.steps else "new" for need in tickets)
    assert last["new"] >= 10
    assert last["close"] > len(tickets) / 2
    assert {need.callback.state for need in tickets if need.callback} >= {"kept", "missed"}
    assert len({need.team for need in tickets}) >= 15
    assert len({load_content().topic_by_code[need.topic].theme for need in tickets}) == 14


def _late(contact: PlannedContact, need: PlannedNeed, now: datetime) -> bool:
    """Whether one of the two delays of an open request is over, counted on the hours of its team."""
    content = load_content()
    topic = content.topic_by_code[need.topic]
    calendar = content.openings[content.team_by_code[need.team].calendar]
    kinds = {step.kind for step in need.steps}
    waits = bool(need.steps) and need.steps[-1].kind == "ask"
    unanswered = not kinds & {"reply", "ask"}
    answer_due, due = (
        after_open_time(calendar, contact.started_at, seconds(delay))
        for delay in (topic.first_answer, topic.resolution)
    )
    return (unanswered and answer_due < now) or (due < now and not waits)


def test_generate__a_service_that_is_a_little_late() -> None:
    """Over five days of the year: the queue is neither perfect nor drowned, and first answers are mostly in time."""
    shares = []
    for month, day in ((1, 13), (3, 4), (6, 18), (9, 9), (11, 25)):
        now = datetime(2026, month, day, 15, 0, tzinfo=ZoneInfo("Europe/Paris"))
        plan = generate(load_content(), now=now, seed=31062)
        needs = [(contact, need) for contact in plan for need in contact.needs if not need.instant]
        still = [(c, need) for c, need in needs if "close" not in {step.kind for step in need.steps}]
        shares.append(sum(_late(contact, need, now) for contact, need in still) / len(still))
        assert sum(not need.steps for _, need in still) >= 10, "something is to be taken"
    assert all(0.05 < share < 0.3 for share in shares), shares
    assert 0.1 < sum(shares) / len(shares) < 0.2, shares


def test_generate__refuses_a_naive_now() -> None:
    with pytest.raises(ValueError, match="aware"):
        generate(load_content(), now=NOW.replace(tzinfo=None), seed=1)


@settings(max_examples=12, deadline=None)
@given(
    now=st.datetimes(datetime(2026, 1, 5), datetime(2027, 12, 31)),  # noqa: DTZ001 - made aware below
    seed=st.integers(0, 9999),
)
def test_generate__any_day_of_the_year(now: datetime, seed: int) -> None:
    moment = now.replace(tzinfo=UTC)
    for contact in generate(load_content(), now=moment, seed=seed, contacts=25):
        assert moment - timedelta(days=31) <= contact.started_at <= contact.ended_at <= moment
        assert all(step.at <= moment for need in contact.needs for step in need.steps)
