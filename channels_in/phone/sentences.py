"""Pure. The sentences of a call that depend on facts of ours: state of a request, promise of a call-back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, Protocol

from grc.calendars import day_text, time_text
from grc.enums import TicketState
from grc.phone_numbers import display
from grc.segmenting import plain_typography

UNKNOWN_LINE: Final = (
    "Bonjour. Ce numéro n’est plus en service. Notre numéro actuel est donné sur notre site et à nos accueils. "
    "Au revoir."
)
TROUBLE: Final = (
    "Excusez-nous, nous avons une difficulté technique. Ne quittez pas, nous reprenons votre appel."
)
TROUBLE_WAITING: Final = (
    "Excusez-nous, nous avons une difficulté technique. Votre place dans la file est gardée. Ne quittez pas."
)
TROUBLE_HELD: Final = (
    "Excusez-nous, nous avons une difficulté technique. Un agent vous reprend. Ne quittez pas."
)
TROUBLE_AGENT: Final = (
    "Une difficulté technique empêche de vous passer cet appel. Il vous sera proposé de nouveau."
)
CALL_LOST: Final = "Excusez-nous, nous avons perdu le fil de votre appel. Rappelez-nous, s’il vous plaît."
AN_AGENT_ANSWERS: Final = "Un agent vous répond."
ON_HOLD: Final = "Restez en ligne, s’il vous plaît. Votre agent revient vers vous."
GOODBYE: Final = "Merci de votre appel. Au revoir."
WAIT_AGAIN: Final = {
    "missed": "Nous cherchons un autre agent. Ne quittez pas.",
    "team": "Nous vous passons l’équipe qui peut vous répondre. Vous gardez votre place. Ne quittez pas.",
    "agent": "Nous vous passons un autre agent. Vous gardez votre place. Ne quittez pas.",
    "lost": "Excusez-nous, la communication avec l’agent a été coupée. Nous vous en passons un autre. Ne quittez pas.",
    "partner": "Votre correspondant ne répond pas. Nous vous passons un agent. Ne quittez pas.",
}
WHISPERS: Final = {
    "queue": "Un appel pour vous.",
    "transfer": "Un appel transféré par un collègue.",
    "consult": "Un collègue demande votre avis.",
    "callback": "Un rappel pour vous : nous composons le numéro de la personne.",
}
WHISPER_CALLED: Final = "Bonjour. Nous vous rappelons : un agent est en ligne."
WHISPER_PARTNER: Final = "Bonjour. Un agent du service public vous met en relation avec une personne."
CALLER_HAS_GONE: Final = "La personne a raccroché. Merci."
TAKEN_ELSEWHERE: Final = "Cet appel ne vous est plus proposé. Merci."
BEING_ANSWERED: Final = "Un agent prend votre appel. Restez en ligne, s’il vous plaît."

_STATES: Final = {
    TicketState.NEW: "Votre demande est reçue. Un agent va l’étudier.",
    TicketState.OPEN: "Votre demande est en cours de traitement.",
    TicketState.WAITING_CITIZEN: "Nous attendons une réponse ou une pièce de votre part.",
    TicketState.WAITING_PARTNER: "Nous attendons la réponse d’un organisme partenaire.",
    TicketState.SCHEDULED: "Votre demande sera reprise à la date prévue.",
    TicketState.RESOLVED: "Nous avons répondu à votre demande.",
    TicketState.CLOSED: "Votre demande est terminée.",
    TicketState.MERGED: "Votre demande est suivie avec une autre de vos demandes.",
}


def trouble_sentences(hours: str) -> list[str]:
    """What is said when a call cannot go on: what to do instead. ``hours``: when we answer, or empty."""
    said = ["Excusez-nous, une difficulté technique nous empêche de traiter votre appel maintenant."]
    if hours:
        said.append(f"Nous répondons au téléphone : {hours.rstrip('. ')}.")
    return [
        *said,
        "Vous pouvez rappeler dans quelques minutes, nous écrire depuis notre site, ou venir à l’un de nos accueils.",
        "Si c’est une urgence, appelez le 112. Au revoir.",
    ]


def status_sentence(state: TicketState, *, team: str = "") -> str:
    """Where a request stands, said to the person; the team only while it works on it."""
    said = _STATES[state]
    if team and state in (TicketState.NEW, TicketState.OPEN):
        said += f" Elle est confiée à : {team}."
    return said


def promise_sentence(*, start: datetime, end: datetime, now: datetime) -> str:
    """When we will call back. The three moments are in the same local time zone; minutes are rounded outwards."""
    last = _clock(end, up=True)
    if start <= now and end.date() == now.date():
        return f"C’est noté. Nous vous rappellerons aujourd’hui, avant {last}."
    return f"C’est noté. Nous vous rappellerons {_day(start, now)} entre {_clock(start, up=False)} et {last}."


def _day(moment: datetime, now: datetime) -> str:
    if moment.date() == now.date():
        return "aujourd’hui"
    if moment.date() == now.date() + timedelta(days=1):
        return "demain"
    return f"le {day_text(moment.date())}"


def _clock(moment: datetime, *, up: bool) -> str:
    minutes = moment.hour * 60 + moment.minute
    rounded = -(-minutes // 5) * 5 if up else minutes // 5 * 5
    return time_text(rounded)


class SiteNamed(Protocol):
    """What a text says of a reception point."""

    @property
    def name(self) -> str: ...

    @property
    def address(self) -> str: ...

    @property
    def phone(self) -> str: ...


def site_text(*, organisation: str, site: SiteNamed) -> str:
    """The text with the address of a site: who writes, one fact, in characters that fit one SMS where they can."""
    where = ", ".join(part for part in (site.name, " ".join(site.address.split())) if part)
    phone = f" Tel. {display(site.phone)}." if site.phone else ""
    return plain_typography(f"{organisation} : {where}.{phone}")


def code_grouped(code: str) -> str:
    """« 12 34 56 »: six digits as they are said."""
    return " ".join(code[place : place + 2] for place in range(0, len(code), 2))
