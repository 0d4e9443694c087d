"""The REST API: who may call it, how it refuses, how it pages. The resources are in `rest_*`."""

import asyncio
import base64
import hmac
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiMapping

from simulators.telephone.call import Call
from simulators.telephone.network import Network
from simulators.telephone.rules import REST_ERRORS, problem
from simulators.telephone.runner import Handler
from simulators.telephone.settings import API_VERSION
from simulators.telephone.sms import RestError

NETWORK: web.AppKey[Network] = web.AppKey("network", Network)
HANDLERS: web.AppKey[dict[str, Handler]] = web.AppKey("handlers", dict)
Json = dict[str, Any]
Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]
PAGING = frozenset({"PageSize", "Page", "PageToken"})
PREFIX = f"/{API_VERSION}/Accounts/{{account}}"


def error_response(code: int, detail: str = "", path: str = "") -> web.Response:
    """Twilio's error body: code, message, more_info, status."""
    status, text = REST_ERRORS[code]
    if code == 20404:
        text = f"The requested resource {path} was not found"
    elif detail:
        text = f"{text}: {detail}"
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response(
        {"code": code, "message": text, "more_info": more, "status": status},
        status=status,
        headers={"WWW-Authenticate": 'Basic realm="Twilio API"'} if status == 401 else None,
    )


def _authorised(request: web.Request, network: Network) -> bool:
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return False
    try:
        given = base64.b64decode(encoded, validate=True)
    except ValueError:
        return False
    expected = f"{network.settings.account_sid}:{network.settings.auth_token}".encode()
    return hmac.compare_digest(given, expected)


@web.middleware
async def rest_middleware(request: web.Request, handler: Endpoint) -> web.StreamResponse:
    """Authentication and Twilio's errors, for everything under the version's path."""
    if not request.path.startswith(f"/{API_VERSION}/"):
        return await handler(request)
    network = request.app[NETWORK]
    if not _authorised(request, network):
        return error_response(20003)
    if request.match_info.get("account", "") != network.settings.account_sid:
        return error_response(20404, path=request.path)
    fault = network.faults.take(request.method, request.path)
    if fault is None:
        return await _with_errors(request, handler)
    await asyncio.sleep(fault.seconds)
    if fault.kind == "refused":
        return error_response(fault.code, path=request.path)
    if fault.kind == "done_unanswered":
        await _with_errors(request, handler)
    # No answer at all: the client sees its connection close, and cannot know.
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=500)


async def _with_errors(request: web.Request, handler: Endpoint) -> web.StreamResponse:
    try:
        return await handler(request)
    except RestError as error:
        return error_response(error.code, error.detail, request.path)
    except web.HTTPMethodNotAllowed:
        return error_response(20004)
    except web.HTTPNotFound:
        return error_response(20404, path=request.path)


async def form(request: web.Request, accepted: frozenset[str]) -> MultiMapping[str]:
    """The parameters of a POST; one that the simulator does not know is noted in the debugger."""
    data = await request.post()
    values: MultiMapping[Any] = data
    for name in values:
        if name not in accepted:
            request.app[NETWORK].debug(problem("rest_parameter", f"« {name} »."), request.path)
    return values


def page(request: web.Request, name: str, rows: Sequence[Json]) -> web.Response:
    """One page of a list, with the fields Twilio's lists have."""
    size = _bounded(request.query.get("PageSize", "50"), 1, 1000)
    number = _bounded(request.query.get("Page", "0"), 0, 10**6)
    start = size * number
    shown = list(rows[start : start + size])
    kept = [(key, value) for key, value in request.query.items() if key not in PAGING]

    def address(wanted: int) -> str:
        return f"{request.path}?{urlencode([*kept, ('PageSize', size), ('Page', wanted)])}"

    return web.json_response(
        {
            "first_page_uri": address(0),
            "next_page_uri": address(number + 1) if start + size < len(rows) else None,
            "previous_page_uri": address(number - 1) if number else None,
            "uri": address(number),
            "page": number,
            "page_size": size,
            "start": start,
            "end": max(start + len(shown) - 1, 0),
            name: shown,
        }
    )


def _bounded(text: str, low: int, high: int) -> int:
    if not text.isdigit():
        raise RestError(20001, f"expected an integer, got {text!r}")
    return min(max(int(text), low), high)


def call_of(request: web.Request, name: str = "sid") -> Call:
    call = request.app[NETWORK].calls.get(request.match_info[name])
    if call is None:
        raise RestError(20404)
    return call


def boolean(values: MultiMapping[str], name: str) -> bool | None:
    """A `true`/`false` parameter, None when absent; RestError otherwise."""
    if name not in values:
        return None
    value = values[name].lower()
    if value not in {"true", "false"}:
        raise RestError(20001, name)
    return value == "true"
