"""A call-back is a debt: owner, promised window, attempts, reason; one open per number."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from grc import clock
from grc.calendars import Calendar as OpeningCalendar
from grc.call_order import DEFAULT_LANGUAGE, rank_of
from grc.enums import CallbackState, Priority
from grc.errors import Conflict, Invalid
from grc.events import EventName
from grc.models import Agent, Call, Callback, CallbackAttempt, Contact, Team, Ticket
from grc.models.queue import OPEN_CALLBACKS
from grc.phone_numbers import callback_refusal
from grc.policies import Verb, can_in_organisation
from grc.services.call_queue import topic_skills
from grc.services.dims import dims_of_contact, dims_of_ticket
from grc.services.history import history_write
from grc.services.outbox import event_publish
from grc.types import Actor

WINDOW: Final = timedelta(hours=2)
SHORTEST: Final = timedelta(minutes=30)
PER_NUMBER_A_DAY: Final = 5
"""A number nobody answers at must not be dialled without end at the public's expense."""


def callback_owe(
    *,
    actor: Actor,
    contact: Contact,
    ticket: Ticket | None,
    number: str,
    reason: str,
    at: datetime,
    queue_since: datetime | None = None,
    calendar: OpeningCalendar | None = None,
    team: Team | None = None,
) -> Callback:
    """Owe a call to this number. One is already open: the same one is given back, its first place kept.

    A refusal (Invalid) leaves the transaction of the caller as it was, without a savepoint.
    """
    _number_check(number)
    with transaction.atomic(savepoint=False):
        known = (
            Callback.objects.select_for_update(of=("self",))
            .filter(organisation_id=contact.organisation_id, number=number, state__in=OPEN_CALLBACKS)
            .first()
        )
        if known is not None:
            return known
        refusal = _day_refusal(contact, number, at)
        owner = team or (ticket.team if ticket and ticket.team else None) or _fallback_team(contact)
        if refusal is None and owner is not None:
            return _owe(
                actor=actor,
                contact=contact,
                ticket=ticket,
                team=owner,
                number=number,
                reason=reason,
                at=at,
                since=queue_since or at,
                calendar=calendar,
            )
    raise refusal or Invalid(
        "Aucune équipe de repli n’est définie pour cet organisme.", code="no_fallback_team"
    )


def _owe(
    *,
    actor: Actor,
    contact: Contact,
    ticket: Ticket | None,
    team: Team,
    number: str,
    reason: str,
    at: datetime,
    since: datetime,
    calendar: OpeningCalendar | None,
) -> Callback:
    start, end = promised_window(at=at, calendar=calendar)
    callback = Callback.objects.create(
        contact=contact,
        ticket=ticket,
        organisation_id=contact.organisation_id,
        team=team,
        number=number,
        reason=reason[:200],
        queue_since=since,
        rank=rank_of(priority=Priority(ticket.priority) if ticket else Priority.NORMAL, since=since),
        skills=topic_skills(ticket),
        language=contact.locale or DEFAULT_LANGUAGE,
        window_start=start,
        window_end=end,
        next_at=start,
        created_at=at,
    )
    _tell_owed(actor, callback, at)
    return callback


def _tell_owed(actor: Actor, callback: Callback, at: datetime) -> None:
    ticket, contact = callback.ticket, callback.contact
    history_write(
        actor=actor,
        verb="callback_owed",
        sentence="Rappel promis.",
        at=at,
        contact_id=contact.pk,
        ticket_id=ticket.pk if ticket else None,
    )
    event_publish(
        name=EventName.CALLBACK_OWED,
        payload={
            "callback_id": callback.pk,
            "contact_id": contact.pk,
            "ticket_id": ticket.pk if ticket else None,
            "dims": dims_of_ticket(ticket) if ticket else dims_of_contact(contact),
        },
        order_key=f"contact:{contact.pk}",
        at=at,
    )


def _number_check(number: str) -> None:
    refusal = callback_refusal(number)
    if refusal:
        raise Invalid(refusal, fields={"number": [refusal]}, code="callback_number")


def _day_refusal(contact: Contact, number: str, at: datetime) -> Invalid | None:
    asked = Callback.objects.filter(
        organisation_id=contact.organisation_id, number=number, created_at__gt=at - timedelta(days=1)
    ).count()
    if asked < PER_NUMBER_A_DAY:
        return None
    return Invalid(
        "Nous avons déjà noté plusieurs rappels à ce numéro aujourd’hui. Rappelez-nous, s’il vous plaît.",
        code="callback_too_many",
    )


def promised_window(*, at: datetime, calendar: OpeningCalendar | None) -> tuple[datetime, datetime]:
    """Two hours from now while open, never past closing time; else the first hours of the next opening."""
    if calendar is None:
        return at, at + WINDOW
    closing = calendar.next_closing(at)
    if calendar.is_open(at) and (closing is None or closing - at >= SHORTEST):
        return at, min(at + WINDOW, closing or at + WINDOW)
    later = calendar.next_opening(closing or at) or at + timedelta(days=1)
    closing = calendar.next_closing(later)
    return later, min(later + WINDOW, closing or later + WINDOW)


def _fallback_team(contact: Contact) -> Team | None:
    return Team.objects.filter(
        organisation_id=contact.organisation_id, fallback=True, closed_on__isnull=True
    ).first()


@transaction.atomic
def callback_follow_ticket(*, ticket_id: int, team: Team) -> None:
    """The debt goes with the request."""
    Callback.objects.filter(ticket_id=ticket_id, state=CallbackState.OWED).update(team=team)


@transaction.atomic
def callback_attempt(*, actor: Actor, callback: Callback, result: str) -> Callback:
    """Record one attempt: ``reached`` keeps the promise, three misses end it, else it stays owed."""
    if result not in ("reached", "no_answer", "busy", "wrong_number"):
        raise Invalid("Résultat d’appel inconnu.", fields={"result": ["Choisissez un résultat."]})
    locked = (
        Callback.objects.select_for_update(of=("self",))
        .select_related("contact__site", "ticket")
        .get(pk=callback.pk)
    )
    can_in_organisation(actor, Verb.RECEPTION, locked.organisation_id).require()
    if locked.state not in OPEN_CALLBACKS:
        raise Conflict("Ce rappel est déjà soldé.", code="state")
    now = clock.now()
    agent = Agent.objects.filter(pk=actor.agent_id).first() if actor.agent_id else None
    CallbackAttempt.objects.create(callback=locked, agent=agent, at=now, result=result)
    locked.agent = agent
    missed = result == "wrong_number" or locked.attempts.count() >= 3
    if result == "reached":
        locked.state, locked.closed_at = CallbackState.KEPT, now
    elif missed:
        locked.state, locked.closed_at = CallbackState.MISSED, now
    else:
        locked.state = CallbackState.OWED
    locked.save(update_fields=["state", "closed_at", "agent"])
    history_write(
        actor=actor,
        verb="callback_attempted",
        sentence={
            "reached": "Rappel tenu.",
            "no_answer": "Rappel : pas de réponse.",
            "busy": "Rappel : occupé.",
            "wrong_number": "Rappel : mauvais numéro.",
        }[result],
        at=now,
        contact_id=locked.contact_id,
        ticket_id=locked.ticket_id,
    )
    if locked.closed_at is not None:
        _tell_closed(locked, now)
    return locked


def _tell_closed(callback: Callback, at: datetime) -> None:
    event_publish(
        name=EventName.CALLBACK_CLOSED,
        payload={
            "callback_id": callback.pk,
            "contact_id": callback.contact_id,
            "state": callback.state,
            "in_window": at <= callback.window_end,
            "dims": dims_of_contact(callback.contact),
        },
        order_key=f"contact:{callback.contact_id}",
        at=at,
    )


@transaction.atomic
def callbacks_cancel_for_new_call(*, call: Call, at: datetime) -> None:
    """Somebody who calls again and is answered is owed nothing more."""
    if not call.from_number:
        return
    open_ones = Callback.objects.select_for_update(of=("self",)).filter(
        organisation_id=call.contact.organisation_id, number=call.from_number, state__in=OPEN_CALLBACKS
    )
    for callback in open_ones.select_related("contact__site"):
        callback.state, callback.closed_at = CallbackState.CANCELLED, at
        callback.save(update_fields=["state", "closed_at"])
        _tell_closed(callback, at)
