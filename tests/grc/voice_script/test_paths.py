"""The menu path as an agent reads it."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from grc.voice_script import Script, path_words, script_from_json

SCRIPT = Path(__file__).resolve().parents[3] / "config/demo/content/voice_script.json"


def demo_script() -> Script:
    return script_from_json(json.loads(SCRIPT.read_text("utf-8")))


def test_path_words__says_the_choices_as_the_caller_heard_them() -> None:
    path = ["main_menu", "home_menu", "postal_code", "queue"]
    assert path_words(demo_script(), path) == ("le logement ou une aide pour s'en sortir comme le RSA",)


def test_path_words__two_choices_to_the_same_place_are_not_guessed() -> None:
    assert path_words(demo_script(), ["home_menu", "postal_code"]) == ()


def test_path_words__the_human_key_leads_to_an_agent() -> None:
    assert path_words(demo_script(), ["main_menu", "queue"]) == ("un agent",)


def test_path_words__a_choice_of_the_waiting_room() -> None:
    assert path_words(demo_script(), ["queue", "callback"])[0].startswith("être rappelé")


def test_path_words__never_shows_a_code() -> None:
    assert path_words(demo_script(), ["1", "2"]) == ()
    assert path_words(demo_script(), ["main_menu", "vanished"]) == ()
    assert path_words(demo_script(), []) == ()


@given(st.lists(st.sampled_from([*demo_script().nodes, "gone"]), max_size=12))
def test_path_words__any_path_gives_only_wordings(path: list[str]) -> None:
    script = demo_script()
    said = {choice.wording for node in script.nodes.values() for choice in getattr(node, "choices", ())}
    words = path_words(script, path)
    assert set(words) <= said | {"un agent"}
    assert len(words) <= max(0, len(path) - 1)


def test_path_words__what_the_call_knows_tells_two_choices_apart() -> None:
    path = ["main_menu", "road_menu", "postal_code"]
    assert path_words(demo_script(), path, {"theme": "routes"}) == (
        "les routes ou les transports",
        "une route départementale",
    )
    assert path_words(demo_script(), path, {"theme": "mobilite"}) == (
        "les routes ou les transports",
        "les transports et les aides pour se déplacer",
    )
    assert path_words(demo_script(), path, {"theme": "logement"}) == ("les routes ou les transports",)
