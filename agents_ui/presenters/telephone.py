"""The telephone bar of an agent: presence, who is offered, the call under way, what may be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from grc.enums import (
    LABELS,
    AgentReach,
    LegEnd,
    LegKind,
    OfferKind,
    PauseReason,
    PresenceState,
)
from grc.french import french_duration
from grc.phone_numbers import display
from grc.voice_script import LANGUAGES

if TYPE_CHECKING:
    from grc.models import Agent, Presence, QueueEntry, Team
    from grc.selectors.offers import CallControls, LegNow, OfferPop

CHOSEN: Final = tuple(reason for reason in PauseReason if reason != PauseReason.MISSED_OFFERS)
TALKING: Final = (PresenceState.ON_CONTACT.value, PresenceState.WRAPPING_UP.value)


@dataclass(frozen=True)
class PresenceChoice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class PresenceShown:
    """``state`` draws the sign; ``words`` say it with its reason; ``until``: end of the wrap-up."""

    state: str
    words: str
    since: datetime | None
    until: datetime | None
    choices: tuple[PresenceChoice, ...]
    reaches: tuple[PresenceChoice, ...]
    fixed: bool


def presence_shown(row: Presence) -> PresenceShown:
    state = row.state
    words = LABELS[PresenceState][state]
    if state == PresenceState.PAUSED and row.reason:
        words = LABELS[PauseReason][row.reason]
    wanted = f"paused:{row.reason}" if state == PresenceState.PAUSED else state
    choices = [
        ("available", LABELS[PresenceState]["available"]),
        *((f"paused:{one.value}", LABELS[PauseReason][one.value]) for one in CHOSEN),
        ("offline", LABELS[PresenceState]["offline"]),
    ]
    return PresenceShown(
        state=state,
        words=words,
        since=row.since,
        until=row.until if state == PresenceState.WRAPPING_UP else None,
        choices=tuple(PresenceChoice(value, label, value == wanted) for value, label in choices),
        reaches=tuple(
            PresenceChoice(code, label, code == row.reach) for code, label in LABELS[AgentReach].items()
        ),
        fixed=state == PresenceState.ON_CONTACT and row.contact_id is not None,
    )


@dataclass(frozen=True)
class PopPerson:
    words: str


@dataclass(frozen=True)
class Pop:
    """What is read before answering. ``persons``: who has this number, never a proof."""

    id: int
    title: str
    number: str
    line: str
    topic: str
    commune: str
    team: str
    language: str
    path: str
    waited: str
    why: str
    notes: str
    hidden: str
    persons: tuple[PopPerson, ...]
    rings_until: datetime


def pop_shown(pop: OfferPop) -> Pop:
    return Pop(
        id=pop.offer_id,
        title=_pop_title(pop),
        number=display(pop.number) if pop.number else _("Numéro masqué"),
        line=pop.line,
        topic=pop.topic,
        commune=pop.commune,
        team=pop.team,
        language=LANGUAGES[pop.language].label if pop.language in LANGUAGES and pop.language != "fr" else "",
        path=" › ".join(pop.path),
        waited=french_duration(pop.waited_seconds),
        why=pop.why,
        notes=pop.notes,
        hidden=_("Motif réservé à l’équipe chargée du sujet.") if pop.motive_hidden else "",
        persons=tuple(PopPerson(_person(one.first_name, one.initial, one.birth_year, one.commune))
                      for one in pop.candidates),
        rings_until=pop.rings_until,
    )  # fmt: skip


def _pop_title(pop: OfferPop) -> str:
    if pop.kind == OfferKind.TRANSFER and pop.from_agent:
        return _("%(who)s vous transfère un appel") % {"who": pop.from_agent}
    if pop.kind == OfferKind.CONSULT and pop.from_agent:
        return _("%(who)s vous demande un avis") % {"who": pop.from_agent}
    return _("Un appel pour vous")


def _person(first_name: str, initial: str, birth_year: int | None, commune: str) -> str:
    born = _("né(e) en %(year)s") % {"year": birth_year} if birth_year else ""
    return ", ".join(part for part in (f"{first_name} {initial}".strip(), born, commune) if part)


@dataclass(frozen=True)
class LegShown:
    who: str
    state: str
    since: datetime


@dataclass(frozen=True)
class CallShown:
    """The call under way. ``acts``: slugs of what may be done now. ``asked``: somebody is being consulted."""

    contact_id: int
    url: str
    title: str
    held: bool
    asked: bool
    ringing: bool
    legs: tuple[LegShown, ...]
    acts: frozenset[str]


def call_shown(call: CallControls, *, agent_id: int, number: str) -> CallShown:
    live = [leg for leg in call.legs if leg.ended_at is None]
    others = [leg for leg in live if leg.kind != LegKind.CALLER and leg.agent_id != agent_id]
    others += [leg for leg in live if leg.kind == LegKind.PARTNER and leg.agent_id == agent_id]
    return CallShown(
        contact_id=call.contact_id,
        url=reverse("reception-contact", args=[call.contact_id]),
        title=display(number) if number else _("Numéro masqué"),
        held=call.held,
        asked=call.consulting,
        ringing=not call.mine,
        legs=tuple(_leg(leg) for leg in others),
        acts=_acts(call, others),
    )


def _acts(call: CallControls, others: Sequence[LegNow]) -> frozenset[str]:
    if call.over or not call.mine:
        return frozenset({"fin"}) if not call.over else frozenset()
    found = {"fin"}
    if not call.joined:
        return frozenset(found)
    answered = any(leg.answered for leg in others)
    if call.consulting:
        found |= {"avis-fin"} | ({"confier", "reunir"} if answered else set())
    elif call.held:
        found |= {"reprise", "avis", "transferer", "partenaire"}
    else:
        found |= {"attente", "avis", "transferer", "partenaire"}
        if answered:
            found |= {"quitter"}
    return frozenset(found)


def _leg(leg: LegNow) -> LegShown:
    who = leg.who if leg.kind == LegKind.AGENT else display(leg.who) if leg.who else _("Partenaire")
    state = _("en attente") if leg.held else _("en ligne") if leg.answered else _("sonne")
    return LegShown(who=who, state=state, since=leg.since)


@dataclass(frozen=True)
class Destination:
    value: str
    label: str


@dataclass(frozen=True)
class TelephoneBar:
    presence: PresenceShown
    waiting: int
    longest: str
    pop: Pop | None
    call: CallShown | None
    wrap_up: str
    teams: tuple[Destination, ...]
    colleagues: tuple[Destination, ...]


def waiting_shown(entries: Iterable[QueueEntry], *, now: datetime) -> tuple[int, str]:
    """How many wait, and for how long the first has."""
    since = [entry.entered_at for entry in entries]
    longest = max((now - one for one in since), default=timedelta())
    return len(since), french_duration(longest) if since else ""


def teams_shown(teams: Iterable[Team]) -> tuple[Destination, ...]:
    return tuple(Destination(f"team:{team.pk}", team.label) for team in teams)


def colleagues_shown(rows: Iterable[Presence], *, agent: Agent) -> tuple[Destination, ...]:
    return tuple(
        Destination(f"agent:{row.agent_id}", row.agent.display_name)
        for row in rows
        if row.state == PresenceState.AVAILABLE and row.agent_id != agent.pk
    )


def end_words(reason: str) -> str:
    """Why a telephone left a call, as a person says it."""
    return LABELS[LegEnd].get(reason, "")
