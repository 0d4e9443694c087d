"""Pure. The interpreter: (script, state, input, context) -> what to say, wait for, do and remember."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from grc.voice_script import links, places, questions, waiting
from grc.voice_script.model import (
    Branch,
    Callback,
    Context,
    Effect,
    End,
    Expect,
    Hours,
    Input,
    Link,
    Menu,
    PostalCode,
    Queue,
    Redirect,
    ReferenceStatus,
    Say,
    Script,
    Sites,
    State,
    Step,
    Ticket,
    Transfer,
    Voicemail,
)
from grc.voice_script.run import Run

STEPS_BEFORE_HUMAN = 60
STEPS_AT_MOST = 80
"""Nobody needs that many answers: the call is handed to a human, then, if it still goes round, ended."""


def initial_state(script: Script) -> State:
    """A call that has not been answered yet: step 0, the address of the first webhook."""
    return State(node=script.start)


def advance(script: Script, state: State, given: Input, context: Context) -> Step:
    """One input handled. Never raises on what a caller or a provider may send.

    The step number grows by one for each input that changes something; an effect's result (`Input.done`) and
    a key that chooses nothing in the waiting room belong to the step under way.
    An ended call answers its last step again, without effects.
    """
    if state.ended:
        return again(state)
    run = Run(script, state, context)
    if state.node not in script.nodes:
        # The script changed under the call and its node is gone: start again with what is known.
        run.go(script.start)
    elif given.kind == "done" and state.expect.kind == "effect":
        _done(run, given)
    elif not _hear(run, state, given):
        return replace(run.step(), state=state)
    if given.kind != "done" or state.expect.kind != "effect":
        run.number = state.step + 1
    _settle(run)
    _bound(run)
    return run.step()


def play(
    script: Script,
    state: State,
    given: Input,
    context: Context,
    perform: Callable[[Effect], Mapping[str, str]],
) -> Step:
    """`advance`, performing each effect on the way and feeding results back, until the caller must be heard.

    The returned step says everything; its state's `said` and `expect` are the whole document, so that
    `again` renders it without effects. `perform` is called once per effect, in order.
    """
    step = advance(script, state, given, context)
    said, effects = list(step.say), list(step.effects)
    values: Mapping[str, str] = {}
    for effect in step.effects:
        values = perform(effect)
    for _ in range(2 * len(script.nodes) + 4):
        if step.expect.kind != "effect":
            break
        step = advance(script, step.state, Input.done(values), context)
        said.extend(step.say)
        effects.extend(step.effects)
        for effect in step.effects:
            values = perform(effect)
    if step.expect.kind == "effect":
        # A circle of steps that each do something and ask nothing: the call ends rather than the process.
        run = Run(script, step.state, context)
        run.phrase("too_long")
        run.hang_up()
        said.extend(run.said)
        step = run.step()
    if step.state is state:
        return replace(step, say=tuple(said), effects=tuple(effects))
    final = replace(step.state, said=tuple(said))
    return Step(tuple(said), step.expect, tuple(effects), final)


def again(state: State) -> Step:
    """What was answered at this state, without effects: for a repeated request."""
    return Step(state.said, state.expect, (), state)


def wait_step(
    script: Script,
    state: State,
    *,
    position_sentence: str = "",
    wait_sentence: str = "",
    information: str = "",
    offers: bool = True,
) -> Step:
    """What the waiting room says now. A read: the state does not change, nothing is done.

    Sentences come from `grc.wait_estimate`; empty ones are not said. `offers`: the other ways than waiting are said;
    their keys are heard at any moment.
    """
    run = Run(script, state, _NOBODY)
    for sentence in (position_sentence, wait_sentence, information):
        run.say(sentence)
    node = script.nodes.get(state.node)
    if isinstance(node, Queue) and state.waiting:
        if offers and node.choices:
            run.phrase("wait_offer")
            run.say_choices(node.choices)
        if waiting.may_refuse_recording(state.facts):
            run.phrase("recording_refuse")
        if state.facts.get("reference"):
            run.phrase("wait_choice_repeat")
    return Step(tuple(run.said), Expect("keys", num_digits=1, timeout=4), (), state)


class _NoLookup:
    def communes(self, postal_code: str) -> tuple[()]:
        return ()

    def reference_is_valid(self, reference: str) -> bool:
        return False

    def sites(self, commune_code: str) -> tuple[()]:
        return ()


_NOBODY = Context(lookup=_NoLookup())


def _bound(run: Run) -> None:
    """Only questions are bounded: who waits for an agent, or has just been given something, is left alone."""
    if run.expect is None or run.expect.kind not in {"keys", "record"}:
        return
    if run.number >= STEPS_AT_MOST:
        run.phrase("too_long")
        run.hang_up()
    elif run.number == STEPS_BEFORE_HUMAN:
        run.to_human(announce=True)
        _settle(run)


def _settle(run: Run) -> None:
    """Enters nodes until one waits for something; a silent circle ends the call rather than the process."""
    for _ in range(2 * len(run.script.nodes) + 4):
        if not run.entering:
            return
        run.entering = False
        if run.node_id not in run.script.nodes:
            run.to_human(announce=False)
            continue
        _enter(run)
    run.phrase("too_long")
    run.hang_up()


def _enter(run: Run) -> None:
    node = run.node
    if isinstance(node, (Queue, Callback, Voicemail, Transfer)) and waiting.owes_ticket(run):
        waiting.ticket_open(run)
        return
    match node:
        case Say():
            run.tell(node.text, node.texts)
            run.go(node.next)
        case Redirect():
            run.tell(node.text, node.texts)
            run.phrase("redirect", number=node.number)
            run.facts["redirected"] = node.number
            run.go(node.next)
        case Hours():
            is_open, why_closed = run.hours(node)
            if node.announce and not is_open:
                run.say(why_closed)
            run.go(node.open if is_open else node.closed)
        case Branch():
            run.go(node.then if run.holds(node) else node.otherwise)
        case End():
            run.tell(node.text, node.texts)
            run.hang_up()
        case _:
            _serve(run)


def _serve(run: Run) -> None:
    """Enters a node that gives something, or asks."""
    node = run.node
    match node:
        case Sites():
            places.sites_enter(run, node)
        case Link():
            links.link_enter(run, node)
        case Ticket():
            waiting.ticket_enter(run, node)
        case Queue():
            waiting.queue_enter(run, node)
        case Voicemail():
            waiting.voicemail_enter(run, node)
        case Transfer():
            waiting.transfer_enter(run, node)
        case _:
            _prompt(run)


def _prompt(run: Run) -> None:
    node = run.node
    match node:
        case Menu():
            questions.menu_prompt(run, node)
        case PostalCode():
            questions.postal_code_prompt(run, node)
        case ReferenceStatus():
            questions.reference_prompt(run, node)
        case Sites():
            places.sites_prompt(run)
        case Callback():
            waiting.callback_prompt(run, node)
        case _:
            run.go(node.id)


def _done(run: Run, given: Input) -> None:
    node = run.node
    if run.stage == waiting.OPENING:
        waiting.ticket_done(run, given)
    elif isinstance(node, ReferenceStatus):
        questions.reference_done(run, node, given)
    elif isinstance(node, Callback):
        waiting.callback_done(run, node, given)
    elif isinstance(node, Sites):
        places.sites_done(run, node, given)
    elif isinstance(node, Link):
        links.link_done(run, node, given)
    else:
        run.go(node.id)


def _hear(run: Run, state: State, given: Input) -> bool:
    """Routes an input to what the state was waiting for. False: the state stays as it was."""
    node, kind = run.node, state.expect.kind
    if kind in {"wait", "leave"} and isinstance(node, Queue):
        if given.kind == "returned":
            waiting.queue_returned(run, node, given)
            return True
        if kind == "wait" and given.kind == "heard":
            return waiting.queue_heard(run, node, given)
        run.expect = state.expect
        return False
    if kind == "nothing" and state.stage == "moved":
        run.expect = state.expect
        return False
    if kind == "record" and isinstance(node, Voicemail):
        waiting.voicemail_returned(run, node, given)
    elif kind == "dial" and isinstance(node, Transfer):
        waiting.transfer_returned(run, node, given)
    elif kind == "keys" and given.kind == "heard":
        _answer(run, given)
    elif kind == "keys":
        _prompt(run)
    else:
        run.go(node.id)
    return True


def _answer(run: Run, given: Input) -> None:
    node = run.node
    match node:
        case Menu():
            questions.menu_answer(run, node, given)
        case PostalCode():
            questions.postal_code_answer(run, node, given)
        case ReferenceStatus():
            questions.reference_answer(run, node, given)
        case Sites():
            places.sites_answer(run, node, given)
        case Callback():
            waiting.callback_answer(run, node, given)
        case _:
            run.go(node.id)
