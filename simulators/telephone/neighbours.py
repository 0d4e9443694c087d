"""The product's pages may be telephones here: their origins may use the control interface, nobody else's.

The origins are those of the lines' webhooks. A browser asks first (CORS); a page of another site is told no.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from simulators.telephone.settings import Settings

Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


def origins(settings: Settings) -> frozenset[str]:
    parts = [urlsplit(line.voice_url) for line in settings.lines.values() if line.voice_url]
    return frozenset(f"{one.scheme}://{one.netloc}" for one in parts)


def neighbours_of(app: web.Application, settings: Settings) -> None:
    """Let these origins in: headers on every answer, and an answer to the browser's question."""

    async def allow(request: web.Request, response: web.StreamResponse) -> None:
        origin = request.headers.get("Origin", "")
        if origin in origins(settings) and request.path.startswith("/control/"):
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"

    app.on_response_prepare.append(allow)


@web.middleware
async def preflight(request: web.Request, handler: Endpoint) -> web.StreamResponse:
    """The browser's question before a POST of JSON from another origin; `allow` adds the answer."""
    if request.method == "OPTIONS" and request.path.startswith("/control/"):
        headers = {
            "Access-Control-Allow-Headers": "Content-Type",
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Max-Age": "600",
        }
        return web.Response(status=204, headers=headers)
    return await handler(request)
