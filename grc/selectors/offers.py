"""What an agent reads of a caller before answering, and of a call they are in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grc.enums import OfferKind, QueueEntryState
from grc.errors import NotFound
from grc.models import Call, CallLeg, CallOffer, QueueEntry
from grc.policies import Verb, can_see_motive, roles_with
from grc.selectors.citizens import Candidate, candidates_by_number
from grc.selectors.menu_paths import menu_paths
from grc.selectors.telephony import line_answering
from grc.types import Actor


@dataclass(frozen=True)
class OfferPop:
    """A caller offered to this agent, before answering: the least that helps. ``number``: E.164, empty when hidden.

    ``topic`` and ``path`` are empty when the motive is not for this agent (``motive_hidden``). ``candidates``: persons
    known with this number, never a proof. ``notes``: the story so far, of a call handed over.
    """

    offer_id: int
    entry_id: int
    contact_id: int
    kind: str
    why: str
    from_agent: str
    offered_at: datetime
    rings_until: datetime
    number: str
    line: str
    topic: str
    commune: str
    reference: str
    team: str
    language: str
    motive_hidden: bool
    path: tuple[str, ...]
    waiting_since: datetime
    waited_seconds: int
    candidates: tuple[Candidate, ...]
    notes: str


_RELATED = (
    "from_agent",
    "entry__team",
    "entry__call__contact",
    "entry__ticket__topic",
    "entry__ticket__commune",
    "entry__ticket__team",
)


def offer_open(*, actor: Actor, now: datetime) -> OfferPop | None:
    """The caller this agent is being offered; None when nobody is."""
    rows = CallOffer.objects.select_related(*_RELATED).filter(agent_id=actor.agent_id or 0)
    offer = rows.filter(outcome="").first()
    return _pop(actor, offer, now) if offer is not None else None


def offer_get(*, actor: Actor, offer_id: int, now: datetime) -> OfferPop:
    """An offer of this very agent, open or not: nobody else's exists."""
    rows = CallOffer.objects.select_related(*_RELATED).filter(agent_id=actor.agent_id or 0)
    offer = rows.filter(pk=offer_id).first()
    if offer is None:
        raise NotFound("Cet appel ne vous est pas proposé.")
    return _pop(actor, offer, now)


def _pop(actor: Actor, offer: CallOffer, now: datetime) -> OfferPop:
    entry, ticket = offer.entry, offer.entry.ticket
    call = entry.call
    # A handed-over caller comes with the story: the colleague who hands over has decided who may hear it.
    seen = ticket is None or offer.kind != OfferKind.QUEUE or can_see_motive(actor, ticket)
    line = line_answering(call.to_number)
    words = menu_paths(calls=[call]).get(call.pk, ()) if seen else ()
    number = call.from_number
    return OfferPop(
        offer_id=offer.pk,
        entry_id=entry.pk,
        contact_id=call.contact_id,
        kind=offer.kind,
        why=offer.why,
        from_agent=offer.from_agent.display_name if offer.from_agent is not None else "",
        offered_at=offer.offered_at,
        rings_until=offer.rings_until,
        number=number,
        line=line.line.label if line is not None else call.to_number,
        topic=ticket.topic.label if seen and ticket is not None and ticket.topic is not None else "",
        commune=ticket.commune.name if ticket is not None and ticket.commune is not None else "",
        reference=ticket.reference if ticket is not None else "",
        team=entry.team.label if entry.team is not None else "",
        language=entry.language,
        motive_hidden=not seen,
        path=words,
        waiting_since=entry.entered_at,
        waited_seconds=max(0, int((now - entry.entered_at).total_seconds())),
        candidates=tuple(candidates_by_number(actor=actor, number=number)) if number and seen else (),
        notes=call.contact.notes if seen and offer.kind != OfferKind.QUEUE else "",
    )


@dataclass(frozen=True)
class LegNow:
    """One telephone of a call. ``who``: a name or a number."""

    id: int
    kind: str
    who: str
    agent_id: int | None
    answered: bool
    held: bool
    since: datetime
    ended_at: datetime | None
    end_reason: str


@dataclass(frozen=True)
class CallControls:
    """A call as its agents see it. ``mine``: this agent's telephone is in it, picked up."""

    contact_id: int
    state: str
    over: bool
    held: bool
    joined: bool
    mine: bool
    consulting: bool
    legs: tuple[LegNow, ...]


def call_controls(*, actor: Actor, contact_id: int) -> CallControls:
    """Who is in a call of an organisation where this actor receives people, ended telephones included."""
    roles = roles_with(Verb.RECEPTION)
    ids = {grant.organisation_id for grant in actor.grants if grant.role in roles}
    call = Call.objects.filter(contact_id=contact_id, contact__organisation_id__in=ids).first()
    if call is None:
        raise NotFound("Cet appel n’existe pas.")
    entry = QueueEntry.objects.filter(call=call).first()
    rows = list(CallLeg.objects.filter(call=call).select_related("agent").order_by("pk"))
    caller = next((leg for leg in rows if leg.kind == "caller"), None)
    live = [leg for leg in rows if leg.ended_at is None]
    others = [leg for leg in live if leg.kind != "caller" and leg.agent_id != actor.agent_id]
    others += [leg for leg in live if leg.kind == "partner" and leg.agent_id == actor.agent_id]
    held = caller is not None and caller.held_since is not None
    return CallControls(
        contact_id=contact_id,
        state=entry.state if entry is not None else QueueEntryState.LEFT.value,
        over=call.ended_at is not None,
        held=held,
        joined=caller is not None and caller.joined_at is not None,
        mine=any(leg.kind == "agent" and leg.agent_id == actor.agent_id and leg.answered_at for leg in live),
        consulting=held and bool(others),
        legs=tuple(_leg(leg) for leg in rows),
    )


def _leg(leg: CallLeg) -> LegNow:
    name = leg.agent.display_name if leg.kind == "agent" and leg.agent is not None else leg.number
    return LegNow(
        id=leg.pk,
        kind=leg.kind,
        who=name,
        agent_id=leg.agent_id,
        answered=leg.answered_at is not None,
        held=leg.held_since is not None,
        since=leg.answered_at or leg.dialled_at,
        ended_at=leg.ended_at,
        end_reason=leg.end_reason,
    )
