"""Engines, servers and their environment for the time of a run; everything is stopped by its own number."""

from __future__ import annotations

import os
import platform
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from config.demo.folder import Ports
from config.demo.processes import service_processes
from config.engines import Engines
from config.engines.ports import LOOPBACK, port_choose
from config.supervisor import Guard
from config.supervisor.groups import groups_end

ROOT: Final = Path(__file__).resolve().parents[1]
READY_SECONDS: Final = 120.0
# What a developer's shell must not change.
KEPT: Final = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "LD_LIBRARY_PATH")


def machine_said() -> dict[str, Any]:
    """What the figures were measured on; no name of the machine."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "cores": os.cpu_count() or 1,
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "load_at_start": round(os.getloadavg()[0], 1),
    }


class Machine:
    """Ports, environment and processes of one run."""

    def __init__(self, folder: Path, engines: Engines, guard: Guard) -> None:
        self.folder, self.engines, self.guard = folder, engines, guard
        chosen: list[int] = []
        for name in ("web", "live", "floor", "telephone"):
            chosen.append(port_choose(f"{folder}:{name}", avoid=frozenset(chosen)))
        self.port, self.live_port, self.floor_port, self.telephone_port = chosen
        self.ports = Ports(web=self.port, live=self.live_port, telephone=0, franceconnect=0, proconnect=0)
        self.twilio_token = secrets.token_hex(16)
        self.twilio_account = "AC" + secrets.token_hex(16)
        self.environment = self._environment()
        self._groups: list[int] = []

    @property
    def base_url(self) -> str:
        return self.ports.base("web")

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        return kept | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "0",
            "SECRET_KEY": secrets.token_urlsafe(40),
            "ALLOWED_HOSTS": LOOPBACK,
            "PUBLIC_BASE_URL": self.base_url,
            "LIVE_BASE_URL": self.ports.base("live", "ws"),
            "DATABASE_URL": self.engines.database_url,
            "REDIS_URL": self.engines.redis_url,
            "TWILIO_ACCOUNT_SID": self.twilio_account,
            "TWILIO_AUTH_TOKEN": self.twilio_token,
            # Nobody listens there but in the load of the hotline: what is owed stays owed, no provider is called.
            "TWILIO_API_BASE_URL": f"http://{LOOPBACK}:{self.telephone_port}",
            "TWILIO_PHONE_NUMBER": "+33321216216",
            "API_RATE_PER_MINUTE": "100000000",
            "LOG_LEVEL": "ERROR",
            "MEDIA_ROOT": str(self.folder / "media"),
            "SEARCH_INDEX_FOLDER": str(self.folder / "index"),
        }

    def run(self, *arguments: str, seconds: float = 900) -> str:
        """A Python module of ours, to its end; its standard output. Raises CalledProcessError."""
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
            timeout=seconds,
            check=True,
        )
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[None]:
        """The product's pages and the bare views, each by two servers as in the demonstration, and the live socket."""
        first, then = service_processes(self.folder, self.ports)
        groups = []
        try:
            for spec in (*first, *then):
                argv = [
                    "benchmarks.product:application" if a == "config.wsgi:application" else a
                    for a in spec.argv
                ]
                if spec.name.startswith("web"):
                    groups.append(self._launch(spec.name, argv))
                    argv[argv.index(str(self.port))] = str(self.floor_port)
                    bare = ["benchmarks.floor:application" if a == argv[-1] else a for a in argv]
                    groups.append(self._launch(spec.name.replace("web", "floor"), bare))
                elif spec.name == "live":
                    groups.append(self._launch(spec.name, argv))
            self._await(self.port, "/healthz")
            self._await(self.floor_port, "/floor/1/0")
            yield
        finally:
            self._end(groups)

    @contextmanager
    def working(self) -> Iterator[None]:
        """What does the work that is owed: the sweep and a Celery worker, until nothing is owed from before."""
        first, then = service_processes(self.folder, self.ports)
        groups = []
        try:
            for spec in (*first, *then):
                if spec.name in ("outbox", "worker"):
                    groups.append(self._launch(spec.name, list(spec.argv)))
            yield
        finally:
            self._end(groups)

    def _launch(self, name: str, argv: list[str]) -> int:
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                argv,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.guard.watch(process.pid)
        self._groups.append(process.pid)
        return process.pid

    def _end(self, groups: list[int]) -> None:
        groups_end(groups, seconds=8)
        for pid in groups:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)
            self.guard.forget(pid)

    def _await(self, port: int, path: str) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            with (
                suppress(URLError, OSError),
                urlopen(f"http://{LOOPBACK}:{port}{path}", timeout=5) as response,
            ):
                if response.status == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError(f"le port {port} ne répond pas : voir les journaux de {self.folder}")
