"""Import the geographic code of France."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grc.reference.read import read_source
from grc.reference.rows import ReferenceFileError
from grc.reference.shipped import load_shipped
from grc.services.communes import communes_import


class Command(BaseCommand):
    help = (
        "Importe les communes de France, leurs codes postaux, leurs anciens noms et codes, et les EPCI, "
        "arrondissements, départements et régions. Sans fichier : les données fournies avec le produit. "
        "Tout ou rien ; relancer met à jour."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            help="paquet .tgz ou dossier de @etalab/decoupage-administratif, ou v_commune_AAAA.csv de l’INSEE",
        )
        parser.add_argument("--json", action="store_true", help="résultat en JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = read_source(Path(options["file"])) if options["file"] else load_shipped()
        except ReferenceFileError as error:
            raise CommandError(str(error)) from error
        done = communes_import(data=data, progress=self._progress)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
            return
        self.stdout.write(
            f"{done.communes} communes, {done.postal_codes} codes postaux, {done.other_names} autres noms et "
            f"anciens codes, {done.areas} territoires administratifs"
            + (f" (millésime {done.vintage})." if done.vintage else ".")
        )

    def _progress(self, what: str, done: int, total: int) -> None:
        self.stderr.write(f"{what} : {done} / {total}")
