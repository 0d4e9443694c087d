"""A call, one webhook at a time: receipt, lock, script, effects, step kept, document. One transaction each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from channels_in.phone.context import context_of
from channels_in.phone.effects import ACTOR, CallEffects
from channels_in.phone.port import Asked
from channels_in.phone.rendering import step_rendered, wait_rendered
from channels_in.phone.sentences import CALL_LOST, GOODBYE, UNKNOWN_LINE, WAIT_AGAIN
from grc.enums import QueueEntryState
from grc.phone_numbers import is_hidden
from grc.selectors.telephony import (
    AnsweringLine,
    CallNow,
    call_now,
    call_state,
    call_state_waiting,
    line_answering,
)
from grc.services.call_hold import call_hold
from grc.services.call_queue import queue_entry_leave
from grc.services.calls import CLOSED_HOURS, REDIRECTED, SELF_SERVED, call_receive, call_step_save
from grc.services.intake import Receipt, raw_keep, receipt_answer, receipt_release, receipt_take_all
from grc.services.together import written_together
from grc.voice_script import (
    Expect,
    Input,
    ReferenceStatus,
    State,
    Step,
    again,
    initial_state,
    play,
    state_to_json,
    wait_step,
)

if TYPE_CHECKING:
    from grc.models import Call, Ticket

RECORDED = "recorded"
_STILL_WAITED = (QueueEntryState.WAITING, QueueEntryState.OFFERED)


@written_together()
def incoming_answer(*, asked: Asked, now: datetime) -> str:
    """The first webhook of a call: a contact, a call, and the first words of the script."""
    sid, provider = asked.call_id, asked.provider.code
    # The same call under another token has been answered too: nobody rings twice with one CallSid.
    keys = [key for key in (asked.token, f"{sid}:0") if key]
    receipt = receipt_take_all(
        provider=provider, keys=keys, kind="voice", raw=asked.raw(), answer={"step": 1}, at=now
    )
    if not receipt.fresh:
        return _repeated(asked, receipt.answer)
    line = line_answering(asked.to_number)
    if line is None or not sid:
        receipt_answer(receipt=receipt, answer={"unknown_line": True})
        return asked.provider.hang_up([UNKNOWN_LINE])
    number = asked.from_number
    hidden = is_hidden(number)
    call = call_receive(
        actor=ACTOR,
        line=line.line,
        provider=provider,
        provider_id=sid,
        from_number="" if hidden else number,
        hidden_number=hidden,
        at=now,
    )
    held = CallNow(call, None, None, line)
    step, tickets = _played(held, line, initial_state(line.script), Input.start(), now)
    return step_rendered(asked.provider, call, step, tickets=tickets)


@written_together()
def step_answer(*, asked: Asked, number: int, now: datetime) -> str:
    """What the caller did at step ``number``: keys, words, silence, a recording, the end of a transfer."""
    key = asked.token or f"{asked.call_id}:{number}"
    receipt, found = call_hold(
        provider=asked.provider.code, provider_id=asked.call_id, key=key, answer={"step": number + 1}, at=now
    )
    if not receipt.fresh:
        return _repeated(asked, receipt.answer)
    if found is None or found.state is None or found.line is None:
        receipt_release(receipt=receipt)
        return _begin_again(asked, known=found is not None)
    call, state, line = found.call, found.state, found.line
    _keep_raw(asked, key, state, line, now)
    if call.step > number:
        return _repeated(asked, receipt.answer)
    step, tickets = _played(found, line, state, heard(asked, state.expect), now)
    if step.state.step == state.step:
        return _still_there(asked, call, line, step, receipt)
    return step_rendered(asked.provider, call, step, tickets=tickets)


@written_together()
def left_answer(*, asked: Asked, number: int, now: datetime) -> str:
    """The caller is out of the waiting room entered at step ``number``: gone, moved, refused, or by their choice."""
    receipt, found = call_hold(
        provider=asked.provider.code,
        provider_id=asked.call_id,
        key=asked.token or f"{asked.call_id}:left/{number}",
        kind="voice",
        raw=asked.raw(),
        at=now,
    )
    if not receipt.fresh:
        return _repeated(asked, receipt.answer)
    if found is None or found.state is None or found.line is None:
        receipt_release(receipt=receipt)
        return _begin_again(asked, known=found is not None)
    call, state = found.call, found.state
    result = asked.queue_result
    tickets: dict[str, Ticket] = {}
    step = again(state)
    if state.expect.kind in {"wait", "leave"}:
        step, tickets = _played(found, found.line, state, Input.returned(result), now)
    if result == "hangup" and found.entry is not None:
        # At once, without waiting for the end of the call to be told: nobody is offered a caller who has gone.
        queue_entry_leave(entry=found.entry, state=QueueEntryState.LEFT, at=now)
    receipt_answer(receipt=receipt, answer={"step": step.state.step})
    return step_rendered(asked.provider, call, step, tickets=tickets)


@written_together()
def waiting_resume(*, asked: Asked, why: str, now: datetime) -> str:
    """A caller who had been moved goes back to the waiting room, at their own place; ``why``: a key of WAIT_AGAIN."""
    receipt, found = call_hold(
        provider=asked.provider.code,
        provider_id=asked.call_id,
        key=asked.token or f"{asked.call_id}:again/{asked.moment}",
        kind="voice",
        raw=asked.raw(),
        at=now,
    )
    if not receipt.fresh:
        return _repeated(asked, receipt.answer)
    call = found.call if found is not None else None
    waiting = call_state_waiting(call=call) if call is not None else None
    if call is None or waiting is None:
        receipt_release(receipt=receipt)
        return _begin_again(asked, known=call is not None)
    state = replace(waiting, step=call.step + 1, said=(WAIT_AGAIN.get(why, WAIT_AGAIN["missed"]),))
    step = again(state)
    _saved(call, step, now, end_kind=None)
    receipt_answer(receipt=receipt, answer={"step": state.step})
    return step_rendered(asked.provider, call, step)


def resume_answer(*, asked: Asked, now: datetime) -> str:
    """A call that broke off for want of an answer goes on where it was; one we never heard of begins."""
    found = call_now(provider=asked.provider.code, provider_id=asked.call_id)
    state = found.state if found is not None else None
    if found is None or state is None:
        return incoming_answer(asked=asked, now=now)
    if state.expect.kind == "leave":
        # Out of the waiting room already, and the choice was never heard.
        return left_answer(asked=replace(asked, queue_result="leave"), number=state.step, now=now)
    if state.expect.kind == "nothing":
        return asked.provider.hang_up([CALL_LOST])
    if state.waiting and (found.entry is None or found.entry.state not in _STILL_WAITED):
        # Out of a conversation, not of the waiting room.
        return asked.provider.hang_up([GOODBYE])
    return step_rendered(asked.provider, found.call, again(state))


def heard(asked: Asked, expect: Expect) -> Input:
    """What came back at a step, by what the step was waiting for. Only telephone keys pass for keys."""
    keys = asked.keys if set(asked.keys) <= set("0123456789*#") else ""
    if expect.kind == "record":
        return Input.returned(
            RECORDED,
            recording_url=asked.recording_url,
            seconds=asked.recording_seconds,
            digits=keys,
        )
    if expect.kind == "dial":
        return Input.returned(asked.dial_status)
    return Input.heard(keys=keys, speech=asked.speech)


def _played(
    held: CallNow, line: AnsweringLine, state: State, given: Input, now: datetime
) -> tuple[Step, dict[str, Ticket]]:
    """The step, with the requests it opened or read, by reference."""
    call = held.call
    context = context_of(line=line, call=call, now=now)
    effects = CallEffects(held=held, line=line, now=now)
    step = play(line.script, state, given, context, effects.perform)
    if step.state.step != state.step:
        _saved(call, step, now, end_kind=_end_kind(call, state, step, effects, line_open=context.line_open))
    return step, effects.tickets


def _saved(call: Call, step: Step, now: datetime, *, end_kind: str | None) -> None:
    call_step_save(
        call=call,
        number=step.state.step,
        state=state_to_json(step.state),
        output={"say": list(step.say), "expect": step.expect.kind},
        at=now,
        node=step.state.node,
        end_kind=end_kind,
    )


def _end_kind(call: Call, before: State, step: Step, effects: CallEffects, *, line_open: bool) -> str | None:
    """What the call is counted as if it ends here; None: as before this step."""
    known = effects.end_kind
    if known is None and step.state.facts.get("redirected") != before.facts.get("redirected"):
        known = REDIRECTED
    if known is None and step.state.facts.get("sites") != before.facts.get("sites"):
        known = SELF_SERVED
    if known is None and before.step == 0:
        known = ""
    if known == "" and not line_open:
        known = CLOSED_HOURS
    return known if known != call.end_kind else None


def _keep_raw(asked: Asked, key: str, state: State, line: AnsweringLine, now: datetime) -> None:
    node = line.script.nodes.get(state.node)
    secret = isinstance(node, ReferenceStatus) and state.stage == "code"
    raw_keep(provider=asked.provider.code, key=key, kind="voice", raw=asked.raw(hide_secret=secret), at=now)


def _still_there(asked: Asked, call: Call, line: AnsweringLine, step: Step, receipt: Receipt) -> str:
    """Nothing was chosen: the step is not passed. In the waiting room the wait goes on, with what was asked for said
    first."""
    if asked.token:
        receipt_answer(receipt=receipt, answer={"step": step.state.step, "said": list(step.say)})
    else:
        receipt_release(receipt=receipt)
    if step.expect.kind != "wait":
        return step_rendered(asked.provider, call, step)
    return _waiting(asked, call, line, step.state, step.say)


def _waiting(asked: Asked, call: Call, line: AnsweringLine, state: State, first: tuple[str, ...]) -> str:
    said = wait_step(line.script, state)
    return wait_rendered(asked.provider, call, replace(said, say=(*first, *said.say)))


def _repeated(asked: Asked, answer: dict[str, Any]) -> str:
    """What answered the first time, rendered again from the state kept for that step."""
    if answer.get("unknown_line"):
        return asked.provider.hang_up([UNKNOWN_LINE])
    found = call_now(provider=asked.provider.code, provider_id=asked.call_id)
    state = call_state(call=found.call, number=int(answer.get("step", 0))) if found is not None else None
    if found is None or state is None:
        return asked.provider.hang_up([CALL_LOST])
    call, line = found.call, found.line if "said" in answer else None
    if line is not None and state.waiting:
        return _waiting(asked, call, line, state, tuple(answer["said"]))
    return step_rendered(asked.provider, call, again(state))


def _begin_again(asked: Asked, *, known: bool) -> str:
    """A step of a call we do not know (it began while we were down) is answered from the beginning."""
    if known or not asked.call_id:
        return asked.provider.hang_up([CALL_LOST])
    return asked.provider.begin_again()
