"""Fill the base with the demonstration."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.content_build import ContentError
from config.demo.seeding.parallel import LaneFailed, workers_wanted
from config.demo.seeding.run import SCALES, seed
from grc.errors import GrcError


class Command(BaseCommand):
    help = (
        "Remplit la base avec la démonstration : communes, organismes, agents, sujets, territoires, fiches, puis un "
        "mois de contacts joués par les services du produit. Relancer ne change rien et reprend ce qui s’est arrêté. "
        "Les mots de passe et les jetons ne sont écrits que dans le fichier des comptes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--credentials",
            type=Path,
            default=Path(settings.BASE_DIR) / ".demo" / "credentials.json",
            help="fichier privé des comptes et des jetons (par défaut .demo/credentials.json)",
        )
        parser.add_argument(
            "--scale",
            choices=sorted(SCALES, key=lambda name: SCALES[name]),
            default="small",
            help="nombre de contacts : " + ", ".join(f"{name} {count}" for name, count in SCALES.items()),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(options["credentials"])
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        begin = time.monotonic()
        try:
            seed(
                now=timezone.now(),
                say=self._say,
                credentials=path,
                contacts=SCALES[options["scale"]],
                demo_line=settings.TWILIO_PHONE_NUMBER,
                workers=workers_wanted(),
            )
        except GrcError as error:
            raise CommandError(error.sentence) from error
        except (ContentError, LaneFailed) as error:
            raise CommandError(str(error)) from error
        self._say(f"  Démonstration prête en {time.monotonic() - begin:.1f} s.".replace(".", ",", 1))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
