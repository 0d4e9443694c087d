"""A call-back is a debt: owner, promised window, attempts, reason; one live per number. How it is tried:
:mod:`grc.services.callback_dialling`; how it ends: :mod:`grc.services.callback_results`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from grc import clock
from grc.calendars import Calendar as OpeningCalendar
from grc.call_order import DEFAULT_LANGUAGE, rank_of
from grc.callback_rules import Allowed, promised_window
from grc.enums import CallbackOrigin, CallbackState, Confidentiality, Priority
from grc.errors import Conflict, Invalid, NotFound
from grc.events import EventName
from grc.models import Call, Callback, CallStep, Contact, Line, QueueEntry, Team, Ticket
from grc.models.queue import LIVE_CALLBACKS
from grc.phone_numbers import callback_refusal
from grc.policies import Verb, can_in_organisation
from grc.selectors.callbacks import (
    allowed_hours,
    allowed_of_callback,
    callback_live_of_number,
    number_known,
    numbers_on_the_line,
)
from grc.selectors.directory import opening_calendar
from grc.services.call_queue import topic_skills
from grc.services.dims import dims_of_contact, dims_of_ticket
from grc.services.history import history_write
from grc.services.outbox import event_publish
from grc.types import Actor

_TOO_MANY: Final = (
    "Nous avons déjà noté plusieurs rappels à ce numéro aujourd’hui. Rappelez-nous, s’il vous plaît."
)
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
    line: Line | None = None,
    origin: CallbackOrigin = CallbackOrigin.ASKED,
) -> Callback:
    """Owe a call to this number. One is already open: the same one is given back, its first place kept; a proposal
    for this number becomes the debt, at the earlier of both places.

    A refusal (Invalid) leaves the transaction of the caller as it was, without a savepoint.
    """
    _number_check(number)
    with transaction.atomic(savepoint=False):
        known = (
            Callback.objects.select_for_update(of=("self",))
            .select_related("contact__site", "ticket__topic", "line__calendar")
            .filter(organisation_id=contact.organisation_id, number=number, state__in=LIVE_CALLBACKS)
            .first()
        )
        if known is not None and known.state != CallbackState.PROPOSED:
            return known
        if known is not None:
            queue_since = min(queue_since or at, known.queue_since)
        asked, allowed = number_known(
            organisation_id=contact.organisation_id,
            number=number,
            since=at - timedelta(days=1),
            calendar=calendar,
            line=line,
        )
        refusal = _TOO_MANY if asked >= PER_NUMBER_A_DAY else None
        owner = team or (ticket.team if ticket and ticket.team else None) or _fallback_team(contact)
        if refusal is None and owner is not None:
            if known is not None:
                _proposal_close(known, at)
            return _owe(
                actor=actor,
                contact=contact,
                ticket=ticket,
                team=owner,
                number=number,
                reason=reason,
                at=at,
                since=queue_since or at,
                allowed=allowed,
                line=line,
                origin=origin,
            )
    if refusal is not None:
        raise Invalid(refusal, code="callback_too_many")
    raise Invalid("Aucune équipe de repli n’est définie pour cet organisme.", code="no_fallback_team")


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
    allowed: Allowed,
    line: Line | None,
    origin: CallbackOrigin,
) -> Callback:
    start, end = promised_window(at=at, allowed=allowed)
    callback = Callback.objects.create(
        contact=contact,
        ticket=ticket,
        organisation_id=contact.organisation_id,
        team=team,
        number=number,
        reason=reason[:200],
        line=line,
        origin=origin,
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


def _fallback_team(contact: Contact) -> Team | None:
    return Team.objects.filter(
        organisation_id=contact.organisation_id, fallback=True, closed_on__isnull=True
    ).first()


@transaction.atomic
def callback_follow_ticket(*, ticket_id: int, team: Team) -> None:
    """The debt goes with the request."""
    Callback.objects.filter(ticket_id=ticket_id, state=CallbackState.OWED).update(team=team)


def callback_propose(*, call: Call, at: datetime) -> Callback | None:
    """A caller who hung up before being answered becomes a proposal to call: nothing was promised, an agent decides.

    None when there is nothing to propose: hidden or refused number, discreet topic, too short a wait, already owed,
    or calling again at this moment.
    """
    entry = (
        QueueEntry.objects.filter(call=call).select_related("ticket__topic", "ticket__team", "team").first()
    )
    line = Line.objects.select_related("calendar").filter(number=call.to_number).first()
    if entry is None or entry.left_at is None or line is None or not _may_be_proposed(call, entry):
        return None
    if (entry.left_at - entry.entered_at).total_seconds() < line.abandoned_after:
        return None
    team = (entry.ticket.team if entry.ticket else None) or entry.team or _fallback_team(call.contact)
    if team is None or numbers_on_the_line(organisation_id=entry.organisation_id, numbers=[call.from_number]):
        return None
    calendar = opening_calendar(line.calendar)
    allowed = allowed_hours(
        organisation_id=entry.organisation_id, number=call.from_number, calendar=calendar, line=line
    )
    start, end = promised_window(at=at, allowed=allowed)
    # Somebody else may be writing the one of this number: theirs stands.
    Callback.objects.bulk_create(
        [
            Callback(
                contact=call.contact,
                ticket=entry.ticket,
                organisation_id=entry.organisation_id,
                team=team,
                number=call.from_number,
                state=CallbackState.PROPOSED,
                origin=CallbackOrigin.ABANDONED,
                reason="Appel abandonné",
                line=line,
                queue_since=entry.entered_at,
                rank=entry.rank,
                skills=entry.skills,
                language=entry.language,
                window_start=start,
                window_end=end,
                next_at=start,
                created_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    return callback_live_of_number(organisation_id=entry.organisation_id, number=call.from_number)


def _may_be_proposed(call: Call, entry: QueueEntry) -> bool:
    if not call.from_number or callback_refusal(call.from_number) is not None:
        return False
    if entry.ticket is not None:
        return entry.ticket.confidentiality == Confidentiality.NORMAL
    said = CallStep.objects.filter(call=call, number=call.step).values_list(
        "state__facts__discretion", flat=True
    )
    return not any(said)


def callback_lock(*, actor: Actor, callback_id: int, states: Sequence[str]) -> Callback:
    """The call-back, locked, in one of these states; refused to who does not receive people there."""
    locked = (
        Callback.objects.select_for_update(of=("self",))
        .select_related("contact__site", "contact__organisation", "ticket__topic", "line__calendar")
        .filter(pk=callback_id)
        .first()
    )
    if locked is None:
        raise NotFound("Ce rappel n’existe pas.")
    can_in_organisation(actor, Verb.RECEPTION, locked.organisation_id).require()
    if locked.state not in states:
        raise Conflict("Ce rappel n’est plus à faire : la liste a changé.", code="state")
    return locked


@transaction.atomic
def callback_accept(*, actor: Actor, callback_id: int) -> Callback:
    """An agent decides to call an abandoned caller: the proposal becomes a debt, at its first place."""
    locked = callback_lock(actor=actor, callback_id=callback_id, states=[CallbackState.PROPOSED])
    now = clock.now()
    allowed, _ = allowed_of_callback(locked)
    locked.window_start, locked.window_end = promised_window(at=now, allowed=allowed)
    locked.next_at, locked.state = locked.window_start, CallbackState.OWED
    locked.save(update_fields=["state", "window_start", "window_end", "next_at"])
    _tell_owed(actor, locked, now)
    return locked


@transaction.atomic
def callback_dismiss(*, actor: Actor, callback_id: int) -> Callback:
    """An agent decides not to call an abandoned caller: nothing was promised, nothing is counted."""
    locked = callback_lock(actor=actor, callback_id=callback_id, states=[CallbackState.PROPOSED])
    now = clock.now()
    _proposal_close(locked, now)
    history_write(
        actor=actor,
        verb="callback_dismissed",
        sentence="Rappel proposé : écarté.",
        at=now,
        contact_id=locked.contact_id,
        ticket_id=locked.ticket_id,
    )
    return locked


def _proposal_close(callback: Callback, at: datetime) -> None:
    callback.state, callback.closed_at = CallbackState.CANCELLED, at
    callback.save(update_fields=["state", "closed_at"])


@transaction.atomic
def callback_cancel_by_person(*, actor: Actor, ticket_id: int, callback_id: int) -> Callback:
    """The person who follows their request says that they need no call any more. While it rings it is too late."""
    locked = (
        Callback.objects.select_for_update(of=("self",))
        .select_related("contact__site")
        .filter(pk=callback_id, ticket_id=ticket_id)
        .first()
    )
    if locked is None:
        raise NotFound("Ce rappel n’existe pas.")
    if locked.state == CallbackState.DIALLING:
        raise Conflict("Nous vous appelons en ce moment.", code="state")
    if locked.state == CallbackState.OWED:
        callback_cancel(locked, actor=actor, at=clock.now(), sentence="Rappel annulé par la personne.")
    return locked


def callback_cancel(callback: Callback, *, actor: Actor, at: datetime, sentence: str) -> None:
    """Nothing is owed any more, of a locked debt or proposal."""
    promised = callback.state != CallbackState.PROPOSED
    _proposal_close(callback, at)
    if not promised:
        return
    history_write(
        actor=actor,
        verb="callback_cancelled",
        sentence=sentence,
        at=at,
        contact_id=callback.contact_id,
        ticket_id=callback.ticket_id,
    )
    callback_told_closed(callback, at)


def callback_told_closed(callback: Callback, at: datetime) -> None:
    """How a debt ended, for the figures."""
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
def callbacks_of_caller_queued(*, call: Call, at: datetime) -> None:
    """Somebody whom we might call waits on the line: a proposal has no more reason, a debt gives them its place.

    The debt itself is kept until they are answered: they may hang up again.
    """
    entry = QueueEntry.objects.select_for_update(of=("self",)).filter(call=call).first()
    for callback in _live_of_caller(call):
        if entry is not None and callback.rank < entry.rank:
            entry.rank = callback.rank
            entry.save(update_fields=["rank"])
        if callback.state == CallbackState.PROPOSED:
            _proposal_close(callback, at)


@transaction.atomic
def callbacks_of_caller_answered(*, actor: Actor, call: Call, at: datetime) -> None:
    """Somebody who calls again and is answered is owed nothing more."""
    for callback in _live_of_caller(call):
        if callback.contact_id != call.contact_id and callback.state != CallbackState.DIALLING:
            callback_cancel(
                callback, actor=actor, at=at, sentence="Rappel annulé : la personne a été jointe autrement."
            )


def _live_of_caller(call: Call) -> list[Callback]:
    if not call.from_number:
        return []
    rows = Callback.objects.select_for_update(of=("self",)).filter(
        organisation_id=call.contact.organisation_id, number=call.from_number, state__in=LIVE_CALLBACKS
    )
    return list(rows.select_related("contact__site").order_by("pk"))
