"""`python -m simulators.telephone`: start the network and serve until told to stop."""

import argparse
import asyncio
import os
import re
import signal
import sys
from dataclasses import replace
from pathlib import Path

from simulators.telephone.server import Server
from simulators.telephone.settings import Settings, parse_line


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulators.telephone",
        description="A telephone network that speaks Twilio. It keeps everything in memory.",
    )
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    add("--port", type=int, default=8100, help="port, 0 for a free one (default: %(default)s)")
    add("--account-sid", required=True, help="AC and 32 hexadecimal digits")
    add("--auth-token-file", type=Path, help="file holding the token; otherwise SIM_AUTH_TOKEN")
    add("--line", action="append", default=[], metavar="+NUMBER=VOICE_URL[,SMS_URL[,STATUS_URL[,...]]]")
    add("--label", action="append", default=[], metavar="+NUMBER=NAME", help="name of a line on the page")
    add("--auto-answer", action="append", default=[], metavar="+NUMBER", help="picks up by itself")
    add("--state", type=Path, help="JSON file where texts survive a restart")
    add("--fast", action="store_true", help="no real time: speech is instant, timers wait to be driven")
    add("--lenient", action="store_true", help="only note what Twilio merely warns about")
    add("--webhook-limit", type=float, default=15.0, help="seconds a webhook may take (default: %(default)s)")
    return parser


def settings_from(argv: list[str], environ: dict[str, str]) -> Settings:
    """Settings from the command line; exits with a sentence when they are wrong."""
    parser = _parser()
    given = parser.parse_args(argv)
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", given.account_sid):
        parser.error("--account-sid: expected AC and 32 hexadecimal digits")
    token = environ.get("SIM_AUTH_TOKEN", "")
    if given.auth_token_file is not None:
        try:
            token = given.auth_token_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            parser.error(f"--auth-token-file: {error}")
    if not token:
        parser.error("no token: give --auth-token-file or SIM_AUTH_TOKEN")
    try:
        lines = {line.number: line for line in map(parse_line, given.line)}
    except ValueError as error:
        parser.error(f"--line: {error}")
    for text in given.label:
        number, _, name = text.partition("=")
        if number not in lines:
            parser.error(f"--label: no --line for {number}")
        lines[number] = replace(lines[number], label=name)
    return Settings(
        account_sid=given.account_sid,
        auth_token=token,
        lines=lines,
        auto_answer=frozenset(given.auto_answer),
        fast=given.fast,
        lenient=given.lenient,
        webhook_limit=given.webhook_limit,
        state_file=given.state,
        host=given.host,
        port=given.port,
    )


async def serve(settings: Settings) -> None:
    server = Server(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    address = await server.start()
    sys.stdout.write(f"telephone network listening on {address} ({len(settings.lines)} lines)\n")
    sys.stdout.flush()
    await stop.wait()
    await server.stop()


def main() -> int:
    settings = settings_from(sys.argv[1:], dict(os.environ))
    try:
        asyncio.run(serve(settings))
    except OSError as error:
        sys.stderr.write(f"cannot listen on {settings.host}:{settings.port}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
