"""``make bench``: real engines and servers in a folder of their own, one scenario after the other.

Writes ``latest.json`` and ``index.html`` in ``--results`` (benchmarks/results).
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any, Final
from zoneinfo import ZoneInfo

from benchmarks.machine import Machine, machine_said
from benchmarks.page import page_of
from benchmarks.scenarios import LOADS, NAMES
from benchmarks.wait import NAME as WAIT
from benchmarks.wait import wait_judged
from config.demo.screen import say, step
from config.engines import EnginesError, start, stop
from config.supervisor import Guard

# Those that need what does the work owed.
WORKED: Final = ("live_fanout", *LOADS)
RESULTS: Final = Path(__file__).resolve().parent / "results"
PARIS: Final = ZoneInfo("Europe/Paris")


def bench(*, only: list[str], seconds: float, tickets: int, results: Path) -> int:
    """Measure the scenarios of ``only``, each for ``seconds`` of the product. Gives how many could not be."""
    folder = Path(tempfile.mkdtemp(prefix="grc-bench-"))
    guard = Guard(engines=folder / "engines", remove=True)
    found: dict[str, Any] = {
        "machine": machine_said(),
        "tickets": tickets,
        "seconds": seconds,
        "scenarios": {},
    }
    failed = 0
    try:
        with step("PostgreSQL et Valkey"):
            machine = Machine(folder, start(folder / "engines", for_tests=False), guard)
        with step(f"Base de {tickets} demandes"):
            machine.run("benchmarks.ground", str(folder / "keys.json"), "--tickets", str(tickets))
        plan = _plan_write(machine, seconds)
        with machine.serving():
            for name in [name for name in (*NAMES, *LOADS) if name in only]:
                with machine.working() if name in WORKED else nullcontext():
                    try:
                        found["scenarios"][name] = json.loads(machine.run("benchmarks.load", str(plan), name))
                    except CalledProcessError:
                        failed += 1
                        continue
                if name in LOADS:
                    failed += bool(found["scenarios"][name]["failures"])
                    say(_load_lines(name, found["scenarios"][name]))
                    continue
                say(_line(name, found["scenarios"][name]))
                if "mean_ratio" in found["scenarios"][name]:
                    say(_call_line(found["scenarios"][name]))
    finally:
        stop(folder / "engines", remove=True)
        guard.dismiss()
        for secret in ("keys.json", "plan.json"):
            (folder / secret).unlink(missing_ok=True)
    if failed:
        say(f"Journaux gardés : {folder}")
    else:
        shutil.rmtree(folder)
    _results_write(results, found)
    return failed


def _plan_write(machine: Machine, seconds: float) -> Path:
    keys = json.loads((machine.folder / "keys.json").read_text("utf-8"))
    keys["today"] = datetime.now(PARIS).date().isoformat()
    plan = machine.folder / "plan.json"
    plan.touch(mode=0o600)
    content = {
        "keys": keys,
        "base_url": machine.base_url,
        "twilio_token": machine.twilio_token,
        "twilio_account": machine.twilio_account,
        "telephone_port": machine.telephone_port,
        "folder": str(machine.folder),
        "port": machine.port,
        "live_port": machine.live_port,
        "floor_port": machine.floor_port,
        "database_url": machine.engines.database_url,
        "redis_url": machine.engines.redis_url,
        "seconds": seconds,
    }
    plan.write_text(json.dumps(content), "utf-8")
    return plan


def _line(name: str, figures: dict[str, float]) -> str:
    return (
        f"{name:14} médiane {figures['median_ms']:8.2f} ms   95 % {figures['p95_ms']:8.2f} ms   "
        f"{figures['per_second']:8.1f}/s   {figures['statements']:5.1f} SQL   "
        f"vue nue {figures['floor_median_ms']:7.2f} ms   rapport {figures['ratio']:5.2f}"
    )


def _call_line(figures: dict[str, float]) -> str:
    return (
        f"{'':14} moyenne sur {figures['webhooks']} webhooks : {figures['mean_ms']:.2f} ms, "
        f"{figures['mean_ratio']:.2f} fois la vue signée de mêmes requêtes (2,5 au plus), "
        f"{figures['mean_ratio_one_insert']:.2f} fois celle d'un INSERT (6 au plus), "
        f"{figures['most_statements']} requêtes SQL au plus (12 au plus)"
    )


def _load_lines(name: str, figures: dict[str, Any]) -> str:
    return (
        f"{name:14} {figures['calls']} appels en {figures['seconds']:.0f} s, {figures['webhooks']} webhooks "
        f"({figures['per_second']:.1f}/s) : médiane {figures['median_ms']:.0f} ms, 99 % {figures['p99_ms']:.0f} ms "
        f"(250 au plus), {figures['without_document']} sans document, {figures['fallback_documents']} de secours\n"
        f"{'':14} {figures['offers']} propositions, {figures['double_offers']} doubles, "
        f"{figures['passed_over']} hors de leur tour ; {figures['unaccounted']} appels non comptés ; "
        f"rapport : {figures['report']}\n"
        f"{'':14} " + ("; ".join(figures["failures"]) or "tout est comme il se doit")
    )


def _results_write(results: Path, found: dict[str, Any]) -> None:
    results.mkdir(parents=True, exist_ok=True)
    (results / "latest.json").write_text(json.dumps(found, indent=2) + "\n", "utf-8")
    pages = {name: figures for name, figures in found["scenarios"].items() if name not in LOADS}
    if pages:
        found = {**found, "scenarios": pages}
        (results / "index.html").write_text(page_of(found, now=datetime.now(PARIS)), "utf-8")
        say(f"Résultats : {results / 'latest.json'} et {results / 'index.html'}")


def _wait(results: Path) -> None:
    found, lines = wait_judged()
    for line in lines:
        say(line)
    results.mkdir(parents=True, exist_ok=True)
    (results / "wait.json").write_text(json.dumps(found, indent=2) + "\n", "utf-8")


def main(arguments: list[str]) -> int:
    """Exit code: 0 all measured, 1 some could not be, 2 bad arguments."""
    parser = argparse.ArgumentParser(prog="make bench", description="Mesure la vitesse du produit, en local.")
    parser.add_argument(
        "--only",
        default="",
        help=f"scénarios, séparés par des virgules : {', '.join((*NAMES, *LOADS, WAIT))}",
    )
    parser.add_argument(
        "--seconds", type=float, default=10.0, help="durée de la mesure de chacun (10 par défaut)"
    )
    parser.add_argument(
        "--tickets", type=int, default=15_000, help="demandes dans la base (15 000 par défaut)"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="où écrire les résultats")
    options = parser.parse_args(arguments)
    only = [name.strip() for name in options.only.split(",") if name.strip()] or list(NAMES)
    unknown = sorted(set(only) - {*NAMES, *LOADS, WAIT})
    if unknown:
        parser.error(f"scénario inconnu : {', '.join(unknown)}")
    if WAIT in only:
        _wait(options.results.resolve())
        only.remove(WAIT)
        if not only:
            return 0
    try:
        failed = bench(
            only=only, seconds=options.seconds, tickets=options.tickets, results=options.results.resolve()
        )
    except (EnginesError, TimeoutError, CalledProcessError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
