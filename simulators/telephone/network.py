"""The network: its lines, calls, queues, conferences and messages, and who is told of what."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING

from simulators.telephone.call import Call, Inline, Interruption, Step
from simulators.telephone.clock import Clock, DrivenClock, RealClock, rfc2822
from simulators.telephone.faults import Faults
from simulators.telephone.records import Callback, Message, Note, Recording, new_sid
from simulators.telephone.rules import Problem
from simulators.telephone.settings import API_VERSION, Settings
from simulators.telephone.webhooks import Pairs, Reply, Sent, WebhookClient

if TYPE_CHECKING:
    from simulators.telephone.rooms import Conference
    from simulators.telephone.waiting import WaitingLine

Event = dict[str, object]


class Network:
    """Everything in memory. One instance per process; all methods belong to one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock: Clock = DrivenClock(settings.begins, settings.moved) if settings.fast else RealClock()
        self.sent: deque[Sent] = deque(maxlen=1000)
        self.faults = Faults()
        self.webhooks = WebhookClient(settings.auth_token, settings.webhook_limit, self._log_sent)
        self.calls: dict[str, Call] = {}
        self.queues: dict[str, WaitingLine] = {}
        self.conferences: dict[str, Conference] = {}
        self.messages: dict[str, Message] = {}
        self.recordings: dict[str, Recording] = {}
        self.opted_out: set[tuple[str, str]] = set()
        self.notes: deque[Note] = deque(maxlen=500)
        self.listeners: set[Callable[[str, Event], None]] = set()
        self._background: set[asyncio.Task[None]] = set()
        self._order: dict[str, asyncio.Task[None]] = {}
        self._runs: set[asyncio.Task[None]] = set()

    # -- what happens is told to the page -------------------------------------------------------

    def publish(self, kind: str, body: Event) -> None:
        for listener in tuple(self.listeners):
            listener(kind, body)

    def _call_changed(self, call: Call) -> None:
        call.updated = self.clock.now()
        self.publish("call", {"sid": call.sid})

    def _log_sent(self, sent: Sent) -> None:
        self.sent.append(sent)

    def debug(self, found: Problem, subject: str, url: str = "") -> None:
        """Add a line to the debugger."""
        rule = found.rule
        note = Note(
            new_sid("NO"), self.clock.now(), rule.key, rule.code, rule.warning, str(found), subject, url
        )
        self.notes.append(note)
        self.publish("debugger", note.as_json())

    # -- work in the background -----------------------------------------------------------------

    def spawn(self, work: Coroutine[object, object, None], after: str = "") -> None:
        """Run something beside; works with the same `after` run one after the other."""
        previous = self._order.get(after) if after else None

        async def chained() -> None:
            if previous is not None:
                await asyncio.wait({previous})
            await work

        task = asyncio.create_task(chained())
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        if after:
            self._order[after] = task
            task.add_done_callback(lambda done: self._forget_order(after, done))

    def _forget_order(self, after: str, done: "asyncio.Task[None]") -> None:
        if self._order.get(after) is done:
            del self._order[after]

    async def settle_call(self, call: Call, limit: float = 20.0) -> bool:
        """Wait until this one call waits for somebody or is over; False after `limit` seconds."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit):
                await self._quiet_or_over(call)
                return True
        return False

    async def _quiet_or_over(self, call: Call) -> None:
        waits = {asyncio.create_task(call.idle.wait()), asyncio.create_task(self._end_of(call))}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    async def settle(self, limit: float = 20.0) -> bool:
        """Wait until every call waits for somebody and nothing is under way; False after `limit` s."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit):
                while True:
                    if self._background:
                        await asyncio.wait(set(self._background))
                    busy = [call for call in self.calls.values() if not call.over and not call.idle.is_set()]
                    for call in busy:
                        await self._quiet_or_over(call)
                    if not busy and not self._background and await self._still_quiet():
                        return True
        return False

    async def _end_of(self, call: Call) -> None:
        await asyncio.shield(call.ended)

    async def _still_quiet(self) -> bool:
        for _ in range(5):
            await asyncio.sleep(0)
            if self._background or any(not c.over and not c.idle.is_set() for c in self.calls.values()):
                return False
        return True

    async def advance(self, seconds: float) -> None:
        """Let the driven clock run, settling after each timer that falls due."""
        clock = self.clock
        if not isinstance(clock, DrivenClock):
            raise TypeError("time can be driven only with --fast")
        until = clock.seconds() + seconds
        while (due := clock.next_due(until)) is not None:
            clock.move_to(due)
            await self.settle()
        clock.move_to(until)
        await self.settle()

    async def close(self) -> None:
        tasks = self._runs | self._background
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.webhooks.close()

    # -- calls ----------------------------------------------------------------------------------

    def new_call(self, from_: str, to: str, direction: str, parent: str = "") -> Call:
        call = Call(
            sid=new_sid("CA"),
            from_=from_,
            to=to,
            direction=direction,
            clock=self.clock,
            changed=self._call_changed,
            created=self.clock.now(),
            parent_sid=parent,
        )
        call.started_at = self.clock.seconds()
        self.calls[call.sid] = call
        return call

    def start(self, call: Call, work: Coroutine[object, object, None]) -> None:
        """Run the life of a call."""
        task = asyncio.create_task(work)
        self._runs.add(task)
        task.add_done_callback(self._runs.discard)
        self._call_changed(call)

    def when_over(self, call: Call, then: Callable[[], None]) -> None:
        """Do something once the call is over."""
        call.ended.add_done_callback(lambda _: then())

    def hang_up(self, call: Call, status: str = "completed") -> None:
        call.interrupt(Interruption(status=status))

    def redirect(self, call: Call, step: Step) -> None:
        if isinstance(step, Inline):
            call.note("Redirect", "Document donné par l’API")
        call.interrupt(Interruption(step=step))

    def ringing_at(self, number: str) -> Call | None:
        """The call that has rung longest at this number."""
        for call in self.calls.values():
            if call.status == "ringing" and call.direction != "inbound" and call.to == number:
                return call
        return None

    def call_params(self, call: Call, status: str = "") -> Pairs:
        """The parameters Twilio gives on each request about a call."""
        params = [
            ("CallSid", call.sid),
            ("AccountSid", self.settings.account_sid),
            ("From", call.from_),
            ("To", call.to),
            ("Caller", call.from_),
            ("Called", call.to),
            ("CallStatus", status or call.status),
            ("ApiVersion", API_VERSION),
            ("Direction", call.direction),
        ]
        for side, number in (("From", call.from_), ("To", call.to)):
            country = "FR" if number.startswith("+33") else ""
            params += [(f"{side}City", ""), (f"{side}State", ""), (f"{side}Zip", "")]
            params += [(f"{side}Country", country)]
        if call.parent_sid:
            params.append(("ParentCallSid", call.parent_sid))
        return params

    async def request(self, call: Call, url: str, params: Pairs, method: str = "POST") -> Reply:
        return await self.webhooks.send(url, self.call_params(call) + params, method)

    def tell(self, subject: str, url: str, params: Pairs, method: str = "POST") -> None:
        """Send a callback whose answer matters to nobody; a failure goes to the debugger."""
        if not url:
            return

        async def send() -> None:
            reply = await self.webhooks.send(url, params, method)
            if reply.failure is not None:
                self.debug(reply.failure, subject, url)

        self.spawn(send(), after=subject)

    def tell_progress(self, call: Call, event: str) -> None:
        """Status callback of a call: initiated, ringing, answered or completed."""
        line = self.settings.lines.get(call.to)
        callback = call.callback
        if callback is None and call.direction == "inbound" and line is not None and line.status_url:
            callback = Callback(line.status_url)
        if callback is None or event not in callback.events:
            return
        params = self.call_params(call, "initiated" if event == "initiated" else "")
        params += [
            ("Timestamp", rfc2822(self.clock.now())),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", str(call.sequence)),
        ]
        call.sequence += 1
        if event == "completed":
            params += [("CallDuration", str(call.duration)), ("Duration", str(-(-call.duration // 60)))]
        self.tell(call.sid, callback.url, params, callback.method)

    def record(self, call: Call, seconds: int, source: str = "RecordVerb") -> Recording:
        made = Recording(new_sid("RE"), call.sid, self.clock.now(), seconds, source)
        self.recordings[made.sid] = made
        return made

    def recording_url(self, made: Recording) -> str:
        return self.settings.base_url + self.settings.resource(f"Recordings/{made.sid}")
