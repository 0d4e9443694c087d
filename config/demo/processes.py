"""Pure. The processes of the demo: what each runs, and in which order they stop.

Entry comes first (simulators, then pages and live socket), then what makes work (beat), then what does it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.demo.folder import DEMONSTRATION_LINE, REAL_HOURS_LINE, Ports
from config.engines.ports import LOOPBACK
from config.supervisor import ProcessSpec

SIMULATORS, ENTRY, BEAT, WORK = range(4)


def _granian(interface: str, target: str, port: int, *options: str) -> tuple[str, ...]:
    return (
        *(sys.executable, "-m", "granian", "--interface", interface, "--host", LOOPBACK, "--port", str(port)),
        # A worker still reading the code when asked to stop would otherwise be waited for.
        *("--workers", "1", "--workers-kill-timeout", "3"),
        *(*options, target),
    )


def _celery(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "celery", "-A", "config", *arguments)


def engines_watcher(demo: Path) -> ProcessSpec:
    """Starts PostgreSQL or Valkey again when one ends; the first to stop, or it would undo the end of the demo."""
    argv = (sys.executable, "-m", "config.engines.watch", str(demo / "engines"))
    return ProcessSpec("engines", argv, wave=SIMULATORS, stop_seconds=4)


def service_processes(demo: Path, ports: Ports) -> tuple[list[ProcessSpec], list[ProcessSpec]]:
    """The product's own processes: the one that answers first, then the others."""
    # Two servers share the port (SO_REUSEPORT): while one comes back, the other answers.
    pages = [
        ProcessSpec(
            name,
            _granian(
                *("wsgi", "config.wsgi:application", ports.web),
                *("--blocking-threads", "4", "--no-ws"),
            ),
            wave=ENTRY,
        )
        for name in ("web-1", "web-2")
    ]
    live = ProcessSpec(
        "live",
        _granian("asginl", "config.asgi:application", ports.live, "--ws"),
        wave=ENTRY,
        stop_seconds=4,
    )
    outbox = ProcessSpec("outbox", (sys.executable, "manage.py", "outbox", "--follow"), wave=WORK)
    worker = ProcessSpec(
        "worker",
        _celery("worker", "--loglevel", "INFO", "--concurrency", "2", "--without-gossip", "--without-mingle"),
        wave=WORK,
    )
    schedule = str(demo / "celerybeat-schedule")
    beat = ProcessSpec(
        "beat", _celery("beat", "--loglevel", "INFO", "--pidfile=", "--schedule", schedule), wave=BEAT
    )
    return pages[:1], [*pages[1:], live, outbox, worker, beat]


def simulator_processes(
    ports: Ports, environment: Mapping[str, str], *, demo: Path, agents: Path, desks: Sequence[str]
) -> list[ProcessSpec]:
    """The outside world: a telephone network and two login providers. Secrets pass by variables, not arguments.

    ``desks``: the agents' telephones, which pick up by themselves unless somebody holds them on the page.
    """
    base = ports.base("web")
    hooks = ",".join(
        f"{base}/webhooks/twilio/{name}"
        for name in (
            "voice/incoming",
            "messaging/incoming",
            # A report that could not be kept comes again (docs/environment.md).
            "voice/status#rc=3&rp=all",
            "voice/fallback",
            "messaging/fallback",
        )
    )

    def simulator(name: str, *arguments: str, secret: str, secret_name: str) -> ProcessSpec:
        where = ("--port", str(getattr(ports, name)), "--host", LOOPBACK)
        argv = (sys.executable, "-m", f"simulators.{name}", *where, *arguments)
        return ProcessSpec(name, argv, wave=SIMULATORS, stop_seconds=4, environment={secret_name: secret})

    def issuer(name: str, returning: str, *arguments: str) -> ProcessSpec:
        prefix = name.upper()
        return simulator(
            name,
            *("--client-id", environment[f"{prefix}_CLIENT_ID"]),
            *("--client-secret-env", f"{prefix}_CLIENT_SECRET"),
            *("--redirect-uri", f"{base}{returning}", "--post-logout-redirect-uri", f"{base}/"),
            *arguments,
            secret=environment[f"{prefix}_CLIENT_SECRET"],
            secret_name=f"{prefix}_CLIENT_SECRET",
        )

    return [
        simulator(
            "telephone",
            *("--account-sid", environment["TWILIO_ACCOUNT_SID"]),
            *("--line", f"{DEMONSTRATION_LINE}={hooks}", "--line", f"{REAL_HOURS_LINE}={hooks}"),
            *("--label", f"{DEMONSTRATION_LINE}=Démonstration, toujours ouverte (appels et SMS)"),
            *("--label", f"{REAL_HOURS_LINE}=Numéro unique, horaires réels"),
            *("--state", str(demo / "telephone.json")),
            *(option for desk in desks for option in ("--auto-answer", desk)),
            secret=environment["TWILIO_AUTH_TOKEN"],
            secret_name="SIM_AUTH_TOKEN",  # noqa: S106 -- the name of the variable
        ),
        issuer(
            "franceconnect",
            "/connexion/franceconnect/retour/",
            *("--post-logout-redirect-uri", f"{base}/deconnexion/"),
        ),
        issuer("proconnect", "/agents/connexion/proconnect/retour/", "--agents", str(agents)),
    ]
