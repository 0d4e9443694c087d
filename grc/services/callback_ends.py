"""What the network tells of a call we make to call somebody back: the agent does not pick up, the person answers, is
busy, puts the telephone down. The other side of :mod:`grc.services.callback_dialling`."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from grc.enums import CallbackResult, CallbackState, Direction, LegEnd, LegKind
from grc.models import Callback, CallbackAttempt, CallLeg
from grc.selectors.actors import actor_of_agent
from grc.services.callback_results import callback_result_apply
from grc.services.intake import contact_end
from grc.services.network import hang_up_after_commit
from grc.services.offer_ends import Place, call_close, leg_close
from grc.types import Actor, system_actor

CALLED_OUT: Final = "called_out"
"""End of a call of ours: none of the dispositions of the calls offered to us."""
_RESULTS: Final = {LegEnd.BUSY: CallbackResult.BUSY, LegEnd.FAILED: CallbackResult.FAILED}


def is_ours(place: Place) -> bool:
    """Whether we made this call."""
    return place.call.contact.direction == Direction.OUTBOUND


def callback_agent_unanswered(place: Place, at: datetime) -> None:
    """The agent did not pick up: nobody was called, it is no attempt, and the debt keeps its place."""
    attempt = _attempt(place)
    if attempt is not None and not attempt.result:
        callback = _callback(attempt)
        attempt.delete()
        callback_release(callback)
    call_out_end(place, at)


def callback_person_answered(place: Place, at: datetime) -> None:
    """The person has picked up: the promise is kept, unless the agent finds an answering machine."""
    place.call.answered_at = at
    place.call.save(update_fields=["answered_at"])
    _result(place, CallbackResult.REACHED, at)


def callback_person_unreached(place: Place, reason: LegEnd, at: datetime) -> None:
    """The person's telephone was busy, rang for nothing, or could not be rung: the agent is free again."""
    _result(place, _RESULTS.get(reason, CallbackResult.NO_ANSWER), at)
    call_out_end(place, at)


def callback_agent_left(place: Place, at: datetime) -> None:
    """The last agent has put the telephone down: the person's rings no more, or the conversation is over."""
    legs = CallLeg.objects.select_for_update().filter(
        call=place.call, kind=LegKind.CALLER.value, ended_at__isnull=True
    )
    caller = legs.first()
    if caller is not None and caller.answered_at is not None:
        hang_up_after_commit(caller.provider_id)
        return
    if caller is not None:
        leg_close(place, caller, LegEnd.WITHDRAWN, at)
    _result(place, CallbackResult.FAILED, at)
    call_out_end(place, at)


def call_out_end(place: Place, at: datetime) -> None:
    """A call of ours is over: whoever talked writes it up. It is none of the calls offered to us, nor counted with
    them."""
    call = place.call
    if call.ended_at is not None:
        return
    call.ended_at, call.end_kind = at, CALLED_OUT
    call.save(update_fields=["ended_at", "end_kind"])
    call_close(place, at)
    contact_end(actor=system_actor("Rappel"), contact=call.contact, at=at, outcome=CALLED_OUT)


def callback_release(callback: Callback) -> None:
    """Owed again, at its place, of a locked call-back whose call came to nothing."""
    if callback.state == CallbackState.DIALLING:
        callback.state, callback.dialled_at = CallbackState.OWED, None
        callback.save(update_fields=["state", "dialled_at"])


def _result(place: Place, result: CallbackResult, at: datetime) -> None:
    attempt = _attempt(place)
    if attempt is None or attempt.result:
        return
    attempt.result = result.value
    attempt.save(update_fields=["result"])
    callback_result_apply(_callback(attempt), attempt, actor=_actor(attempt), at=at)


def _actor(attempt: CallbackAttempt) -> Actor:
    return actor_of_agent(attempt.agent) if attempt.agent is not None else system_actor("Rappel")


def _attempt(place: Place) -> CallbackAttempt | None:
    return CallbackAttempt.objects.select_related("agent").filter(call=place.call).first()


def _callback(attempt: CallbackAttempt) -> Callback:
    return (
        Callback.objects.select_for_update(of=("self",))
        .select_related("contact__site", "contact__organisation", "ticket", "line__calendar")
        .get(pk=attempt.callback_id)
    )
