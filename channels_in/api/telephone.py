"""The telephone of an agent: presence, offers, what is done with a live call. ``{id}`` of a call is its contact's."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema, Status

from channels_in.api import schemas
from channels_in.api.access import caller
from channels_in.api.tickets import ERRORS
from grc.enums import AgentReach, Difficulty, PauseReason, PresenceState
from grc.errors import Invalid, NotFound
from grc.keys import softphone_identity
from grc.ports import telephony
from grc.selectors.contacts import queue_waiting
from grc.selectors.directory import agent_by_username, commune_by_code, team_by_code, topic_by_code
from grc.selectors.offers import CallControls, OfferPop, call_controls, offer_get, offer_open
from grc.selectors.presence import presence_of, presences_board
from grc.services.call_answering import call_answer, call_offer_accept, call_offer_decline
from grc.services.call_moves import (
    call_consult,
    call_consult_end,
    call_hang_up,
    call_hold,
    call_leave,
    call_partner_add,
    call_resume,
    call_transfer_cold,
    call_transfer_warm,
)
from grc.services.call_wrap_up import NeedAnswered, NeedOpened, call_wrap_up, note_draft_of, note_draft_save
from grc.services.presence import presence_set, presence_touch
from grc.types import Actor

if TYPE_CHECKING:
    from grc.models import Presence, QueueEntry

router = Router(tags=["Téléphone"])
MOVES = {400: schemas.ErrorOut, 409: schemas.ErrorOut, 502: schemas.ErrorOut, **ERRORS}


class PresenceOut(Schema):
    username: str
    name: str
    state: str
    reason: str
    since: datetime | None
    until: datetime | None = Field(description="fin du temps d’écriture")
    contact_id: int | None = Field(description="contact en cours")
    reach: str
    offer_id: int | None = Field(
        default=None, description="appel proposé en ce moment, pour sa propre présence"
    )


class PresenceIn(Schema):
    """``reason`` with ``paused`` and only then."""

    state: PresenceState
    reason: PauseReason | None = None
    reach: AgentReach | None = None


class PresencePage(Schema):
    items: list[PresenceOut]


class WaitingOut(Schema):
    """A caller who waits, or is being offered. ``offered_to``: the agent's name, null while nobody is asked."""

    entry_id: int
    contact_id: int
    state: str
    since: datetime
    team: schemas.CodeLabel | None
    topic: str
    language: str
    offered_to: str | None


class WaitingPage(Schema):
    items: list[WaitingOut]


class CandidateOut(Schema):
    id: int
    first_name: str
    initial: str
    birth_year: int | None
    commune: str
    shared_number: bool


class OfferOut(Schema):
    id: int
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
    path: list[str]
    waited_seconds: int
    candidates: list[CandidateOut]
    notes: str


class LegOut(Schema):
    id: int
    kind: str
    who: str
    answered: bool
    held: bool
    since: datetime
    ended_at: datetime | None
    end_reason: str


class CallOut(Schema):
    contact_id: int
    state: str
    over: bool
    held: bool
    joined: bool
    mine: bool
    consulting: bool
    legs: list[LegOut]


class DestinationIn(Schema):
    """Exactly one. ``agent``: a username; ``team``: a code; ``number``: as people write it."""

    team: str = Field("", max_length=60)
    agent: str = Field("", max_length=150)
    number: str = Field("", max_length=30)


class TransferIn(DestinationIn):
    """``warm``: to whoever was asked and has answered; then no destination."""

    warm: bool = False


class ConferenceIn(Schema):
    """``number``: a partner to bring in; empty: everybody who is there hears everybody."""

    number: str = Field("", max_length=30)


class AnswerIn(Schema):
    topic: str = Field("", max_length=80)
    said: str = Field(max_length=4000)


class RequestIn(Schema):
    topic: str = Field(max_length=80)
    commune: str = Field("", max_length=5)
    subject: str = Field("", max_length=200)


class WrapUpIn(Schema):
    notes: str | None = Field(None, max_length=20000, description="null : celles du brouillon")
    difficulties: list[Difficulty] = []
    answers: list[AnswerIn] = []
    requests: list[RequestIn] = []
    available: bool = True


class NotesIn(Schema):
    body: str = Field(max_length=20000)


class NotesOut(Schema):
    body: str


class TokenOut(Schema):
    token: str
    identity: str
    expires_at: datetime


# -- presence --------------------------------------------------------------------------------------------------------


@router.get("/me/presence", response={200: PresenceOut, **ERRORS}, summary="Ma présence")
def presence_read(request: HttpRequest) -> PresenceOut:
    actor = caller(request)
    offer = offer_open(actor=actor, now=timezone.now())
    return _presence(presence_of(actor=actor), offer_id=offer.offer_id if offer is not None else None)


@router.put("/me/presence", response={200: PresenceOut, **MOVES}, summary="Dire si je prends des contacts")
def presence_write(request: HttpRequest, given: PresenceIn) -> PresenceOut:
    actor = caller(request)
    row = presence_set(actor=actor, state=given.state, reason=given.reason, reach=given.reach)
    return _presence(row)


@router.post("/me/presence/touch", response={200: PresenceOut, **ERRORS}, summary="Ma page est ouverte")
def presence_sign(request: HttpRequest) -> PresenceOut:
    """To be called every half minute: without it an available agent is absent after three minutes."""
    return _presence(presence_touch(actor=caller(request)))


@router.get("/presences", response={200: PresencePage, **ERRORS}, summary="Qui est là")
def presences_list(request: HttpRequest) -> PresencePage:
    return PresencePage(items=[_presence(row) for row in presences_board(actor=caller(request))])


@router.get("/me/softphone", response={200: TokenOut, **ERRORS}, summary="Jeton du téléphone du navigateur")
def softphone(request: HttpRequest) -> TokenOut:
    """404 when browsers are not telephones here."""
    actor, port = caller(request), telephony()
    if actor.agent_id is None:
        raise NotFound("Seul un agent a un téléphone.")
    identity = softphone_identity(actor.agent_id)
    found = port.softphone_token(identity=identity, now=timezone.now()) if port is not None else None
    if found is None:
        raise NotFound("Le téléphone du navigateur n’est pas configuré.", code="softphone_off")
    return TokenOut(token=found.token, identity=found.identity, expires_at=found.expires_at)


def _presence(row: Presence, *, offer_id: int | None = None) -> PresenceOut:
    return PresenceOut(
        username=row.agent.username,
        name=row.agent.display_name,
        state=row.state,
        reason=row.reason,
        since=row.since,
        until=row.until,
        contact_id=row.contact_id,
        reach=row.reach,
        offer_id=offer_id,
    )


# -- offers ----------------------------------------------------------------------------------------------------------


@router.get("/calls/waiting", response={200: WaitingPage, **ERRORS}, summary="Qui attend au téléphone")
def calls_waiting(request: HttpRequest) -> WaitingPage:
    """In the order they will be taken; those being offered to an agent too."""
    return WaitingPage(
        items=[_waiting(entry) for entry in queue_waiting(actor=caller(request), offered=True)]
    )


def _waiting(entry: QueueEntry) -> WaitingOut:
    ticket, team = entry.ticket, entry.team
    discreet = ticket is not None and ticket.confidentiality != "normal"
    return WaitingOut(
        entry_id=entry.pk,
        contact_id=entry.call.contact_id,
        state=entry.state,
        since=entry.entered_at,
        team=schemas.CodeLabel(code=team.code, label=team.label) if team is not None else None,
        topic=ticket.topic.label if ticket is not None and ticket.topic is not None and not discreet else "",
        language=entry.language,
        offered_to=entry.agent.display_name if entry.agent is not None else None,
    )


@router.get("/me/offer", response={200: OfferOut, 204: None, **ERRORS}, summary="L’appel qui m’est proposé")
def offer_mine(request: HttpRequest) -> OfferOut | Status[None]:
    """204 when none is."""
    pop = offer_open(actor=caller(request), now=timezone.now())
    return _offer(pop) if pop is not None else Status(204, None)


@router.post("/calls/offers/{offer_id}/accept", response={200: OfferOut, **MOVES}, summary="Prendre l’appel")
def offer_accept(request: HttpRequest, offer_id: int) -> OfferOut:
    """Twice is once. 409 with a code (missed, declined, caller_left, withdrawn) when it is too late."""
    actor = caller(request)
    call_offer_accept(actor=actor, offer_id=offer_id)
    return _offer(offer_get(actor=actor, offer_id=offer_id, now=timezone.now()))


@router.post("/calls/offers/{offer_id}/decline", response={200: OfferOut, **MOVES}, summary="Refuser l’appel")
def offer_decline(request: HttpRequest, offer_id: int) -> OfferOut:
    actor = caller(request)
    call_offer_decline(actor=actor, offer_id=offer_id)
    return _offer(offer_get(actor=actor, offer_id=offer_id, now=timezone.now()))


@router.post("/calls/take-next", response={200: CallOut, 204: None, **MOVES}, summary="Choisir le suivant")
def call_take_next(request: HttpRequest) -> CallOut | Status[None]:
    """By hand, without an offer. 204 when nobody waits."""
    actor = caller(request)
    if actor.organisation_id is None:
        raise NotFound("Ce jeton n’a pas d’organisme.")
    entry = call_answer(actor=actor, organisation_id=actor.organisation_id)
    return _call(actor, entry.call.contact_id) if entry is not None else Status(204, None)


def _offer(pop: OfferPop) -> OfferOut:
    return OfferOut(
        id=pop.offer_id,
        entry_id=pop.entry_id,
        contact_id=pop.contact_id,
        kind=pop.kind,
        why=pop.why,
        from_agent=pop.from_agent,
        offered_at=pop.offered_at,
        rings_until=pop.rings_until,
        number=pop.number,
        line=pop.line,
        topic=pop.topic,
        commune=pop.commune,
        reference=pop.reference,
        team=pop.team,
        language=pop.language,
        motive_hidden=pop.motive_hidden,
        path=list(pop.path),
        waited_seconds=pop.waited_seconds,
        candidates=[
            CandidateOut(
                id=one.id,
                first_name=one.first_name,
                initial=one.initial,
                birth_year=one.birth_year,
                commune=one.commune,
                shared_number=one.shared_number,
            )
            for one in pop.candidates
        ],
        notes=pop.notes,
    )


# -- a live call -----------------------------------------------------------------------------------------------------


def _call(actor: Actor, contact_id: int) -> CallOut:
    found: CallControls = call_controls(actor=actor, contact_id=contact_id)
    return CallOut(
        contact_id=found.contact_id,
        state=found.state,
        over=found.over,
        held=found.held,
        joined=found.joined,
        mine=found.mine,
        consulting=found.consulting,
        legs=[
            LegOut(
                id=leg.id,
                kind=leg.kind,
                who=leg.who,
                answered=leg.answered,
                held=leg.held,
                since=leg.since,
                ended_at=leg.ended_at,
                end_reason=leg.end_reason,
            )
            for leg in found.legs
        ],
    )


@router.get("/calls/{contact_id}", response={200: CallOut, **ERRORS}, summary="Qui est dans l’appel")
def call_read(request: HttpRequest, contact_id: int) -> CallOut:
    return _call(caller(request), contact_id)


@router.post("/calls/{contact_id}/hold", response={200: CallOut, **MOVES}, summary="Mettre en attente")
def hold(request: HttpRequest, contact_id: int) -> CallOut:
    call_hold(actor=caller(request), contact_id=contact_id)
    return _call(caller(request), contact_id)


@router.post("/calls/{contact_id}/resume", response={200: CallOut, **MOVES}, summary="Reprendre")
def resume(request: HttpRequest, contact_id: int) -> CallOut:
    call_resume(actor=caller(request), contact_id=contact_id)
    return _call(caller(request), contact_id)


@router.post("/calls/{contact_id}/transfer", response={200: CallOut, **MOVES}, summary="Transférer")
def transfer(request: HttpRequest, contact_id: int, given: TransferIn) -> CallOut:
    actor = caller(request)
    if given.warm:
        call_transfer_warm(actor=actor, contact_id=contact_id)
    else:
        call_transfer_cold(
            actor=actor,
            contact_id=contact_id,
            team_id=team_by_code(given.team).pk if given.team else None,
            agent_id=agent_by_username(given.agent).pk if given.agent else None,
            number=given.number,
        )
    return _call(actor, contact_id)


@router.post("/calls/{contact_id}/consult", response={200: CallOut, **MOVES}, summary="Demander un avis")
def consult(request: HttpRequest, contact_id: int, given: DestinationIn) -> CallOut:
    """``agent`` or ``number``; the caller hears music meanwhile."""
    actor = caller(request)
    if given.team:
        raise Invalid("Un avis se demande à quelqu’un, pas à une équipe.", code="one_destination")
    call_consult(
        actor=actor,
        contact_id=contact_id,
        agent_id=agent_by_username(given.agent).pk if given.agent else None,
        number=given.number,
    )
    return _call(actor, contact_id)


@router.post("/calls/{contact_id}/consult/end", response={200: CallOut, **MOVES}, summary="Fin de l’avis")
def consult_end(request: HttpRequest, contact_id: int) -> CallOut:
    call_consult_end(actor=caller(request), contact_id=contact_id)
    return _call(caller(request), contact_id)


@router.post("/calls/{contact_id}/conference", response={200: CallOut, **MOVES}, summary="Parler à plusieurs")
def conference(request: HttpRequest, contact_id: int, given: ConferenceIn) -> CallOut:
    actor = caller(request)
    if given.number:
        call_partner_add(actor=actor, contact_id=contact_id, number=given.number)
    else:
        call_resume(actor=actor, contact_id=contact_id)
    return _call(actor, contact_id)


@router.post(
    "/calls/{contact_id}/leave", response={200: CallOut, **MOVES}, summary="Quitter, l’appel continue"
)
def leave(request: HttpRequest, contact_id: int) -> CallOut:
    call_leave(actor=caller(request), contact_id=contact_id)
    return _call(caller(request), contact_id)


@router.post("/calls/{contact_id}/end", response={200: CallOut, **MOVES}, summary="Terminer pour tous")
def end(request: HttpRequest, contact_id: int) -> CallOut:
    call_hang_up(actor=caller(request), contact_id=contact_id)
    return _call(caller(request), contact_id)


@router.get("/calls/{contact_id}/notes", response={200: NotesOut, **ERRORS}, summary="Mon brouillon de notes")
def notes_read(request: HttpRequest, contact_id: int) -> NotesOut:
    return NotesOut(body=note_draft_of(actor=caller(request), contact_id=contact_id))


@router.put("/calls/{contact_id}/notes", response={200: NotesOut, **MOVES}, summary="Garder mon brouillon")
def notes_write(request: HttpRequest, contact_id: int, given: NotesIn) -> NotesOut:
    return NotesOut(body=note_draft_save(actor=caller(request), contact_id=contact_id, body=given.body).body)


@router.post("/calls/{contact_id}/wrap-up", response={200: PresenceOut, **MOVES}, summary="Écrire l’appel")
def wrap_up(request: HttpRequest, contact_id: int, given: WrapUpIn) -> PresenceOut:
    """Answers and requests are kept, the agent is free again."""
    actor = caller(request)
    organisation_id = actor.organisation_id or 0
    call_wrap_up(
        actor=actor,
        contact_id=contact_id,
        notes=given.notes,
        difficulties=given.difficulties,
        answers=[
            NeedAnswered(
                topic_by_code(organisation_id=organisation_id, code=one.topic) if one.topic else None,
                one.said,
            )
            for one in given.answers
        ],
        requests=[_need(organisation_id, one) for one in given.requests],
        available=given.available,
    )
    return _presence(presence_of(actor=actor))


def _need(organisation_id: int, given: RequestIn) -> NeedOpened:
    topic = topic_by_code(organisation_id=organisation_id, code=given.topic)
    if topic is None:
        raise Invalid("Ce sujet n’existe pas.", fields={"topic": ["Sujet inconnu."]})
    commune = commune_by_code(given.commune) if given.commune else None
    return NeedOpened(topic, commune, given.subject)
