"""A conversation is recorded only after a notice, which can be refused without losing one's place."""

from dataclasses import replace

from grc.voice_script import Input, validate
from grc.voice_script.interpreter import wait_step
from grc.voice_script.model import Choice, Queue
from tests.grc.voice_script.calls import Call, demo_script

NOTICE = "Votre conversation peut être enregistrée, pour améliorer l'accueil."
REFUSE = "pour qu'elle ne soit pas enregistrée, tapez 9."


def to_wait(call: Call) -> Call:
    call.press("2", "1", "62000")
    assert call.state.waiting
    return call


def enqueued(call: Call) -> list[str]:
    return [effect.values.get("recording", "") for effect in call.done if effect.name == "enqueue"]


def test_notice__is_said_before_the_wait_and_the_refusal_offered_in_it() -> None:
    call = to_wait(Call(records=True))
    assert NOTICE in call.step.say
    assert REFUSE in wait_step(call.script, call.state).say
    assert enqueued(call) == ["told"]


def test_notice__is_not_said_where_nothing_is_recorded() -> None:
    call = to_wait(Call())
    assert NOTICE not in call.step.say
    assert REFUSE not in wait_step(call.script, call.state).say
    assert enqueued(call) == [""]
    before = call.state
    call.press("9")
    assert call.state == before


def test_refusal__goes_back_to_wait_and_is_not_asked_again() -> None:
    call = to_wait(Call(records=True))
    assert call.press("9").expect.kind == "leave"
    step = call.give(Input.returned("leave"))
    assert "Votre conversation ne sera pas enregistrée." in step.say
    assert NOTICE not in step.say
    assert call.state.waiting
    assert REFUSE not in wait_step(call.script, call.state).say
    assert enqueued(call) == ["told", "refused"]


def test_notice__is_never_said_on_a_discreet_topic() -> None:
    call = Call(records=True)
    state_facts = {"discretion": "discreet", "theme": "enfance", "commune_code": "62041"}
    call.state = replace(call.state, facts={**call.state.facts, **state_facts})
    call.press("0")
    assert call.state.waiting
    assert NOTICE not in call.step.say
    assert enqueued(call)[-1] == ""


def test_validate__keeps_the_key_of_the_refusal_free() -> None:
    script = demo_script()
    queue = next(node for node in script.nodes.values() if isinstance(node, Queue))
    nodes = {
        **script.nodes,
        queue.id: Queue(queue.id, queue.text, queue.next, (Choice("9", "rien", queue.next),)),
    }
    problems = validate(replace(script, nodes=nodes))
    assert problems[0] == (
        f"Le menu « {queue.id} » utilise la touche 9, réservée dans l'attente (pas d'enregistrement)."
    )
