"""Measure what one contact costs on this base."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from grc.errors import GrcError
from grc.services.capacity import ContactCost, contact_cost_measure

MOST: Final = 2000
YEARLY: Final = 1_000_000


class Command(BaseCommand):
    help = (
        "Mesure le coût d’un contact sur la base présente : requêtes SQL, millisecondes, octets. Des contacts complets "
        "(message, demande, orientation, prise, réponse, clôture) sont joués puis annulés : rien n’est gardé, rien "
        "n’est envoyé. Le temps est celui du travail, sans l’attente du disque à la fin de chaque transaction."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--contacts", type=int, default=100, help="contacts joués (100 par défaut)")
        parser.add_argument("--json", action="store_true", help="les mêmes chiffres pour un programme")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["contacts"] <= MOST:
            raise CommandError(f"--contacts : un nombre entre 1 et {MOST}.")
        try:
            cost = contact_cost_measure(contacts=options["contacts"])
        except GrcError as error:
            raise CommandError(error.sentence) from error
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(cost), ensure_ascii=False))
        else:
            self._print(cost)

    def _print(self, cost: ContactCost) -> None:
        write = self.stdout.write
        write(f"Coût d’un contact, mesuré sur {cost.contacts} contacts joués puis annulés.")
        write("")
        for step in cost.steps:
            write(f"  {step.name:42} {step.statements:5.0f} requêtes SQL {_french(step.ms, 1):>8} ms")
        write(f"  {'Ensemble':42} {cost.statements:5.0f} requêtes SQL {_french(cost.ms, 1):>8} ms")
        write("")
        for table in cost.tables:
            write(
                f"  {table.table:42} {_french(table.rows, 1):>5} lignes {_french(table.bytes, 0):>12} octets"
            )
        write(f"  {'Ensemble, index compris':42} {'':5}        {_french(cost.bytes, 0):>12} octets")
        write("")
        write(f"Un million de contacts : {_french(cost.bytes * YEARLY / 1e9, 1)} Go de base.")
        write(
            f"Un cœur occupé à plein temps en traite au plus {_french(86_400_000 / max(cost.ms, 0.001), 0)} par jour."
        )


def _french(value: float, digits: int) -> str:
    return f"{value:,.{digits}f}".replace(",", "\u202f").replace(".", ",")


def _as_json(cost: ContactCost) -> dict[str, Any]:
    return {
        "contacts": cost.contacts,
        "statements": cost.statements,
        "ms": round(cost.ms, 2),
        "bytes": round(cost.bytes),
        "steps": [{**asdict(step), "ms": round(step.ms, 2)} for step in cost.steps],
        "tables": [asdict(table) for table in cost.tables],
    }
