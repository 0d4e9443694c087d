"""The addresses that tests use to push an issuer: clock, keys, faults. Never on the real ones."""

import math
from collections.abc import Awaitable, Callable
from json import JSONDecodeError
from typing import Any

from aiohttp import web

from simulators.oidc.faults import FaultError, faults_read
from simulators.oidc.issuer import Issuer

_ControlHandler = Callable[[web.Request], Awaitable[web.Response]]


class ControlError(ValueError):
    """The body of a control request is not what was expected."""


async def _body(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    if not text.strip():
        return {}
    try:
        body = await request.json()
    except JSONDecodeError as error:
        raise ControlError("the body must be JSON") from error
    if not isinstance(body, dict):
        raise ControlError("the body must be a JSON object")
    return body


def _told(handler: _ControlHandler) -> _ControlHandler:
    async def wrapped(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except (ControlError, FaultError) as error:
            return web.json_response({"error": str(error)}, status=400)

    return wrapped


def control_routes(issuer: Issuer) -> list[web.RouteDef]:
    """`/healthz` and `/control/*` of one issuer; faults never touch them."""

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok", "name": issuer.profile.name, "issuer": issuer.issuer})

    async def clock(request: web.Request) -> web.Response:
        seconds = (await _body(request)).get("advance")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise ControlError("advance must be a number of seconds")
        if not math.isfinite(seconds) or seconds < 0:
            raise ControlError("advance must not go back")
        return web.json_response({"ahead_seconds": issuer.store.advance(float(seconds))})

    async def rotate_key(request: web.Request) -> web.Response:
        return web.json_response({"kid": issuer.keys.rotate()})

    async def faults_set(request: web.Request) -> web.Response:
        issuer.faults = faults_read(await _body(request))
        return web.json_response(issuer.faults.as_dict())

    async def faults_get(request: web.Request) -> web.Response:
        return web.json_response(issuer.faults.as_dict())

    return [
        web.get("/healthz", healthz),
        web.post("/control/clock", _told(clock)),
        web.post("/control/rotate-key", _told(rotate_key)),
        web.post("/control/faults", _told(faults_set)),
        web.get("/control/faults", faults_get),
    ]
