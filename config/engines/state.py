"""What is remembered between two starts (ports, passwords, home of the data), and the lock of a folder."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from config.engines.errors import EnginesError

STATE_FILE = "state.json"
LOCK_FILE = "lock"


def _password() -> str:
    return secrets.token_urlsafe(24)


@dataclass
class State:
    """One folder's engines. ``home`` holds the data: the folder itself, or one that the unprivileged user reaches."""

    home: str
    socket_folder: str
    for_tests: bool = False
    postgres_port: int | None = None
    valkey_port: int | None = None
    postgres_superuser_password: str = field(default_factory=_password)
    postgres_password: str = field(default_factory=_password)
    valkey_password: str = field(default_factory=_password)


def write_private(path: Path, content: str) -> None:
    """Replace ``path`` in one step by ``content``, readable by its owner alone."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    temporary.replace(path)


def state_read(folder: Path) -> State | None:
    path = folder / STATE_FILE
    if not path.is_file():
        return None
    known = {item.name for item in fields(State)}
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return State(**{name: value for name, value in values.items() if name in known})
    except (ValueError, TypeError, AttributeError) as error:
        raise EnginesError(f"{path} est illisible : supprimez {folder} (make demo-reset).") from error


def state_write(folder: Path, state: State) -> None:
    write_private(folder / STATE_FILE, json.dumps(asdict(state), indent=1) + "\n")


@contextmanager
def locked(folder: Path, *, seconds: float = 60.0) -> Iterator[None]:
    """Hold the folder's lock, so that two starters do not race; the system frees it if its holder dies."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    deadline = time.monotonic() + seconds
    with (folder / LOCK_FILE).open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise EnginesError(
                        f"Un autre démarrage ou arrêt des moteurs de {folder} est en cours depuis {seconds:.0f} s."
                    ) from error
                time.sleep(0.05)
        yield
