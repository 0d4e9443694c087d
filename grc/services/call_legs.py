"""What the network tells of the telephones of a call: picked up, in the conference, ended. Forward only, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from grc.call_rules import JOIN_PATIENCE
from grc.enums import LegEnd, LegKind, OfferKind, OfferOutcome, QueueEntryState
from grc.models import Call, CallLeg, CallOffer
from grc.selectors.actors import actor_of_agent
from grc.services.call_queue import entry_answered
from grc.services.callback_dialling import callback_person_ring
from grc.services.callback_ends import callback_person_answered, is_ours
from grc.services.leg_ends import (
    call_changed,
    caller_hold,
    caller_leg,
    leg_left,
    leg_unanswered,
    live_legs,
)
from grc.services.network import (
    conference_of,
    hang_up_after_commit,
    join_after_commit,
    wait_again_after_commit,
)
from grc.services.offer_ends import Place, leg_close, offer_close, place_lock
from grc.services.presence_rows import presence_contact_begin

CALLER_GONE: Final = "caller_gone"
TAKEN: Final = "taken"
CALLBACK: Final = "callback"
"""Said in place of the kind of an offer: the telephone is picked up for a call of ours."""
RING_LOST: Final = timedelta(seconds=90)
"""No telephone of ours rings that long: its ring, or the news of its end, is lost."""
_ENDS: Final = {
    "no-answer": LegEnd.NO_ANSWER,
    "busy": LegEnd.BUSY,
    "failed": LegEnd.FAILED,
    "canceled": LegEnd.NO_ANSWER,
    "completed": LegEnd.HUNG_UP,
}


@dataclass(frozen=True)
class PickedUp:
    """What to do with a telephone just picked up: enter ``conference``, or hear why not (``refusal``) and hang up.

    ``kind`` and ``offer_kind``: what to say to who picked up.
    """

    kind: str = ""
    offer_kind: str = ""
    conference: str = ""
    refusal: str = ""


def _locked(leg_id: int) -> tuple[Place, CallLeg] | None:
    call_id = CallLeg.objects.filter(pk=leg_id).values_list("call_id", flat=True).first()
    if call_id is None:
        return None
    place = place_lock(call_id)
    leg = CallLeg.objects.select_for_update(of=("self",)).select_related("offer", "agent").get(pk=leg_id)
    return place, leg


@transaction.atomic
def leg_pick_up(*, leg_id: int, provider_id: str, at: datetime) -> PickedUp:
    """A telephone rung for us is picked up. Picking up accepts the offer, if it is still open and the caller there."""
    found = _locked(leg_id)
    if found is None:
        return PickedUp(refusal=CALLER_GONE)
    place, leg = found
    if not leg.provider_id:
        leg.provider_id = provider_id
        leg.save(update_fields=["provider_id"])
    offer_kind = leg.offer.kind if leg.offer is not None else ""
    if is_ours(place) and not offer_kind:
        offer_kind = CALLBACK
    if place.call.ended_at is not None:
        leg_close(place, leg, LegEnd.CALLER_LEFT, at)
        return PickedUp(leg.kind, offer_kind, refusal=CALLER_GONE)
    if leg.ended_at is not None:
        gone = leg.end_reason == LegEnd.CALLER_LEFT
        return PickedUp(leg.kind, offer_kind, refusal=CALLER_GONE if gone else TAKEN)
    if leg.answered_at is None:
        _answer(place, leg, at)
    return PickedUp(leg.kind, offer_kind, conference=conference_of(place.call.contact_id))


def _answer(place: Place, leg: CallLeg, at: datetime) -> None:
    offer = CallOffer.objects.select_for_update().filter(pk=leg.offer_id or 0).first()
    if offer is not None and not offer.outcome:
        offer_close(place, offer, OfferOutcome.ACCEPTED, at)
    leg.answered_at = at
    leg.save(update_fields=["answered_at"])
    if leg.kind == LegKind.CALLER:
        callback_person_answered(place, at)
    if leg.kind != LegKind.AGENT or leg.agent is None:
        return
    presence_contact_begin(agent_id=leg.agent.pk, contact_id=place.call.contact_id, at=at)
    entry = place.entry
    consulted = offer is not None and offer.kind == OfferKind.CONSULT
    if entry is not None and entry.state != QueueEntryState.ANSWERED and not consulted:
        entry_answered(actor=actor_of_agent(leg.agent), entry=entry, call=place.call, at=at)
    call_changed(place, at)


@transaction.atomic
def conference_joined(*, contact_id: int, provider_id: str, at: datetime) -> None:
    """Somebody is in the room of a contact. The first agent there has the caller moved to them."""
    call_id = Call.objects.filter(contact_id=contact_id).values_list("pk", flat=True).first()
    if call_id is None:
        return
    place = place_lock(call_id)
    leg = CallLeg.objects.select_for_update().filter(call_id=call_id, provider_id=provider_id).first()
    if leg is None or leg.ended_at is not None:
        return
    if leg.joined_at is None:
        leg.joined_at = at
        leg.save(update_fields=["joined_at"])
    if leg.kind == LegKind.CALLER:
        _caller_joined(place, leg)
    else:
        _other_joined(place, at)
    call_changed(place, at)


def _caller_joined(place: Place, leg: CallLeg) -> None:
    """Moved to an agent who has gone meanwhile: nobody stays alone in a room."""
    if place.entry is not None and place.entry.state == QueueEntryState.WAITING:
        leg.joined_at = None
        leg.save(update_fields=["joined_at"])
        wait_again_after_commit(leg.provider_id, why="missed")


def _other_joined(place: Place, at: datetime) -> None:
    caller = caller_leg(place)
    if caller is None:
        if is_ours(place):
            callback_person_ring(place, at)
        return
    if is_ours(place):
        return
    if caller.joined_at is None:
        join_after_commit(caller.provider_id, contact_id=place.call.contact_id)
    elif caller.held_since is not None and not live_legs(place, LegKind.AGENT):
        # A partner to whom the caller was handed over: they hear each other.
        caller_hold(place, caller, on=False, at=at)


@transaction.atomic
def leg_status_record(*, leg_id: int, provider_id: str, status: str, at: datetime) -> None:
    """The end of a telephone we rang. One that has ended for us already is left as it is."""
    reason = _ENDS.get(status)
    found = _locked(leg_id) if reason is not None else None
    if found is None or reason is None:
        return
    place, leg = found
    if not leg.provider_id:
        leg.provider_id = provider_id
        leg.save(update_fields=["provider_id"])
    if leg.ended_at is not None:
        return
    if leg.answered_at is None:
        leg_unanswered(place, leg, LegEnd.NO_ANSWER if reason == LegEnd.HUNG_UP else reason, at)
    else:
        leg_left(place, leg, at)


def legs_repair(*, now: datetime) -> int:
    """Order again what a lost request left undone: callers answered and not yet with their agent; gives how many."""
    late = CallLeg.objects.filter(
        kind=LegKind.AGENT.value,
        ended_at__isnull=True,
        answered_at__range=(now - timedelta(minutes=2), now - JOIN_PATIENCE),
        call__ended_at__isnull=True,
        call__queue_entry__state=QueueEntryState.ANSWERED,
    ).values_list("call_id", flat=True)
    done = 0
    for call_id in list(late.distinct()[:100]):
        with transaction.atomic():
            place = place_lock(call_id)
            caller = caller_leg(place)
            if caller is not None and caller.joined_at is None and live_legs(place, LegKind.AGENT):
                join_after_commit(caller.provider_id, contact_id=place.call.contact_id)
                done += 1
    return done


def legs_expire(*, now: datetime) -> int:
    """Telephones that should have been picked up or not long ago: the order to ring was lost, or its end. They are
    taken as not answered, and whoever waits for them is free again; gives how many."""
    lost = CallLeg.objects.filter(
        answered_at__isnull=True,
        ended_at__isnull=True,
        dialled_at__lt=now - RING_LOST,
        call__ended_at__isnull=True,
    )
    # That of somebody we call back too; who calls us has answered from the first.
    done = 0
    for leg_id in list(lost.order_by("pk").values_list("pk", flat=True)[:100]):
        with transaction.atomic():
            found = _locked(leg_id)
            if found is not None and found[1].ended_at is None and found[1].answered_at is None:
                hang_up_after_commit(found[1].provider_id)
                leg_unanswered(found[0], found[1], LegEnd.FAILED, now)
                done += 1
    return done


def legs_sweep(*, now: datetime) -> int:
    """Telephones whose end was never told, in a call that is over: closed; gives how many."""
    stale = CallLeg.objects.filter(ended_at__isnull=True, call__ended_at__lt=now - timedelta(minutes=1))
    done = 0
    for leg_id in list(stale.values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            found = _locked(leg_id)
            if found is not None and found[1].ended_at is None:
                leg_close(found[0], found[1], LegEnd.CALLER_LEFT, now)
                done += 1
    return done
