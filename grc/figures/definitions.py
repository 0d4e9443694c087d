"""Pure. What each figure counts: its name, its French title and formula, and which events feed it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from grc.events import EventName

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Source:
    """One event that feeds a figure: ``when`` filters its payload, ``seconds`` reads a duration from it."""

    event: EventName
    when: Callable[[Payload], bool] = lambda payload: True
    seconds: Callable[[Payload], int] = lambda payload: 0
    day_of: str = ""  # key of the payload whose instant gives the day; the event's own instant when empty


@dataclass(frozen=True)
class Definition:
    """``formula`` is the French text of the definition page, denominators and exclusions included."""

    name: str
    title: str
    formula: str
    sources: tuple[Source, ...]


def _disposition(name: str) -> Callable[[Payload], bool]:
    return lambda payload: payload.get("disposition") == name


def _seconds(payload: Payload) -> int:
    return int(payload.get("seconds", 0))


def _wait(payload: Payload) -> int:
    return int(payload.get("wait_seconds", 0))


def _named(key: str) -> Callable[[Payload], int]:
    return lambda payload: int(payload.get(key, 0))


def _inbound_call(payload: Payload) -> bool:
    return payload.get("direction") == "inbound" and payload["dims"]["channel"] == "phone"


def _call(name: str, title: str, formula: str) -> Definition:
    return Definition(
        f"calls_{name}",
        title,
        formula,
        (Source(EventName.CALL_ENDED, _disposition(name), _wait, day_of="offered_at"),),
    )


DEFINITIONS: Final[tuple[Definition, ...]] = (
    Definition(
        "contacts",
        "Contacts reçus",
        "Prises de contact entrantes, tous canaux ; une suite de messages sur un canal compte une fois.",
        (Source(EventName.CONTACT_OPENED, lambda payload: payload.get("direction") == "inbound"),),
    ),
    Definition(
        "messages_in",
        "Messages reçus",
        "SMS, courriels et messages du suivi reçus, un par un.",
        (Source(EventName.MESSAGE_RECEIVED),),
    ),
    Definition(
        "messages_out",
        "Messages envoyés",
        "Réponses et accusés de réception, un par un.",
        (Source(EventName.MESSAGE_SENT),),
    ),
    Definition(
        "instant_answers",
        "Réponses immédiates",
        "Besoins satisfaits sur-le-champ, sans ouvrir de demande.",
        (Source(EventName.INSTANT_ANSWER_GIVEN),),
    ),
    Definition("tickets_opened", "Demandes reçues", "Demandes ouvertes.", (Source(EventName.TICKET_OPENED),)),
    Definition(
        "tickets_oriented",
        "Demandes orientées",
        "Demandes à leur première orientation, avec l’équipe et le territoire alors choisis.",
        (Source(EventName.TICKET_ROUTED, lambda payload: bool(payload.get("first"))),),
    ),
    Definition(
        "tickets_closed",
        "Demandes closes",
        "Clôtures, quelle que soit l’issue ; une demande rouverte puis close compte deux fois. "
        "La durée va de l’ouverture à la clôture.",
        (Source(EventName.TICKET_CLOSED, seconds=_seconds),),
    ),
    Definition(
        "tickets_closed_late",
        "Demandes closes en retard",
        "Clôtures après la première échéance encore en cours.",
        (Source(EventName.TICKET_CLOSED, lambda payload: bool(payload.get("late"))),),
    ),
    Definition(
        "tickets_reopened",
        "Demandes rouvertes",
        "Réouvertures après clôture.",
        (Source(EventName.TICKET_REOPENED),),
    ),
    Definition(
        "tickets_transferred",
        "Demandes transférées",
        "Passages d’une équipe à une autre décidés par un agent.",
        (Source(EventName.TICKET_TRANSFERRED),),
    ),
    Definition(
        "first_answers",
        "Premières réponses",
        "Premier message d’un agent ; la durée va de l’ouverture à ce message.",
        (Source(EventName.TICKET_ANSWERED, lambda payload: bool(payload.get("first")), _seconds),),
    ),
    Definition(
        "callbacks_owed", "Rappels promis", "Rappels dus à des personnes.", (Source(EventName.CALLBACK_OWED),)
    ),
    Definition(
        "callbacks_kept",
        "Rappels tenus",
        "Rappels où la personne a été jointe, dans la plage promise ou après.",
        (Source(EventName.CALLBACK_CLOSED, lambda payload: payload.get("state") == "kept"),),
    ),
    Definition(
        "callbacks_kept_in_window",
        "Rappels tenus dans la plage",
        "Rappels où la personne a été jointe avant la fin de la plage promise.",
        (
            Source(
                EventName.CALLBACK_CLOSED,
                lambda payload: payload.get("state") == "kept" and bool(payload.get("in_window")),
            ),
        ),
    ),
    Definition(
        "calls_offered",
        "Appels reçus",
        "Appels entrants, dès la première sonnerie, au jour où ils arrivent. "
        "Égal à la somme des suites données et des appels en cours.",
        (Source(EventName.CONTACT_OPENED, _inbound_call),),
    ),
    Definition(
        "calls_answered_within_60",
        "Appels répondus en 60 secondes",
        "Appels joints à un agent dont l’attente en file n’a pas dépassé 60 secondes.",
        (
            Source(
                EventName.CALL_ENDED,
                lambda payload: payload.get("disposition") == "answered" and _wait(payload) <= 60,
                day_of="offered_at",
            ),
        ),
    ),
    _call(
        "answered",
        "Appels répondus",
        "Appels joints à un agent. L’attente va de l’entrée en file à la réponse.",
    ),
    _call(
        "abandoned",
        "Appels abandonnés",
        "Appels terminés par la personne avant toute réponse, sans autre suite.",
    ),
    _call(
        "self_served",
        "Appels servis par le serveur vocal",
        "Suivi d’une demande ou information donnés par la voix.",
    ),
    _call("redirected", "Appels renvoyés", "Appels orientés par la voix vers un autre organisme."),
    _call("called_back", "Appels devenus rappels", "Appels terminés par une demande de rappel acceptée."),
    _call("voicemail", "Messages vocaux", "Appels terminés par un message vocal déposé."),
    _call(
        "closed_hours", "Appels hors horaires", "Appels reçus pendant la fermeture, sans demande de rappel."
    ),
    Definition(
        "calls_queued_answered",
        "Appels servis après attente",
        "Réponses d’un agent à un appel en file ; la durée est l’attente.",
        # Answered again after a transfer, the caller has not waited twice.
        (Source(EventName.CALL_ANSWERED, lambda payload: not payload.get("again"), _wait),),
    ),
    Definition(
        "calls_offered_to_agents",
        "Appels proposés à un agent",
        "Propositions faites à un agent, une par agent sollicité ; un même appel peut en compter plusieurs.",
        (Source(EventName.CALL_OFFERED),),
    ),
    Definition(
        "calls_missed_by_agents",
        "Propositions sans réponse",
        "Propositions auxquelles l’agent n’a pas répondu dans le temps de sonnerie ; la durée est cette sonnerie. "
        "Les refus et les appels raccrochés entre-temps n’y sont pas.",
        (Source(EventName.CALL_OFFER_ENDED, lambda payload: payload.get("outcome") == "missed", _seconds),),
    ),
    Definition(
        "calls_declined_by_agents",
        "Propositions refusées",
        "Propositions que l’agent a refusées ; l’appel est proposé à un autre.",
        (Source(EventName.CALL_OFFER_ENDED, lambda payload: payload.get("outcome") == "declined", _seconds),),
    ),
    Definition(
        "calls_transferred",
        "Appels transférés",
        "Transferts à une équipe, à un collègue ou à un numéro, avec ou sans échange préalable.",
        (Source(EventName.CALL_TRANSFERRED),),
    ),
    Definition(
        "calls_held",
        "Mises en attente",
        "Mises en attente d’une personne en ligne avec un agent ; la durée est celle de la mise en attente.",
        (Source(EventName.CALL_RESUMED, seconds=_named("hold_seconds")),),
    ),
    Definition(
        "calls_wrapped_up",
        "Temps d’écriture après appel",
        "Fins d’écriture après un appel, une par agent qui a parlé ; la durée est ce temps.",
        (Source(EventName.CALL_WRAPPED_UP, seconds=_named("wrap_up_seconds")),),
    ),
    Definition(
        "calls_handled",
        "Temps de traitement d’un appel",
        "Conversations d’un agent écriture comprise, une par agent qui a parlé ; la durée va du décroché à la fin "
        "de l’écriture, mises en attente comprises.",
        (Source(EventName.CALL_WRAPPED_UP, seconds=_named("handling_seconds")),),
    ),
    Definition("visits", "Visites", "Arrivées à un lieu d’accueil.", (Source(EventName.VISIT_ARRIVED),)),
    Definition(
        "visits_called",
        "Visites appelées",
        "Personnes appelées à un guichet ; la durée est l’attente.",
        (Source(EventName.VISIT_CALLED, seconds=_wait),),
    ),
    Definition(
        "searches_without_answer",
        "Recherches sans réponse",
        "Recherches de fiches terminées qui n’ont rien trouvé : autant de fiches à écrire ou à compléter.",
        (Source(EventName.SEARCH_DONE, lambda payload: payload.get("found") == 0),),
    ),
)


def definitions_by_event() -> dict[EventName, list[tuple[str, Source]]]:
    """(figure name, source) pairs of each event."""
    found: dict[EventName, list[tuple[str, Source]]] = {}
    for definition in DEFINITIONS:
        for source in definition.sources:
            found.setdefault(source.event, []).append((definition.name, source))
    return found
