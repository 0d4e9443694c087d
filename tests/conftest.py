"""First file read by pytest: engines, variables and traps are in place before any model is imported."""

from __future__ import annotations

from typing import Any

import django
import pytest
from hypothesis import settings as hypothesis_settings

from tests.support.environment import (
    engines_ensure,
    index_folder_own,
    own_database_of_valkey,
    variables_set,
)
from tests.support.traps import Leftovers, network_close

variables_set()
engines_ensure()
own_database_of_valkey()
index_folder_own()
network_close()
django.setup()

# The same examples at each run; « make fuzz » looks for new ones.
hypothesis_settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis_settings.register_profile(
    "fuzz", derandomize=False, deadline=None, max_examples=2000, print_blob=True
)
hypothesis_settings.load_profile("fixed")


LEFTOVERS = pytest.StashKey[Leftovers]()
FOUND = pytest.StashKey[list[str]]()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    session.stash[LEFTOVERS] = Leftovers()
    session.config.stash[FOUND] = []


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """What a parallel process of the run left running, said by itself."""
    output = getattr(node, "workeroutput", None) or {}
    node.config.stash[FOUND].extend(output.get("leftovers", []))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run that leaves a thread or a process behind is not green."""
    leftovers = session.stash.get(LEFTOVERS, None)
    if leftovers is None:
        return
    found = session.config.stash[FOUND] + leftovers.found()
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["leftovers"] = found
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    for line in found:
        if reporter is not None:
            reporter.write_line(f"Laissé en marche par les tests : {line}", red=True)
    if found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
