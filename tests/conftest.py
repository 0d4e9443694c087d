"""First file read by pytest: engines, variables and traps are in place before any model is imported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
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

# Read after the settings are known: it imports what reads them.
from tests.support.provider_traps import WATCH, summary, traps_set  # noqa: E402

traps_set()

# The same examples at each run; « make fuzz » looks for new ones.
hypothesis_settings.register_profile("fixed", derandomize=True, deadline=None)
hypothesis_settings.register_profile(
    "fuzz", derandomize=False, deadline=None, max_examples=2000, print_blob=True
)
hypothesis_settings.load_profile("fixed")


LEFTOVERS = pytest.StashKey[Leftovers]()
FOUND = pytest.StashKey[list[str]]()
SEEN = pytest.StashKey["Counter[str]"]()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    session.stash[LEFTOVERS] = Leftovers()
    session.config.stash[FOUND] = []
    session.config.stash[SEEN] = Counter()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    WATCH.forget()


@pytest.fixture
def troubles() -> None:
    """This test makes a webhook fail on purpose."""
    WATCH.troubles_expected = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A test during which something left for the provider that it would refuse has failed."""
    answer = yield
    faults = WATCH.taken()
    if faults:
        raise AssertionError("\n\n".join(faults))
    return answer


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """What a parallel process of the run left running, said by itself."""
    output = getattr(node, "workeroutput", None) or {}
    node.config.stash[FOUND].extend(output.get("leftovers", []))
    node.config.stash[SEEN].update(output.get("seen", {}))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """A run that leaves a thread or a process behind is not green."""
    leftovers = session.stash.get(LEFTOVERS, None)
    if leftovers is None:
        return
    found = session.config.stash[FOUND] + leftovers.found() + WATCH.taken()
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["leftovers"], output["seen"] = found, dict(WATCH.seen)
        return
    seen = session.config.stash[SEEN] + WATCH.seen
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None and seen:
        reporter.write_line("")
        reporter.write_line(summary(seen))
    for line in found:
        if reporter is not None:
            reporter.write_line(f"Laissé en marche par les tests : {line}", red=True)
    if found and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
