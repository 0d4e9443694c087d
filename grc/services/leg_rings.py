"""Ringing telephones: the leg is a row before it is a ring, so that whoever picks up is known whatever was lost."""

from __future__ import annotations

import logging
from datetime import datetime
from functools import partial

from django.db import transaction

from grc import clock
from grc.enums import AgentReach, LegEnd, LegKind
from grc.errors import GrcError, ProviderError
from grc.keys import softphone_identity
from grc.models import Agent, CallLeg, CallOffer, Presence
from grc.ports import Ring, UnknownOutcome, telephony
from grc.services.leg_ends import leg_unanswered
from grc.services.network import conference_of, hang_up_after_commit
from grc.services.offer_ends import Place, place_lock

logger = logging.getLogger(__name__)
PHONE_SECONDS = 25
"""How long a telephone rings when no offer says it."""


def leg_start(
    place: Place,
    agent: Agent,
    *,
    at: datetime,
    offer: CallOffer | None = None,
) -> CallLeg:
    """The row of an agent's telephone about to ring, in the caller's transaction."""
    reach = Presence.objects.filter(agent=agent).values_list("reach", flat=True).first()
    number = agent.desk_phone
    if reach == AgentReach.SOFTPHONE:
        number = f"client:{softphone_identity(agent.pk)}"
    return CallLeg.objects.create(
        call=place.call, kind=LegKind.AGENT.value, agent=agent, offer=offer, number=number, dialled_at=at
    )


def partner_start(place: Place, *, agent_id: int, number: str, at: datetime) -> CallLeg:
    """The row of an outside telephone which an agent brings in."""
    return CallLeg.objects.create(
        call=place.call, kind=LegKind.PARTNER.value, agent_id=agent_id, number=number, dialled_at=at
    )


def leg_ring_after_commit(leg: CallLeg, *, seconds: int, most_seconds: int = 0) -> None:
    """Ring once the row is kept; a refusal ends the leg and its offer, nobody being there to read it."""
    transaction.on_commit(partial(_ring_quietly, leg.pk, seconds, most_seconds), robust=True)


def _ring_quietly(leg_id: int, seconds: int, most_seconds: int) -> None:
    try:
        leg_ring(leg_id=leg_id, seconds=seconds, most_seconds=most_seconds)
    except GrcError as error:
        logger.warning("leg %s could not be rung: %s", leg_id, error.code)


def leg_ring(*, leg_id: int, seconds: int = PHONE_SECONDS, most_seconds: int = 0) -> None:
    """Ask the network to ring; outside any transaction. A refusal ends the leg and is raised; a lost answer is not a
    refusal: the telephone may be ringing, and says itself which leg it is when it is picked up."""
    leg = CallLeg.objects.select_related("call").get(pk=leg_id)
    port = telephony()
    if port is None or leg.ended_at is not None:
        return
    ring = Ring(
        leg_id=leg.pk,
        to=leg.number,
        caller_id=leg.call.to_number,
        seconds=seconds,
        conference=conference_of(leg.call.contact_id),
        most_seconds=most_seconds,
    )
    try:
        provider_id = port.ring(ring)
    except UnknownOutcome:
        logger.warning("leg %s may be ringing", leg_id)
        return
    except ProviderError:
        _refused(leg_id, leg.call_id)
        raise
    _rung(leg_id, provider_id)


@transaction.atomic
def _rung(leg_id: int, provider_id: str) -> None:
    leg = CallLeg.objects.select_for_update().get(pk=leg_id)
    if not leg.provider_id:
        leg.provider_id = provider_id
        leg.save(update_fields=["provider_id"])
    if leg.ended_at is not None:
        # It ended while the network was being asked: nobody must go on ringing.
        hang_up_after_commit(provider_id)


@transaction.atomic
def _refused(leg_id: int, call_id: int) -> None:
    now = clock.now()
    place = place_lock(call_id)
    leg = CallLeg.objects.select_for_update(of=("self",)).select_related("offer").get(pk=leg_id)
    if leg.ended_at is not None:
        return
    leg_unanswered(place, leg, LegEnd.FAILED, now)
