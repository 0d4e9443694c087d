"""Editing how a telephone line behaves: waiting, ringing, call-backs, recording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from grc.errors import Invalid, NotFound
from grc.models import Line
from grc.services.administration import administer_require, setting_change
from grc.types import Actor

BOUNDS: Final[Mapping[str, tuple[int, int, str]]] = {
    "ring_seconds": (10, 60, "Entre 10 et 60 secondes de sonnerie."),
    "wrap_up_seconds": (0, 900, "Au plus 15 minutes (900 secondes) après un appel."),
    "wait_offer_after": (30, 1800, "Entre 30 secondes et 30 minutes (1 800 secondes)."),
    "abandoned_after": (5, 600, "Entre 5 secondes et 10 minutes (600 secondes)."),
    "callback_attempts": (1, 6, "Entre 1 et 6 essais."),
    "callback_spacing": (15, 1440, "Entre 15 minutes et un jour (1 440 minutes)."),
    "recording_share": (
        0,
        50,
        "Au plus une conversation sur deux (50 %) : l’enregistrement reste occasionnel.",
    ),
    "recording_days": (1, 183, "Entre 1 et 183 jours : six mois au plus."),
}
TEXTS: Final = ("label", "wait_music_url", "wait_informations", "outgoing_prefixes")
TIMES: Final = ("callback_from", "callback_until")
MOST_INFORMATIONS: Final = 10


@transaction.atomic
def line_edit(*, actor: Actor, line_id: int, fields: Mapping[str, Any]) -> Line:
    """Change a line's settings; only the names given. Numbers are seconds, minutes for ``callback_spacing``, days for
    ``recording_days``, percent for ``recording_share``. Raises Invalid with a sentence per field."""
    line = Line.objects.select_for_update(of=("self",)).filter(pk=line_id).first()
    if line is None:
        raise NotFound("Cette ligne n’existe pas.")
    administer_require(actor=actor, organisation_id=line.organisation_id)
    unknown = set(fields) - set(BOUNDS) - set(TEXTS) - set(TIMES)
    if unknown:
        raise Invalid("Réglage inconnu.", fields={name: ["Ce réglage n’existe pas."] for name in unknown})
    problems = {
        name: [sentence]
        for name, (low, high, sentence) in BOUNDS.items()
        if name in fields and not low <= int(fields[name]) <= high
    }
    problems |= _texts(fields)
    if fields.get("callback_from", line.callback_from) >= fields.get("callback_until", line.callback_until):
        problems["callback_until"] = ["La fin des rappels vient après leur début."]
    if problems:
        raise Invalid("Ces réglages ne vont pas.", fields=problems)
    setting_change(actor=actor, row=line, entity="line", verb="line_edited", fields=dict(fields))
    return line


def _texts(fields: Mapping[str, Any]) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if "label" in fields and not str(fields["label"]).strip():
        problems["label"] = ["Donnez un nom à la ligne."]
    music = str(fields.get("wait_music_url", ""))
    if music and not music.startswith("https://"):
        problems["wait_music_url"] = [
            "L’opérateur va chercher la musique : une adresse en https:// est nécessaire."
        ]
    told = fields.get("wait_informations", [])
    if len(told) > MOST_INFORMATIONS or any(len(one) > 300 for one in told):
        problems["wait_informations"] = [
            f"{MOST_INFORMATIONS} informations au plus, de 300 caractères au plus."
        ]
    prefixes = fields.get("outgoing_prefixes", [])
    if any(not (one.startswith("+") and one[1:].isdecimal() and len(one) <= 8) for one in prefixes):
        problems["outgoing_prefixes"] = [
            "Un préfixe s’écrit avec l’indicatif du pays, par exemple +33 ou +3221."
        ]
    return problems
