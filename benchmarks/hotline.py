"""The hotline under load: two hundred people on the telephone at once and fifty agents, for minutes.

The telephone network of `simulators/telephone` runs in this process, with the people who call on it; agents work by the
REST API of the product. Everything is drawn from one seed. What happened is then held against the tables and the
report of the product by :mod:`benchmarks.hotline_check`.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.hotline_check import Played, checked, phone_report
from benchmarks.http import BenchError, Connection
from benchmarks.scenarios import Ground
from simulators.telephone.call import Call, Speech
from simulators.telephone.control import dial_line, press
from simulators.telephone.network import Network
from simulators.telephone.server import VERB_HANDLERS, Server
from simulators.telephone.settings import Line, Settings
from simulators.telephone.webhooks import Sent

SEED: Final = 216
CALLERS: Final = 200
DRAIN_SECONDS: Final = 60.0
HOOKS: Final = "/webhooks/twilio/voice/"
# What somebody may do at a question: a choice that is offered, nothing, a key nobody spoke of, a person, hanging up.
MANNERS: Final = {"choose": 0.80, "silence": 0.04, "wrong": 0.05, "human": 0.06, "gone": 0.05}
CHOICE: Final = re.compile(r"tapez (\d)\.")
PATIENCE: Final = (20.0, 150.0)
TALK: Final = (15.0, 45.0)
WRAP_UP: Final = (2.0, 8.0)
LOOK: Final = (2.0, 3.0)
"""Seconds between two looks of an agent's program: a screen is told by the live socket, and asks nothing."""


@dataclass
class Stage:
    """One run: the network, what chance draws, and what was seen."""

    ground: Ground
    plan: dict[str, Any]
    network: Network
    chance: random.Random
    end: float
    sent: list[Sent] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    dialled: list[str] = field(default_factory=list)
    changed: dict[str, asyncio.Event] = field(default_factory=dict)

    @property
    def over(self) -> bool:
        return time.monotonic() >= self.end


class Caller:
    """One person and one call."""

    def __init__(self, stage: Stage, number: int) -> None:
        self.stage = stage
        self.chance = random.Random(f"{SEED}:{number}")
        self.number = "anonymous" if self.chance.random() < 0.05 else f"+3332100{number % 10_000:04d}"
        self.call: Call | None = None
        self.said = 0

    async def live(self) -> None:
        stage = self.stage
        line = stage.ground.keys["line"]
        call = self.call = dial_line(stage.network, VERB_HANDLERS, self.number, line)
        stage.dialled.append(call.sid)
        changed = stage.changed[call.sid] = asyncio.Event()
        patience = self.chance.uniform(*PATIENCE)
        entered = 0.0
        try:
            while not call.over:
                if call.where.conference:
                    await self._talk(call)
                elif call.where.queue:
                    entered = entered or time.monotonic()
                    if stage.over or time.monotonic() - entered > patience:
                        await self._leave_queue(call)
                        entered = time.monotonic()
                elif call.expecting is not None:
                    await self._answer(call)
                await self._until_changed(changed)
        finally:
            stage.changed.pop(call.sid, None)

    async def _until_changed(self, changed: asyncio.Event) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await changed.wait()
        changed.clear()

    async def _pause(self, low: float, high: float) -> bool:
        """Live for a while; False when the call ended meanwhile."""
        call = self.call
        with suppress(TimeoutError):
            async with asyncio.timeout(self.chance.uniform(low, high)):
                while call is not None and not call.over:
                    await asyncio.wait({asyncio.ensure_future(asyncio.shield(call.ended))}, timeout=5.0)
        return call is not None and not call.over

    def _hang_up(self, call: Call, why: str) -> None:
        self.stage.seen[f"hung_up_{why}"] += 1
        self.stage.network.hang_up(call)

    async def _talk(self, call: Call) -> None:
        """The agent ends most conversations, the caller the others."""
        self.stage.seen["talked"] += 1
        leaves = self.chance.random() < 0.4
        low, high = TALK if leaves else (300.0, 400.0)
        if await self._pause(low, high):
            self._hang_up(call, "talking")
        await self._pause(5.0, 5.0)

    async def _leave_queue(self, call: Call) -> None:
        drawn = self.chance.random()
        if self.stage.over or drawn < 0.6 or call.expecting is None:
            self._hang_up(call, "waiting")
        else:
            press(self.stage.network, call, "1" if drawn < 0.85 else "2")

    async def _answer(self, call: Call) -> None:
        """A question: keys are pressed while the voice still speaks, as people do who know the menu."""
        if self.stage.over:
            self._hang_up(call, "asked")
            return
        if "record" in (call.expecting or {}):
            if await self._pause(1.0, 4.0):
                call.push(Speech("Bonjour, rappelez-moi s'il vous plaît."))
                press(self.stage.network, call, "#")
            return
        asked = len(call.transcript)
        if not await self._pause(0.5, 4.0) or call.expecting is None or call.collector is None:
            return
        keys = self._keys(call)
        if keys == "gone":
            self._hang_up(call, "asked")
        elif keys:
            press(self.stage.network, call, keys)
        else:
            await self._until_moved(call, asked)

    async def _until_moved(self, call: Call, asked: int) -> None:
        """Silence: until the voice goes on by itself."""
        for _ in range(40):
            if call.over or call.expecting is None:
                return
            await asyncio.sleep(0.5)

    def _keys(self, call: Call) -> str:
        heard = " ".join(entry.text for entry in call.transcript[self.said :] if entry.verb == "Say")
        self.said = len(call.transcript)
        manner = self.chance.choices(list(MANNERS), list(MANNERS.values()))[0]
        if manner != "choose":
            return {"silence": "", "wrong": "8", "human": "0", "gone": "gone"}[manner]
        digits = call.collector.spec.num_digits if call.collector is not None else 0
        if digits == 5:
            return str(self.stage.ground.keys["postal_code"])
        if digits == 10:
            return "0321000099" if "numéro où vous rappeler" in heard else "0"
        if digits > 1:
            return "0" * digits
        offered = [key for key in CHOICE.findall(heard) if key != "0"]
        return self.chance.choice(offered) if offered else self.chance.choice("12")


class Agent:
    """Somebody who takes calls by the REST API, their telephone picking up by itself."""

    def __init__(self, stage: Stage, number: int) -> None:
        self.stage = stage
        self.chance = random.Random(f"{SEED}:agent:{number}")
        token = stage.ground.keys["phone_agents"][number]["token"]
        self.http = Connection(stage.plan["port"], always={"Authorization": f"Bearer {token}"})

    async def api(self, method: str, path: str, body: Any = None, *, refused: bool = False) -> Any:
        """The JSON of an answer; None for 204, and for 409 where ``refused`` may happen."""
        sent = json.dumps(body).encode() if body is not None else b""
        answer = await self.http.send(
            method,
            f"/api/v1{path}",
            body=sent,
            headers={"Content-Type": "application/json", "Content-Length": str(len(sent))},
            expect=(200, 204, 409, 422) if refused else (200, 204),
        )
        if answer.status in (409, 422):
            self.stage.seen[f"api_{answer.status}_{path.rsplit('/', 1)[-1]}"] += 1
            return None
        return json.loads(answer.body) if answer.body else None

    async def live(self) -> None:
        await self.api("PUT", "/me/presence", {"state": "available", "reach": "screen"})
        touched = time.monotonic()
        while not self.stage.over or self.stage.changed:
            await asyncio.sleep(self.chance.uniform(*LOOK))
            mine = await self.api("GET", "/me/presence")
            if mine["offer_id"] is not None:
                await self._offered(mine["offer_id"])
            elif mine["contact_id"] is not None:
                await self._with(mine)
            elif mine["state"] in ("paused", "offline"):
                await self.api("PUT", "/me/presence", {"state": "available", "reach": "screen"}, refused=True)
            if time.monotonic() - touched > 30:
                await self.api("POST", "/me/presence/touch")
                touched = time.monotonic()
        await self.http.close()

    async def _offered(self, offer_id: int) -> None:
        self.stage.seen["offers_seen"] += 1
        await asyncio.sleep(self.chance.uniform(0.2, 3.0))
        drawn = self.chance.random()
        if drawn < 0.92:
            if await self.api("POST", f"/calls/offers/{offer_id}/accept", {}, refused=True) is not None:
                self.stage.seen["accepted"] += 1
        elif drawn < 0.97:
            await self.api("POST", f"/calls/offers/{offer_id}/decline", {}, refused=True)
        else:
            await asyncio.sleep(22)

    async def _with(self, mine: dict[str, Any]) -> None:
        """Talk, end, write up."""
        contact = mine["contact_id"]
        if mine["state"] == "on_contact":
            end = time.monotonic() + self.chance.uniform(*TALK)
            while time.monotonic() < end:
                await asyncio.sleep(self.chance.uniform(*LOOK))
                now = await self.api("GET", "/me/presence")
                if now["contact_id"] != contact or now["state"] != "on_contact":
                    break
            else:
                await self.api("POST", f"/calls/{contact}/end", {}, refused=True)
            return
        await asyncio.sleep(self.chance.uniform(*WRAP_UP))
        body = {
            "notes": "Renseignement donné.",
            "difficulties": [],
            "answers": [{"topic": "", "said": "Horaires donnés."}],
            "requests": [],
            "available": True,
        }
        if await self.api("POST", f"/calls/{contact}/wrap-up", body, refused=True) is not None:
            self.stage.seen["wrapped_up"] += 1


async def hotline_load(ground: Ground, plan: dict[str, Any], name: str, seconds: float) -> dict[str, Any]:
    """Play for so many seconds, let everything end, then hold what was seen against what was kept."""
    server = Server(_network_settings(ground, plan))
    await server.start()
    assert server.network is not None
    network = server.network
    stage = Stage(ground, plan, network, random.Random(SEED), time.monotonic() + seconds)
    network.webhooks._log = stage.sent.append
    network.listeners.add(lambda kind, body: _heard(stage, kind, body))
    before = await phone_report(ground, plan)
    began = time.monotonic()
    try:
        agents = [Agent(stage, number) for number in range(len(ground.keys["phone_agents"]))]
        working = [asyncio.create_task(agent.live()) for agent in agents]
        await _callers(stage, working)
        await asyncio.gather(*working)
        took = time.monotonic() - began
        await network.settle(DRAIN_SECONDS)
        played = Played(
            stage.dialled,
            [(each.url.partition(HOOKS)[2], each.status, each.milliseconds) for each in stage.sent],
            stage.seen,
            [str(note.as_json()) for note in network.notes],
            [each for agent in agents for each in agent.http.times],
            before,
            took,
        )
        return await checked(played, ground, plan)
    finally:
        await server.stop()


def _network_settings(ground: Ground, plan: dict[str, Any]) -> Settings:
    line = ground.keys["line"]
    hook = f"{ground.base_url}{HOOKS}"
    desks = frozenset(agent["desk"] for agent in ground.keys["phone_agents"])
    return Settings(
        account_sid=plan["twilio_account"],
        auth_token=plan["twilio_token"],
        lines={line: Line(line, f"{hook}incoming", "", f"{hook}status")},
        auto_answer=desks,
        port=plan["telephone_port"],
    )


def _heard(stage: Stage, kind: str, body: dict[str, object]) -> None:
    changed = stage.changed.get(str(body.get("sid"))) if kind == "call" else None
    if changed is not None:
        changed.set()


async def _callers(stage: Stage, working: list[asyncio.Task[None]]) -> None:
    """Two hundred telephones, one call after the other on each."""
    numbers = iter(range(10_000_000))

    async def telephone(place: int) -> None:
        await asyncio.sleep(place * 0.05)
        while not stage.over:
            await Caller(stage, next(numbers)).live()
            await asyncio.sleep(stage.chance.uniform(0.2, 2.0))

    calling = [asyncio.create_task(telephone(place)) for place in range(CALLERS)]
    done, _ = await asyncio.wait({*calling, *working}, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        error = task.exception()
        if error is not None:
            for other in (*calling, *working):
                other.cancel()
            raise BenchError(f"quelqu'un n'a pas pu continuer : {error!r}") from error
