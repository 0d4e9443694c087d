"""A process to be supervised: it listens, has a child of its own, and writes what happens to it.

``python stand_in.py JOURNAL NAME [--deaf]``; ``--deaf`` ignores SIGTERM.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path


def main() -> None:
    journal, name = Path(sys.argv[1]), sys.argv[2]

    def write(line: str) -> None:
        with journal.open("a") as file:
            file.write(f"{line}\n")

    def on_term(number: int, frame: object) -> None:
        write(f"{name} term")
        os._exit(0)

    deaf = "--deaf" in sys.argv
    signal.signal(signal.SIGTERM, signal.SIG_IGN if deaf else on_term)
    sleeper = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(120)"
    child = subprocess.Popen([sys.executable, "-c", sleeper])
    server = socket.create_server(("127.0.0.1", 0))
    write(f"{name} pid {os.getpid()} child {child.pid} port {server.getsockname()[1]}")
    while True:
        signal.pause()


if __name__ == "__main__":
    main()
