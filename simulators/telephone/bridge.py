"""Two calls that hear each other."""

import asyncio

from simulators.telephone.call import Call, Input, Key


class Bridge:
    """`ready` is done when the second call has joined, `over` when either has left."""

    def __init__(self, first: Call, second: Call) -> None:
        loop = asyncio.get_running_loop()
        self.first = first
        self.second = second
        self.ready: asyncio.Future[bool] = loop.create_future()
        self.over: asyncio.Future[bool] = loop.create_future()

    def other(self, call: Call) -> Call:
        return self.second if call is self.first else self.first

    def end(self) -> None:
        for future, value in ((self.ready, False), (self.over, True)):
            if not future.done():
                self.first.idle.clear()
                self.second.idle.clear()
                future.set_result(value)


async def converse(call: Call, bridge: Bridge, limit: float | None = None, *, star: bool = False) -> None:
    """Talk until the other leaves, `limit` seconds pass, or `*` is pressed where it hangs up."""
    other = bridge.other(call)
    if call is bridge.second and not bridge.ready.done():
        bridge.first.resolve(bridge.ready, True)
    call.where.talking_to = [other.human]
    call.audience = lambda speaker, text: other.note("Voice", text, who="peer")
    call.note("Bridge", f"En ligne avec {other.human}")

    def hear(heard: Input) -> bool:
        call.speak_aloud(heard)
        return star and isinstance(heard, Key) and heard.key == "*"

    try:
        await call.attend(bridge.over, within=limit, hear=hear)
    finally:
        call.audience = None
        call.where.talking_to = []
        bridge.end()
