"""An agent takes a caller: by accepting an offer, or by picking one in the list. The caller is moved once the agent's
telephone is picked up, never before."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from grc import clock
from grc.enums import AgentReach, LegKind, OfferKind, OfferOutcome
from grc.errors import Conflict, Invalid, NotFound
from grc.models import Agent, CallLeg, CallOffer, Presence, QueueEntry
from grc.policies import Verb, can_in_organisation
from grc.services.call_queue import entry_reserve
from grc.services.leg_ends import call_changed
from grc.services.leg_rings import leg_ring, leg_start
from grc.services.network import telephony_required
from grc.services.offer_ends import Place, offer_close, place_lock
from grc.services.presence_rows import is_with_somebody, presence_contact_begin, presence_lock
from grc.types import Actor

_TOO_LATE: Final = {
    OfferOutcome.MISSED: "Vous n’avez pas répondu à temps : l’appel est proposé à un autre agent.",
    OfferOutcome.DECLINED: "Vous avez refusé cet appel.",
    OfferOutcome.CALLER_LEFT: "La personne a raccroché.",
    OfferOutcome.WITHDRAWN: "Cet appel ne vous est plus proposé.",
}


def _agent_required(actor: Actor) -> Agent:
    if actor.agent_id is None:
        raise Invalid("Seul un agent peut répondre.")
    return Agent.objects.get(pk=actor.agent_id)


def _offer_locked(actor: Actor, offer_id: int) -> tuple[Place, CallOffer]:
    """The offer of this very agent, locked with its caller: somebody else's does not exist."""
    known = (
        CallOffer.objects.filter(pk=offer_id, agent_id=actor.agent_id or 0).select_related("entry").first()
    )
    if known is None:
        raise NotFound("Cet appel ne vous est pas proposé.")
    place = place_lock(known.entry.call_id)
    return place, CallOffer.objects.select_for_update().get(pk=offer_id)


def call_offer_accept(*, actor: Actor, offer_id: int) -> CallOffer:
    """The agent takes the caller they are offered. Twice is once; too late says why.

    Their telephone rings, if it does not ring already; a network that refuses gives the caller back and is raised.
    """
    _agent_required(actor)
    telephony_required()
    offer, to_ring = _accept(actor, offer_id)
    if to_ring is not None:
        leg_ring(leg_id=to_ring.pk)
    return offer


@transaction.atomic
def _accept(actor: Actor, offer_id: int) -> tuple[CallOffer, CallLeg | None]:
    now = clock.now()
    place, offer = _offer_locked(actor, offer_id)
    can_in_organisation(actor, Verb.RECEPTION, place.call.contact.organisation_id).require()
    if offer.outcome == OfferOutcome.ACCEPTED:
        return offer, None
    if offer.outcome:
        raise Conflict(_TOO_LATE[OfferOutcome(offer.outcome)], code=offer.outcome)
    if place.call.ended_at is not None:
        raise Conflict(_TOO_LATE[OfferOutcome.CALLER_LEFT], code=OfferOutcome.CALLER_LEFT.value)
    offer_close(place, offer, OfferOutcome.ACCEPTED, now)
    row = presence_contact_begin(agent_id=offer.agent_id, contact_id=place.call.contact_id, at=now)
    if CallLeg.objects.filter(offer=offer, ended_at__isnull=True).exists():
        return offer, None
    return offer, leg_start(place, row.agent, offer=offer, at=now)


@transaction.atomic
def call_offer_decline(*, actor: Actor, offer_id: int) -> CallOffer:
    """The agent does not take this caller, who is offered to somebody else. Twice is once."""
    now = clock.now()
    place, offer = _offer_locked(actor, offer_id)
    if offer.outcome == OfferOutcome.ACCEPTED:
        raise Conflict("Vous avez déjà pris cet appel.", code="accepted")
    if not offer.outcome:
        offer_close(place, offer, OfferOutcome.DECLINED, now)
        call_changed(place, now)
    return offer


def call_answer(*, actor: Actor, organisation_id: int, entry_id: int | None = None) -> QueueEntry | None:
    """An agent picks the next waiting caller, or this one, by hand: nobody gets the same one. None: nobody waits.

    A caller who is being offered belongs to the one to whom they are offered.
    """
    can_in_organisation(actor, Verb.RECEPTION, organisation_id).require()
    agent = _agent_required(actor)
    telephony_required()
    _telephone_required(agent)
    if entry_id is not None:
        mine = CallOffer.objects.filter(entry_id=entry_id, agent=agent, outcome="").first()
        if mine is not None:
            return call_offer_accept(actor=actor, offer_id=mine.pk).entry
    taken = _pick(actor, agent, organisation_id, entry_id)
    if taken is None:
        return None
    entry, leg = taken
    leg_ring(leg_id=leg.pk)
    return entry


@transaction.atomic
def _pick(
    actor: Actor, agent: Agent, organisation_id: int, entry_id: int | None
) -> tuple[QueueEntry, CallLeg] | None:
    now = clock.now()
    entry = entry_reserve(agent_id=agent.pk, organisation_id=organisation_id, entry_id=entry_id)
    if entry is None:
        return None
    place = place_lock(entry.call_id)
    if place.call.ended_at is not None:
        raise Conflict("Cet appel a déjà été pris, ou la personne a raccroché.", code="already_taken")
    row = presence_lock(agent_id=agent.pk, at=now)
    _free_required(row, agent)
    offer = CallOffer.objects.create(
        entry=entry,
        agent=agent,
        kind=OfferKind.QUEUE.value,
        why="Choisi dans la liste.",
        offered_at=now,
        rings_until=now,
        outcome=OfferOutcome.ACCEPTED.value,
        ended_at=now,
    )
    presence_contact_begin(agent_id=agent.pk, contact_id=place.call.contact_id, at=now)
    return entry, leg_start(place, agent, offer=offer, at=now)


def _telephone_required(agent: Agent) -> None:
    """Something must ring."""
    softphone = Presence.objects.filter(agent=agent, reach=AgentReach.SOFTPHONE).exists()
    if not softphone and not agent.desk_phone:
        raise Invalid("Votre poste n’a pas de numéro : demandez à votre responsable de l’ajouter.")


def _free_required(row: Presence, agent: Agent) -> None:
    """Who is with somebody finishes first."""
    if is_with_somebody(row):
        raise Conflict("Vous êtes déjà en contact avec quelqu’un.", code="on_contact")
    if CallOffer.objects.filter(agent=agent, outcome="").exists():
        raise Conflict("Un autre appel vous est proposé : répondez-y d’abord.", code="other_offer")
    if CallLeg.objects.filter(agent=agent, kind=LegKind.AGENT.value, ended_at__isnull=True).exists():
        raise Conflict("Votre téléphone est déjà dans un appel.", code="on_contact")
