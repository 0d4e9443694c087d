"""A call, one webhook at a time: receipt, lock, script, effects, step kept, document. One transaction each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from channels_in.phone.context import context_of
from channels_in.phone.effects import ACTOR, CallEffects
from channels_in.phone.rendering import step_rendered, urls, voice, wait_rendered
from channels_in.phone.sentences import CALL_LOST, UNKNOWN_LINE
from channels_in.phone.twiml import hangup_document, redirect_document
from channels_in.receive.webhook import PROVIDER, Posted
from grc.enums import QueueEntryState
from grc.phone_numbers import is_hidden
from grc.selectors.telephony import (
    AnsweringLine,
    call_of_provider_id,
    call_state,
    call_state_waiting,
    line_answering,
    queue_entry_of_call,
)
from grc.services.call_queue import queue_entry_leave
from grc.services.calls import (
    CLOSED_HOURS,
    REDIRECTED,
    call_lock,
    call_receive,
    call_step_save,
)
from grc.services.intake import Receipt, raw_keep, receipt_answer, receipt_release, receipt_take
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
    from grc.models import Call

RECORDED = "recorded"


@transaction.atomic
def incoming_answer(*, posted: Posted, now: datetime) -> str:
    """The first webhook of a call: a contact, a call, and the first words of the script."""
    sid = posted.text("CallSid", limit=64)
    first = {"step": 1}
    receipt = receipt_take(provider=PROVIDER, key=posted.token or f"{sid}:0", answer=first)
    # The same call under another token has been answered too: nobody rings twice with one CallSid.
    if receipt.fresh and posted.token:
        receipt = receipt_take(provider=PROVIDER, key=f"{sid}:0", answer=first)
    if not receipt.fresh:
        return _repeated(sid, receipt.answer)
    raw_keep(provider=PROVIDER, key=f"{sid}:0", kind="voice", raw=posted.raw(), at=now)
    line = line_answering(posted.text("To", limit=32))
    if line is None or not sid:
        receipt_answer(receipt=receipt, answer={"unknown_line": True})
        return hangup_document([UNKNOWN_LINE], voice=voice())
    number = posted.text("From", limit=32)
    hidden = is_hidden(number)
    call = call_receive(
        actor=ACTOR,
        line=line.line,
        provider=PROVIDER,
        provider_id=sid,
        from_number="" if hidden else number,
        hidden_number=hidden,
        at=now,
    )
    step = _played(call, line, initial_state(line.script), Input.start(), now)
    return step_rendered(call, step)


@transaction.atomic
def step_answer(*, posted: Posted, number: int, now: datetime) -> str:
    """What the caller did at step ``number``: keys, words, silence, a recording, the end of a transfer."""
    sid = posted.text("CallSid", limit=64)
    key = posted.token or f"{sid}:{number}"
    receipt = receipt_take(provider=PROVIDER, key=key, answer={"step": number + 1})
    if not receipt.fresh:
        return _repeated(sid, receipt.answer)
    call = call_lock(provider=PROVIDER, provider_id=sid)
    state = call_state(call=call, number=call.step) if call is not None else None
    line = line_answering(call.to_number) if call is not None else None
    if call is None or state is None or line is None:
        receipt_release(receipt=receipt)
        return _begin_again(sid, known=call is not None)
    _keep_raw(posted, key, state, line, now)
    if call.step > number:
        return _repeated(sid, receipt.answer)
    step = _played(call, line, state, heard(posted, state.expect), now)
    if step.state.step == state.step:
        return _still_there(call, line, step, receipt, by_token=bool(posted.token))
    return step_rendered(call, step)


@transaction.atomic
def left_answer(*, posted: Posted, number: int, now: datetime) -> str:
    """The caller is out of the waiting room entered at step ``number``: gone, moved, refused, or by their choice."""
    sid = posted.text("CallSid", limit=64)
    key = posted.token or f"{sid}:left/{number}"
    receipt = receipt_take(provider=PROVIDER, key=key, kind="voice", raw=posted.raw())
    if not receipt.fresh:
        return _repeated(sid, receipt.answer)
    call = call_lock(provider=PROVIDER, provider_id=sid)
    state = call_state(call=call, number=call.step) if call is not None else None
    line = line_answering(call.to_number) if call is not None else None
    if call is None or state is None or line is None:
        receipt_release(receipt=receipt)
        return _begin_again(sid, known=call is not None)
    result = posted.text("QueueResult", limit=40)
    step = again(state)
    if state.expect.kind in {"wait", "leave"}:
        step = _played(call, line, state, Input.returned(result), now)
    if result == "hangup":
        # At once, without waiting for the end of the call to be told: nobody is offered a caller who has gone.
        entry = queue_entry_of_call(call=call)
        if entry is not None:
            queue_entry_leave(entry=entry, state=QueueEntryState.LEFT, at=now)
    receipt_answer(receipt=receipt, answer={"step": step.state.step})
    return step_rendered(call, step)


@transaction.atomic
def waiting_resume(*, posted: Posted, now: datetime) -> str:
    """A caller who had been moved to an agent who did not answer goes back to the waiting room."""
    sid = posted.text("CallSid", limit=64)
    key = posted.token or f"{sid}:again/{posted.text('Timestamp')}"
    receipt = receipt_take(provider=PROVIDER, key=key, kind="voice", raw=posted.raw())
    if not receipt.fresh:
        return _repeated(sid, receipt.answer)
    call = call_lock(provider=PROVIDER, provider_id=sid)
    waiting = call_state_waiting(call=call) if call is not None else None
    if call is None or waiting is None:
        receipt_release(receipt=receipt)
        return _begin_again(sid, known=call is not None)
    state = replace(waiting, step=call.step + 1, said=("Nous cherchons un autre agent. Ne quittez pas.",))
    step = again(state)
    _saved(call, step, now, end_kind=None)
    receipt_answer(receipt=receipt, answer={"step": state.step})
    return step_rendered(call, step)


def heard(posted: Posted, expect: Expect) -> Input:
    """What came back at a step, by what the step was waiting for. Only telephone keys pass for keys."""
    digits = posted.text("Digits", limit=20)
    keys = digits if set(digits) <= set("0123456789*#") else ""
    if expect.kind == "record":
        return Input.returned(
            RECORDED,
            recording_url=posted.text("RecordingUrl", limit=500),
            seconds=posted.text("RecordingDuration", limit=6),
            digits=keys,
        )
    if expect.kind == "dial":
        return Input.returned(posted.text("DialCallStatus", limit=40))
    return Input.heard(keys=keys, speech=posted.text("SpeechResult", limit=500))


def _played(call: Call, line: AnsweringLine, state: State, given: Input, now: datetime) -> Step:
    context = context_of(line=line, call=call, now=now)
    effects = CallEffects(call=call, line=line, now=now)
    step = play(line.script, state, given, context, effects.perform)
    if step.state.step != state.step:
        _saved(call, step, now, end_kind=_end_kind(call, state, step, effects, line_open=context.line_open))
    return step


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
    if known is None and before.step == 0:
        known = ""
    if known == "" and not line_open:
        known = CLOSED_HOURS
    return known if known != call.end_kind else None


def _keep_raw(posted: Posted, key: str, state: State, line: AnsweringLine, now: datetime) -> None:
    node = line.script.nodes.get(state.node)
    secret = isinstance(node, ReferenceStatus) and state.stage == "code"
    hidden = ("Digits", "SpeechResult") if secret else ()
    raw_keep(provider=PROVIDER, key=key, kind="voice", raw=posted.raw(*hidden), at=now)


def _still_there(call: Call, line: AnsweringLine, step: Step, receipt: Receipt, *, by_token: bool) -> str:
    """Nothing was chosen: the step is not passed. In the waiting room the wait goes on, with what was asked for said
    first."""
    if by_token:
        receipt_answer(receipt=receipt, answer={"step": step.state.step, "said": list(step.say)})
    else:
        receipt_release(receipt=receipt)
    if step.expect.kind != "wait":
        return step_rendered(call, step)
    return _waiting(call, line, step.state, step.say)


def _waiting(call: Call, line: AnsweringLine, state: State, first: tuple[str, ...]) -> str:
    said = wait_step(line.script, state)
    return wait_rendered(call, replace(said, say=(*first, *said.say)))


def _repeated(sid: str, answer: dict[str, Any]) -> str:
    """What answered the first time, rendered again from the state kept for that step."""
    if answer.get("unknown_line"):
        return hangup_document([UNKNOWN_LINE], voice=voice())
    call = call_of_provider_id(provider=PROVIDER, provider_id=sid)
    state = call_state(call=call, number=int(answer.get("step", 0))) if call is not None else None
    if call is None or state is None:
        return hangup_document([CALL_LOST], voice=voice())
    line = line_answering(call.to_number) if "said" in answer else None
    if line is not None and state.waiting:
        return _waiting(call, line, state, tuple(answer["said"]))
    return step_rendered(call, again(state))


def _begin_again(sid: str, *, known: bool) -> str:
    """A step of a call we do not know (it began while we were down) is answered from the beginning."""
    if known or not sid:
        return hangup_document([CALL_LOST], voice=voice())
    return redirect_document(urls().incoming())
