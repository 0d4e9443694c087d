"""One call: its state, what was heard, and the mailbox through which it hears."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from simulators.telephone.clock import Clock
from simulators.telephone.gather import Collector
from simulators.telephone.records import Callback, Entry, Where

FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})


@dataclass(frozen=True)
class Key:
    key: str


@dataclass(frozen=True)
class Speech:
    text: str


@dataclass(frozen=True)
class Elapsed:
    """A timer ran out; `token` None when the driver says so."""

    token: object | None = None


Input = Key | Speech | Elapsed
Hear = Callable[[Input], bool]


@dataclass(frozen=True)
class Fetch:
    """Ask an address for the next document."""

    url: str
    method: str = "POST"
    params: tuple[tuple[str, str], ...] = ()
    redirect: bool = False


@dataclass(frozen=True)
class Inline:
    """A document given through the REST API."""

    body: bytes


@dataclass(frozen=True)
class Live:
    """Something that is not a document: ringing, or talking to somebody. Gives the step after it."""

    work: "Callable[[], Awaitable[Step | None]]"


Step = Fetch | Inline | Live


@dataclass
class Interruption:
    """Why the running document is dropped: `step` None = the call ends with `status`."""

    step: Step | None = None
    status: str = "completed"


@dataclass
class Call:
    sid: str
    from_: str
    to: str
    direction: str
    clock: Clock
    changed: Callable[["Call"], None]
    created: datetime
    parent_sid: str = ""
    status: str = "queued"
    start: datetime | None = None
    end: datetime | None = None
    updated: datetime | None = None
    duration: int = 0
    queue_seconds: int = 0
    callback: Callback | None = None
    fallback_url: str = ""
    ring_seconds: float = 60.0
    most_seconds: float = 0.0
    sequence: int = 0
    transcript: list[Entry] = field(default_factory=list)
    expecting: dict[str, object] | None = None
    where: Where = field(default_factory=Where)
    debt: float = 0.0
    started_at: float = 0.0

    def __post_init__(self) -> None:
        self.inbox: asyncio.Queue[Input] = asyncio.Queue()
        self.idle = asyncio.Event()
        loop = asyncio.get_running_loop()
        self.answer: asyncio.Future[bool] = loop.create_future()
        self.bridged: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        self.interruption: Interruption | None = None
        self.task: asyncio.Task[None] | None = None
        self.collector: Collector | None = None
        self.timed = False
        self.audience: Callable[[Call, str], None] | None = None

    @property
    def over(self) -> bool:
        return self.status in FINAL

    @property
    def human(self) -> str:
        """The number of the person's own telephone on this call."""
        return self.from_ if self.direction == "inbound" else self.to

    def note(self, verb: str, text: str, who: str = "network", language: str = "") -> None:
        self.transcript.append(Entry(self.clock.now(), verb, text, who, language))
        self.changed(self)

    def push(self, heard: Input) -> None:
        """Put something in the call's ear."""
        if not self.over:
            self.idle.clear()
            self.inbox.put_nowait(heard)

    def resolve(self, future: "asyncio.Future[bool]", value: bool) -> None:
        """Settle something this call is waiting for."""
        if not future.done():
            self.idle.clear()
            future.set_result(value)

    def interrupt(self, why: Interruption) -> None:
        """Drop what runs now. A hang-up already asked for is not replaced."""
        if self.over or (self.interruption is not None and self.interruption.step is None):
            return
        self.idle.clear()
        self.interruption = why
        if self.task is not None:
            self.task.cancel()

    async def listen(self, within: float | None) -> Input:
        """The next thing heard; Elapsed after `within` seconds of the network's clock."""
        token = object()
        timer = None
        if within is not None:
            timer = self.clock.call_later(within, lambda: self.push(Elapsed(token)))
        try:
            while True:
                self.timed = within is not None
                if self.inbox.empty():
                    self.idle.set()
                heard = await self.inbox.get()
                self.idle.clear()
                if not isinstance(heard, Elapsed):
                    return heard
                if heard.token is token or (heard.token is None and within is not None):
                    return heard
        finally:
            self.timed = False
            if timer is not None:
                timer.cancel()

    async def attend(
        self,
        *futures: "asyncio.Future[bool] | asyncio.Future[None] | asyncio.Task[None]",
        within: float | None = None,
        hear: Hear | None = None,
    ) -> bool:
        """Stay on the line until one of the futures is done (True) or the time is over (False).

        `hear` receives keys and speech meanwhile; it returns True to stop, as if time were over.
        """
        listener = asyncio.create_task(self._stay(within, hear))
        try:
            await asyncio.wait({listener, *futures}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            listener.cancel()
            await asyncio.gather(listener, return_exceptions=True)
        self.idle.clear()
        return any(future.done() for future in futures)

    async def _stay(self, within: float | None, hear: Hear | None) -> None:
        end = None if within is None else self.clock.seconds() + within
        while True:
            left = None if end is None else max(end - self.clock.seconds(), 0.0)
            heard = await self.listen(left)
            if isinstance(heard, Elapsed):
                return
            if hear is not None and hear(heard):
                return

    def speak_aloud(self, heard: Input) -> bool:
        """What a person says reaches whoever is on the line; keys do not."""
        if isinstance(heard, Speech) and self.audience is not None:
            self.audience(self, heard.text)
        return False

    async def pass_time(self, seconds: float) -> None:
        """Speech or silence of the network: keys pressed meanwhile are lost."""
        self.debt += seconds
        if not self.clock.instant:
            await self.attend(within=seconds)
