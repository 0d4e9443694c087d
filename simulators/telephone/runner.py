"""The life of a call: fetch a document, run its verbs, until it ends or is taken elsewhere."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from simulators.telephone.call import Call, Fetch, Inline, Interruption, Live, Step
from simulators.telephone.grammar import Context
from simulators.telephone.network import Network
from simulators.telephone.records import Callback
from simulators.telephone.rules import Problem, problem, refused
from simulators.telephone.twiml import Parsed, Verb, parse
from simulators.telephone.webhooks import Pairs

ERROR_MESSAGE = "Une erreur d’application est survenue. Au revoir."
REDIRECT_LIMIT = 20
AUDIBLE = frozenset({"Say", "Play", "Pause", "Gather", "Record", "Enqueue", "Dial"})


class RefusedError(Exception):
    """The document cannot be run: the caller hears the error message and the call ends."""


class EndOfCallError(Exception):
    """A verb ended the call."""


class LeftQueueError(Exception):
    """`<Leave>` was reached in a wait document."""


@dataclass
class Frame:
    """The document being run: where it came from (empty for one given inline) and what it is for."""

    url: str
    method: str
    context: Context
    extra: Callable[[], Pairs] = list


Handler = Callable[["Runner", Verb, Frame], Awaitable[Step | None]]


class Runner:
    """Runs one call. `handlers` maps a verb's name to what does it."""

    def __init__(self, network: Network, call: Call, handlers: dict[str, Handler]) -> None:
        self.network = network
        self.call = call
        self.handlers = handlers
        self._redirects = 0

    async def run(self, first: Step) -> None:
        """The whole call, from its first step."""
        step: Step | None = first
        try:
            while step is not None:
                step = await self._until_interrupted(step)
        finally:
            self.finish()

    async def _until_interrupted(self, step: Step) -> Step | None:
        """Follow documents; the step to take instead when the call is redirected from outside."""
        call = self.call
        call.task = asyncio.create_task(self._guarded(step))
        if call.interruption is not None:
            call.task.cancel()
        try:
            await call.task
        except asyncio.CancelledError:
            why = call.interruption
            if why is None:
                call.task.cancel()
                raise
            return self._heed(why)
        return None

    def _heed(self, why: Interruption) -> Step | None:
        self.call.interruption = None
        self._redirects = 0
        self.call.expecting, self.call.collector, self.call.audience = None, None, None
        if why.step is None:
            self.close_as(why.status)
        return why.step

    def close_as(self, status: str) -> None:
        """How the call will have ended: one never answered is not `completed`."""
        if status == "completed" and self.call.start is None:
            status = "canceled" if self.call.direction != "inbound" else "no-answer"
        self.call.status = status

    async def _guarded(self, step: Step) -> None:
        call = self.call
        try:
            await self.follow(step)
            if not call.over and call.direction != "outbound-dial":
                call.note("Hangup", "Fin du document : la ligne raccroche")
        except EndOfCallError:
            pass
        except RefusedError:
            self.answer()
            call.note("Error", ERROR_MESSAGE, language="fr-FR")
            await call.pass_time(3)
            call.note("Hangup", "La ligne raccroche")
        if not call.over:
            self.close_as("completed")

    def finish(self) -> None:
        """Close the call and tell it."""
        call, network = self.call, self.network
        if not call.over:
            self.close_as("completed")
        call.end = network.clock.now()
        if call.start is not None:
            call.duration = round(network.clock.seconds() - call.started_at)
        call.expecting, call.collector, call.audience = None, None, None
        if not call.ended.done():
            call.ended.set_result(None)
        if not call.answer.done():
            call.answer.set_result(False)
        call.note("End", call.status)
        network.tell_progress(call, "completed")

    def answer(self) -> None:
        """The call is picked up."""
        call = self.call
        if call.start is None and not call.over:
            call.start = self.network.clock.now()
            call.started_at = self.network.clock.seconds()
            call.status = "in-progress"
            self.network.tell_progress(call, "answered")
            call.changed(call)
            if call.most_seconds:
                self.network.clock.call_later(
                    call.most_seconds, lambda: None if call.over else self.network.hang_up(call)
                )

    # -- documents ------------------------------------------------------------------------------

    async def follow(
        self, step: Step | None, context: Context = Context.VOICE, extra: Callable[[], Pairs] = list
    ) -> None:
        """Run a document and those it leads to. `extra`: parameters added to each request."""
        base = ""
        while step is not None:
            if isinstance(step, Live):
                step = await step.work()
                continue
            verbs, frame = await self.load(step, base, context, extra)
            base = frame.url
            step = await self.execute(verbs, frame)

    async def execute(self, verbs: tuple[Verb, ...], frame: Frame) -> Step | None:
        for verb in verbs:
            if verb.name in AUDIBLE and not verb.flag("answerOnBridge"):
                self.answer()
            handler = self.handlers.get(verb.name)
            step = await handler(self, verb, frame) if handler is not None else None
            if step is not None:
                return step
        return None

    async def load(
        self, step: Fetch | Inline, base: str, context: Context, extra: Callable[[], Pairs]
    ) -> tuple[tuple[Verb, ...], Frame]:
        if isinstance(step, Inline):
            parsed = parse(step.body, "text/xml", context)
            return self._checked(parsed, ""), Frame("", "POST", context, extra)
        url = self.absolute(step.url, base)
        if step.redirect:
            await self._count_redirect(url, context)
        params = [*step.params, *extra()]
        reply = await self.network.request(self.call, url, params, step.method)
        parsed = Parsed((), ())
        if reply.failure is None:
            parsed = parse(reply.body, reply.content_type, context)
        fault = reply.failure or next(
            (one for one in parsed.problems if refused((one,), lenient=self.network.settings.lenient)), None
        )
        if fault is not None and self.call.fallback_url and self.call.fallback_url != url:
            self.network.debug(fault, self.call.sid, url)
            params += [("ErrorCode", str(fault.rule.code)), ("ErrorUrl", url)]
            return await self.load(Fetch(self.call.fallback_url, params=tuple(params)), "", context, list)
        if reply.failure is not None:
            self.refuse(reply.failure, url)
        return self._checked(parsed, url), Frame(url, step.method, context, extra)

    async def _count_redirect(self, url: str, context: Context) -> None:
        """Twenty in a row are refused; one of a wait document first lets its own time pass."""
        self._redirects += 1
        if context in {Context.QUEUE_WAIT, Context.CONFERENCE_WAIT} and self.call.debt:
            await self.pay_debt()
        if self._redirects >= REDIRECT_LIMIT:
            self.refuse(problem("redirect_loop"), url)

    def _checked(self, parsed: Parsed, url: str) -> tuple[Verb, ...]:
        for found in parsed.problems:
            self.network.debug(found, self.call.sid, url)
        if refused(parsed.problems, lenient=self.network.settings.lenient):
            raise RefusedError
        return parsed.verbs

    def refuse(self, found: Problem, url: str = "") -> None:
        self.network.debug(found, self.call.sid, url)
        raise RefusedError

    def absolute(self, url: str, base: str) -> str:
        if not urlsplit(url).scheme and not base:
            self.refuse(problem("relative_url", f"« {url} »."), url)
        return urljoin(base, url) if url else base

    def heard_someone(self) -> None:
        """The caller did something, or somebody else did: the count of redirects starts again."""
        self._redirects = 0

    async def pay_debt(self) -> None:
        """On a driven clock, let the time pass that speech and pauses of a wait document last."""
        debt, self.call.debt = max(self.call.debt, 1.0), 0.0
        if self.call.clock.instant:
            await self.call.attend(within=debt)
        self.heard_someone()

    async def wait_document(
        self, url: str, method: str, context: Context, extra: Callable[[], Pairs], base: str
    ) -> None:
        """Run a wait document again each time it ends. Never returns; LeftQueueError on `<Leave>`."""
        target = self.absolute(url, base)
        while True:
            self.call.debt = 0.0
            started = self.call.clock.seconds()
            await self.follow(Fetch(target, method), context, extra)
            await self.pay_debt()
            if not self.call.clock.instant and self.call.clock.seconds() - started < 1:
                await self.call.attend(within=1)

    def action(self, verb: Verb, frame: Frame, params: Pairs) -> Fetch | None:
        """The step to a verb's `action`, or None when it has none."""
        if not verb.get("action"):
            return None
        url = self.absolute(verb.get("action"), frame.url)
        return Fetch(url, verb.get("method", "POST"), tuple(params))

    def tell_action(self, verb: Verb, frame: Frame, params: Pairs) -> None:
        """Request an `action` whose document nobody will hear, the caller being gone or elsewhere."""
        with contextlib.suppress(RefusedError):
            step = self.action(verb, frame, params)
            if step is not None:
                sent = self.network.call_params(self.call) + params
                self.network.tell(self.call.sid, step.url, sent, step.method)

    def callback_of(self, verb: Verb, frame: Frame, default: str) -> Callback | None:
        """The status callback a noun asks for."""
        if not verb.get("statusCallback"):
            return None
        url = self.absolute(verb.get("statusCallback"), frame.url)
        events = frozenset(verb.get("statusCallbackEvent", default).split())
        return Callback(url, verb.get("statusCallbackMethod", "POST"), events)
