"""Settings as an administrator reads them: histories in words, opening now or next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.calendars import Calendar, HolidayZone, frames_text, from_dict, hours_text, moment_text
from grc.enums import LABELS, Confidentiality
from grc.selectors.administration import Change

VERBS: Final = {
    "topic_set": gettext_lazy("a installé le sujet"),
    "team_set": gettext_lazy("a installé l’équipe"),
    "calendar_set": gettext_lazy("a installé les horaires"),
    "line_set": gettext_lazy("a installé la ligne"),
    "agent_set": gettext_lazy("a installé le compte"),
    "role_given": gettext_lazy("a donné un rôle"),
    "password_set": gettext_lazy("a choisi un mot de passe"),
    "topic_edited": gettext_lazy("a modifié le sujet"),
    "team_edited": gettext_lazy("a modifié l’équipe"),
    "team_member_added": gettext_lazy("a ajouté un membre"),
    "team_member_removed": gettext_lazy("a retiré un membre"),
    "calendar_edited": gettext_lazy("a modifié les horaires"),
    "calendar_added": gettext_lazy("a créé les horaires"),
    "line_hours_chosen": gettext_lazy("a choisi les horaires de la ligne"),
    "team_hours_chosen": gettext_lazy("a choisi les horaires de l’équipe"),
    "line_edited": gettext_lazy("a modifié les réglages de la ligne"),
    "role_granted": gettext_lazy("a donné un rôle"),
    "role_revoked": gettext_lazy("a retiré un rôle"),
    "agent_closed": gettext_lazy("a fermé le compte"),
    "agent_reopened": gettext_lazy("a rouvert le compte"),
}
OTHER: Final = gettext_lazy("a modifié un réglage")
"""For an act this page has no words for: never its code."""
FIELDS: Final = {
    "label": gettext_lazy("Nom"),
    "words": gettext_lazy("Mots"),
    "script": gettext_lazy("Texte pour l’agent"),
    "confidentiality": gettext_lazy("Sensibilité"),
    "closed_on": gettext_lazy("Fermé à partir du"),
    "parent_id": gettext_lazy("Remonte à"),
    "restricted": gettext_lazy("File restreinte"),
    "members": gettext_lazy("Membre"),
    "definition": gettext_lazy("Horaires"),
    "calendar": gettext_lazy("Horaires suivis"),
    "roles": gettext_lazy("Rôle"),
    "recording_forbidden": gettext_lazy("Enregistrement interdit"),
    "ring_seconds": gettext_lazy("Sonnerie (secondes)"),
    "wrap_up_seconds": gettext_lazy("Fin de traitement (secondes)"),
    "wait_informations": gettext_lazy("Dit pendant l’attente"),
    "wait_music_url": gettext_lazy("Musique d’attente"),
    "wait_offer_after": gettext_lazy("Autre chose que l’attente (secondes)"),
    "abandoned_after": gettext_lazy("Raccrocher vaut demande de rappel (secondes)"),
    "callback_attempts": gettext_lazy("Essais pour un rappel"),
    "callback_spacing": gettext_lazy("Entre deux essais (minutes)"),
    "callback_from": gettext_lazy("Rappeler à partir de"),
    "callback_until": gettext_lazy("Rappeler jusqu’à"),
    "outgoing_prefixes": gettext_lazy("Numéros qu’un agent peut appeler"),
    "recording_share": gettext_lazy("Conversations enregistrées (pour cent)"),
    "recording_days": gettext_lazy("Conservation des sons (jours)"),
}


@dataclass(frozen=True)
class ShownChange:
    """``lines``: one French line per field that changed."""

    at: datetime
    who: str
    what: str
    lines: tuple[str, ...]


def changes_shown(changes: Sequence[Change], names: Mapping[int, str] | None = None) -> list[ShownChange]:
    """``names``: labels of the teams a change may point at."""
    return [
        ShownChange(
            change.at,
            change.who,
            str(VERBS.get(change.verb, OTHER)),
            tuple(_line(name, pair, names or {}) for name, pair in change.changed.items()),
        )
        for change in changes
    ]


def _line(name: str, pair: tuple[Any, Any], names: Mapping[int, str]) -> str:
    before, after = (_value(name, one, names) for one in pair)
    return _("%(field)s : « %(before)s » devient « %(after)s »") % {
        "field": FIELDS.get(name, name), "before": before, "after": after,
    }  # fmt: skip


def _value(name: str, value: Any, names: Mapping[int, str]) -> str:
    if value in (None, "", []):
        return _("rien")
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, list):
        return ", ".join(value)
    if name == "definition":
        return _definition(value)
    known: dict[str, Mapping[Any, str]] = {"confidentiality": LABELS[Confidentiality], "parent_id": names}
    coded = known.get(name, {})
    return str(coded.get(value, value))


def _definition(value: Mapping[str, Any]) -> str:
    calendar = from_dict(value)
    days = len(calendar.exceptions)
    said = f"{hours_text(calendar.weekly)} ; {_('jours exceptionnels')} : {days}"
    return said if calendar.holidays is HolidayZone.NATIONAL else f"{said} ; {calendar.holidays.value}"


@dataclass(frozen=True)
class HolidayShown:
    """A public holiday to come. ``sentence``: closed, or open by exception."""

    day: date
    name: str
    sentence: str


def holidays_shown(calendar: Calendar, first: date) -> list[HolidayShown]:
    """The public holidays of the twelve months from ``first``, as this calendar keeps them."""
    shown = []
    for number in range(366):
        plan = calendar.plan(first + timedelta(days=number))
        if plan.holiday is not None:
            hours = frames_text(plan.frames) if plan.frames else ""
            said = _("ouvert par exception %(hours)s") % {"hours": hours} if hours else _("fermé")
            shown.append(HolidayShown(plan.day, plan.holiday, said))
    return shown


def open_now(calendar: Calendar | None, *, now: datetime) -> tuple[bool, str]:
    """Whether it is open, and the sentence which says until or from when."""
    if calendar is None:
        return True, _("Ouvert à toute heure.")
    here = calendar.local(now)
    if calendar.is_open(now):
        closing = calendar.next_closing(now)
        if closing is None:
            return True, _("Ouvert maintenant, sans fermeture prévue.")
        return True, _("Ouvert maintenant ; ferme %(when)s.") % {"when": moment_text(closing, here)}
    opening = calendar.next_opening(now)
    if opening is None:
        return False, _("Fermé ; aucune ouverture n’est prévue.")
    return False, _("Fermé ; prochaine ouverture %(when)s.") % {"when": moment_text(opening, here)}
