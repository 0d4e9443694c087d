"""A script edited step by step, drawn, and tried: the pure half of the administrator's screen."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc.conditions import parse
from grc.voice_script import (
    KIND_WORDS,
    VOICE_FACTS,
    Context,
    Script,
    SimpleCondition,
    draw,
    effect_text,
    plan,
    rehearse,
    script_begun,
    script_from_json,
    script_to_json,
    step_add,
    step_name,
    step_put,
    step_remove,
    steps_leading_to,
    validate,
    walked,
)
from grc.voice_script.parsing import KINDS
from tests.grc.voice_script.calls import DEMO_SCRIPT, Places, demo_script
from tests.grc.voice_script.random_scripts import any_scripts, valid_scripts
from tests.grc.voice_script.test_random_scripts import SITUATIONS


def test_script_begun__may_be_published() -> None:
    assert validate(script_from_json(script_begun())) == []


@pytest.mark.parametrize("kind", list(KIND_WORDS))
def test_step_add__a_new_step_of_each_kind_reads_and_offers_a_human(kind: str) -> None:
    content, name = step_add(script_begun(), kind)
    content["nodes"]["menu"]["choices"].append({"key": "2", "wording": "essayer", "next": name})
    assert validate(script_from_json(content)) == []


@pytest.mark.parametrize(
    ("title", "taken", "name"),
    [
        ("Menu principal", [], "menu_principal"),
        ("Où est-ce ? À l’école !", [], "ou_est_ce_a_l_ecole"),
        ("Menu", ["menu", "menu_2"], "menu_3"),
        ("…", [], "etape"),
    ],
)
def test_step_name__from_its_title(title: str, taken: list[str], name: str) -> None:
    assert step_name(title, taken) == name


def test_step_put__makes_the_steps_it_leads_to() -> None:
    before = script_begun()
    node = {**before["nodes"]["menu"], "choices": [
        {"key": "1", "wording": "la santé", "next": "new:hours"},
        {"key": "2", "wording": "les routes", "next": "new:menu"},
    ]}  # fmt: skip
    after = step_put(before, "menu", node)
    assert [choice["next"] for choice in after["nodes"]["menu"]["choices"]] == ["horaires", "menu_2"]
    assert after["nodes"]["horaires"]["open"] == "agent"
    assert validate(script_from_json(after)) == []
    assert before == script_begun()


def test_step_remove__says_where_something_led_to_it() -> None:
    content = script_begun()
    assert steps_leading_to(content, "rappel") == ["agent", "file"]
    problems = validate(script_from_json(step_remove(content, "rappel")))
    assert problems == [
        "L'étape « Agent ou rappel » mène à « rappel », qui n'existe pas.",
        "L'étape « File d’attente » mène à « rappel », qui n'existe pas.",
    ]


SIMPLE = st.builds(
    SimpleCondition,
    languages=st.sampled_from([(), ("en",), ("en", "de")]),
    themes=st.sampled_from([(), ("sante",), ("sante", "routes")]),
    open=st.sampled_from([None, True, False]),
    busy=st.sampled_from([None, True, False]),
    number=st.sampled_from([None, True]),
    weekdays=st.sampled_from([(), ("saturday", "sunday")]),
    start=st.just("20:00"),
    end=st.just("08:00"),
)


@given(simple=SIMPLE)
def test_simple_condition__reads_back(simple: SimpleCondition) -> None:
    assert SimpleCondition.from_json(simple.to_json()) == simple
    parse(simple.to_json(), VOICE_FACTS)


@pytest.mark.parametrize(
    "data",
    [
        {"not": {"fact": "open", "is": True}},
        {"any": [{"fact": "open", "is": True}]},
        {"all": [{"fact": "open", "is": True}, {"fact": "open", "is": False}]},
        {"fact": "commune", "is": "62041"},
        {"fact": "theme", "exists": True},
    ],
)
def test_simple_condition__what_a_form_cannot_show_is_left_alone(data: dict[str, Any]) -> None:
    assert SimpleCondition.from_json(data) is None


def test_plan__the_demonstration_once_each() -> None:
    script = demo_script()
    stems = list(walked(plan(script)))
    shown = [stem.to for stem in stems if not stem.again]
    assert sorted(shown) == sorted(script.nodes)
    assert [stem.label for stem in plan(script)] == ["Début de l’appel", "Touche 0, à tout moment"]


@settings(max_examples=120, deadline=None)
@given(script=st.one_of(valid_scripts(), any_scripts()))
def test_draw__every_step_once_and_no_two_boxes_overlap(script: Script) -> None:
    stems = plan(script)
    drawing = draw(stems)
    steps = [box.node for box in drawing.boxes if box.shape == "step"]
    assert sorted(steps) == sorted(script.nodes)
    assert len(drawing.boxes) == len(list(walked(stems)))
    for one, other in combinations(drawing.boxes, 2):
        apart = (
            one.x + one.width <= other.x
            or other.x + other.width <= one.x
            or one.y + one.height <= other.y
            or other.y + other.height <= one.y
        )
        assert apart, (one, other)
    assert all(box.x >= 0 and box.x + box.width <= drawing.width for box in drawing.boxes)
    assert all(box.y >= 0 and box.y + box.height <= drawing.height for box in drawing.boxes)


def context(**more: Any) -> Context:
    return Context(lookup=Places(), caller_number="+33321216217", **more)


def test_rehearse__a_call_from_the_ring_to_the_queue() -> None:
    turns = rehearse(demo_script(), ["k:2", "k:1", "k:62000", "w:answered"], context())
    assert [turn.expect.kind for turn in turns] == ["keys", "keys", "keys", "wait", "hangup"]
    names = {"logement": "Logement"}
    assert [effect_text(effect, names) for turn in turns for effect in turn.effects] == [
        "Une demande serait ouverte : Logement, à Arras.",
        "La personne entrerait dans la file d’attente : Logement.",
    ]
    assert "Pour suivre votre demande, votre code secret est 12 34 56. Je répète : 12 34 56." in turns[3].said


def test_rehearse__leaving_the_queue_for_a_message() -> None:
    turns = rehearse(demo_script(), ["k:0", "k:2", "m:0", "m:12"], context())
    assert [turn.expect.kind for turn in turns] == ["keys", "wait", "record", "record", "hangup"]
    assert [effect_text(effect, {}) for effect in turns[-1].effects] == [
        "Le message vocal (12 s) serait gardé."
    ]


def test_rehearse__what_means_nothing_there_is_left_out() -> None:
    assert len(rehearse(demo_script(), ["w:answered", "d:missed", "m:3", "x", "", "k"], context())) == 2


@settings(max_examples=100, deadline=None)
@given(
    script=st.one_of(valid_scripts(), any_scripts()),
    situation=SITUATIONS,
    moves=st.lists(
        st.one_of(
            st.text(max_size=8),
            st.sampled_from(
                ["k:1", "k:2", "k:0", "-", "s:santé", "w:full", "w:answered", "d:missed", "m:5", "m:0"]
            ),
        ),
        max_size=20,
    ),
)
def test_rehearse__whatever_is_typed(script: Script, situation: dict[str, Any], moves: list[str]) -> None:
    situation = {**situation, "caller_number": situation["caller"], "hours": situation["hours"].get}
    del situation["caller"]
    turns = rehearse(script, moves, Context(lookup=Places(), **situation))
    assert 1 <= len(turns) <= len(moves) + 1
    assert all(effect_text(effect, {}) for turn in turns for effect in turn.effects)


def test_json__of_the_demonstration_goes_out_and_comes_back() -> None:
    data = json.loads(DEMO_SCRIPT.read_text(encoding="utf-8"))
    assert script_from_json(script_to_json(script_from_json(data))) == script_from_json(data)


def test_kinds__each_has_its_words() -> None:
    assert set(KIND_WORDS) == set(KINDS)
