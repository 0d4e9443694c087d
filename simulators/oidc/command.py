"""The command line of an issuer: reads its options, listens, says so in one line, stops on SIGTERM."""

import argparse
import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence

from aiohttp import web

from simulators.oidc.control import control_routes
from simulators.oidc.issuer import Issuer
from simulators.oidc.profile import Client, Person, Profile


def parser_make(profile: Profile) -> argparse.ArgumentParser:
    """The options both issuers share."""
    parser = argparse.ArgumentParser(
        prog=f"python -m simulators.{profile.name}",
        description=f"Simulated {profile.name} issuer, for demonstrations and tests only.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, required=True, help="port to listen on; 0 takes a free one")
    parser.add_argument(
        "--base-url", help="public address of the issuer, without path (default: http://HOST:PORT)"
    )
    parser.add_argument("--client-id", required=True, help="identifier of the one registered client")
    parser.add_argument(
        "--client-secret-env",
        required=True,
        metavar="VARIABLE",
        help="environment variable that holds the client's secret",
    )
    parser.add_argument(
        "--redirect-uri",
        action="append",
        required=True,
        metavar="URL",
        help="exact callback address; repeatable",
    )
    parser.add_argument(
        "--post-logout-redirect-uri",
        action="append",
        default=[],
        metavar="URL",
        help="exact address to return to after logout; repeatable",
    )
    parser.add_argument(
        "--scope",
        action="append",
        metavar="SCOPE",
        help="scope granted to the client besides openid; repeatable (default: all)",
    )
    return parser


def client_read(parser: argparse.ArgumentParser, options: argparse.Namespace) -> Client:
    """The registered client; ends the program with a message when the secret is missing."""
    secret = os.environ.get(options.client_secret_env, "")
    if not secret:
        parser.error(f"the environment variable {options.client_secret_env} is empty or not set")
    return Client(
        client_id=options.client_id,
        client_secret=secret,
        redirect_uris=tuple(options.redirect_uri),
        post_logout_redirect_uris=tuple(options.post_logout_redirect_uri),
        scopes=None if options.scope is None else frozenset({"openid", *options.scope}),
    )


def issuer_run(
    profile: Profile, client: Client, people: Sequence[Person], options: argparse.Namespace
) -> None:
    """Listen until SIGTERM or SIGINT."""
    asyncio.run(_serve(profile, client, people, options))


async def _serve(
    profile: Profile, client: Client, people: Sequence[Person], options: argparse.Namespace
) -> None:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((options.host, options.port))
    host = f"[{options.host}]" if family == socket.AF_INET6 else options.host
    base_url = (options.base_url or f"http://{host}:{listening.getsockname()[1]}").rstrip("/")
    issuer = Issuer(profile=profile, client=client, people=people, base_url=base_url)
    app = web.Application()
    app.add_routes(issuer.routes())
    app.add_routes(control_routes(issuer))
    # No access log: the addresses hold codes and states.
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=2.0)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        sys.stdout.write(f"{profile.title} : {base_url}\n")
        sys.stdout.flush()
        await stop.wait()
    finally:
        await runner.cleanup()
