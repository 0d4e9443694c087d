"""What an agent does with a live call: hold, transfer, advice, partner, end. The network first where the caller would
hear the difference, then the rows; a network that refuses changes nothing and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from grc import clock
from grc.call_rules import PARTNER_CALL_SECONDS, partner_refusal
from grc.enums import LegEnd, LegKind, OfferKind, PresenceState
from grc.errors import Conflict, Invalid, NotFound
from grc.events import EventName
from grc.models import Agent, Call, CallLeg, CallOffer, Line, Team
from grc.phone_numbers import normalise
from grc.policies import Verb, can_in_organisation
from grc.selectors.presence import presence_can_be_asked
from grc.services.call_offers import offer_make
from grc.services.calls import call_end
from grc.services.history import history_write
from grc.services.leg_ends import (
    call_changed,
    caller_hold,
    caller_requeue,
    contact_given,
    live_legs,
)
from grc.services.leg_rings import leg_ring, partner_start
from grc.services.network import conference_of, telephony_required
from grc.services.offer_ends import Place, agent_leave, consult_withdraw, leg_close, place_lock
from grc.services.outbox import event_publish
from grc.services.presence_rows import presence_lock
from grc.types import Actor


@dataclass(frozen=True)
class Held:
    """A live call locked by one of its agents. ``mine``: their own telephone; ``caller``: the person's."""

    place: Place
    mine: CallLeg
    caller: CallLeg
    others: tuple[CallLeg, ...]
    now: datetime


def _call_id(contact_id: int) -> int:
    found = Call.objects.filter(contact_id=contact_id).values_list("pk", flat=True).first()
    if found is None:
        raise NotFound("Cet appel n’existe pas.")
    return found


def _held(actor: Actor, contact_id: int) -> Held:
    """Lock the call; only an agent who is in it, telephone in hand, may move it."""
    place = place_lock(_call_id(contact_id))
    can_in_organisation(actor, Verb.RECEPTION, place.call.contact.organisation_id).require()
    legs = live_legs(place, LegKind.CALLER, LegKind.AGENT, LegKind.PARTNER)
    caller = next((leg for leg in legs if leg.kind == LegKind.CALLER), None)
    if place.call.ended_at is not None or caller is None:
        raise Conflict("La personne a raccroché.", code="caller_left")
    mine = next(
        (
            leg
            for leg in legs
            if leg.kind == LegKind.AGENT and leg.agent_id == actor.agent_id and leg.answered_at
        ),
        None,
    )
    if mine is None:
        raise Conflict("Vous n’êtes pas en ligne dans cet appel.", code="not_in_call")
    others = tuple(leg for leg in legs if leg.pk not in (mine.pk, caller.pk))
    return Held(place, mine, caller, others, clock.now())


def _told(held: Held, actor: Actor, verb: str, sentence: str) -> None:
    entry = held.place.entry
    history_write(
        actor=actor,
        verb=verb,
        sentence=sentence,
        at=held.now,
        contact_id=held.place.call.contact_id,
        ticket_id=entry.ticket_id if entry is not None else None,
    )
    call_changed(held.place, held.now)


def call_hold(*, actor: Actor, contact_id: int) -> CallLeg:
    """The caller hears music, and no longer the agents. Twice is once."""
    return _hold(actor, contact_id, on=True)


def call_resume(*, actor: Actor, contact_id: int) -> CallLeg:
    """The caller hears the others again: whoever is in the room, a colleague or a partner brought in too."""
    return _hold(actor, contact_id, on=False)


def _hold(actor: Actor, contact_id: int, *, on: bool) -> CallLeg:
    port = telephony_required()
    with transaction.atomic():
        held = _held(actor, contact_id)
        _joined_required(held)
        if (held.caller.held_since is not None) == on:
            return held.caller
    port.hold(call_id=held.caller.provider_id, conference=conference_of(contact_id), on=on)
    with transaction.atomic():
        held = _held(actor, contact_id)
        caller_hold(held.place, held.caller, on=on, at=held.now, order=False)
        _told(
            held,
            actor,
            "call_held" if on else "call_resumed",
            f"Mise en attente par {actor.label}." if on else f"Reprise par {actor.label}.",
        )
    return held.caller


def _joined_required(held: Held) -> None:
    if held.caller.joined_at is None:
        raise Conflict("La personne n’est pas encore en ligne avec vous.", code="not_joined")


def call_hang_up(*, actor: Actor, contact_id: int) -> Call:
    """End the call for everybody. The network first; one that has already ended is as wanted."""
    port = telephony_required()
    with transaction.atomic():
        place = place_lock(_call_id(contact_id))
        if place.call.ended_at is not None:
            return place.call
        held = _held(actor, contact_id)
    if held.place.call.contact.agent_id != actor.agent_id and _consulted(held):
        # Who was asked for advice takes leave; the conversation is not theirs to end.
        return call_leave(actor=actor, contact_id=contact_id)
    port.hang_up(call_id=held.caller.provider_id)
    with transaction.atomic():
        place = place_lock(held.place.call.pk)
        if place.call.ended_at is not None:
            return place.call
        now = clock.now()
        for leg in live_legs(place, LegKind.AGENT, LegKind.PARTNER, LegKind.CALLER):
            leg_close(place, leg, LegEnd.ENDED_BY_AGENT, now, hang_up=leg.kind != LegKind.CALLER)
            agent_leave(place, leg, now)
        return call_end(actor=actor, call=place.call, at=now)


@transaction.atomic
def call_leave(*, actor: Actor, contact_id: int) -> Call:
    """The agent leaves; the caller stays with whoever else is talking with them."""
    held = _held(actor, contact_id)
    talking = [leg for leg in held.others if leg.answered_at is not None]
    if not talking:
        raise Conflict("Vous êtes seul avec la personne : terminez l’appel ou transférez-le.", code="alone")
    _leave(held, actor, talking)
    _told(held, actor, "call_left", f"{actor.label} quitte l’appel, qui continue.")
    return held.place.call


def _leave(held: Held, actor: Actor, talking: list[CallLeg]) -> None:
    """Close the agent's own leg; the first colleague there has the contact, the caller hears who is left."""
    colleague = next((leg for leg in talking if leg.kind == LegKind.AGENT), None)
    mine_was_first = held.place.call.contact.agent_id == held.mine.agent_id
    leg_close(held.place, held.mine, LegEnd.TRANSFERRED, held.now)
    # Before the contact changes hands: who hands over writes it up.
    agent_leave(held.place, held.mine, held.now)
    if colleague is not None and mine_was_first:
        contact_given(held.place, colleague, held.now)
    caller_hold(held.place, held.caller, on=False, at=held.now)


# -- transfer --------------------------------------------------------------------------------------------------------


def call_transfer_cold(
    *,
    actor: Actor,
    contact_id: int,
    team_id: int | None = None,
    agent_id: int | None = None,
    number: str = "",
) -> Call:
    """Hand the caller over without a word: to a team's queue or a colleague at their original time, or to a number.

    Exactly one destination. The caller goes back to the queue, at their own place, when nobody answers there.
    """
    if sum((team_id is not None, agent_id is not None, bool(number))) != 1:
        raise Invalid("Choisissez une équipe, un collègue ou un numéro.", code="one_destination")
    if number:
        return _transfer_to_number(actor, contact_id, number)
    with transaction.atomic():
        held = _held(actor, contact_id)
        entry = held.place.entry
        if entry is None:
            raise Conflict(
                "Cet appel n’est pas venu par la file : il ne peut pas y retourner.", code="no_place"
            )
        if team_id is not None:
            team = _team(held, team_id)
            entry.team, entry.for_team, entry.for_agent = team, True, None
            to, why, sentence = "team", "team", f"Transféré à {team.label} par {actor.label}."
        else:
            colleague = _colleague(held, actor, agent_id or 0)
            entry.for_team, entry.for_agent = False, colleague
            to, why, sentence = "agent", "agent", f"Transféré à {colleague.display_name} par {actor.label}."
        entry.handed_at = held.now
        _hand_over(held, actor, why)
        _transfer_told(held, actor, to=to, warm=False, sentence=sentence)
    return held.place.call


def _hand_over(held: Held, actor: Actor, why: str) -> None:
    """Everybody but the caller leaves; the caller goes back to their place."""
    for leg in held.others:
        leg_close(held.place, leg, LegEnd.TRANSFERRED, held.now)
        agent_leave(held.place, leg, held.now)
    caller_requeue(held.place, why=why, at=held.now)
    leg_close(held.place, held.mine, LegEnd.TRANSFERRED, held.now)
    agent_leave(held.place, held.mine, held.now)


def _team(held: Held, team_id: int) -> Team:
    found = Team.objects.filter(
        pk=team_id, organisation_id=held.place.call.contact.organisation_id, closed_on__isnull=True
    ).first()
    if found is None:
        raise NotFound("Cette équipe n’existe pas.")
    return found


def _colleague(held: Held, actor: Actor, agent_id: int) -> Agent:
    """A colleague who may be rung now: available, there, and not oneself."""
    found = Agent.objects.filter(
        pk=agent_id, organisation_id=held.place.call.contact.organisation_id, closed_on__isnull=True
    ).first()
    if found is None or found.pk == actor.agent_id:
        raise NotFound("Ce collègue n’existe pas.")
    if not presence_can_be_asked(agent_id=found.pk, now=held.now):
        raise Conflict(f"{found.display_name} n’est pas disponible.", code="not_available")
    return found


def _transfer_told(held: Held, actor: Actor, *, to: str, warm: bool, sentence: str) -> None:
    _told(held, actor, "call_transferred", sentence)
    event_publish(
        name=EventName.CALL_TRANSFERRED,
        payload={
            "contact_id": held.place.call.contact_id,
            "agent_id": actor.agent_id,
            "organisation_id": held.place.call.contact.organisation_id,
            "to": to,
            "warm": warm,
            "dims": held.place.dims,
        },
        order_key=held.place.key,
        at=held.now,
    )


def _transfer_to_number(actor: Actor, contact_id: int, number: str) -> Call:
    """The caller hears music while the number rings; the agent is free at once."""
    leg = _partner_ring(actor, contact_id, number, hold=True)
    with transaction.atomic():
        held = _held(actor, contact_id)
        wanted = next((one for one in held.others if one.pk == leg.pk), None)
        if wanted is None:
            raise Conflict("Ce numéro ne répond pas.", code="partner_gone")
        for other in (*(one for one in held.others if one.pk != leg.pk), held.mine):
            leg_close(held.place, other, LegEnd.TRANSFERRED, held.now)
            agent_leave(held.place, other, held.now)
        if wanted.answered_at is not None:
            caller_hold(held.place, held.caller, on=False, at=held.now)
        _transfer_told(
            held, actor, to="number", warm=False, sentence=f"Transféré à un partenaire par {actor.label}."
        )
    return held.place.call


# -- advice and partners ---------------------------------------------------------------------------------------------


def call_consult(*, actor: Actor, contact_id: int, agent_id: int | None = None, number: str = "") -> Call:
    """Ask a colleague or a partner while the caller hears music. Then :func:`call_transfer_warm`, :func:`call_join`
    or :func:`call_consult_end`."""
    if (agent_id is None) == (not number):
        raise Invalid("Choisissez un collègue ou un numéro.", code="one_destination")
    if number:
        leg = _partner_ring(actor, contact_id, number, hold=True)
        return Call.objects.get(pk=leg.call_id)
    with transaction.atomic():
        # Before the caller hears music for somebody who cannot be asked.
        _colleague_to_ask(_held(actor, contact_id), actor, agent_id or 0)
    _hold(actor, contact_id, on=True)
    with transaction.atomic():
        held = _held(actor, contact_id)
        colleague = _colleague_to_ask(held, actor, agent_id or 0)
        row = presence_lock(agent_id=colleague.pk, at=held.now)
        if row.state != PresenceState.AVAILABLE:
            raise Conflict(f"{colleague.display_name} n’est pas disponible.", code="not_available")
        offer_make(
            held.place,
            row,
            kind=OfferKind.CONSULT,
            why=f"{actor.label} demande un avis.",
            at=held.now,
            from_agent_id=actor.agent_id,
        )
        _told(held, actor, "call_consulted", f"Avis demandé à {colleague.display_name} par {actor.label}.")
    return held.place.call


def _colleague_to_ask(held: Held, actor: Actor, agent_id: int) -> Agent:
    _room_required(held)
    if held.place.entry is None:
        raise Conflict("Cet appel n’est pas venu par la file.", code="no_place")
    return _colleague(held, actor, agent_id)


def _room_required(held: Held) -> None:
    asked = CallOffer.objects.filter(entry=held.place.entry, outcome="") if held.place.entry else None
    if any(leg.answered_at is None for leg in held.others) or (asked is not None and asked.exists()):
        raise Conflict("Quelqu’un sonne déjà pour cet appel.", code="ringing")


def call_partner_add(*, actor: Actor, contact_id: int, number: str) -> CallLeg:
    """Bring a partner into the conversation: everybody hears everybody as soon as they pick up."""
    return _partner_ring(actor, contact_id, number, hold=False)


def _partner_ring(actor: Actor, contact_id: int, number: str, *, hold: bool) -> CallLeg:
    wanted = normalise(number)
    with transaction.atomic():
        held = _held(actor, contact_id)
        _joined_required(held)
        _room_required(held)
        _partner_check(held, actor, wanted)
    if hold:
        _hold(actor, contact_id, on=True)
    with transaction.atomic():
        held = _held(actor, contact_id)
        leg = partner_start(held.place, agent_id=actor.agent_id or 0, number=wanted, at=held.now)
        _told(held, actor, "partner_rung", f"Partenaire appelé par {actor.label}.")
    leg_ring(leg_id=leg.pk, most_seconds=PARTNER_CALL_SECONDS)
    return leg


def _partner_check(held: Held, actor: Actor, number: str) -> None:
    line = Line.objects.filter(number=held.place.call.to_number).first()
    lately = CallLeg.objects.filter(
        kind=LegKind.PARTNER.value, agent_id=actor.agent_id or 0, dialled_at__gt=held.now - timedelta(hours=1)
    ).count()
    refusal = partner_refusal(
        number,
        prefixes=line.outgoing_prefixes if line is not None else [],
        legs=len(held.others) + 2,
        rung_lately=lately,
    )
    if refusal is not None:
        raise Invalid(refusal, fields={"number": [refusal]}, code="partner_number")


def _consulted(held: Held) -> list[CallLeg]:
    return [leg for leg in held.others if leg.answered_at is not None]


@transaction.atomic
def call_transfer_warm(*, actor: Actor, contact_id: int) -> Call:
    """The one who was asked takes over: the caller hears them, the agent leaves and writes it up."""
    held = _held(actor, contact_id)
    talking = _consulted(held)
    if not talking:
        raise Conflict("Personne d’autre n’est en ligne : attendez qu’on vous réponde.", code="alone")
    _leave(held, actor, talking)
    to = "agent" if any(leg.kind == LegKind.AGENT for leg in talking) else "number"
    _transfer_told(held, actor, to=to, warm=True, sentence=f"Transféré après échange par {actor.label}.")
    return held.place.call


def call_join(*, actor: Actor, contact_id: int) -> CallLeg:
    """Everybody hears everybody: the caller comes back among those who were talking apart."""
    return call_resume(actor=actor, contact_id=contact_id)


def call_consult_end(*, actor: Actor, contact_id: int) -> Call:
    """The advice is over, or nobody picks up: the colleague or the partner leaves, the caller hears the agent again."""
    with transaction.atomic():
        held = _held(actor, contact_id)
        for leg in held.others:
            leg_close(held.place, leg, LegEnd.ENDED_BY_AGENT, held.now)
            agent_leave(held.place, leg, held.now)
        consult_withdraw(held.place, held.now)
    call_resume(actor=actor, contact_id=contact_id)
    return held.place.call
