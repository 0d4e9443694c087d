"""A supervising process to be killed: ``python -m tests.config.supervisor.master FOLDER``."""

from __future__ import annotations

import sys
from pathlib import Path

from config.engines import start
from config.env_file import ROOT
from config.supervisor import Guard, ProcessSpec, Supervisor


def main() -> None:
    folder = Path(sys.argv[1])
    guard = Guard(engines=folder / "engines", remove=True)
    start(folder / "engines", for_tests=True)
    supervisor = Supervisor(cwd=ROOT, logs=folder / "logs", guard=guard, say=lambda line: None)
    program = str(Path(__file__).with_name("stand_in.py"))
    for name in ("one", "two"):
        supervisor.launch(ProcessSpec(name, (sys.executable, program, str(folder / "journal"), name)))
    supervisor.run(until=lambda: False)


if __name__ == "__main__":
    main()
