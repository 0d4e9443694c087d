"""``manage.py demo``: the same as ``make demo`` once everything is installed."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.demo import run


class Command(BaseCommand):
    help = "Démarre la démonstration complète (moteurs embarqués, pages, direct, tâches, simulateurs)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, help="port des pages (8000, ou le premier libre ensuite)")

    def handle(self, *args: Any, **options: Any) -> None:
        port = options["port"]
        code = run.main([] if port is None else ["--port", str(port)])
        if code:
            raise SystemExit(code)
