"""A real PostgreSQL and a real Valkey from their wheels, for a demo or tests without any server installed.

``start(folder, for_tests=...)`` gives their addresses, ``stop(folder)`` ends them, ``status(folder)`` looks,
``running(folder, for_tests=...)`` does both around a block; ``python -m config.engines`` does the same from a shell.
No Django here: the engines are up before the settings are read.
"""

from config.engines.control import Engines, Status, running, start, status, stop
from config.engines.errors import EnginesError

__all__ = ["Engines", "EnginesError", "Status", "running", "start", "status", "stop"]
