"""What follows when a telephone leaves a call: who goes back to wait, who writes it up, who is left talking."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from grc.enums import LegEnd, LegKind, OfferKind, OfferOutcome, PresenceState, QueueEntryState
from grc.events import EventName
from grc.models import CallLeg, CallOffer, Contact, Presence
from grc.services.callback_ends import (
    call_out_end,
    callback_agent_left,
    callback_agent_unanswered,
    callback_person_unreached,
    is_ours,
)
from grc.services.network import hang_up_after_commit, hold_after_commit, wait_again_after_commit
from grc.services.offer_ends import (
    Place,
    agent_leave,
    consult_withdraw,
    leg_close,
    offer_close,
    presence_missed,
)
from grc.services.outbox import event_publish
from grc.services.presence_rows import presence_contact_release

_OUTCOME: Final = {
    LegEnd.NO_ANSWER: OfferOutcome.MISSED,
    LegEnd.BUSY: OfferOutcome.DECLINED,
    LegEnd.DECLINED: OfferOutcome.DECLINED,
}


def live_legs(place: Place, *kinds: LegKind) -> list[CallLeg]:
    """Legs of a locked call that ring or talk, locked, oldest first."""
    rows = CallLeg.objects.select_for_update(of=("self",)).select_related("offer", "agent")
    return list(
        rows.filter(call=place.call, ended_at__isnull=True, kind__in=[kind.value for kind in kinds]).order_by(
            "pk"
        )
    )


def caller_leg(place: Place) -> CallLeg | None:
    """The caller's own leg, locked; None once it has ended, and for calls older than the legs."""
    found = live_legs(place, LegKind.CALLER)
    return found[0] if found else None


def call_changed(place: Place, at: datetime, *, besides: frozenset[int] = frozenset()) -> None:
    """Tell the screens of the agents who take part."""
    rows = CallLeg.objects.filter(call=place.call, kind=LegKind.AGENT.value, ended_at__isnull=True)
    ids = sorted(set(rows.values_list("agent_id", flat=True)) | besides)
    if ids:
        event_publish(
            name=EventName.CALL_CHANGED,
            payload={"contact_id": place.call.contact_id, "agent_ids": ids},
            order_key=place.key,
            at=at,
        )


def caller_hold(place: Place, caller: CallLeg, *, on: bool, at: datetime, order: bool = True) -> None:
    """Write whether the caller hears music; ``order``: the network is told after the commit."""
    if on == (caller.held_since is not None):
        return
    if on:
        caller.held_since = at
    else:
        assert caller.held_since is not None
        seconds = max(0, int((at - caller.held_since).total_seconds()))
        caller.held_since, caller.held_seconds = None, caller.held_seconds + seconds
        event_publish(
            name=EventName.CALL_RESUMED,
            payload={
                "contact_id": place.call.contact_id,
                "agent_id": place.call.contact.agent_id,
                "hold_seconds": seconds,
                "dims": place.dims,
            },
            order_key=place.key,
            at=at,
        )
    caller.save(update_fields=["held_since", "held_seconds"])
    if order:
        hold_after_commit(caller.provider_id, contact_id=place.call.contact_id, on=on)


def caller_requeue(place: Place, *, why: str, at: datetime) -> None:
    """The caller has their own place again and goes back to the waiting room, if they had left it."""
    entry = place.entry
    if entry is None or place.call.ended_at is not None:
        return
    # Nobody can be offered this caller while somebody is still asked for advice.
    consult_withdraw(place, at)
    entry.state, entry.agent_id, entry.left_at = QueueEntryState.WAITING.value, None, None
    entry.save(
        update_fields=["state", "agent", "left_at", "team", "for_agent", "for_team", "handed_at"],
    )
    caller = caller_leg(place)
    if caller is None or caller.joined_at is None:
        return
    caller_hold(place, caller, on=False, at=at, order=False)
    caller.joined_at = None
    caller.save(update_fields=["joined_at"])
    wait_again_after_commit(caller.provider_id, why=why)


def leg_unanswered(place: Place, leg: CallLeg, reason: LegEnd, at: datetime) -> None:
    """A telephone that rang and was not picked up, or could not be rung."""
    offer = CallOffer.objects.select_for_update().filter(pk=leg.offer_id or 0).first()
    if offer is not None and not offer.outcome:
        # Closing the offer closes its leg, gives the caller their place again and judges the agent.
        offer_close(place, offer, _OUTCOME.get(reason, OfferOutcome.WITHDRAWN), at)
        call_changed(place, at, besides=_asker(offer))
        return
    leg_close(place, leg, reason, at, hang_up=False)
    if is_ours(place) and leg.kind == LegKind.CALLER:
        callback_person_unreached(place, reason, at)
    elif leg.kind == LegKind.PARTNER:
        if not live_legs(place, LegKind.AGENT):
            caller_requeue(place, why="partner", at=at)
    elif leg.agent_id is not None:
        presence_contact_release(agent_id=leg.agent_id, contact_id=place.call.contact_id, at=at)
        presence_missed(leg.agent_id, at)
        if is_ours(place) and not live_legs(place, LegKind.AGENT, LegKind.CALLER):
            callback_agent_unanswered(place, at)
        entry = place.entry
        consulted = offer is not None and offer.kind == OfferKind.CONSULT
        if entry is not None and entry.state == QueueEntryState.OFFERED and not consulted:
            entry.for_agent_id = None
            caller_requeue(place, why="missed", at=at)
    call_changed(place, at, besides=_asker(offer))


def _asker(offer: CallOffer | None) -> frozenset[int]:
    return frozenset() if offer is None or offer.from_agent_id is None else frozenset({offer.from_agent_id})


def leg_left(place: Place, leg: CallLeg, at: datetime) -> None:
    """Somebody who was talking has put the telephone down."""
    if leg.kind == LegKind.CALLER:
        leg_close(place, leg, LegEnd.HUNG_UP, at, hang_up=False)
        call_out_end(place, at)
        return
    lost = leg.kind == LegKind.AGENT and leg.number.startswith("client:")
    others = [one for one in live_legs(place, LegKind.AGENT, LegKind.PARTNER) if one.pk != leg.pk]
    leg_close(place, leg, LegEnd.LOST if lost and not others else LegEnd.HUNG_UP, at, hang_up=False)
    agent_leave(place, leg, at)
    talking = [one for one in others if one.answered_at is not None]
    if talking:
        _left_among(place, leg, talking, at)
    elif not others:
        _left_alone(place, leg, at, lost=lost)
    call_changed(place, at)


def _left_among(place: Place, leg: CallLeg, talking: list[CallLeg], at: datetime) -> None:
    """The caller stays with those who are there: the first agent among them answers for the contact."""
    agents = [one for one in talking if one.kind == LegKind.AGENT]
    if leg.kind == LegKind.AGENT and place.call.contact.agent_id == leg.agent_id:
        caller = caller_leg(place)
        if caller is not None:
            caller_hold(place, caller, on=False, at=at)
        if agents:
            contact_given(place, agents[0], at)


def contact_given(place: Place, leg: CallLeg, at: datetime) -> None:
    """The contact is this agent's from now on."""
    Contact.objects.filter(pk=place.call.contact_id).update(agent=leg.agent)
    place.call.contact.agent = leg.agent
    if place.entry is not None:
        place.entry.agent = leg.agent
        place.entry.save(update_fields=["agent"])
    Presence.objects.filter(agent=leg.agent, state=PresenceState.ON_CONTACT).update(
        contact_id=place.call.contact_id
    )


def _left_alone(place: Place, leg: CallLeg, at: datetime, *, lost: bool) -> None:
    """Nobody is left with the caller. A browser that vanished said nothing: the caller finds somebody else. A desk
    phone put down ends the conversation, and so does a browser in a call of ours: there is no queue to go back to."""
    if is_ours(place):
        callback_agent_left(place, at)
    elif lost:
        caller_requeue(place, why="lost", at=at)
    else:
        hang_up_after_commit(place.call.provider_id)
