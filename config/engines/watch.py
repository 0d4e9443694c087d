"""``python -m config.engines.watch FOLDER``: starts again the embedded engine that ends, until told to stop.

A process of its own: what it does takes seconds (PostgreSQL reads its journal again), during which the others must be
looked after too.
"""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from types import FrameType

from config.engines.control import start, status
from config.engines.errors import EnginesError

LOOK_SECONDS = 0.3
AGAIN_SECONDS = 2.0


def watch_once(folder: Path, *, for_tests: bool) -> list[str]:
    """Start what is missing; the names of what was. Raises EnginesError when it does not start."""
    found = status(folder)
    pids = {"PostgreSQL": found.postgres_pid, "Valkey": found.valkey_pid}
    missing = [name for name, pid in pids.items() if pid is None]
    if missing:
        start(folder, for_tests=for_tests)
    return missing


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def main(arguments: list[str]) -> int:
    """Exit code 2: called without a folder."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m config.engines.watch FOLDER\n")
        return 2
    folder = Path(arguments[0])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    while True:
        pause = LOOK_SECONDS
        try:
            for name in watch_once(folder, for_tests=False):
                # ERROR is what the supervisor shows to the person.
                sys.stdout.write(f"ERROR {name} s'était arrêté : relancé.\n")
                sys.stdout.flush()
        except EnginesError as error:
            sys.stdout.write(f"ERROR {error}\n")
            sys.stdout.flush()
            pause = AGAIN_SECONDS
        time.sleep(pause)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
