"""Build the search index of the articles again."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from knowledge.search import SearchUnavailable, engine_configured


class Command(BaseCommand):
    help = (
        "Reconstruit l’index de recherche des fiches à partir de la base (l’index se suit ensuite tout seul)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--engine", choices=["embedded"], default="embedded", help="moteur à reconstruire"
        )
        parser.add_argument("--json", action="store_true", help="réponse en JSON, pour un programme")

    def handle(self, *args: Any, **options: Any) -> None:
        engine = engine_configured()
        try:
            count = engine.rebuild()
        except SearchUnavailable as error:
            raise CommandError(
                f"L’index n’a pas pu être reconstruit ({error}). Réessayez dans un instant."
            ) from error
        if options["json"]:
            self.stdout.write(json.dumps({"engine": engine.name, "articles": count}))
        else:
            self.stdout.write(f"Moteur « {engine.name} » : {count} fiches indexées.")
