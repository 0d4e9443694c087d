"""The reception desk: who waits, whom we owe a call, one contact and its needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _

from grc.enums import LABELS, CallbackState, Channel
from grc.phone_numbers import display as display_number
from grc.policies import can_see_motive
from grc.references import display
from grc.types import Actor

if TYPE_CHECKING:
    from grc.models import Callback, Citizen, Contact, InstantAnswer, QueueEntry, Ticket, Visit


@dataclass(frozen=True)
class Caller:
    entry_id: int
    number: str
    since: datetime
    topic: str
    team: str
    path: str


@dataclass(frozen=True)
class OwedCall:
    id: int
    number: str
    reason: str
    topic: str
    team: str
    window_start: datetime
    window_end: datetime
    late: bool
    attempts: int
    state: str
    reference: str
    since: datetime
    dialling: bool
    agent: str


@dataclass(frozen=True)
class Need:
    """``kind``: ticket or answer."""

    kind: str
    title: str
    text: str
    state: str = ""
    url: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Person:
    """A file once chosen."""

    id: int
    name: str
    birth: date | None
    commune: str
    points: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class ContactPage:
    id: int
    title: str
    channel: str
    started_at: datetime
    over: bool
    number: str
    number_known: bool
    path: str
    notes: str
    difficulties: tuple[str, ...]
    arrival: str
    needs: tuple[Need, ...]
    person: Person | None
    nobody: bool


def caller(entry: QueueEntry, *, actor: Actor, path: Sequence[str] = ()) -> Caller:
    """Somebody who waits: the wait and what they chose in the menus (``path``) are known before answering."""
    ticket, call = entry.ticket, entry.call
    seen = ticket is None or can_see_motive(actor, ticket)
    topic = (ticket.topic.label if ticket and ticket.topic else "") if seen else _("Motif réservé")
    return Caller(
        entry_id=entry.pk,
        number=display_number(call.from_number),
        since=entry.entered_at,
        topic=topic,
        team=entry.team.label if entry.team else "",
        path=" › ".join(path) if seen else "",
    )


def owed_call(callback: Callback, attempts: int, *, actor: Actor, now: datetime) -> OwedCall:
    ticket = callback.ticket
    seen = ticket is None or can_see_motive(actor, ticket)
    return OwedCall(
        id=callback.pk,
        number=callback.number,
        reason=callback.reason if seen else _("Motif réservé"),
        topic=(ticket.topic.label if ticket and ticket.topic else "") if seen else "",
        team=callback.team.label,
        window_start=callback.window_start,
        window_end=callback.window_end,
        late=callback.window_end < now,
        attempts=attempts,
        state=LABELS[CallbackState][callback.state],
        reference=ticket.reference if ticket else "",
        since=callback.queue_since,
        dialling=callback.state == CallbackState.DIALLING,
        agent=callback.agent.display_name if callback.agent else "",
    )


def needs_of(tickets: Sequence[Ticket], answers: Sequence[InstantAnswer]) -> tuple[Need, ...]:
    found = [
        Need(
            kind="ticket",
            title=ticket.topic.label if ticket.topic else _("Demande à qualifier"),
            text=ticket.description,
            state=ticket.state,
            url=reverse("ticket", args=[ticket.reference]),
            reference=display(ticket.reference),
        )
        for ticket in tickets
    ]
    found += [
        Need(kind="answer", title=answer.topic.label if answer.topic else "", text=answer.said)
        for answer in answers
    ]
    return tuple(found)


def person_of(citizen: Citizen) -> Person:
    points = tuple(
        (point.kind, display_number(point.value) if point.kind == "phone" else point.value, point.shared)
        for point in citizen.contact_points.all()
    )
    return Person(
        id=citizen.pk,
        name=f"{citizen.given_names} {citizen.usual_name or citizen.family_name}".strip()
        or _("Nom non donné"),
        birth=citizen.birth_date,
        commune=citizen.commune.name if citizen.commune else "",
        points=points,
    )


def contact_page(
    contact: Contact,
    *,
    tickets: Sequence[Ticket],
    answers: Sequence[InstantAnswer],
    person: Citizen | None,
    path: Sequence[str] = (),
) -> ContactPage:
    visit = getattr(contact, "visit", None)
    return ContactPage(
        id=contact.pk,
        title=_title(contact, visit),
        channel=contact.channel,
        started_at=contact.started_at,
        over=contact.ended_at is not None,
        number=display_number(contact.address_value) if contact.channel == Channel.PHONE else "",
        number_known=bool(contact.address_value),
        path=" › ".join(path),
        notes=contact.notes,
        difficulties=tuple(contact.difficulties),
        arrival=_("Numéro %(n)s, %(site)s") % {"n": visit.arrival_number, "site": visit.site.name}
        if visit
        else "",
        needs=needs_of(tickets, answers),
        person=person_of(person) if person else None,
        nobody=person is None,
    )


def _title(contact: Contact, visit: Visit | None) -> str:
    if visit is not None:
        return _("Visite, numéro %(n)s") % {"n": visit.arrival_number}
    return {
        Channel.PHONE.value: _("Appel"),
        Channel.COUNTER.value: _("Visite"),
        Channel.LETTER.value: _("Courrier"),
    }.get(contact.channel, LABELS[Channel][contact.channel])
