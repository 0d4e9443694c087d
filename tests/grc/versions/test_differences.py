"""Two JSON values, and two voice scripts, compared."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc.versions import Difference, differences
from grc.voice_script import script_changes, script_to_json
from tests.grc.voice_script.random_scripts import valid_scripts
from tests.grc.voice_script.test_validation import menu, small


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": 1}, {"a": 1}, ()),
        ({"a": 1}, {"a": 2}, (Difference(("a",), 1, 2),)),
        ({}, {"a": {"b": 1}}, (Difference(("a",), None, {"b": 1}),)),
        (
            {"a": {"b": 1, "c": 2}},
            {"a": {"c": 3}},
            (Difference(("a", "b"), 1, None), Difference(("a", "c"), 2, 3)),
        ),
        ({"a": [1, 2]}, {"a": [2, 1]}, (Difference(("a",), [1, 2], [2, 1]),)),
        (
            {"items": [{"key": "1", "to": "x"}, {"key": "2", "to": "y"}]},
            {"items": [{"key": "2", "to": "z"}]},
            (
                Difference(("items", "1"), {"key": "1", "to": "x"}, None),
                Difference(("items", "2", "to"), "y", "z"),
            ),
        ),
        (
            {"items": [{"key": "1"}, {"key": "2"}]},
            {"items": [{"key": "2"}, {"key": "1"}]},
            (Difference(("items", "order"), ["1", "2"], ["2", "1"]),),
        ),
        (
            {"items": [{"key": "1"}, {"key": "1"}]},
            {"items": []},
            (Difference(("items",), [{"key": "1"}, {"key": "1"}], []),),
        ),
    ],
)
def test_differences__place_by_place(before: Any, after: Any, expected: tuple[Difference, ...]) -> None:
    assert differences(before, after, identities={"items": "key"}) == expected


JSON = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(before=JSON, after=JSON)
def test_differences__nothing_when_equal_and_reversed_the_other_way(before: Any, after: Any) -> None:
    found = differences(before, after)
    assert (found == ()) == (before == after)
    assert {(one.path, repr(one.after)) for one in differences(after, before)} == {
        (one.path, repr(one.before)) for one in found
    }


def changes(**nodes: dict[str, Any]) -> list[tuple[str, str]]:
    found = script_changes(small(), small(**nodes))
    return [(one.node, one.sentence.replace("\u00a0", " ")) for one in found]


def test_script_changes__in_words() -> None:
    assert changes() == []
    assert changes(end={"kind": "end", "text": "Bonne journée."}) == [
        ("end", "« end » : dit « Bonne journée. » au lieu de « Au revoir. »."),
    ]
    assert changes(menu=menu(("1", "terminer", "queue"), ("2", "attendre", "queue"))) == [
        ("menu", "« menu » : touche 1, mène à « queue » au lieu de « end »."),
        ("menu", "« menu » : touche 1, le libellé devient « terminer », c’était « finir »."),
        ("menu", "« menu » : la touche 2, « attendre », est ajoutée et mène à « queue »."),
    ]
    assert changes(fermeture={"kind": "say", "title": "Adieu", "text": "À demain.", "next": "end"}) == [
        ("fermeture", "L’étape « Adieu » (phrase) est ajoutée."),
    ]
    assert changes(
        queue={"kind": "queue", "text": "Patientez.", "next": "menu", "texts": {"en": "Please wait."}}
    ) == [
        ("queue", "« queue » : la suite mène à « menu » au lieu de « end »."),
        ("queue", "« queue » : les traductions changent (anglais)."),
    ]


def test_script_changes__start_phrases_and_removal() -> None:
    before = small(fin={"kind": "end", "text": "Fin."})
    after = {**small(), "start": "queue", "phrases": {"wrong": "Pardon ?"}}
    assert [(one.node, one.sentence) for one in script_changes(before, after)] == [
        ("fin", "L’étape « fin » (fin de l’appel) est retirée."),
        ("", "La phrase « wrong » dit maintenant « Pardon ? »."),
        ("", "L’appel commence à « queue » au lieu de « menu »."),
    ]


def test_script_changes__a_condition_in_french() -> None:
    before = small(
        branch={"kind": "branch", "when": {"fact": "open", "is": True}, "then": "end", "otherwise": "menu"}
    )
    after = small(
        branch={"kind": "branch", "when": {"fact": "busy", "is": True}, "then": "end", "otherwise": "menu"}
    )
    assert [one.sentence for one in script_changes(before, after)] == [
        "« branch » : la condition devient « si aucun agent ne peut répondre », c’était « si la ligne est ouverte ».",
    ]


@settings(max_examples=80, deadline=None)
@given(before=valid_scripts(), after=valid_scripts())
def test_script_changes__a_sentence_for_whatever_changes(before: Any, after: Any) -> None:
    old, new = script_to_json(before), script_to_json(after)
    assert (script_changes(old, new) == []) == (old == new)
    assert all(one.sentence.endswith(".") for one in script_changes(old, new))
