"""Verify the chain of the audit."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from grc.services.audit import audit_verify


class Command(BaseCommand):
    help = "Vérifie la chaîne du journal d’audit. Code de sortie 1 si un bloc ou un enregistrement a été modifié."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        check = audit_verify(now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(asdict(check)))
        else:
            self.stdout.write(
                f"{check.blocks} blocs, {check.records} enregistrements ({check.erased} contenus effacés), "
                f"{check.unsealed_recent} récents non scellés."
            )
            for problem in check.problems:
                self.stderr.write(problem)
        if check.problems:
            raise SystemExit(1)
