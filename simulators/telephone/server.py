"""The HTTP server: REST API, control interface, page."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

from aiohttp import web

from simulators.telephone import control, rest_calls, rest_messages, rest_recordings, rest_rooms
from simulators.telephone.dialing import dial
from simulators.telephone.neighbours import neighbours_of, preflight
from simulators.telephone.network import Network
from simulators.telephone.rest import HANDLERS, NETWORK, PREFIX, rest_middleware
from simulators.telephone.runner import Handler
from simulators.telephone.settings import API_VERSION, Settings
from simulators.telephone.store import load
from simulators.telephone.talk import gather, hang_up, leave, record, redirect, reject, speak
from simulators.telephone.waiting import enqueue

STATIC = Path(__file__).parent / "static"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
VERB_HANDLERS: dict[str, Handler] = {
    "Say": speak,
    "Play": speak,
    "Pause": speak,
    "Gather": gather,
    "Record": record,
    "Redirect": redirect,
    "Hangup": hang_up,
    "Reject": reject,
    "Leave": leave,
    "Enqueue": enqueue,
    "Dial": dial,
}


async def healthz(request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _file(name: str, kind: str) -> web.Response:
    body = await asyncio.to_thread((STATIC / name).read_bytes)
    headers = {
        "Content-Security-Policy": CSP,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-cache",
    }
    return web.Response(body=body, content_type=kind, charset="utf-8", headers=headers)


async def index(request: web.Request) -> web.Response:
    return await _file("page.html", "text/html")


async def static(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    kinds = {".js": "text/javascript", ".css": "text/css"}
    kind = kinds.get(Path(name).suffix)
    known = await asyncio.to_thread(lambda: {path.name for path in STATIC.iterdir()})
    if kind is None or name not in known:
        raise web.HTTPNotFound
    return await _file(name, kind)


async def favicon(request: web.Request) -> web.Response:
    return web.Response(status=204)


async def _unknown_resource(request: web.Request) -> web.Response:
    raise web.HTTPNotFound


def _rest_routes() -> list[web.RouteDef]:
    calls, messages, rooms, sounds = rest_calls, rest_messages, rest_rooms, rest_recordings
    queue, members = f"{PREFIX}/Queues/{{queue}}", f"{PREFIX}/Queues/{{queue}}/Members"
    conference = f"{PREFIX}/Conferences/{{conference}}"
    people = f"{conference}/Participants"
    return [
        web.post(f"{PREFIX}/Messages.json", messages.create),
        web.get(f"{PREFIX}/Messages.json", messages.listing),
        web.get(f"{PREFIX}/Messages/{{sid}}.json", messages.one),
        web.post(f"{PREFIX}/Calls.json", calls.create),
        web.get(f"{PREFIX}/Calls.json", calls.listing),
        web.get(f"{PREFIX}/Calls/{{sid}}.json", calls.one),
        web.post(f"{PREFIX}/Calls/{{sid}}.json", calls.update),
        web.get(f"{PREFIX}/Calls/{{sid}}/Recordings.json", sounds.call_recordings),
        web.post(f"{PREFIX}/Calls/{{sid}}/Recordings.json", sounds.call_recording_create),
        web.post(f"{PREFIX}/Calls/{{sid}}/Recordings/{{recording}}.json", sounds.call_recording_update),
        web.get(f"{PREFIX}/Queues.json", rooms.queues),
        web.post(f"{PREFIX}/Queues.json", rooms.queue_create),
        web.get(f"{queue}.json", rooms.queue),
        web.get(f"{members}.json", rooms.members),
        web.get(f"{members}/{{call}}.json", rooms.member),
        web.post(f"{members}/{{call}}.json", rooms.member_update),
        web.get(f"{PREFIX}/Conferences.json", rooms.conferences),
        web.get(f"{conference}.json", rooms.conference),
        web.post(f"{conference}.json", rooms.conference_update),
        web.get(f"{people}.json", rooms.participants),
        web.post(f"{people}.json", rooms.participant_create),
        web.get(f"{people}/{{call}}.json", rooms.participant),
        web.post(f"{people}/{{call}}.json", rooms.participant_update),
        web.delete(f"{people}/{{call}}.json", rooms.participant_delete),
        web.get(f"{PREFIX}/Recordings.json", sounds.recordings),
        web.get(f"{PREFIX}/Recordings/{{sid}}", sounds.recording),
        web.delete(f"{PREFIX}/Recordings/{{sid}}", sounds.recording_delete),
        web.route("*", f"/{API_VERSION}/Accounts/{{account}}/{{rest:.*}}", _unknown_resource),
        web.route("*", f"/{API_VERSION}/{{rest:.*}}", _unknown_resource),
    ]


def _control_routes() -> list[web.RouteDef]:
    one = "/control/calls/{sid}"
    return [
        web.get("/", index),
        web.get("/static/{name}", static),
        web.get("/favicon.ico", favicon),
        web.get("/healthz", healthz),
        web.get("/control/lines", control.lines),
        web.get("/control/events", control.events),
        web.post("/control/calls", control.calls_create),
        web.get("/control/calls", control.calls_list),
        web.get(one, control.calls_one),
        web.post(f"{one}/digits", control.calls_digits),
        web.post(f"{one}/speech", control.calls_speech),
        web.post(f"{one}/hangup", control.calls_hangup),
        web.post(f"{one}/timeout", control.calls_timeout),
        web.post("/control/answer", control.answer),
        web.post("/control/refuse", control.answer),
        web.post("/control/sms", control.sms_send),
        web.get("/control/sms", control.sms_list),
        web.get("/control/debugger", control.debugger),
        web.post("/control/faults", control.faults),
        web.get("/control/requests", control.sent),
        web.post("/control/advance", control.advance),
        web.post("/control/settle", control.settle),
    ]


def make_app(network: Network) -> web.Application:
    app = web.Application(middlewares=[preflight, rest_middleware, control.control_middleware])
    app[NETWORK] = network
    app[HANDLERS] = VERB_HANDLERS
    neighbours_of(app, network.settings)
    app.add_routes(_rest_routes() + _control_routes())
    return app


class Server:
    """The network on a port. `start` gives the address; `stop` ends calls and connections."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._runner: web.AppRunner | None = None
        self.network: Network | None = None

    async def start(self) -> str:
        network = self.network = Network(self.settings)
        load(network)
        self._runner = web.AppRunner(make_app(network), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site: Any = web.TCPSite(self._runner, self.settings.host, self.settings.port)
        await site.start()
        self.settings.port = self._runner.addresses[0][1]
        return self.settings.base_url

    async def stop(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            if self.network is not None:
                await self.network.close()
            if self._runner is not None:
                await self._runner.cleanup()
