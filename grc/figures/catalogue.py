"""Pure. The figures of the report by their names in it, each with its title, unit and formula, in reading order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from grc.figures.definitions import DEFINITIONS


@dataclass(frozen=True)
class Figure:
    """``path``: where the report holds it, « phone.offered ». ``unit``: count, seconds or percent."""

    path: str
    title: str
    unit: str
    formula: str

    @property
    def anchor(self) -> str:
        """Its place on the page of definitions."""
        return self.path.replace(".", "-").replace("_", "-")


@dataclass(frozen=True)
class FigureGroup:
    title: str
    figures: tuple[Figure, ...]


_DEFINED: Final = {definition.name: definition for definition in DEFINITIONS}


def _counted(path: str, name: str) -> Figure:
    definition = _DEFINED[name]
    return Figure(path, definition.title, "count", definition.formula)


CATALOGUE: Final[tuple[FigureGroup, ...]] = (
    FigureGroup(
        "Demandes",
        (
            _counted("tickets.opened", "tickets_opened"),
            Figure(
                "tickets.open_now",
                "Demandes en cours",
                "count",
                "Demandes ni résolues, ni closes, ni fusionnées, en ce moment (quelle que soit la période).",
            ),
            _counted("tickets.closed", "tickets_closed"),
            Figure(
                "tickets.late_now",
                "Demandes en retard",
                "count",
                "Demandes en cours dont l’échéance est passée, en ce moment (quelle que soit la période).",
            ),
            _counted("tickets.closed_late", "tickets_closed_late"),
            _counted("tickets.oriented", "tickets_oriented"),
            _counted("tickets.reopened", "tickets_reopened"),
            _counted("tickets.transferred", "tickets_transferred"),
            _counted("tickets.first_answers", "first_answers"),
            Figure(
                "tickets.first_answer_seconds_mean",
                "Délai moyen de première réponse",
                "seconds",
                "Temps écoulé entre l’ouverture et la première réponse d’un agent, en moyenne sur les premières "
                "réponses de la période.",
            ),
            Figure(
                "tickets.resolution_seconds_mean",
                "Délai moyen de clôture",
                "seconds",
                "Temps écoulé entre l’ouverture et la clôture, en moyenne sur les clôtures de la période.",
            ),
        ),
    ),
    FigureGroup(
        "Téléphone",
        (
            _counted("phone.offered", "calls_offered"),
            _counted("phone.answered", "calls_answered"),
            _counted("phone.abandoned", "calls_abandoned"),
            _counted("phone.self_served", "calls_self_served"),
            _counted("phone.redirected", "calls_redirected"),
            _counted("phone.called_back", "calls_called_back"),
            _counted("phone.voicemail", "calls_voicemail"),
            _counted("phone.closed_hours", "calls_closed_hours"),
            Figure(
                "phone.in_progress",
                "Appels en cours",
                "count",
                "Appels reçus dans la période et pas encore terminés : appels reçus moins toutes les suites données.",
            ),
            _counted("phone.answered_within_60", "calls_answered_within_60"),
            Figure(
                "phone.service_level_percent",
                "Taux de service",
                "percent",
                "Appels répondus en 60 secondes ÷ appels reçus. Tous les appels reçus comptent : abandons, rappels "
                "et appels hors horaires compris.",
            ),
            Figure(
                "phone.wait_seconds_mean",
                "Attente moyenne au téléphone",
                "seconds",
                "De l’entrée en file à la réponse, en moyenne sur les appels répondus.",
            ),
            _counted("phone.offered_to_agents", "calls_offered_to_agents"),
            _counted("phone.missed_by_agents", "calls_missed_by_agents"),
            _counted("phone.declined_by_agents", "calls_declined_by_agents"),
            _counted("phone.transferred", "calls_transferred"),
            _counted("phone.holds", "calls_held"),
            Figure(
                "phone.hold_seconds_mean",
                "Mise en attente moyenne",
                "seconds",
                "Durée d’une mise en attente, en moyenne sur les mises en attente terminées par une reprise.",
            ),
            Figure(
                "phone.wrap_up_seconds_mean",
                "Temps d’écriture moyen",
                "seconds",
                "Temps d’écriture après un appel, en moyenne sur les écritures terminées.",
            ),
            Figure(
                "phone.handling_seconds_mean",
                "Temps de traitement moyen",
                "seconds",
                "Du décroché à la fin de l’écriture, mises en attente comprises, en moyenne par agent qui a parlé.",
            ),
        ),
    ),
    FigureGroup(
        "Rappels",
        (
            _counted("callbacks.owed", "callbacks_owed"),
            _counted("callbacks.kept", "callbacks_kept"),
            _counted("callbacks.kept_in_window", "callbacks_kept_in_window"),
        ),
    ),
    FigureGroup(
        "Contacts",
        (
            _counted("contacts.received", "contacts"),
            _counted("messages.received", "messages_in"),
            _counted("messages.sent", "messages_out"),
            _counted("instant_answers", "instant_answers"),
            _counted("searches.without_answer", "searches_without_answer"),
        ),
    ),
    FigureGroup(
        "Accueils",
        (
            _counted("counters.arrivals", "visits"),
            _counted("counters.called", "visits_called"),
            Figure(
                "counters.wait_seconds_mean",
                "Attente moyenne au guichet",
                "seconds",
                "De l’arrivée à l’appel au guichet, en moyenne sur les personnes appelées.",
            ),
        ),
    ),
)


def value_at(report: Mapping[str, Any], path: str) -> Any:
    """The value the report holds at « phone.offered »."""
    found: Any = report
    for name in path.split("."):
        found = found[name]
    return found
