"""State of the outbox; retry of what was given up; the follower that needs no broker."""

from __future__ import annotations

import json
import signal
import threading
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.db.models import Count, Min
from django.utils import timezone

from grc.models import Dispatch, EventDelivery
from grc.services.audit import audit_seal
from grc.services.dispatching import dispatches_retry_dead, dispatches_run
from grc.services.outbox import deliveries_retry_dead, deliveries_run, events_archive
from grc.services.recording_work import recordings_run
from grc.services.telephone_sweep import telephone_sweep
from grc.services.versions import versions_due_publish
from grc.types import system_actor

SWEEP_SECONDS: Final = 1.0


class Command(BaseCommand):
    help = (
        "Montre ce qui reste dû (événements et messages). --retry : reprend ce qui a été abandonné. "
        "--follow : traite ce qui est dû, chaque seconde, sans dépendre de la file de tâches."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--follow", action="store_true", help="tourner jusqu’à l’arrêt")
        parser.add_argument("--retry", action="store_true", help="reprendre ce qui a été abandonné")
        parser.add_argument("--json", action="store_true", help="état en JSON")
        parser.add_argument("--interval", type=float, default=1.0, help="secondes entre deux passages")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["retry"]:
            count = deliveries_retry_dead() + dispatches_retry_dead(now=timezone.now())
            self.stdout.write(f"{count} reprise(s).")
        elif options["follow"]:
            self._follow(options["interval"])
        else:
            self._state(as_json=options["json"])

    def _follow(self, interval: float) -> None:
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        turns, swept = 0, 0.0
        while not stop.is_set():
            busy = deliveries_run(limit=500) + dispatches_run(limit=50) + recordings_run()
            if turns % 20 == 0:
                # Here too: what was planned for eight o'clock is published without the broker.
                versions_due_publish(actor=system_actor("Publication programmée"), now=timezone.now())
            if time.monotonic() - swept >= SWEEP_SECONDS:
                telephone_sweep(now=timezone.now())
                swept = time.monotonic()
            if turns % 60 == 0:
                audit_seal()
                events_archive(before=timezone.now() - timedelta(hours=1))
            turns += 1
            if not busy:
                close_old_connections()
                stop.wait(interval)

    def _state(self, *, as_json: bool) -> None:
        state = {
            "deliveries": _counts(EventDelivery),
            "dispatches": _counts(Dispatch),
        }
        if as_json:
            self.stdout.write(json.dumps(state))
            return
        for title, rows in (("Événements", state["deliveries"]), ("Messages", state["dispatches"])):
            self.stdout.write(f"{title} :")
            for name, row in sorted(rows.items()):
                self.stdout.write(f"  {name:10} {row['count']:>8}  plus ancien {row['oldest'] or '—'}")


def _counts(model: Any) -> dict[str, dict[str, Any]]:
    rows = model.objects.values("state").annotate(n=Count("id"), oldest=Min("next_at"))
    return {
        row["state"]: {"count": row["n"], "oldest": row["oldest"].isoformat() if row["oldest"] else None}
        for row in rows
    }
