"""The ``.demo`` folder: its lock, its ports, its variables and its credentials."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.engines import Engines
from config.engines.ports import LOOPBACK, port_choose, port_is_free
from config.engines.state import write_private
from config.env_file import env_file_read, env_file_write

FIRST_WEB_PORT = 8000
# 03 53 01 xx xx is a range that the French numbering plan keeps for fiction (Arcep decision 2018-0881).
DEMONSTRATION_LINE = "+33353010216"
REAL_HOURS_LINE = "+33321216216"
ORGANISATION_NAME = "Département du Pas-de-Calais"
REMEMBERED = ("live", "telephone", "franceconnect", "proconnect")


class DemoRefused(Exception):
    """The demo cannot start; the message is a French sentence."""


@dataclass(frozen=True)
class Ports:
    web: int
    live: int
    telephone: int
    franceconnect: int
    proconnect: int

    def base(self, name: str, scheme: str = "http") -> str:
        return f"{scheme}://{LOOPBACK}:{getattr(self, name)}"


@contextmanager
def only_one(demo: Path) -> Iterator[None]:
    """Hold the folder's demo; a second one in the same folder is refused with a sentence."""
    demo.mkdir(exist_ok=True, mode=0o700)
    with (demo / "demo.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise DemoRefused(
                f"Une démonstration tourne déjà dans ce dossier (processus {file.read().strip() or 'inconnu'}). "
                "Arrêtez-la avec Ctrl-C dans son terminal, puis recommencez."
            ) from error
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def _reserve(port: int) -> socket.socket:
    """Keep a port for ourselves until its server listens, against a demo of another folder that starts meanwhile.

    The web server sets SO_REUSEPORT, so it may join this socket, which never listens; a probe may not.
    """
    held = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind((LOOPBACK, port))
    except OSError:
        held.close()
        raise
    return held


def web_port_hold(wanted: int | None) -> tuple[int, socket.socket]:
    """The port asked for, or the first free one from 8000; with the socket that keeps it."""
    if wanted is not None:
        with suppress(OSError):
            if port_is_free(wanted):
                return wanted, _reserve(wanted)
        raise DemoRefused(
            f"Le port {wanted} est déjà pris : choisissez-en un autre, par exemple PORT={wanted + 1}."
        )
    for port in range(FIRST_WEB_PORT, FIRST_WEB_PORT + 200):
        with suppress(OSError):
            if port_is_free(port):
                return port, _reserve(port)
    raise DemoRefused("Aucun port libre entre 8000 et 8199 : indiquez-en un avec PORT=…")


def ports_choose(demo: Path, *, web: int) -> Ports:
    """Ports of the other servers: those of the last start when they are free, else others, remembered."""
    path = demo / "ports.json"
    remembered: dict[str, int] = {}
    with suppress(OSError, ValueError):
        remembered = json.loads(path.read_text(encoding="utf-8"))
    chosen: dict[str, int] = {}
    for name in REMEMBERED:
        avoid = frozenset({web, *chosen.values()})
        chosen[name] = port_choose(f"{demo}:{name}", remembered=remembered.get(name), avoid=avoid)
    path.write_text(json.dumps(chosen), encoding="utf-8")
    return Ports(web=web, **chosen)


def environment_write(demo: Path, *, ports: Ports, engines: Engines) -> dict[str, str]:
    """Write ``.demo/env``: secrets made at the first start and kept, addresses of this start."""
    path = demo / "env"
    kept = env_file_read(path) if path.is_file() else {}
    made = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "FRANCECONNECT_CLIENT_ID": secrets.token_hex(32),
        "FRANCECONNECT_CLIENT_SECRET": secrets.token_hex(32),
        "PROCONNECT_CLIENT_ID": secrets.token_hex(32),
        "PROCONNECT_CLIENT_SECRET": secrets.token_hex(32),
        "TWILIO_API_KEY_SID": f"SK{secrets.token_hex(16)}",
        "TWILIO_API_KEY_SECRET": secrets.token_urlsafe(24),
        "TWILIO_TWIML_APP_SID": f"AP{secrets.token_hex(16)}",
        "METRICS_TOKEN": secrets.token_urlsafe(24),
    }
    values = {name: kept.get(name) or value for name, value in made.items()}
    values |= {
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PUBLIC_BASE_URL": ports.base("web"),
        "ORGANISATION_NAME": ORGANISATION_NAME,
        "LIVE_BASE_URL": ports.base("live", "ws"),
        "DATABASE_URL": engines.database_url,
        "REDIS_URL": engines.redis_url,
        "MEDIA_ROOT": str(demo / "media"),
        "TWILIO_API_BASE_URL": ports.base("telephone"),
        "TWILIO_VOICE_SDK_URL": f"{ports.base('telephone')}/static/voice-sdk.js",
        "TWILIO_PHONE_NUMBER": DEMONSTRATION_LINE,
        "FRANCECONNECT_ISSUER": f"{ports.base('franceconnect')}/api/v2",
        "PROCONNECT_ISSUER": f"{ports.base('proconnect')}/api/v2",
    }
    env_file_write(path, values)
    return values


def credentials_complete(demo: Path, *, ports: Ports, environment: Mapping[str, str]) -> dict[str, Any]:
    """Add the addresses of this start to what the seeding command wrote (token, agents), and give the whole."""
    path = demo / "credentials.json"
    credentials: dict[str, Any] = {}
    if path.is_file():
        credentials = json.loads(path.read_text(encoding="utf-8"))
    credentials |= {
        "base_url": ports.base("web"),
        "live_url": ports.base("live", "ws"),
        "twilio": {
            "account_sid": environment["TWILIO_ACCOUNT_SID"],
            "auth_token": environment["TWILIO_AUTH_TOKEN"],
            "phone_number": DEMONSTRATION_LINE,
            "phone_number_real_hours": REAL_HOURS_LINE,
        },
        "simulators": {name: ports.base(name) for name in ("telephone", "franceconnect", "proconnect")},
        "database_url": environment["DATABASE_URL"],
        "redis_url": environment["REDIS_URL"],
    }
    write_private(path, json.dumps(credentials, ensure_ascii=False, indent=2) + "\n")
    return credentials
