"""Calls the network places: `<Dial>` to numbers and clients, to a queue, and calls asked by REST."""

import asyncio

from simulators.telephone.bridge import Bridge, converse
from simulators.telephone.call import Call, Fetch, Live, Step
from simulators.telephone.grammar import Context
from simulators.telephone.network import Network
from simulators.telephone.numbers import CALL_BUSY, CALL_FAILED
from simulators.telephone.rooms import conference
from simulators.telephone.rules import problem
from simulators.telephone.runner import Frame, Handler, Runner
from simulators.telephone.talk import tell_recording
from simulators.telephone.twiml import Verb
from simulators.telephone.waiting import release
from simulators.telephone.webhooks import Pairs

ANSWER_AFTER = 1.0


def place(network: Network, call: Call, handlers: dict[str, Handler], then: Step) -> None:
    """Ring a telephone; once picked up, go on with `then`."""
    runner = Runner(network, call, handlers)
    call.status = "ringing"

    async def ring() -> Step | None:
        network.tell_progress(call, "initiated")
        network.tell_progress(call, "ringing")
        call.note("Ring", f"Le téléphone {call.to} sonne, appelé par {call.from_}")
        if call.to in {CALL_BUSY, CALL_FAILED}:
            call.status = "busy" if call.to == CALL_BUSY else "failed"
            call.resolve(call.answer, False)
            return None
        if call.to in network.settings.auto_answer:
            delay = 0.0 if network.clock.instant else ANSWER_AFTER
            _pick_up_later(network, call, delay)
        if not await call.attend(call.answer, within=call.ring_seconds):
            call.status = "no-answer"
            return None
        if not call.answer.result():
            call.status = "busy"
            return None
        runner.answer()
        return then

    network.start(call, runner.run(Live(ring)))


def _pick_up_later(network: Network, call: Call, delay: float) -> None:
    if delay:
        network.clock.call_later(delay, lambda: call.resolve(call.answer, True))
    else:
        call.resolve(call.answer, True)


async def dial(runner: Runner, verb: Verb, frame: Frame) -> Step | None:
    runner.heard_someone()
    noun = verb.children[0] if verb.children else Verb("Number", {}, verb.line, verb.text)
    if noun.name == "Conference":
        return await conference(runner, verb, noun, frame)
    if noun.name == "Queue":
        return await _dial_queue(runner, verb, noun, frame)
    return await _dial_people(runner, verb, frame, verb.children or [noun])


# -- numbers and clients ------------------------------------------------------------------------


def _address(noun: Verb) -> str:
    if noun.name == "Client":
        named = [child.text for child in noun.children if child.name == "Identity"]
        return f"client:{named[0] if named else noun.text}"
    return "".join(noun.text.split())


def _leg(runner: Runner, verb: Verb, noun: Verb, frame: Frame) -> tuple[Call, Bridge]:
    """A telephone that rings for a `<Dial>`; the bridge is ready once its own document is heard."""
    network, parent = runner.network, runner.call
    leg = network.new_call(
        verb.get("callerId", parent.from_), _address(noun), "outbound-dial", parent=parent.sid
    )
    leg.callback = runner.callback_of(noun, frame, "completed")
    leg.ring_seconds = 600.0
    bridge = Bridge(parent, leg)

    async def talk() -> Step | None:
        if noun.get("url"):
            whisper = Fetch(runner.absolute(noun.get("url"), frame.url), noun.get("method", "POST"))
            await Runner(network, leg, runner.handlers).follow(whisper, Context.WHISPER)
        await converse(leg, bridge)
        return None

    place(network, leg, runner.handlers, Live(talk))
    return leg, bridge


async def _dial_people(runner: Runner, verb: Verb, frame: Frame, nouns: list[Verb]) -> Step | None:
    call = runner.call
    timeout = float(verb.number("timeout", 30))
    groups = [[noun] for noun in nouns] if verb.flag("sequential") else [nouns]
    params: Pairs = []
    for group in groups:
        legs = [_leg(runner, verb, noun, frame) for noun in group]
        call.note("Dial", "Ça sonne : " + ", ".join(leg.to for leg, _ in legs))
        params = await _ring_and_talk(runner, verb, frame, legs, timeout)
        if ("DialBridged", "true") in params:
            break
    step = runner.action(verb, frame, params)
    call.note("Dial", f"Fin de l’appel : {dict(params)['DialCallStatus']}")
    return step


async def _ring_and_talk(
    runner: Runner, verb: Verb, frame: Frame, legs: list[tuple[Call, Bridge]], within: float
) -> Pairs:
    call, network = runner.call, runner.network
    try:
        winner = await _first_to_answer(call, legs, within)
        for leg, _ in legs:
            if winner is None or leg is not winner[0]:
                network.hang_up(leg, "no-answer")
        if winner is None:
            await asyncio.wait([leg.ended for leg, _ in legs])
            first = legs[0][0]
            return [("DialCallStatus", first.status), ("DialCallSid", first.sid), ("DialBridged", "false")]
        leg, bridge = winner
        runner.answer()
        limit, star = float(verb.number("timeLimit", 14400)), verb.flag("hangupOnStar")
        await converse(call, bridge, limit, star=star)
        network.hang_up(leg)
        await asyncio.wait([leg.ended])
    except asyncio.CancelledError:
        talked = any(leg.start for leg, _ in legs)
        sid = next((leg.sid for leg, _ in legs if leg.start), legs[0][0].sid)
        status = "completed" if talked else "canceled"
        runner.tell_action(verb, frame, [("DialCallStatus", status), ("DialCallSid", sid)])
        raise
    finally:
        for leg, bridge in legs:
            bridge.end()
            network.hang_up(leg, "completed" if leg.start else "canceled")
    params = [("DialCallStatus", "completed"), ("DialCallSid", leg.sid), ("DialBridged", "true")]
    return [*params, ("DialCallDuration", str(leg.duration)), *_dial_recording(runner, verb, frame, leg)]


def _dial_recording(runner: Runner, verb: Verb, frame: Frame, leg: Call) -> Pairs:
    if not verb.get("record").startswith(("record-from", "true")):
        return []
    made = runner.network.record(runner.call, max(1, leg.duration), "DialVerb")
    tell_recording(runner, verb, frame, made)
    return [("RecordingUrl", runner.network.recording_url(made)), ("RecordingSid", made.sid)]


async def _first_to_answer(
    call: Call, legs: list[tuple[Call, Bridge]], within: float
) -> tuple[Call, Bridge] | None:
    """The leg that is picked up first and whose bridge gets ready; None when none is in time."""
    end = call.clock.seconds() + within
    waiting = list(legs)
    while waiting:
        futures = [f for leg, bridge in waiting for f in (bridge.ready, leg.ended)]
        left = max(end - call.clock.seconds(), 0.0)
        if not await call.attend(*futures, within=left):
            return None
        for leg, bridge in waiting:
            if bridge.ready.done() and bridge.ready.result():
                return leg, bridge
        waiting = [pair for pair in waiting if not pair[0].ended.done()]
    return None


# -- the first of a queue -----------------------------------------------------------------------


async def _dial_queue(runner: Runner, verb: Verb, noun: Verb, frame: Frame) -> Step | None:
    call, network = runner.call, runner.network
    line = network.queues.get(noun.text)
    if line is None:
        network.debug(problem("queue_url", f"« {noun.text} »."), call.sid, frame.url)
        return runner.action(verb, frame, [("DequeueResult", "queue-not-found"), *_failed_dial()])
    if not line.members:
        return runner.action(verb, frame, [("DequeueResult", "queue-empty"), *_failed_dial()])
    member = line.members[0]
    bridge = Bridge(call, member.call)
    whisper = None
    if noun.get("url"):
        whisper = Fetch(runner.absolute(noun.get("url"), frame.url), noun.get("method", "POST"))
    release(network, line, member, bridge, whisper)
    since = call.clock.seconds()

    def outcome() -> Pairs:
        return [
            ("DequeueResult", "bridged"),
            ("DequeuedCallSid", member.call.sid),
            ("DequeuedCallQueueTime", str(member.call.queue_seconds)),
            ("DequeuedCallDuration", str(round(call.clock.seconds() - since))),
            ("DialCallStatus", "completed"),
        ]

    try:
        await call.attend(bridge.ready)
        if bridge.ready.done() and bridge.ready.result():
            await converse(call, bridge, float(verb.number("timeLimit", 14400)))
    except asyncio.CancelledError:
        runner.tell_action(verb, frame, outcome())
        raise
    finally:
        bridge.end()
    return runner.action(verb, frame, outcome())


def _failed_dial() -> Pairs:
    return [("DialCallStatus", "failed")]
