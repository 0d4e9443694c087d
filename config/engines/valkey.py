"""The embedded Valkey: settings, start, recognise and stop. It keeps nothing on disk: all that is owed is in rows."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from pathlib import Path

import redis

from config.engines.binaries import Binaries
from config.engines.errors import EnginesError, PortTaken
from config.engines.owner import Owner
from config.engines.ports import LOOPBACK
from config.engines.processes import alive, end, wait_until, works_in
from config.engines.state import State

START_SECONDS = 20.0
STOP_STEPS = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))

# One database per parallel test process, so many are declared.
SETTINGS = """\
bind {address}
port {port}
protected-mode yes
requirepass {password}
dir "{folder}"
pidfile "{folder}/valkey.pid"
daemonize no
databases 128
save ""
appendonly no
loglevel warning
maxmemory-policy noeviction
"""


@dataclass(frozen=True)
class Valkey:
    owner: Owner
    binaries: Binaries
    home: Path
    state: State

    @property
    def data(self) -> Path:
        return self.home / "valkey"

    @property
    def log(self) -> Path:
        return self.home / "valkey.log"

    @property
    def url(self) -> str:
        return f"redis://:{self.state.valkey_password}@{LOOPBACK}:{self.state.valkey_port}/0"

    def pid(self) -> int | None:
        """Process of the running server, or None."""
        try:
            pid = int((self.data / "valkey.pid").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return pid if alive(pid) and works_in(pid, self.data) else None

    def create(self) -> None:
        self.data.mkdir(exist_ok=True, mode=0o700)
        self.owner.give(self.data)

    def launch(self) -> None:
        """Start the server and wait until it answers. Raises PortTaken when another server has the port."""
        settings = self.data / "valkey.conf"
        settings.touch(mode=0o600)
        settings.write_text(
            SETTINGS.format(
                address=LOOPBACK,
                port=self.state.valkey_port,
                password=self.state.valkey_password,
                folder=str(self.data).replace("\\", "\\\\").replace('"', '\\"'),
            ),
            encoding="utf-8",
        )
        self.owner.give(settings)
        (self.data / "valkey.pid").unlink(missing_ok=True)
        begin = self.log.stat().st_size if self.log.exists() else 0
        process = self.owner.launch(
            [str(self.binaries.valkey_server), str(settings)], cwd=self.data, log=self.log
        )
        answered = False
        try:
            wait_until(lambda: process.poll() is not None or self.answers(), seconds=START_SECONDS)
            answered = process.poll() is None and self.answers()
        finally:
            # Interrupted, or too slow: nobody would find it again before it has written its pid file.
            if not answered and process.poll() is None:
                end(process.pid, steps=STOP_STEPS)
        if answered:
            return
        with self.log.open(encoding="utf-8", errors="replace") as file:
            file.seek(begin)
            said = file.read()[-1500:].strip()
        if "Address already in use" in said or "Failed listening" in said:
            raise PortTaken(said)
        raise EnginesError(f"Valkey n'a pas démarré (journal : {self.log}) : {said}")

    def answers(self) -> bool:
        """Whether our server, and not another on the same port, accepts our password."""
        client = redis.Redis(
            host=LOOPBACK,
            port=self.state.valkey_port or 0,
            password=self.state.valkey_password,
            socket_timeout=2,
            socket_connect_timeout=2,
            decode_responses=True,
        )
        try:
            found = client.config_get("dir")
        except redis.RedisError:
            return False
        finally:
            client.close()
        return isinstance(found, dict) and Path(found.get("dir") or "/").resolve() == self.data.resolve()

    def stop(self) -> None:
        pid = self.pid()
        if pid is not None and not end(pid, steps=STOP_STEPS):
            raise EnginesError(f"Valkey (processus {pid}) ne s'arrête pas.")
