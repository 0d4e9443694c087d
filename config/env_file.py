"""``KEY=VALUE`` files: the demo's variables, which any command of the same folder then shares."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO_ENV = ROOT / ".demo" / "env"


def env_file_read(path: Path) -> dict[str, str]:
    """Variables of the file, in its order; empty lines and lines beginning with ``#`` are skipped."""
    values: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            name, _, value = line.partition("=")
            values[name.strip()] = value
    return values


def env_file_write(path: Path, values: Mapping[str, str]) -> None:
    """Replace the file in one step, readable by its owner alone (mode 600)."""
    bad = [name for name, value in values.items() if "\n" in value or "=" in name]
    if bad:
        raise ValueError(f"Ces variables ne tiennent pas sur une ligne : {', '.join(bad)}")
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
    temporary.replace(path)


def demo_environment_load(path: Path = DEMO_ENV) -> bool:
    """Act on the folder's demo when no database is named: whether its variables were taken.

    A variable already set wins, so that one of them can be changed for one command.
    """
    if os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE") or not path.is_file():
        return False
    for name, value in env_file_read(path).items():
        os.environ.setdefault(name, value)
    return True
