"""Import the zones of territory layers from a CSV file."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grc.errors import GrcError, Invalid
from grc.models import Organisation
from grc.selectors.directory import host_organisation
from grc.types import system_actor
from routing.services.zones import COLUMNS, zones_import, zones_read


class Command(BaseCommand):
    help = (
        "Importe les territoires d’un fichier CSV (UTF-8, séparé par des virgules ou des points-virgules) de "
        f"colonnes {', '.join(COLUMNS)}. Dates AAAA-MM-JJ ; valid_to est le dernier jour compris, vide s’il n’y en a "
        "pas. Tout ou rien : en cas d’erreur, chaque ligne fautive est dite et rien n’est écrit. Relancer le même "
        "fichier ne change rien. Code de sortie 1 si rien n’a été importé."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="fichier CSV")
        parser.add_argument("--organisation", help="code de l’organisme (par défaut l’organisme hôte)")
        parser.add_argument("--json", action="store_true", help="résultat en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            organisation = self._organisation(options["organisation"])
            lines = zones_read(self._rows(options["file"]))
            done = zones_import(
                actor=system_actor("Import des territoires"),
                organisation=organisation,
                lines=lines,
                progress=lambda done, total: self.stderr.write(f"{done} / {total}"),
            )
        except Invalid as error:
            for sentence in error.fields.get("file", []):
                self.stderr.write(sentence)
            raise CommandError(error.sentence) from error
        except GrcError as error:
            raise CommandError(error.sentence) from error
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
            return
        self.stdout.write(
            f"{done.lines} lignes lues : {done.layers} découpages, {done.zones} territoires, {done.added} communes "
            f"placées, {done.changed} changées."
        )

    def _organisation(self, code: str | None) -> Organisation:
        if not code:
            return host_organisation()
        organisation = Organisation.objects.filter(code=code).first()
        if organisation is None:
            raise CommandError(f"Aucun organisme n’a le code « {code} ».")
        return organisation

    def _rows(self, path: Path) -> list[dict[str, str | None]]:
        try:
            text = path.read_text("utf-8-sig")
        except OSError as error:
            raise CommandError(f"{path} ne peut pas être lu.") from error
        except UnicodeDecodeError as error:
            raise CommandError(f"{path} n’est pas en UTF-8.") from error
        lines = text.splitlines()
        separator = ";" if lines and lines[0].count(";") > lines[0].count(",") else ","
        reader = csv.DictReader(lines, delimiter=separator)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            raise CommandError(f"Ligne 1 : il manque les colonnes {', '.join(missing)}.")
        return [dict(row) for row in reader]
