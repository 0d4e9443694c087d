"""How an offer and a leg end: once, with their reason, and who is freed by it.

Rows are locked from the outside in: place in the queue, call, presence, then offers and legs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from grc.call_rules import PAUSED_AFTER_MISSED, held_seconds, wrap_up_seconds
from grc.enums import (
    LegEnd,
    LegKind,
    OfferKind,
    OfferOutcome,
    PauseReason,
    PresenceState,
    QueueEntryState,
)
from grc.events import EventName
from grc.models import Call, CallLeg, CallOffer, Line, Presence, QueueEntry
from grc.services.dims import dims_of_contact, dims_of_ticket
from grc.services.network import hang_up_after_commit
from grc.services.outbox import event_publish
from grc.services.presence_rows import presence_contact_release, presence_lock, presence_move

_LEG_END: Final = {
    OfferOutcome.DECLINED: LegEnd.DECLINED,
    OfferOutcome.MISSED: LegEnd.NO_ANSWER,
    OfferOutcome.CALLER_LEFT: LegEnd.CALLER_LEFT,
    OfferOutcome.WITHDRAWN: LegEnd.WITHDRAWN,
}


@dataclass(frozen=True)
class Place:
    """A call locked with its place in the queue, if it has one."""

    call: Call
    entry: QueueEntry | None

    @property
    def dims(self) -> dict[str, Any]:
        ticket = self.entry.ticket if self.entry is not None else None
        return dims_of_ticket(ticket) if ticket is not None else dims_of_contact(self.call.contact)

    @property
    def key(self) -> str:
        return f"contact:{self.call.contact_id}"


def place_lock(call_id: int) -> Place:
    """Lock the place, then the call, as everybody does."""
    entry = (
        QueueEntry.objects.select_for_update(of=("self",))
        .select_related("ticket__topic", "ticket__team", "ticket__origin_contact__site", "team")
        .filter(call_id=call_id)
        .first()
    )
    call = (
        Call.objects.select_for_update(of=("self",))
        .select_related("contact__organisation", "contact__site")
        .get(pk=call_id)
    )
    return Place(call, entry)


def offer_close(place: Place, offer: CallOffer, outcome: OfferOutcome, at: datetime) -> None:
    """End an open offer. Not accepted: its ring stops and the caller has their own place again."""
    offer.outcome, offer.ended_at = outcome.value, at
    offer.save(update_fields=["outcome", "ended_at"])
    event_publish(
        name=EventName.CALL_OFFER_ENDED,
        payload={
            "offer_id": offer.pk,
            "entry_id": offer.entry_id,
            "contact_id": place.call.contact_id,
            "agent_id": offer.agent_id,
            "from_agent_id": offer.from_agent_id,
            "kind": offer.kind,
            "outcome": outcome.value,
            "seconds": max(0, int((at - offer.offered_at).total_seconds())),
            "dims": place.dims,
        },
        order_key=place.key,
        at=at,
    )
    if outcome == OfferOutcome.ACCEPTED:
        return
    for leg in CallLeg.objects.select_for_update().filter(offer=offer, ended_at__isnull=True):
        leg_close(place, leg, _LEG_END[outcome], at)
    _place_again(place, offer)
    _judge(offer, outcome, at)


def _place_again(place: Place, offer: CallOffer) -> None:
    entry = place.entry
    if offer.kind == OfferKind.CONSULT or entry is None or entry.state != QueueEntryState.OFFERED:
        return
    entry.state, entry.agent_id, entry.for_agent_id = QueueEntryState.WAITING.value, None, None
    entry.save(update_fields=["state", "agent", "for_agent"])


def _judge(offer: CallOffer, outcome: OfferOutcome, at: datetime) -> None:
    """What a refusal or a silence means for the agent: others are asked first; twice in a row, a pause.

    A telephone that cannot be rung counts as a silence: it would be rung for ever.
    """
    if outcome in (OfferOutcome.MISSED, OfferOutcome.WITHDRAWN):
        presence_missed(offer.agent_id, at)
    elif outcome == OfferOutcome.DECLINED:
        row = presence_lock(agent_id=offer.agent_id, at=at)
        row.missed_in_row = 0
        row.save(update_fields=["missed_in_row"])


def presence_missed(agent_id: int, at: datetime) -> None:
    """One more caller left without an answer by this agent."""
    row = presence_lock(agent_id=agent_id, at=at)
    row.missed_in_row += 1
    row.save(update_fields=["missed_in_row"])
    if row.state == PresenceState.AVAILABLE and row.missed_in_row >= PAUSED_AFTER_MISSED:
        presence_move(row, state=PresenceState.PAUSED, at=at, reason=PauseReason.MISSED_OFFERS)


def leg_close(place: Place, leg: CallLeg, reason: LegEnd, at: datetime, *, hang_up: bool = True) -> None:
    """End a locked leg, once. ``hang_up``: the network is asked to, after the commit."""
    if leg.ended_at is not None:
        return
    leg.held_seconds = held_seconds(before=leg.held_seconds, since=leg.held_since, now=at)
    leg.held_since = None
    leg.ended_at, leg.end_reason = at, reason.value
    leg.save(update_fields=["ended_at", "end_reason", "held_seconds", "held_since"])
    if hang_up:
        hang_up_after_commit(leg.provider_id)
    if leg.kind == LegKind.CALLER:
        return  # the end of the call is told by its own event
    event_publish(
        name=EventName.CALL_LEG_ENDED,
        payload={
            "leg_id": leg.pk,
            "contact_id": place.call.contact_id,
            "agent_id": leg.agent_id,
            "kind": leg.kind,
            "end_reason": reason.value,
            "talk_seconds": int((at - leg.answered_at).total_seconds()) if leg.answered_at else 0,
            "hold_seconds": leg.held_seconds,
            "dims": place.dims,
        },
        order_key=place.key,
        at=at,
    )


def agent_leave(place: Place, leg: CallLeg, at: datetime) -> None:
    """The agent of an ended leg is no longer in the call: they write it up if they talked, else they are free."""
    if leg.kind != LegKind.AGENT or leg.agent_id is None:
        return
    advised = leg.offer is not None and leg.offer.kind == OfferKind.CONSULT
    if leg.answered_at is None or (advised and place.call.contact.agent_id != leg.agent_id):
        presence_contact_release(agent_id=leg.agent_id, contact_id=place.call.contact_id, at=at)
        return
    row = presence_lock(agent_id=leg.agent_id, at=at)
    if row.contact_id == place.call.contact_id and row.state == PresenceState.ON_CONTACT:
        wrap_up_begin(place, row, at)


def wrap_up_begin(place: Place, row: Presence, at: datetime) -> None:
    """Time to write: the team's, else the line's; it ends by itself, on the server."""
    line = Line.objects.filter(number=place.call.to_number).values_list("wrap_up_seconds", flat=True).first()
    entry = place.entry
    team = entry.team.wrap_up_seconds if entry is not None and entry.team is not None else None
    seconds = wrap_up_seconds(line=line, team=team)
    presence_move(
        row,
        state=PresenceState.WRAPPING_UP,
        at=at,
        until=at + timedelta(seconds=seconds),
        contact_id=place.call.contact_id,
    )


def offers_stop(place: Place, at: datetime) -> None:
    """Nobody is offered this caller any more; whoever had accepted and not picked up yet is free again."""
    if place.entry is not None:
        offer = CallOffer.objects.select_for_update().filter(entry=place.entry, outcome="").first()
        if offer is not None:
            offer_close(place, offer, OfferOutcome.CALLER_LEFT, at)
    rows = CallLeg.objects.select_for_update(of=("self",)).select_related("offer")
    for leg in rows.filter(call=place.call, kind=LegKind.AGENT.value, answered_at=None, ended_at=None):
        leg_close(place, leg, LegEnd.CALLER_LEFT, at)
        agent_leave(place, leg, at)


def consult_withdraw(place: Place, at: datetime) -> None:
    """Nobody is asked for advice any more: the open offer ends without blaming whoever it rang for."""
    offer = CallOffer.objects.select_for_update().filter(
        entry=place.entry, kind=OfferKind.CONSULT.value, outcome=""
    )
    for one in offer:
        offer_close(place, one, OfferOutcome.CALLER_LEFT, at)


def call_close(place: Place, at: datetime) -> None:
    """The caller has gone: nobody rings for them any more, whoever talked with them writes it up."""
    offers_stop(place, at)
    legs = CallLeg.objects.select_for_update(of=("self",)).select_related("offer")
    for leg in legs.filter(call=place.call, ended_at__isnull=True).order_by("pk"):
        caller = leg.kind == LegKind.CALLER
        reason = LegEnd.HUNG_UP if caller else LegEnd.CALLER_LEFT
        leg_close(place, leg, reason, at, hang_up=not caller)
        agent_leave(place, leg, at)
    _release_agent_without_leg(place, at)


def _release_agent_without_leg(place: Place, at: datetime) -> None:
    """Somebody who had accepted and whose telephone was not rung yet."""
    waiting = Presence.objects.filter(
        contact_id=place.call.contact_id, state=PresenceState.ON_CONTACT.value
    ).values_list("agent_id", flat=True)
    for agent_id in list(waiting):
        presence_contact_release(agent_id=agent_id, contact_id=place.call.contact_id, at=at)
