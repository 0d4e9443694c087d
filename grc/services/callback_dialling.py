"""Calling somebody back: when the turn of the debt has come and an agent who fits is free, the agent's telephone rings
first, then the person's, into the room of a contact of its own: hold, transfer and wrap-up are those of any call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from django.db import transaction

from grc import clock
from grc.call_order import Idle, Skills, Waiting, matches
from grc.enums import CallbackState, Channel, Direction, LegKind, PresenceState
from grc.errors import Conflict, Invalid
from grc.models import Agent, Call, Callback, CallbackAttempt, CallLeg, CallOffer, Presence
from grc.phone_numbers import callback_refusal
from grc.ports import telephony
from grc.references import display
from grc.selectors.actors import actor_of_agent
from grc.selectors.call_order import call_order, skills_of_agents
from grc.selectors.callbacks import allowed_of_callback, line_of_callback, numbers_on_the_line
from grc.selectors.presence import Free, agents_at_work, agents_free
from grc.services.callback_ends import callback_release
from grc.services.callbacks import callback_cancel, callback_lock
from grc.services.history import history_write
from grc.services.intake import contact_open
from grc.services.leg_rings import PHONE_SECONDS, leg_ring_after_commit, leg_start
from grc.services.network import telephony_required
from grc.services.offer_ends import Place
from grc.services.presence_rows import presence_contact_begin, presence_lock
from grc.types import Actor, system_actor

PROVIDER: Final = "callback"
"""Of the calls we make: their identifier is ours, those of the network are on their legs."""
MOST_SECONDS: Final = 3600
STUCK_AFTER: Final = timedelta(minutes=3)


def callbacks_due(*, now: datetime) -> list[int]:
    """Organisations which owe a call whose moment has come."""
    owed = Callback.objects.filter(state=CallbackState.OWED, next_at__lte=now)
    return list(owed.order_by("organisation_id").values_list("organisation_id", flat=True).distinct())


@dataclass(frozen=True)
class _Round:
    """One look at what an organisation owes, and at who could call."""

    debts: Mapping[int, Callback]
    on_the_line: set[str]
    skills: Mapping[int, Skills]
    present: Sequence[Skills]
    now: datetime

    def agent_for(self, place: Waiting, free: Sequence[Free]) -> int | None:
        idle = [Idle(one.agent_id, one.since, self.skills[one.agent_id]) for one in free]
        found = matches([place], idle, now=self.now, present=self.present)
        return found[0].agent_id if found else None


def callbacks_dial_run(*, organisation_id: int, now: datetime) -> int:
    """Call those whose turn has come, one agent each; gives how many. Within the lock of who decides for the
    organisation: an agent whom somebody on the line comes before is left for them."""
    if telephony() is None:
        return 0
    order = call_order(organisation_id=organisation_id, now=now)
    owed = [place.id for place in order if place.kind == "callback"]
    free = agents_free(organisation_id=organisation_id, now=now) if owed else []
    if not free:
        return 0
    debts = Callback.objects.select_related("team", "contact", "line__calendar", "ticket").in_bulk(owed)
    numbers = numbers_on_the_line(
        organisation_id=organisation_id, numbers=[one.number for one in debts.values()]
    )
    at_work = skills_of_agents(agents_at_work(organisation_id=organisation_id))
    skills = {one.agent_id: at_work.get(one.agent_id, Skills()) for one in free}
    round_ = _Round(debts, numbers, skills, list(at_work.values()), now)
    made = 0
    for place in order:
        if not free:
            break
        debt = round_.debts.get(place.id) if place.kind == "callback" else None
        if place.kind == "callback" and (debt is None or not _may_be_dialled(debt, round_)):
            continue
        agent_id = round_.agent_for(place, _allowed(debt, free))
        if agent_id is not None:
            free = [one for one in free if one.agent_id != agent_id]
            made += debt is not None and _dial_when_free(debt.pk, agent_id, now)
    return made


def _allowed(debt: Callback | None, free: list[Free]) -> list[Free]:
    """A debt of a restricted team is called by its members."""
    if debt is None or not debt.team.restricted:
        return free
    return [one for one in free if debt.team_id in one.team_ids]


def _may_be_dialled(debt: Callback, round_: _Round) -> bool:
    """Not who is calling us at this moment, and only in the hours of the line and of the person."""
    if debt.number in round_.on_the_line:
        return False
    allowed, _ = allowed_of_callback(debt)
    if allowed.is_now(round_.now):
        return True
    later = allowed.next(round_.now)
    if later is not None:
        Callback.objects.filter(pk=debt.pk, state=CallbackState.OWED).update(next_at=later)
    return False


def _dial_when_free(callback_id: int, agent_id: int, now: datetime) -> bool:
    """Give the debt to this agent, if both are still what they were a moment ago."""
    callback = (
        Callback.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("contact__organisation", "contact__citizen", "ticket", "line__calendar")
        .filter(pk=callback_id, state=CallbackState.OWED)
        .first()
    )
    row = (
        Presence.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("agent")
        .filter(agent_id=agent_id, state=PresenceState.AVAILABLE)
        .first()
    )
    if callback is None or row is None or CallOffer.objects.filter(agent_id=agent_id, outcome="").exists():
        return False
    if callback_refusal(callback.number) is not None:
        callback_cancel(
            callback,
            actor=system_actor("Rappel"),
            at=now,
            sentence="Rappel annulé : ce numéro ne peut pas être appelé.",
        )
        return False
    _dial(callback, row.agent, now)
    return True


@transaction.atomic
def callback_dial(*, actor: Actor, callback_id: int) -> Callback:
    """An agent calls now, whatever the order: their telephone rings, then the person's."""
    telephony_required()
    if actor.agent_id is None:
        raise Invalid("Seul un agent peut rappeler.")
    callback = callback_lock(actor=actor, callback_id=callback_id, states=[CallbackState.OWED])
    now = clock.now()
    allowed, _ = allowed_of_callback(callback)
    if not allowed.is_now(now):
        raise Conflict(
            "Ce n’est pas une heure où cette personne peut être appelée.", code="callback_not_allowed_now"
        )
    if numbers_on_the_line(organisation_id=callback.organisation_id, numbers=[callback.number]):
        raise Conflict("Cette personne nous appelle en ce moment.", code="callback_on_the_line")
    refusal = callback_refusal(callback.number)
    if refusal is not None:
        raise Invalid(refusal, code="callback_number")
    row = presence_lock(agent_id=actor.agent_id, at=now)
    _free_required(row)
    _dial(callback, row.agent, now)
    return callback


def _free_required(row: Presence) -> None:
    if row.state == PresenceState.ON_CONTACT:
        raise Conflict("Vous êtes déjà en contact avec quelqu’un.", code="on_contact")
    if CallOffer.objects.filter(agent_id=row.agent_id, outcome="").exists():
        raise Conflict("Un autre appel vous est proposé : répondez-y d’abord.", code="other_offer")
    if CallLeg.objects.filter(
        agent_id=row.agent_id, kind=LegKind.AGENT.value, ended_at__isnull=True
    ).exists():
        raise Conflict("Votre téléphone est déjà dans un appel.", code="on_contact")
    if row.reach != "softphone" and not row.agent.desk_phone:
        raise Invalid("Votre poste n’a pas de numéro : demandez à votre responsable de l’ajouter.")


def _dial(callback: Callback, agent: Agent, now: datetime) -> None:
    """The attempt, its contact, its call and the agent's telephone, of a locked debt and a locked agent."""
    actor = actor_of_agent(agent)
    line = line_of_callback(callback)
    ticket = callback.ticket
    about = f" Demande {display(ticket.reference)}." if ticket is not None else ""
    contact = contact_open(
        actor=actor,
        organisation=callback.contact.organisation,
        channel=Channel.PHONE,
        direction=Direction.OUTBOUND,
        at=now,
        address_value=callback.number,
        line_number=line.number if line is not None else callback.contact.line_number,
        citizen=callback.contact.citizen,
        agent_id=agent.pk,
        notes=f"Rappel : {callback.reason}.{about}",
    )
    call = Call.objects.create(
        contact=contact,
        provider=PROVIDER,
        provider_id=uuid4().hex,
        from_number=callback.number,
        to_number=contact.line_number,
        offered_at=now,
    )
    CallbackAttempt.objects.create(callback=callback, agent=agent, call=call, at=now)
    callback.state, callback.agent, callback.dialled_at = CallbackState.DIALLING, agent, now
    callback.save(update_fields=["state", "agent", "dialled_at"])
    presence_contact_begin(agent_id=agent.pk, contact_id=contact.pk, at=now)
    history_write(
        actor=actor,
        verb="callback_dialled",
        sentence=f"Rappel : appel lancé, {actor.label}.",
        at=now,
        contact_id=callback.contact_id,
        ticket_id=callback.ticket_id,
    )
    seconds = line.ring_seconds if line is not None else PHONE_SECONDS
    leg_ring_after_commit(leg_start(Place(call, None), agent, at=now), seconds=seconds)


def callback_person_ring(place: Place, at: datetime) -> None:
    """The agent is there: the person's telephone rings. Once, whatever is told twice."""
    if CallLeg.objects.filter(call=place.call, kind=LegKind.CALLER.value).exists():
        return
    leg = CallLeg.objects.create(
        call=place.call, kind=LegKind.CALLER.value, number=place.call.from_number, dialled_at=at
    )
    leg_ring_after_commit(leg, seconds=PHONE_SECONDS, most_seconds=MOST_SECONDS)


def callbacks_repair(*, now: datetime) -> int:
    """Attempts whose call has ended without a word of it: owed again, and tried again; gives how many."""
    stuck = Callback.objects.filter(state=CallbackState.DIALLING, dialled_at__lt=now - STUCK_AFTER)
    done = 0
    for callback_id in list(stuck.values_list("pk", flat=True)[:100]):
        with transaction.atomic():
            callback = (
                Callback.objects.select_for_update(skip_locked=True)
                .filter(pk=callback_id, state=CallbackState.DIALLING)
                .first()
            )
            live = CallLeg.objects.filter(
                call__callback_attempt__callback_id=callback_id, ended_at__isnull=True
            )
            if callback is None or live.exists():
                continue
            callback.attempts.filter(result="").delete()
            callback_release(callback)
            done += 1
    return done
