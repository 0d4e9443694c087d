"""The demonstration's own script: what is urgent goes to who answers now, and English all the way."""

from __future__ import annotations

import pytest

from grc.voice_script import Input, language_of
from tests.grc.voice_script.calls import REFERENCE, Call, demo_script

DAY = {"doctor_day": (True, "")}
NIGHT = {"doctor_day": (False, "Fermé.")}


def test_health__by_day_asks_for_the_place() -> None:
    call = Call(hours=DAY)
    call.press("3", "1")
    assert (call.state.node, call.names) == ("postal_code", [])


@pytest.mark.parametrize(("line_open", "keys"), [(True, ("3", "1")), (False, ("1", "3", "1"))])
def test_health__at_night_goes_to_the_doctor_and_never_queues(line_open: bool, keys: tuple[str, ...]) -> None:
    call = Call(hours=NIGHT, line_open=line_open)
    step = call.press(*keys)
    assert (step.expect.kind, step.expect.number) == ("dial", "+33353010115")
    call.give(Input.returned("no-answer"))
    assert "Composez le 15." in call.step.say
    assert (call.names, call.state.facts["redirected"]) == ([], "15")


def test_english__from_the_menu_to_the_queue() -> None:
    call = Call(hours=DAY)
    assert ("en", "for English, press 6.") in [(language_of(said), said) for said in call.step.say]
    for keys in ("6", "2", "1", "62000"):
        step = call.press(keys)
        assert {language_of(said) for said in step.say} == {"en"}
    assert call.done[1].values["language"] == "en"
    assert "Your reference is 123, 456, 7897. I repeat, digit by digit: 1 2 3, 4 5 6, 7 8 9 7." in step.say
    assert call.state.facts["reference"] == REFERENCE


def test_english__every_step_is_translated() -> None:
    for node in demo_script().nodes.values():
        assert node.title
        assert set(getattr(node, "texts", {"en": ""})) == {"en"}, node.id
        for choice in getattr(node, "choices", ()):
            assert set(choice.wordings) == {"en"}, choice.wording
