"""A watcher that outlives its master only to clean up after it.

The master writes ``+PID BORN`` and ``-PID`` lines into the watcher's standard input. When that pipe closes, which the
system does whatever ends the master, the watcher ends the named process groups and stops the engines. It works the
same on Linux and macOS.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from config.engines import EnginesError, stop
from config.supervisor.groups import born, groups_end

ROOT = Path(__file__).resolve().parents[2]
FAREWELL = "bye"


class Guard:
    """The master's end. Start it before anything that must not be left behind."""

    def __init__(self, *, engines: Path | None = None, remove: bool = False) -> None:
        arguments = [sys.executable, "-m", "config.supervisor.guard"]
        if engines is not None:
            arguments += ["--engines", str(engines.absolute())]
        if remove:
            arguments.append("--remove")
        self.process = subprocess.Popen(  # noqa: S603 -- this very module
            arguments,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _tell(self, line: str) -> None:
        pipe = self.process.stdin
        if pipe is not None:
            with suppress(BrokenPipeError, ValueError):
                pipe.write(f"{line}\n".encode())
                pipe.flush()

    def watch(self, pid: int) -> None:
        self._tell(f"+{pid} {born(pid) or 0}")

    def forget(self, pid: int) -> None:
        self._tell(f"-{pid}")

    def dismiss(self) -> None:
        """To be called once everything is stopped: the watcher leaves without doing anything."""
        self._tell(FAREWELL)
        if self.process.stdin is not None:
            with suppress(BrokenPipeError):
                self.process.stdin.close()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m config.supervisor.guard")
    parser.add_argument("--engines", type=Path)
    parser.add_argument("--remove", action="store_true")
    options = parser.parse_args(arguments)
    watched: dict[int, float] = {}
    for line in sys.stdin:
        word = line.strip()
        if word == FAREWELL:
            return 0
        if word.startswith("+"):
            pid, start = word[1:].split()
            watched[int(pid)] = float(start)
        elif word.startswith("-"):
            watched.pop(int(word[1:]), None)
    # A number whose leader has gone still names its group; a number taken by a stranger does not.
    groups = [pid for pid, start in watched.items() if born(pid) in {None, start} or not start]
    groups_end(groups, seconds=5.0)
    if options.engines is not None:
        with suppress(EnginesError):
            stop(options.engines, remove=options.remove)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
