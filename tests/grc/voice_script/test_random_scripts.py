"""Over random scripts and random callers: every path ends, a human is always offered, nobody is held."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from grc.voice_script import (
    Callback,
    Input,
    Menu,
    PostalCode,
    ReferenceStatus,
    Script,
    initial_state,
    play,
    script_from_json,
    script_to_json,
    validate,
)
from grc.voice_script.interpreter import STEPS_AT_MOST
from tests.grc.voice_script.calls import Call
from tests.grc.voice_script.random_scripts import any_scripts, valid_scripts
from tests.grc.voice_script.test_properties import INPUTS

HOURS = {"nuit": (False, "La nuit, un médecin répond.")}
NOON = datetime(2026, 11, 25, 12, 0, tzinfo=ZoneInfo("Europe/Paris"))
SITUATIONS = st.fixed_dictionaries(
    {
        "line_open": st.booleans(),
        "caller": st.sampled_from(["", "+33321216217"]),
        "all_busy": st.booleans(),
        "may_text": st.booleans(),
        "hours": st.sampled_from([{}, HOURS, {"nuit": (True, "")}]),
        "now": st.sampled_from([None, NOON, NOON.replace(hour=23)]),
    }
)
ANSWERS = {"keys", "wait", "leave", "record", "dial", "hangup", "nothing"}
HELD = {"wait", "leave", "nothing", "hangup"}


@settings(max_examples=150, deadline=None)
@given(script=valid_scripts())
def test_valid_scripts__are_valid_and_read_back(script: Script) -> None:
    assert validate(script) == []
    assert script_from_json(script_to_json(script)) == script


@settings(max_examples=250, deadline=None)
@given(script=valid_scripts(), situation=SITUATIONS, inputs=st.lists(INPUTS, max_size=30))
def test_play__every_question_offers_a_human(
    script: Script, situation: dict[str, Any], inputs: list[Input]
) -> None:
    call = Call(script, **situation)
    for item in inputs:
        assert call.step.expect.kind in ANSWERS
        if call.step.expect.kind == "keys" and call.step.say:
            offered = any("tapez 0" in said or "press 0" in said for said in call.step.say)
            # Where nobody answers now, the call-back is the way to a human.
            assert offered or isinstance(script.nodes[call.state.node], Callback)
        call.give(item)


@settings(max_examples=250, deadline=None)
@given(script=valid_scripts(), situation=SITUATIONS, inputs=st.lists(INPUTS, max_size=20))
def test_play__zero_reaches_a_human(script: Script, situation: dict[str, Any], inputs: list[Input]) -> None:
    call = Call(script, **situation)
    for item in inputs:
        call.give(item)
    for _ in range(3):
        if call.state.expect.kind == "keys":
            call.press("0")
        elif call.state.expect.kind == "record":
            call.give(Input.returned("recorded", digits="0"))
    assert call.state.expect.kind in {*HELD, "dial"} or call.state.node == "callback"


@settings(max_examples=250, deadline=None)
@given(
    script=valid_scripts(), situation=SITUATIONS, inputs=st.lists(INPUTS, max_size=20),
    misses=st.lists(st.sampled_from([Input.heard(), Input.heard(keys="77"), Input.heard(speech="xylophone")]),
                    min_size=3, max_size=3),
)  # fmt: skip
def test_play__silence_and_wrong_keys_are_said_twice_then_a_human(
    script: Script, situation: dict[str, Any], inputs: list[Input], misses: list[Input]
) -> None:
    call = Call(script, **situation)
    for item in inputs:
        call.give(item)
    node = script.nodes[call.state.node]
    asks = isinstance(node, (Menu, PostalCode, ReferenceStatus)) and call.state.expect.kind == "keys"
    if not asks or call.state.misses or call.state.step > 40:
        return
    if isinstance(node, ReferenceStatus) and misses[1].speech:
        # A reference and its code are keyed: words are not expected there, a miss like another.
        assert not call.state.expect.speech
    for item in misses[:2]:
        step = call.give(item)
        assert (call.state.node, step.expect.kind) == (node.id, "keys")
        silent = not item.keys and not item.speech
        heard = ("Je n'ai rien entendu.", "I did not hear anything.")
        assert (step.say[0] in heard) == silent
    call.give(misses[2])
    assert call.state.node != node.id
    assert call.state.node in {"queue", "callback"} or call.state.ended


@settings(max_examples=120, deadline=None)
@given(script=valid_scripts(), situation=SITUATIONS, habit=st.lists(INPUTS, min_size=1, max_size=4))
def test_play__every_habit_ends(script: Script, situation: dict[str, Any], habit: list[Input]) -> None:
    """The same gestures over and over: within the bound the call has ended, waits or was moved."""
    call = Call(script, **situation)
    for turn in range(3 * STEPS_AT_MOST):
        before = call.state
        if before.ended or (before.step >= STEPS_AT_MOST and before.expect.kind != "keys"):
            return
        call.give(habit[turn % len(habit)])
        if call.state.expect.kind in HELD and call.state == before:
            return
    assert call.state.expect.kind in HELD


@settings(max_examples=120, deadline=None)
@given(script=valid_scripts(), situation=SITUATIONS)
def test_play__saying_nothing_ends_or_waits(script: Script, situation: dict[str, Any]) -> None:
    """Not one key, a recording without a voice, a transfer nobody answers: four questions at most, then out."""
    call = Call(script, **situation)
    for _ in range(24):
        match call.state.expect.kind:
            case "keys":
                call.silence()
            case "record":
                call.give(Input.returned("recorded"))
            case "dial":
                call.give(Input.returned("no-answer"))
            case _:
                break
    assert call.state.expect.kind in HELD


@settings(max_examples=250, deadline=None)
@given(script=any_scripts(), situation=SITUATIONS, inputs=st.lists(INPUTS, max_size=20))
def test_play__even_a_broken_script_answers(
    script: Script, situation: dict[str, Any], inputs: list[Input]
) -> None:
    """Circles, dead ends, no human: refused at publication, and survived if ever one answers."""
    call = Call(script, **situation)
    for item in inputs:
        assert call.step.expect.kind in ANSWERS
        call.give(item)


@settings(max_examples=120, deadline=None)
@given(before=valid_scripts(), after=valid_scripts(), inputs=st.lists(INPUTS, max_size=8))
def test_play__a_script_published_under_a_call_goes_on(
    before: Script, after: Script, inputs: list[Input]
) -> None:
    call = Call(before)
    for item in inputs:
        call.give(item)
    call.script = after
    for item in inputs:
        assert call.give(item).expect.kind in ANSWERS


@settings(max_examples=60, deadline=None)
@given(script=valid_scripts(), situation=SITUATIONS)
def test_play__nothing_is_done_before_the_caller_is_heard(script: Script, situation: dict[str, Any]) -> None:
    """Ringing owes nobody a call-back and checks no secret."""
    call = Call(script, **situation)
    assert not {"owe_callback", "check_status", "keep_voicemail"} & set(call.names)
    first = play(script, initial_state(script), Input.start(), call.context, call.perform)
    assert first.say == call.step.say
