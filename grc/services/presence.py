"""Whether an agent takes contacts: said by the agent, kept by the server, whatever pages are open."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from grc import clock
from grc.call_rules import STALE_AFTER, is_stale
from grc.enums import AgentReach, OfferOutcome, PauseReason, PresenceState
from grc.errors import Conflict, Invalid, NotFound
from grc.models import Agent, CallLeg, CallOffer, Presence
from grc.policies import can_set_presence
from grc.selectors.presence import person_of
from grc.services.call_offers import offer_withdraw_of_agent
from grc.services.presence_rows import FREE, is_with_somebody, presence_lock, presence_move
from grc.services.wrap_up_ends import wrap_up_end
from grc.types import Actor


@transaction.atomic
def presence_set(
    *,
    actor: Actor,
    state: PresenceState,
    reason: PauseReason | None = None,
    reach: AgentReach | None = None,
    agent_id: int | None = None,
) -> Presence:
    """Take contacts, pause (with a reason) or leave; ``agent_id``: a supervisor says it for somebody.

    Refused while with somebody. An open offer goes to somebody else; a wrap-up under way ends.
    """
    agent = _agent(actor, agent_id)
    now = clock.now()
    if state not in FREE:
        raise Invalid("Cet état n’est pas choisi par l’agent : il suit ses contacts.", code="presence_state")
    if (state == PresenceState.PAUSED) != (reason is not None):
        raise Invalid(
            "Donnez le motif de la pause.", fields={"reason": ["Choisissez un motif."]}, code="pause_reason"
        )
    if state != PresenceState.AVAILABLE:
        offer_withdraw_of_agent(agent_id=agent.pk, at=now, outcome=OfferOutcome.DECLINED)
        # Once more when it is known that they have left: an offer made meanwhile would ring for nobody. Not before the
        # commit: the caller's place is locked before the agent's row, by everybody.
        transaction.on_commit(partial(_offer_leave, agent.pk), robust=True)
    row = presence_lock(agent_id=agent.pk, at=now)
    if is_with_somebody(row):
        raise Conflict("Terminez d’abord le contact en cours.", code="on_contact")
    if row.state == PresenceState.WRAPPING_UP:
        wrap_up_end(row, now, to=PresenceState.AVAILABLE)
    row.reach = reach.value if reach is not None else row.reach
    _reach_check(row)
    row.touched_at, row.missed_in_row = now, 0
    row.save(update_fields=["reach", "touched_at", "missed_in_row"])
    return presence_move(row, state=state, at=now, reason=reason)


def _offer_leave(agent_id: int) -> None:
    offer_withdraw_of_agent(agent_id=agent_id, at=clock.now(), outcome=OfferOutcome.DECLINED)


def _agent(actor: Actor, agent_id: int | None) -> Agent:
    wanted = agent_id if agent_id is not None else actor.agent_id
    agent = Agent.objects.filter(pk=wanted or 0, closed_on__isnull=True).first()
    if agent is None:
        raise NotFound("Cet agent n’existe pas.")
    can_set_presence(actor, agent).require()
    return agent


def _reach_check(row: Presence) -> None:
    if row.reach == AgentReach.DESK_PHONE and not row.agent.desk_phone:
        raise Conflict(
            "Votre poste n’a pas de numéro : demandez à votre responsable de l’ajouter.", code="no_desk_phone"
        )


@transaction.atomic
def presence_touch(*, actor: Actor) -> Presence:
    """A page of this agent is open: a sign of life, every half minute. Changes no state."""
    if actor.agent_id is None:
        raise NotFound("Seul un agent a une présence.")
    now = clock.now()
    row = presence_lock(agent_id=actor.agent_id, at=now)
    row.touched_at = now
    row.save(update_fields=["touched_at"])
    return row


def presences_sweep(*, now: datetime) -> int:
    """End the wrap-ups whose time is over, and the presence of those who have gone without a word; gives how many."""
    return _wrap_ups_end(now) + _stale_leave(now) + _lost_contacts_release(now)


def _wrap_ups_end(now: datetime) -> int:
    due = Presence.objects.filter(state=PresenceState.WRAPPING_UP, until__lte=now).values_list(
        "agent_id", flat=True
    )
    done = 0
    for agent_id in list(due.order_by("until")[:200]):
        with transaction.atomic():
            row = _locked_or_none(agent_id, PresenceState.WRAPPING_UP)
            if row is not None and row.until is not None and row.until <= now:
                wrap_up_end(row, now, to=PresenceState.AVAILABLE)
                done += 1
    return done


def _locked_or_none(agent_id: int, state: PresenceState) -> Presence | None:
    return (
        Presence.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("agent")
        .filter(agent_id=agent_id, state=state)
        .first()
    )


def _stale_leave(now: datetime) -> int:
    """An available agent without a call or an offer, whose page has been silent for too long."""
    silent = Presence.objects.filter(state=PresenceState.AVAILABLE).exclude(touched_at__gt=now - STALE_AFTER)
    ids = silent.exclude(reach=AgentReach.DESK_PHONE, agent__desk_phone__gt="").values_list(
        "agent_id", flat=True
    )
    done = 0
    for agent_id in list(ids.order_by("pk")[:200]):
        with transaction.atomic():
            row = _locked_or_none(agent_id, PresenceState.AVAILABLE)
            if row is None or not is_stale(person_of(row), now=now):
                continue
            if CallOffer.objects.filter(agent_id=agent_id, outcome="").exists():
                continue
            presence_move(row, state=PresenceState.OFFLINE, at=now)
            done += 1
    return done


def _lost_contacts_release(now: datetime) -> int:
    """Agents said to be with a caller whose call ended a while ago: the end reached everybody but them."""
    stuck = Presence.objects.filter(
        state=PresenceState.ON_CONTACT, contact__call__ended_at__lt=now - STALE_AFTER
    ).values_list("agent_id", flat=True)
    done = 0
    for agent_id in list(stuck[:200]):
        with transaction.atomic():
            row = _locked_or_none(agent_id, PresenceState.ON_CONTACT)
            live = CallLeg.objects.filter(agent_id=agent_id, kind="agent", ended_at__isnull=True)
            if row is not None and not live.exists():
                presence_move(row, state=PresenceState.AVAILABLE, at=now)
                done += 1
    return done
