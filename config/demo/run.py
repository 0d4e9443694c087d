"""``python -m config.demo.run [--port N]``: the whole demonstration, until Ctrl-C.

What it starts is declared to a guard first, so nothing stays behind whatever ends this process.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import FrameType

from config.demo.content_loader import FOLDER, read_content
from config.demo.folder import (
    DemoRefused,
    Ports,
    credentials_complete,
    environment_write,
    only_one,
    ports_choose,
    web_port_hold,
)
from config.demo.prepared import code_digest, is_prepared, start_digest
from config.demo.processes import engines_watcher, service_processes, simulator_processes
from config.demo.proconnect_agents import proconnect_agents_text
from config.demo.screen import say, step, summary
from config.engines import Engines, EnginesError, start, stop
from config.env_file import ROOT
from config.supervisor import Guard, ProcessSpec, Supervisor
from config.supervisor.groups import dies_with_parent, groups_end

READY_SECONDS = 90.0
SIMULATORS = ("telephone", "franceconnect", "proconnect")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _listen_to_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # nohup asks that a closed terminal changes nothing.
        if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def _prepare(supervisor: Supervisor, guard: Guard, credentials: Path) -> None:
    """Tables and data, made by a process which shows its own steps and ends with us, as everything else."""
    process = subprocess.Popen(  # noqa: S603 -- our own module
        [sys.executable, "-m", "config.demo.prepare", str(credentials)],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=dies_with_parent(),  # noqa: PLW1509 -- one thread only
    )
    guard.watch(process.pid)
    try:
        supervisor.run(until=lambda: process.poll() is not None)
    finally:
        if process.poll() is None:
            groups_end([process.pid], seconds=5)
            process.wait()
        guard.forget(process.pid)
    if process.returncode:
        raise DemoRefused("Les données de démonstration n'ont pas pu être préparées : voir ci-dessus.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 -- our own loopback address
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _engines(supervisor: Supervisor, demo: Path) -> Engines:
    """The servers named by the variables, else embedded ones; both variables or none."""
    named = [os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")]
    if all(named):
        say("• PostgreSQL et Valkey : ceux de DATABASE_URL et REDIS_URL")
        return Engines(database_url=named[0], redis_url=named[1])
    if any(named):
        raise DemoRefused("DATABASE_URL et REDIS_URL vont ensemble : définissez les deux, ou aucun.")
    with step("PostgreSQL et Valkey embarqués"):
        engines = start(demo / "engines", for_tests=False)
    supervisor.launch(engines_watcher(demo))
    return engines


def _outside(demo: Path, ports: Ports, environment: Mapping[str, str]) -> list[ProcessSpec]:
    """The simulators, with the list of agents that one of them reads."""
    # Not checked here: the preparation does, and nothing has changed since.
    content = read_content(FOLDER)
    agents = demo / "proconnect-agents.json"
    agents.write_text(proconnect_agents_text(content), encoding="utf-8")
    desks = [agent.desk_phone for agent in content.agents if agent.desk_phone]
    return simulator_processes(ports, environment, demo=demo, agents=agents, desks=desks)


def _launch(supervisor: Supervisor, specs: Sequence[ProcessSpec], *, awaited: Sequence[str]) -> None:
    """Start processes and wait until each address answers."""
    for spec in specs:
        supervisor.launch(spec)
    waiting = list(awaited)

    def all_answer() -> bool:
        while waiting and _answers(waiting[0]):
            waiting.pop(0)
        return not waiting

    if not supervisor.run(until=all_answer, seconds=READY_SECONDS):
        raise DemoRefused(
            f"{waiting[0]} ne répond pas après {READY_SECONDS:.0f} s : voir les journaux de {supervisor.logs}."
        )


def _serve(supervisor: Supervisor, guard: Guard, demo: Path, ports: Ports) -> None:
    """Everything between the engines' start and the request to stop (a KeyboardInterrupt)."""
    engines = _engines(supervisor, demo)
    environment = environment_write(demo, ports=ports, engines=engines)
    os.environ.update(environment)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    credentials = demo / "credentials.json"
    pages, service = service_processes(demo, ports)
    outside = _outside(demo, ports, environment)
    if not is_prepared(engines.database_url, start_digest(code_digest(), credentials)):
        # They have the time to come up meanwhile.
        while outside:
            supervisor.launch(outside.pop(0))
        _prepare(supervisor, guard, credentials)
    known = credentials_complete(demo, ports=ports, environment=environment)
    with step("Pages, direct et tâches"):
        _launch(supervisor, pages, awaited=[f"{ports.base('web')}/readyz"])
        # On two cores they would only slow each other down: the rest comes once the first pages answer.
        awaited = [f"{ports.base(name)}/healthz" for name in ("live", *SIMULATORS)]
        _launch(supervisor, [*service, *outside], awaited=awaited)
    for line in summary(known):
        say(line)
    master = os.getppid()
    # make killed outright cannot pass the signal on; a shell that ends normally must not stop us.
    from_make = "MAKELEVEL" in os.environ
    supervisor.run(until=lambda: from_make and os.getppid() != master)


def _demo(demo: Path, ports: Ports) -> None:
    guard = Guard(engines=demo / "engines")
    supervisor = Supervisor(cwd=ROOT, logs=demo / "logs", guard=guard, say=say)
    try:
        _serve(supervisor, guard, demo, ports)
    except KeyboardInterrupt:
        say("")
    finally:
        _listen_to_signals(lambda number, frame: supervisor.hurry())
        with step("Arrêt"):
            supervisor.stop()
            stop(demo / "engines")
            guard.dismiss()


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 stopped on request, 1 refused with a sentence."""
    parser = argparse.ArgumentParser(
        prog="make demo", description="Démarre la démonstration complète, jusqu'à Ctrl-C."
    )
    parser.add_argument(
        "--port", type=int, default=None, help="port des pages (8000, ou le premier libre ensuite)"
    )
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".demo", help="où garder les données (.demo par défaut)"
    )
    options = parser.parse_args(arguments)
    demo = options.folder.resolve()
    _listen_to_signals(_interrupt)
    begin = time.monotonic()
    try:
        with only_one(demo):
            web, held = web_port_hold(options.port)
            with closing(held):
                _demo(demo, ports_choose(demo, web=web))
    except (DemoRefused, EnginesError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 0
    say(f"Démonstration arrêtée après {time.monotonic() - begin:.0f} s.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
