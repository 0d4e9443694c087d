"""Whatever callers press or say and providers send, a call ends or waits, and a human stays within reach."""

from hypothesis import given, settings
from hypothesis import strategies as st

from grc.voice_script import Input, State, advance, state_from_json, state_to_json
from grc.voice_script.interpreter import STEPS_AT_MOST
from tests.grc.voice_script.calls import REFERENCE, Call, demo_script

SCRIPT = demo_script()

KEYS = st.one_of(
    st.sampled_from(list("0123456789*#")),
    st.sampled_from(["62000", "62100", "62130", "99999", REFERENCE, "424242", "999999", "0612345678"]),
    st.text(alphabet="0123456789*#ABCD", max_size=12),
)
SPEECH = st.one_of(
    st.sampled_from(["logement", "agent", "répétez", "oui", "non", "62 000", "Calais", "deux"]),
    st.text(max_size=20),
)
RESULTS = st.sampled_from(
    [
        "leave",
        "hangup",
        "bridged",
        "redirected",
        "queue-full",
        "system-error",
        "error",
        "recorded",
        "busy",
        "",
    ]
)
INPUTS = st.one_of(
    st.builds(lambda keys: Input.heard(keys=keys), KEYS),
    st.builds(lambda speech: Input.heard(speech=speech), SPEECH),
    st.just(Input.heard()),
    st.builds(Input.returned, RESULTS),
    st.just(Input.start()),
    st.just(Input.done({})),
    st.just(Input.returned("recorded", recording_url="https://example.org/r", seconds="3")),
)
SITUATIONS = st.tuples(st.booleans(), st.sampled_from(["", "+33321216217"]), st.booleans())


def begin(situation: tuple[bool, str, bool]) -> Call:
    line_open, caller, busy = situation
    return Call(SCRIPT, line_open=line_open, caller=caller, all_busy=busy)


@settings(max_examples=200, deadline=None)
@given(situation=SITUATIONS, inputs=st.lists(INPUTS, max_size=40))
def test_play__any_inputs_always_answer(situation: tuple[bool, str, bool], inputs: list[Input]) -> None:
    call = begin(situation)
    for item in inputs:
        step = call.give(item)
        assert step.expect.kind in {"keys", "wait", "leave", "record", "dial", "hangup", "nothing"}
        assert step.say or step.expect.kind not in {"keys", "record", "dial"}
        if step.expect.kind == "keys":
            assert call.state.step < STEPS_AT_MOST
        if step.expect.kind in {"wait", "record"} and call.state.facts.get("commune_code"):
            assert call.state.facts.get("theme") is None or call.state.facts["reference"] == REFERENCE


@settings(max_examples=60, deadline=None)
@given(situation=SITUATIONS, pattern=st.lists(INPUTS, min_size=1, max_size=4))
def test_play__any_habit_ends_or_waits(situation: tuple[bool, str, bool], pattern: list[Input]) -> None:
    """The same few gestures over and over: within the bound the call has ended, waits, or was moved."""
    call = begin(situation)
    for turn in range(3 * STEPS_AT_MOST):
        if call.state.ended or (call.state.step >= STEPS_AT_MOST and call.state.expect.kind != "keys"):
            return
        before = call.state
        call.give(pattern[turn % len(pattern)])
        if call.state.expect.kind in {"wait", "leave", "nothing"} and call.state == before:
            return
    assert call.state.expect.kind in {"hangup", "wait", "leave", "nothing"}


@settings(max_examples=200, deadline=None)
@given(situation=SITUATIONS, inputs=st.lists(INPUTS, max_size=15))
def test_play__zero_leads_to_a_human_from_anywhere(
    situation: tuple[bool, str, bool], inputs: list[Input]
) -> None:
    """Key 0, pressed at most three times, waits for an agent, owes a call-back or asks where to call back."""
    call = begin(situation)
    for item in inputs:
        call.give(item)
    for _ in range(3):
        if call.state.expect.kind not in {"keys", "record"}:
            break
        call.press("0") if call.state.expect.kind == "keys" else call.give(
            Input.returned("recorded", digits="0")
        )
    at_human = call.state.expect.kind in {"wait", "leave", "hangup", "nothing", "dial"}
    assert at_human or call.state.node in {"callback", "voicemail"}


@settings(max_examples=100, deadline=None)
@given(situation=SITUATIONS, inputs=st.lists(INPUTS, max_size=15))
def test_advance__state_survives_json_and_is_deterministic(
    situation: tuple[bool, str, bool], inputs: list[Input]
) -> None:
    call = begin(situation)
    for item in inputs:
        first = advance(SCRIPT, call.state, item, call.context)
        copy = state_from_json(state_to_json(call.state))
        assert advance(SCRIPT, copy, item, call.context) == first
        call.give(item)


@settings(max_examples=100, deadline=None)
@given(node=st.sampled_from(sorted(SCRIPT.nodes)), stage=st.text(max_size=12), item=INPUTS)
def test_advance__a_state_that_no_longer_fits_is_survived(node: str, stage: str, item: Input) -> None:
    """A script published under a call in progress may leave a state that means nothing any more."""
    call = Call(SCRIPT)
    for kind in ("keys", "wait", "leave", "record", "dial", "effect", "nothing"):
        state = State(node=node, stage=stage, step=3, expect=type(call.state.expect)(kind))
        assert advance(SCRIPT, state, item, call.context).expect.kind
    gone = State(node="disparu", step=3, expect=call.state.expect)
    assert advance(SCRIPT, gone, item, call.context).expect.kind == "keys"
