"""From a planned month to its acts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise

import pytest

from config.demo.content_loader import load_content
from config.demo.life import PARIS, generate
from config.demo.seeding.acts import Act, Doing, acts_of_life

NOW = datetime(2026, 11, 19, 15, 0, tzinfo=PARIS)


@pytest.fixture(scope="module")
def acts() -> list[Act]:
    content = load_content()
    planned = generate(content, now=NOW, seed=7, contacts=120)
    return acts_of_life(planned, now=NOW, opening=content.openings["hotline"])


def test_acts_of_life__are_in_order_and_never_later_than_now(acts: list[Act]) -> None:
    assert all(one.at <= two.at for one, two in pairwise(acts))
    assert acts[-1].at <= NOW


def test_acts_of_life__have_a_name_each_that_a_second_plan_gives_again(acts: list[Act]) -> None:
    content = load_content()
    again = acts_of_life(
        generate(content, now=NOW, seed=7, contacts=120), now=NOW, opening=content.openings["hotline"]
    )
    assert len({act.key for act in acts}) == len(acts)
    assert [(act.key, act.at, act.doing) for act in again] == [(act.key, act.at, act.doing) for act in acts]


def test_acts_of_life__end_every_call_and_every_visit_they_begin(acts: list[Act]) -> None:
    count = Counter(act.doing for act in acts)
    assert count[Doing.CALL_START] == count[Doing.CALL_END] > 0
    assert count[Doing.VISIT_ARRIVE] == count[Doing.VISIT_END] > 0


def test_acts_of_life__open_a_request_before_its_first_step(acts: list[Act]) -> None:
    opened: dict[tuple[str, int], int] = {}
    for place, act in enumerate(acts):
        if act.doing in {Doing.TICKET, Doing.SMS, Doing.WEB}:
            opened[act.contact.key, act.need] = place
        if act.doing is Doing.STEP:
            assert opened[act.contact.key, act.need] < place


def test_acts_of_life__leave_two_call_backs_owed_at_least(acts: list[Act]) -> None:
    promised = {(act.contact.key, act.need) for act in acts if act.doing is Doing.CALLBACK}
    tried = {(act.contact.key, act.need) for act in acts if act.doing is Doing.ATTEMPT}
    assert len(promised - tried) >= 2
