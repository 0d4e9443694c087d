"""What is measured. A turn is what one user does once; each of its requests is timed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode

from benchmarks.http import BenchError, Connection

FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}
SENTENCES: Final = (
    "nid de poule devant chez moi", "demande de logement social", "aide pour payer le loyer",
    "garde d'enfant assistante maternelle", "carte de transport scolaire", "allocation personne âgée à domicile",
    "dossier handicap en attente", "violences urgence", "bibliothèque horaires", "revenu de solidarité active",
)  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What :mod:`benchmarks.ground` wrote, and the secret that signs webhooks."""

    keys: dict[str, Any]
    base_url: str
    twilio_token: str
    run: str

    def signed(self, path: str, params: dict[str, str]) -> dict[str, str]:
        text = self.base_url + path + "".join(name + params[name] for name in sorted(params))
        digest = hmac.new(self.twilio_token.encode(), text.encode(), hashlib.sha1).digest()
        return {**FORM, "X-Twilio-Signature": base64.b64encode(digest).decode()}

    def agent(self, worker: int) -> dict[str, str]:
        agents = self.keys["agents"]
        return dict(agents[worker % len(agents)])

    def mobile(self, number: int) -> str:
        return f"+33639{980_000 + number % 10_000:06d}"


Turn = Callable[[Ground, Connection, int, int], Awaitable[None]]
TURNS: Final[dict[str, Turn]] = {}
# The order of the measures: what only reads the full base comes before what adds to it.
NAMES: Final = (
    "queue_page", "ticket_page", "search", "report", "live_fanout",
    "claim", "sms_in", "form_post", "voice_webhook",
)  # fmt: skip
# Asked by name alone: it lasts, and takes the whole machine.
LOADS: Final = ("hotline_load",)


def turn(function: Turn) -> Turn:
    TURNS[function.__name__] = function
    return function


async def _webhook(ground: Ground, connection: Connection, path: str, params: dict[str, str]) -> str:
    answer = await connection.send(
        "POST",
        path,
        body=urlencode(params).encode(),
        headers=ground.signed(path, params),
        expect=(200, 204),
    )
    return answer.body.decode()


VOICE: Final = "/webhooks/twilio/voice/"


def _address(ground: Ground, text: str, verb: str, name: str) -> str:
    """The path of an address that a document gives."""
    found = re.search(rf'<{verb}[^>]* {name}="([^"]+)"', text)
    if found is None:
        raise BenchError(f"le document n'a pas de {verb} {name} : {text[:600]}")
    return found.group(1).replace("&amp;", "&").removeprefix(ground.base_url)


@turn
async def voice_webhook(ground: Ground, connection: Connection, worker: int, number: int) -> None:
    """A whole call: three menus, a postal code that opens a request and enters the queue, two wait documents, the
    caller hangs up, the end is told. Eight webhooks; a fallback document is no answer here."""
    params = {
        "CallSid": f"CA{ground.run}{worker:02d}{number:08d}",
        "From": ground.mobile(worker * 1000 + number),
        "To": ground.keys["line"],
        "CallStatus": "in-progress",
        "Direction": "inbound",
    }

    async def go(path: str, **more: str) -> str:
        return await _webhook(ground, connection, path, {**params, **more})

    text = await go(VOICE + "incoming")
    for keys in ("4", "2", ground.keys["postal_code"]):
        text = await go(_address(ground, text, "Gather", "action"), Digits=keys, msg="Gather End")
    room, left = (_address(ground, text, "Enqueue", name) for name in ("waitUrl", "action"))
    for seconds in (1, 30):
        said = await go(room, QueuePosition="1", QueueTime=str(seconds))
        _address(ground, said, "Gather", "action")
    await go(left, QueueResult="hangup")
    await go(VOICE + "status", CallStatus="completed", SequenceNumber="2")


@turn
async def sms_in(ground: Ground, connection: Connection, worker: int, number: int) -> None:
    """Somebody unknown writes; a request is opened on its words."""
    sid = f"SM{ground.run}{worker:02d}{number:08d}"
    params = {
        "MessageSid": sid,
        "From": f"+336399{worker:01d}{number % 10_000:04d}",
        "To": ground.keys["line"],
        "Body": f"Bonjour, {SENTENCES[number % len(SENTENCES)]}, 62000 Arras",
        "NumMedia": "0",
    }
    await _webhook(ground, connection, "/webhooks/twilio/messaging/incoming", params)


@turn
async def queue_page(ground: Ground, connection: Connection, worker: int, number: int) -> None:
    """The shared queue, what is to take, first page."""
    await connection.send("GET", "/agents/file/", headers={"Cookie": ground.agent(worker)["cookie"]})


@turn
async def ticket_page(ground: Ground, connection: Connection, worker: int, number: int) -> None:
    """A request and its story."""
    references = ground.keys["references"]
    reference = references[(number * 8 + worker) % len(references)]
    cookie = ground.agent(worker)["cookie"]
    await connection.send("GET", f"/agents/demandes/{reference}/", headers={"Cookie": cookie})


@turn
async def claim(ground: Ground, connection: Connection, worker: int, number: int) -> None:
    """Each of eight agents takes the next request of a team's queue."""
    teams = ground.keys["teams"]
    await connection.send(
        "POST",
        f"/api/v1/queues/{teams[number % len(teams)]}/claim-next",
        headers={"Authorization": f"Bearer {ground.agent(worker)['token']}"},
    )


@turn
async def search(ground: Ground, connection: Connection, worker: int, number: int) -> None:
    """A sentence asked of the guidance."""
    sentence = quote(SENTENCES[(number + worker) % len(SENTENCES)])
    headers = {"Authorization": f"Bearer {ground.agent(worker)['token']}"}
    await connection.send("GET", f"/api/v1/guidance?q={sentence}", headers=headers)


@turn
async def report(ground: Ground, connection: Connection, worker: int, number: int) -> None:
    """The service-level report of thirty days."""
    end = date.fromisoformat(ground.keys["today"])
    start = end - timedelta(days=29)
    headers = {"Authorization": f"Bearer {ground.agent(worker)['token']}"}
    path = f"/api/v1/reports/service-level?start={start}&end={end}"
    await connection.send("GET", path, headers=headers)


@turn
async def form_post(ground: Ground, connection: Connection, worker: int, number: int) -> None:
    """A resident without a login sends the form of a topic."""
    topics = ground.keys["topics"]
    csrf = f"bench{worker:03d}{number:024d}"
    fields = {
        "csrfmiddlewaretoken": csrf,
        "token": hashlib.md5(f"{ground.run}{worker}-{number}".encode()).hexdigest(),
        "description": f"Bonjour, {SENTENCES[number % len(SENTENCES)]}. Merci de me répondre.",
        "postal_code": "62000",
        "commune": "62041",
        "last_name": "Martin",
        "first_name": "Camille",
        "email": f"essai{worker}-{number}@example.org",
    }
    await connection.send(
        "POST",
        f"/demande/sujet/{topics[number % len(topics)]}/",
        body=urlencode(fields).encode(),
        headers={**FORM, "Cookie": f"csrftoken={csrf}", "Origin": ground.base_url},
        expect=(302,),
    )
