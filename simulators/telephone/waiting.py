"""Queues: `<Enqueue>`, its wait document, and the ways out of it."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulators.telephone.bridge import Bridge, converse
from simulators.telephone.call import Call, Fetch, Step
from simulators.telephone.grammar import Context
from simulators.telephone.network import Network
from simulators.telephone.records import Where, new_sid
from simulators.telephone.runner import EndOfCallError, Frame, LeftQueueError, RefusedError, Runner
from simulators.telephone.twiml import Verb
from simulators.telephone.webhooks import Pairs


@dataclass(eq=False)
class Member:
    """A call that waits. `released` is done once somebody takes it; `bridge` is then set."""

    call: Call
    since: float
    enqueued: datetime
    released: asyncio.Future[bool]
    bridge: Bridge | None = None
    whisper: Fetch | None = None

    @property
    def waited(self) -> int:
        return round(self.call.clock.seconds() - self.since)


@dataclass(eq=False)
class WaitingLine:
    """A queue. Positions start at 1; the average is over those who left."""

    name: str
    created: datetime
    updated: datetime
    max_size: int = 1000
    sid: str = field(default_factory=lambda: new_sid("QU"))
    members: list[Member] = field(default_factory=list)
    waits: list[int] = field(default_factory=list)

    @property
    def average(self) -> int:
        return round(sum(self.waits) / len(self.waits)) if self.waits else 0

    def position(self, member: Member) -> int:
        return self.members.index(member) + 1 if member in self.members else 0

    def remove(self, member: Member, now: datetime) -> None:
        """Take out, and move those behind one place forward."""
        if member not in self.members:
            return
        self.members.remove(member)
        self.waits.append(member.waited)
        self.updated = now
        member.call.queue_seconds += member.waited
        member.call.where = Where()
        for place, other in enumerate(self.members, 1):
            other.call.where.position = place
            other.call.changed(other.call)


def queue_named(network: Network, name: str, max_size: int = 1000) -> WaitingLine:
    """The queue of that name, made if absent."""
    line = network.queues.get(name)
    if line is None:
        now = network.clock.now()
        line = network.queues[name] = WaitingLine(name, now, now, max_size)
    return line


def release(
    network: Network, line: WaitingLine, member: Member, bridge: Bridge, whisper: Fetch | None
) -> None:
    """Hand a member to whoever dialled the queue."""
    member.bridge, member.whisper = bridge, whisper
    line.remove(member, network.clock.now())
    member.call.resolve(member.released, True)


async def enqueue(runner: Runner, verb: Verb, frame: Frame) -> Step | None:
    call, network = runner.call, runner.network
    line = queue_named(network, verb.text or verb.get("workflowSid"), verb.number("maxQueueSize", 1000))
    if len(line.members) >= verb.number("maxQueueSize", line.max_size):
        return runner.action(verb, frame, [("QueueResult", "queue-full"), ("QueueSid", line.sid)])
    released = asyncio.get_running_loop().create_future()
    member = Member(call, network.clock.seconds(), network.clock.now(), released)
    line.members.append(member)
    line.updated = member.enqueued
    call.where = Where(queue=line.name, queue_sid=line.sid, position=len(line.members))
    call.note("Enqueue", f"File « {line.name} », place {len(line.members)}")
    result = ""
    try:
        result = await _wait(runner, verb, frame, line, member)
    finally:
        waited = member.waited
        line.remove(member, network.clock.now())
        if not result:
            why = call.interruption
            gone = "redirected" if why is not None and why.step is not None else "hangup"
            if member.bridge is not None:
                gone = "bridged" if gone == "hangup" else "redirected-from-bridged"
            runner.tell_action(verb, frame, _result(line, gone, waited))
    if result == "hangup":
        runner.tell_action(verb, frame, _result(line, result, waited))
        raise EndOfCallError
    runner.heard_someone()
    if result == "bridged":
        waited = call.queue_seconds
    step = runner.action(verb, frame, _result(line, result, waited))
    if result == "error" and step is None:
        raise RefusedError
    return step


def _result(line: WaitingLine, result: str, waited: int) -> Pairs:
    return [("QueueResult", result), ("QueueSid", line.sid), ("QueueTime", str(waited))]


async def _wait(runner: Runner, verb: Verb, frame: Frame, line: WaitingLine, member: Member) -> str:
    """How the wait ended: leave, hangup, error, or bridged once the conversation is over."""
    call = runner.call
    if not verb.get("waitUrl"):
        call.note("Music", "Musique d’attente")
        await call.attend(member.released)
        return await _talk(runner, line, member)

    def place() -> Pairs:
        return [
            ("QueuePosition", str(line.position(member))),
            ("QueueSid", line.sid),
            ("QueueTime", str(member.waited)),
            ("AvgQueueTime", str(line.average)),
            ("CurrentQueueSize", str(len(line.members))),
            ("MaxQueueSize", str(line.max_size)),
        ]

    method = verb.get("waitUrlMethod", "POST")
    waiting = asyncio.create_task(
        runner.wait_document(verb.get("waitUrl"), method, Context.QUEUE_WAIT, place, frame.url)
    )
    either: set[asyncio.Future[Any]] = {waiting, member.released}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if not waiting.done():
            waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    call.idle.clear()
    if member.released.done():
        return await _talk(runner, line, member)
    return _how_it_ended(waiting)


def _how_it_ended(waiting: "asyncio.Task[None]") -> str:
    error = waiting.exception()
    if isinstance(error, LeftQueueError):
        return "leave"
    if isinstance(error, EndOfCallError):
        return "hangup"
    if isinstance(error, RefusedError):
        return "error"
    raise error if error is not None else RuntimeError("a wait document never returns")


async def _talk(runner: Runner, line: WaitingLine, member: Member) -> str:
    """Hear the announcement of the one who took the call, then talk."""
    bridge = member.bridge
    if bridge is None:
        return "error"
    if member.whisper is not None:
        told = [
            ("QueueSid", line.sid),
            ("QueueTime", str(runner.call.queue_seconds)),
            ("DequeingCallSid", bridge.first.sid),
        ]
        try:
            await runner.follow(member.whisper, Context.WHISPER, lambda: told)
        except BaseException:
            bridge.end()
            raise
    await converse(runner.call, bridge)
    return "bridged"
