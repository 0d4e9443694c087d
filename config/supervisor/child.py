"""One supervised process: its start, its log file, what its log says that a person should see."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from config.supervisor.spec import ProcessSpec

IMPORTANT = re.compile(r"\b(ERROR|CRITICAL)\b|^[\w.]*(Error|Exception)\b")
LARGEST_LOG = 5_000_000
SHOWN_AT_ONCE = 5


class Child:
    """A process of ``spec``, and how often it failed in a row."""

    def __init__(self, spec: ProcessSpec, *, log: Path) -> None:
        self.spec = spec
        self.log = log
        self.failures = 0
        self.started_at = 0.0
        self.due_at: float | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self._read = 0
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".1.log"))

    def launch(self, *, cwd: Path, before_program: Callable[[], None] | None) -> int:
        """Start it as the leader of a group of its own; gives its number."""
        with self.log.open("ab") as output:
            self._read = max(self._read, output.tell())
            self.process = subprocess.Popen(  # noqa: S603 -- commands of our own table, no shell
                self.spec.argv,
                cwd=cwd,
                env={**os.environ, **self.spec.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=before_program,  # noqa: PLW1509 -- one thread only, and the function allocates nothing
            )
        self.started_at = time.monotonic()
        self.due_at = None
        return self.process.pid

    def new_lines(self) -> list[str]:
        """Whole lines added to the log since the last call."""
        try:
            with self.log.open("rb") as file:
                file.seek(self._read)
                added = file.read(200_000)
        except OSError:
            return []
        whole = added.rfind(b"\n") + 1
        self._read += whole
        return added[:whole].decode("utf-8", errors="replace").splitlines()

    def important_lines(self) -> list[str]:
        return [line.strip()[:300] for line in self.new_lines() if IMPORTANT.search(line)][:SHOWN_AT_ONCE]

    def last_line(self) -> str:
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, self.log.stat().st_size - 4000))
                lines = file.read().decode("utf-8", errors="replace").split("\n")
        except OSError:
            return ""
        return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")
