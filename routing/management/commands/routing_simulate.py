"""Try rules on the requests of the last days."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from grc.errors import GrcError, Invalid
from grc.models import Organisation
from grc.selectors.directory import host_organisation
from grc.types import system_actor
from routing.services.simulation import Simulation, rules_read, rules_simulate


class Command(BaseCommand):
    help = (
        "Essaie des règles d’orientation sur les demandes déjà reçues, sans rien changer. RULES est un fichier JSON : "
        'une liste de {"sentence", "conditions", "team", "priority"}, dans l’ordre ; elles remplacent le temps de '
        "l’essai celles de l’organisme. Code de sortie 1 si le fichier ne se lit pas."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rules", type=Path, help="fichier JSON des règles")
        parser.add_argument("--since", default="30d", help="combien de jours en arrière, par exemple 30d")
        parser.add_argument("--organisation", help="code de l’organisme (par défaut l’organisme hôte)")
        parser.add_argument("--json", action="store_true", help="résultat en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        days = re.fullmatch(r"([1-9]\d{0,3})d", options["since"])
        if days is None:
            raise CommandError("--since s’écrit en jours, par exemple 30d.")
        organisation = self._organisation(options["organisation"])
        try:
            data = json.loads(options["rules"].read_text("utf-8"))
            rules = rules_read(organisation=organisation, data=data)
            done = rules_simulate(
                actor=system_actor("Essai de règles"),
                organisation=organisation,
                rules=rules,
                since=timezone.now() - timedelta(days=int(days.group(1))),
            )
        except OSError as error:
            raise CommandError(f"{options['rules']} ne peut pas être lu.") from error
        except ValueError as error:
            raise CommandError(f"{options['rules']} n’est pas du JSON en UTF-8.") from error
        except Invalid as error:
            for where, sentences in error.fields.items():
                for sentence in sentences:
                    self.stderr.write(f"{where} : {sentence}")
            raise CommandError(error.sentence) from error
        except GrcError as error:
            raise CommandError(error.sentence) from error
        self._show(done, as_json=options["json"])

    def _show(self, done: Simulation, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(done.as_json(), ensure_ascii=False))
            return
        self.stdout.write(f"{done.tickets} demandes rejouées, {done.changed} iraient ailleurs.")
        for move in done.as_json()["moves"]:
            examples = ", ".join(move["examples"])
            self.stdout.write(f"  {move['from']} → {move['to']} : {move['count']} (par exemple {examples})")
        for row in done.as_json()["by_rule"]:
            self.stdout.write(f"  Règle « {row['rule']} » : {row['count']}")

    def _organisation(self, code: str | None) -> Organisation:
        organisation = Organisation.objects.filter(code=code).first() if code else host_organisation()
        if organisation is None:
            raise CommandError(f"Aucun organisme n’a le code « {code} ».")
        return organisation
