"""Who is next: priority, then the longest wait, skills saying who may take whom."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.call_order import Idle, Match, Need, Skills, Waiting, fits, matches, position, rank_of, widened
from grc.enums import Priority

NINE = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
ROADS = frozenset({"routes", "nid_de_poule"})


def caller(
    number: int, *, minute: float = 0, need: Need | None = None, priority: Priority = Priority.NORMAL
) -> Waiting:
    since = NINE + timedelta(minutes=minute)
    return Waiting("call", number, rank_of(priority=priority, since=since), since, need or Need())


def idle(number: int, *, minute: float = 0, topics: str = "", languages: str = "fr") -> Idle:
    skills = Skills(frozenset(topics.split()), frozenset(languages.split()))
    return Idle(number, NINE + timedelta(minutes=minute), skills)


def given_to(found: list[Match]) -> list[tuple[int, int]]:
    return [(match.waiting.id, match.agent_id) for match in found]


@pytest.mark.parametrize(
    ("need", "skills", "fitting"),
    [
        (Need(), Skills(), True),
        (Need(ROADS), Skills(frozenset({"routes"})), True),
        (Need(ROADS), Skills(frozenset({"nid_de_poule"})), True),
        (Need(ROADS), Skills(frozenset({"logement"})), False),
        (Need(ROADS), Skills(), True),
        (Need(), Skills(frozenset({"logement"})), True),
        (Need(language="ar"), Skills(languages=frozenset({"fr"})), False),
        (Need(language="ar"), Skills(languages=frozenset({"fr", "ar"})), True),
        (Need(language="fr"), Skills(languages=frozenset()), True),
        (Need(ROADS, "ar"), Skills(frozenset({"logement"}), frozenset({"ar"})), False),
    ],
)
def test_fits__topic_and_language(need: Need, skills: Skills, fitting: bool) -> None:
    assert fits(need, skills) is fitting


def test_rank_of__an_urgent_call_gains_half_an_hour() -> None:
    normal = rank_of(priority=Priority.NORMAL, since=NINE)
    assert rank_of(priority=Priority.URGENT, since=NINE + timedelta(minutes=29)) < normal
    assert rank_of(priority=Priority.URGENT, since=NINE + timedelta(minutes=31)) > normal
    assert rank_of(priority=Priority.HIGH, since=NINE + timedelta(minutes=6)) < normal
    assert rank_of(priority=Priority.LOW, since=NINE) > rank_of(
        priority=Priority.NORMAL, since=NINE + timedelta(minutes=14)
    )


def test_matches__the_longest_wait_to_the_longest_idle() -> None:
    found = matches(
        [caller(2, minute=2), caller(1, minute=1)],
        [idle(20, minute=5), idle(10, minute=3)],
        now=NINE + timedelta(minutes=6),
        present=[],
    )
    assert given_to(found) == [(1, 10), (2, 20)]


def test_matches__a_call_back_keeps_the_place_of_its_first_call() -> None:
    debt = Waiting("callback", 7, rank_of(priority=Priority.NORMAL, since=NINE), NINE)
    found = matches([caller(1, minute=1), debt], [idle(10)], now=NINE + timedelta(minutes=9), present=[])
    assert [(match.waiting.kind, match.waiting.id) for match in found] == [("callback", 7)]


def test_matches__who_fits_nobody_idle_is_passed_and_keeps_the_place() -> None:
    roads, housing = idle(10, topics="routes"), Skills(frozenset({"logement"}))
    first, second = caller(1, need=Need(frozenset({"logement"}))), caller(2, minute=1, need=Need(ROADS))
    found = matches(
        [first, second], [roads], now=NINE + timedelta(minutes=2), present=[roads.skills, housing]
    )
    assert given_to(found) == [(2, 10)]


@pytest.mark.parametrize(
    ("minutes", "housing_is_there", "answered"), [(4, True, []), (5, True, [(1, 10)]), (1, False, [(1, 10)])]
)
def test_matches__a_missing_skill_leaves_nobody_waiting(
    minutes: int, housing_is_there: bool, answered: list[tuple[int, int]]
) -> None:
    """Anybody answers when no agent at work has the skill, or after five minutes."""
    roads = idle(10, topics="routes")
    present = [roads.skills] + ([Skills(frozenset({"logement"}))] if housing_is_there else [])
    found = matches(
        [caller(1, need=Need(frozenset({"logement"})))],
        [roads],
        now=NINE + timedelta(minutes=minutes),
        present=present,
    )
    assert given_to(found) == answered


def test_widened__the_age_of_a_call_back_says_nothing_of_its_skill() -> None:
    debt = Waiting("callback", 7, 0, NINE, Need(ROADS))
    present = [Skills(frozenset({"routes"}))]
    assert not widened(debt, now=NINE + timedelta(hours=5), present=present)
    assert widened(debt, now=NINE, present=[Skills(frozenset({"logement"}))])


def test_position__counts_callers_and_call_backs_before() -> None:
    mine = caller(5, minute=3)
    debt = Waiting("callback", 9, rank_of(priority=Priority.NORMAL, since=NINE), NINE)
    others = [
        debt,
        caller(1, minute=1),
        mine,
        caller(6, minute=4),
        caller(7, minute=9, priority=Priority.HIGH),
    ]
    assert position(mine, others) == 4


ranks = st.lists(st.integers(min_value=0, max_value=20), min_size=1, max_size=30)


@given(ranks, st.integers(min_value=0, max_value=30))
def test_matches__among_equals_the_order_is_kept_and_nobody_is_offered_twice(
    found_ranks: list[int], agents: int
) -> None:
    waiting = [Waiting("call", number, rank, NINE) for number, rank in enumerate(found_ranks)]
    found = matches(waiting, [idle(number, minute=number) for number in range(agents)], now=NINE, present=[])
    keys = [match.waiting.key for match in found]
    assert keys == sorted(keys) == sorted(one.key for one in waiting)[: len(found)]
    assert len({match.agent_id for match in found}) == len(found) == min(agents, len(waiting))


@given(ranks)
def test_position__is_the_place_in_the_order(found_ranks: list[int]) -> None:
    waiting = [Waiting("call", number, rank, NINE) for number, rank in enumerate(found_ranks)]
    ordered = sorted(waiting, key=lambda one: one.key)
    assert [position(one, waiting) for one in ordered] == list(range(1, len(waiting) + 1))
