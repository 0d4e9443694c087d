"""Keeps a set of processes running, and leaves none behind however it ends itself.

``Supervisor`` starts, watches, restarts and stops them; ``Guard`` is a small process that ends them, and the embedded
engines, when the supervising process disappears. No Django here.
"""

from config.supervisor.guard import Guard
from config.supervisor.spec import ProcessSpec
from config.supervisor.supervisor import Supervisor

__all__ = ["Guard", "ProcessSpec", "Supervisor"]
