"""How an attempt to call somebody back ended, and what follows: kept, tried again later, given up, expired."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from grc import clock
from grc.callback_rules import attempt_next, last_moment
from grc.enums import CallbackResult, CallbackState, Channel, Confidentiality
from grc.errors import Invalid
from grc.models import Callback, CallbackAttempt
from grc.models.queue import OPEN_CALLBACKS
from grc.phone_numbers import display as display_number
from grc.references import display
from grc.selectors.callbacks import allowed_of_callback, line_of_callback, may_be_told_by_sms
from grc.services.callbacks import callback_lock, callback_told_closed
from grc.services.history import history_write
from grc.services.messages import Way, message_send, sms_sender
from grc.types import Actor, system_actor

_SENTENCES: Final = {
    CallbackResult.REACHED: "Rappel tenu.",
    CallbackResult.NO_ANSWER: "Rappel : pas de réponse.",
    CallbackResult.BUSY: "Rappel : occupé.",
    CallbackResult.VOICEMAIL: "Rappel : répondeur.",
    CallbackResult.WRONG_NUMBER: "Rappel : mauvais numéro.",
    CallbackResult.FAILED: "Rappel : l’appel n’a pas abouti.",
}


@transaction.atomic
def callback_attempt(*, actor: Actor, callback: Callback, result: str) -> Callback:
    """Write down what came of an attempt: the person was reached, or not, or it was the wrong number.

    While a call of ours is under way, or after one the network said was answered, it says what the network cannot know
    (an answering machine). Otherwise it is an attempt made on another telephone.
    """
    known = _result(result)
    locked = callback_lock(
        actor=actor, callback_id=callback.pk, states=[*OPEN_CALLBACKS, CallbackState.KEPT.value]
    )
    now = clock.now()
    last = locked.attempts.order_by("-at", "-pk").first()
    if locked.state == CallbackState.KEPT:
        if last is None or last.result != CallbackResult.REACHED or known == CallbackResult.REACHED:
            raise Invalid("Ce rappel est déjà soldé.", code="state")
        locked.closed_at = None
    elif last is None or last.result:
        last = CallbackAttempt.objects.create(callback=locked, agent_id=actor.agent_id, at=now)
    last.result = known.value
    last.save(update_fields=["result"])
    callback_result_apply(locked, last, actor=actor, at=now)
    return locked


def _result(text: str) -> CallbackResult:
    try:
        return CallbackResult(text)
    except ValueError:
        raise Invalid("Résultat d’appel inconnu.", fields={"result": ["Choisissez un résultat."]}) from None


def callback_result_apply(
    callback: Callback, attempt: CallbackAttempt, *, actor: Actor, at: datetime
) -> None:
    """What follows the result of an attempt, of a locked call-back."""
    result = CallbackResult(attempt.result)
    callback.agent_id = attempt.agent_id or callback.agent_id
    callback.dialled_at = None
    if result == CallbackResult.REACHED:
        callback.state, callback.closed_at = CallbackState.KEPT, at
    else:
        _missed_or_again(callback, result, attempt.at)
    callback.save(
        update_fields=["state", "closed_at", "agent", "dialled_at", "window_start", "window_end", "next_at"]
    )
    history_write(
        actor=actor,
        verb="callback_attempted",
        sentence=_SENTENCES[result],
        at=at,
        contact_id=callback.contact_id,
        ticket_id=callback.ticket_id,
    )
    if callback.closed_at is not None:
        callback_told_closed(callback, at)
    if callback.state == CallbackState.MISSED and result != CallbackResult.WRONG_NUMBER:
        _tell_person(callback, at)


def _missed_or_again(callback: Callback, result: CallbackResult, tried_at: datetime) -> None:
    allowed, rules = allowed_of_callback(callback)
    tries = callback.attempts.exclude(result="").count()
    after = attempt_next(attempts=tries, at=tried_at, allowed=allowed, rules=rules)
    if result == CallbackResult.WRONG_NUMBER or after.window is None:
        callback.state, callback.closed_at = CallbackState.MISSED, clock.now()
        return
    callback.state = CallbackState.OWED
    callback.window_start, callback.window_end = after.window
    callback.next_at = callback.window_start


def _tell_person(callback: Callback, at: datetime) -> None:
    """We tried and did not manage: said by SMS to who may be written to, and nothing of why on a discreet topic."""
    if not may_be_told_by_sms(callback):
        return
    line = line_of_callback(callback)
    number = display_number(line.number) if line is not None else ""
    where = (
        f" Rappelez-nous quand vous voulez au {number}." if number else " Rappelez-nous quand vous voulez."
    )
    ticket = callback.ticket
    body = "Nous avons essayé de vous rappeler sans vous joindre." + where
    if ticket is not None and ticket.confidentiality == Confidentiality.NORMAL:
        body = f"{callback.contact.organisation.name} : n{body[1:]} Demande {display(ticket.reference)}."
    way = Way(Channel.SMS, callback.number, sms_sender(callback.contact))
    try:
        with transaction.atomic():
            message_send(
                actor=system_actor("Rappel manqué"),
                contact=callback.contact,
                ticket=ticket,
                way=way,
                body=body.replace("\u00a0", " ").replace("\u202f", " "),
                at=at,
                automatic=True,
            )
    except Invalid as refusal:
        # They answered STOP: the story of the request says that nothing was sent.
        history_write(
            actor=system_actor("Rappel manqué"),
            verb="callback_untold",
            sentence=refusal.sentence,
            at=at,
            contact_id=callback.contact_id,
            ticket_id=callback.ticket_id,
        )


def callbacks_expire(*, now: datetime) -> int:
    """Debts nobody paid in their window nor in the one after: expired, counted and shown; gives how many."""
    late = Callback.objects.filter(state=CallbackState.OWED, window_end__lt=now).values_list("pk", flat=True)
    done = 0
    for callback_id in list(late.order_by("window_end")[:200]):
        with transaction.atomic():
            callback = (
                Callback.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("contact__site", "contact__organisation", "ticket", "line__calendar")
                .filter(pk=callback_id, state=CallbackState.OWED)
                .first()
            )
            if callback is None:
                continue
            allowed, _ = allowed_of_callback(callback)
            if now < last_moment(window_end=callback.window_end, allowed=allowed):
                continue
            _expire(callback, now)
            done += 1
    return done


def _expire(callback: Callback, now: datetime) -> None:
    callback.state, callback.closed_at = CallbackState.EXPIRED, now
    callback.save(update_fields=["state", "closed_at"])
    history_write(
        actor=system_actor("Rappel non tenu"),
        verb="callback_expired",
        sentence="Rappel expiré : personne n’a appelé dans la plage promise ni dans la suivante.",
        at=now,
        contact_id=callback.contact_id,
        ticket_id=callback.ticket_id,
    )
    callback_told_closed(callback, now)
