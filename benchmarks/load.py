"""The load, from a process of its own: ``python -m benchmarks.load PLAN SCENARIO`` prints the figures as JSON.

Product and bare views take turns (A B C A B C...), so that what else the machine does weighs on all of them.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import psycopg

from benchmarks.figures import Measured, Statements, call_figures, figures_of
from benchmarks.hotline import hotline_load
from benchmarks.http import BenchError, Connection
from benchmarks.live import live_fanout
from benchmarks.scenarios import TURNS, Ground, Turn

CONNECTIONS: Final = 8
# Measured webhook by webhook, against bare views that check a signature too.
WEBHOOKS: Final = ("voice_webhook", "sms_in")
ROUNDS: Final = 5
WARM_UP_SECONDS: Final = 0.4
# Share of a round given to the bare view of as many statements, then to that of one INSERT.
FLOOR_SHARE, INSERT_SHARE = 0.5, 0.25
OWN: Final = {"live_fanout": live_fanout, "hotline_load": hotline_load}
Go = Callable[[Connection, int, int], Awaitable[None]]


class Counts(Connection):
    """A connection that asks how many statements each answer took."""

    def __init__(self, port: int) -> None:
        super().__init__(port, always={"X-Bench-Count": "1"})
        self.found: list[Statements] = []

    async def send(self, *arguments: Any, **options: Any) -> Any:
        answer = await super().send(*arguments, **options)
        told = answer.headers.get("x-bench-statements")
        if told is None:
            raise BenchError("le serveur mesuré ne compte pas ses requêtes SQL")
        self.found.append(Statements(*(int(part) for part in told.split(","))))
        return answer


async def statements_of(ground: Ground, port: int, turn: Turn) -> list[Statements]:
    """Statements of each request of a turn, once caches are warm: the last of five turns."""
    connection = Counts(port)
    try:
        # Worker 99 uses keys which no measured turn uses.
        for number in range(5):
            connection.found = []
            await turn(ground, connection, 99, number)
    finally:
        await connection.close()
    return connection.found


async def during(seconds: float, port: int, go: Go, numbers: list[int]) -> tuple[list[float], float]:
    """Eight connections, one request at a time on each, for so many seconds: times in ms, seconds really taken."""
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    begin = time.perf_counter()

    async def work(worker: int) -> None:
        while time.perf_counter() - begin < seconds:
            numbers[worker] += 1
            await go(connections[worker], worker, numbers[worker])

    try:
        await asyncio.gather(*(work(worker) for worker in range(CONNECTIONS)))
    finally:
        for connection in connections:
            await connection.close()
    taken = time.perf_counter() - begin
    return [each for connection in connections for each in connection.times], taken


def bare(statements: list[Statements]) -> Go:
    """The turn of the bare view: for each request, as many SELECT and INSERT."""
    paths = [f"/floor/{one.reads}/{one.writes}" for one in statements]

    async def go(connection: Connection, worker: int, number: int) -> None:
        for path in paths:
            await connection.send("GET", path)

    return go


def bare_webhook(ground: Ground, statements: list[Statements]) -> Go:
    """The same for webhooks: the bare view checks a signature first, of as many fields."""
    params = {"CallSid": f"CA{ground.run}", "From": ground.mobile(1), "To": ground.keys["line"]}
    params |= {"CallStatus": "in-progress", "Direction": "inbound", "Digits": "4", "msg": "Gather End"}
    body = urlencode(params).encode()
    paths = [f"/floor/signed/{one.reads}/{one.writes}" for one in statements]
    sent = [(path, ground.signed(path, params)) for path in paths]

    async def go(connection: Connection, worker: int, number: int) -> None:
        for path, headers in sent:
            await connection.send("POST", path, body=body, headers=headers)

    return go


async def measure(ground: Ground, plan: dict[str, Any], name: str, seconds: float) -> dict[str, Any]:
    turn = TURNS[name]
    before_each = reset_of(name, plan)
    before_each()
    statements = await statements_of(ground, plan["port"], turn)

    async def product(connection: Connection, worker: int, number: int) -> None:
        await turn(ground, connection, worker, number)

    floor = partial(bare_webhook, ground) if name in WEBHOOKS else bare
    sides = [
        (plan["port"], product, 1.0),
        (plan["floor_port"], floor(statements), FLOOR_SHARE),
        (plan["floor_port"], floor([Statements(0, 1, 0)]), INSERT_SHARE),
    ]
    times: list[list[float]] = [[], [], []]
    numbers = [[0] * CONNECTIONS for _ in sides]
    for (port, go, _), used in zip(sides, numbers, strict=True):
        await during(min(WARM_UP_SECONDS, seconds / 4), port, go, used)
    taken = 0.0
    for _ in range(ROUNDS):
        for side, (port, go, share) in enumerate(sides):
            if side == 0:
                before_each()
            found, lasted = await during(seconds / ROUNDS * share, port, go, numbers[side])
            times[side] += found
            taken += lasted if side == 0 else 0.0
    measured = Measured(times[0], times[1], times[2], taken)
    figures: dict[str, Any] = dict(figures_of(measured, statements))
    return figures | (call_figures(measured, statements) if name in WEBHOOKS else {})


def reset_of(name: str, plan: dict[str, Any]) -> Callable[[], None]:
    """What to do before each round: those who claim give back what they took, so that the queue stays as long."""
    if name != "claim":
        return lambda: None

    def give_back() -> None:
        with psycopg.connect(plan["database_url"], autocommit=True) as connection:
            connection.execute(
                "UPDATE grc_ticket SET assignee_id = NULL WHERE assignee_id = ANY(%s) AND state = 'open'",
                [plan["keys"]["agent_ids"]],
            )
            connection.execute("VACUUM ANALYZE grc_ticket")

    return give_back


def main(arguments: list[str]) -> int:
    plan = json.loads(Path(arguments[0]).read_text("utf-8"))
    name = arguments[1]
    ground = Ground(plan["keys"], plan["base_url"], plan["twilio_token"], f"{int(time.time()):010d}")
    seconds = float(plan["seconds"])
    try:
        measured = OWN.get(name, measure)
        found = asyncio.run(measured(ground, plan, name, seconds))
    except (BenchError, OSError) as error:
        sys.stderr.write(f"{name} : {error}\n")
        return 1
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
