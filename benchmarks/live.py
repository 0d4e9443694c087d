"""How long after a request is taken the open queues show it.

The clock starts when the answer to the claim is there (its transaction is committed) and stops at each of the open
pages. The bare view of this one is the same messages published straight to Valkey and read by as many subscribers.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import aiohttp
import psycopg
from redis import asyncio as redis

from benchmarks.figures import Measured, Statements, figures_of
from benchmarks.http import BenchError, Connection
from benchmarks.scenarios import Ground

CLIENTS: Final = 20
ROUNDS: Final = 5
PATIENCE: Final = 15.0
PAUSE: Final = 0.05


async def live_fanout(ground: Ground, plan: dict[str, Any], name: str, seconds: float) -> dict[str, Any]:
    """Claims one after the other, each heard by every open queue, in turns with the bare publications."""
    teams, claimer = ground.keys["teams"], Connection(plan["port"])
    token = {"Authorization": f"Bearer {ground.agent(0)['token']}"}
    asked = {**token, "X-Bench-Count": "1"}
    claimed: list[Statements] = []

    with psycopg.connect(plan["database_url"]) as base:
        rows = base.execute("SELECT reference, id FROM grc_ticket WHERE assignee_id IS NULL").fetchall()
    identifiers = {str(reference): int(identifier) for reference, identifier in rows}

    async def claim(number: int) -> int:
        path = f"/api/v1/queues/{teams[number % len(teams)]}/claim-next"
        answer = await claimer.send("POST", path, headers=asked)
        if not claimed:
            claimed.append(
                Statements(*(int(part) for part in answer.headers["x-bench-statements"].split(",")))
            )
        return identifiers[str(json.loads(answer.body)["reference"])]

    product: list[float] = []
    floor: list[float] = []
    insert: list[float] = []
    bare = Connection(plan["floor_port"])
    number, spent = 0, 0.0
    async with queues_open(ground, plan) as queues, subscribers(plan) as (publish, heard):
        for _ in range(ROUNDS):
            end = time.perf_counter() + seconds / ROUNDS
            while time.perf_counter() < end:
                number += 1
                for queue in queues:
                    queue.arrivals.clear()
                identifier = await claim(number)
                begin = time.perf_counter()
                product += [(at - begin) * 1000 for at in await arrivals_of(queues, identifier)]
                spent += time.perf_counter() - begin
                begin = time.perf_counter()
                await publish(str(number))
                floor += [(at - begin) * 1000 for at in await heard()]
                insert.append((await bare.send("GET", "/floor/0/1")).ms)
                await asyncio.sleep(PAUSE)
    await claimer.close()
    await bare.close()
    return figures_of(Measured(product, floor, insert, spent), claimed) | {"clients": CLIENTS}


class Queue:
    """One open queue: when each request was heard of, by reference."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.arrivals: list[tuple[float, str]] = []
        self.news = asyncio.Event()

    async def listen(self) -> None:
        async for message in self.socket:
            self.arrivals.append((time.perf_counter(), str(message.data)))
            self.news.set()

    async def hear(self, words: str) -> float:
        while True:
            for at, text in self.arrivals:
                if words in text:
                    return at
            self.news.clear()
            await self.news.wait()


@asynccontextmanager
async def queues_open(ground: Ground, plan: dict[str, Any]) -> AsyncIterator[list[Queue]]:
    """``CLIENTS`` open queues of what is to take, each with the session of one of the agents."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        queues, tasks = [], []
        for number in range(CLIENTS):
            headers = {"Cookie": ground.agent(number)["cookie"], "Origin": ground.base_url}
            address = f"ws://127.0.0.1:{plan['live_port']}/direct/file/"
            socket = await stack.enter_async_context(http.ws_connect(address, headers=headers))
            queue = Queue(socket)
            queues.append(queue)
            tasks.append(asyncio.create_task(queue.listen()))
        try:
            yield queues
        finally:
            for task in tasks:
                task.cancel()


async def arrivals_of(queues: list[Queue], identifier: int) -> list[float]:
    """When each open queue heard of a request. Raises BenchError when one never does."""
    try:
        async with asyncio.timeout(PATIENCE):
            return list(await asyncio.gather(*(queue.hear(f'id="t-{identifier}"') for queue in queues)))
    except TimeoutError as error:
        late = sum(1 for queue in queues if not queue.arrivals)
        raise BenchError(f"{late} files ouvertes n'ont rien appris de la demande prise") from error


@asynccontextmanager
async def subscribers(plan: dict[str, Any]) -> AsyncIterator[tuple[Any, Any]]:
    """(publish, heard): a bare publication and the moments at which as many subscribers had it."""
    channel = "bench-floor"
    client = redis.Redis.from_url(plan["redis_url"])
    listeners = []
    for _ in range(CLIENTS):
        listener = client.pubsub()
        await listener.subscribe(channel)
        await listener.get_message(timeout=5)
        listeners.append(listener)

    async def one(listener: Any) -> float:
        while True:
            message = await listener.get_message(ignore_subscribe_messages=True, timeout=PATIENCE)
            if message is not None:
                return time.perf_counter()

    async def heard() -> list[float]:
        async with asyncio.timeout(PATIENCE):
            return list(await asyncio.gather(*(one(listener) for listener in listeners)))

    async def publish(text: str) -> None:
        await client.publish(channel, text * 200)

    try:
        yield publish, heard
    finally:
        for listener in listeners:
            await listener.aclose()  # type: ignore[no-untyped-call]
        await client.aclose()
