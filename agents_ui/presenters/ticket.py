"""A request as a page: its story, its facts, its clocks, what one may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from agents_ui.presenters.recordings import Sound, sound_of
from grc.enums import (
    LABELS,
    Channel,
    ClockKind,
    DeliveryState,
    Direction,
    Outcome,
    PendingReason,
    TicketState,
)
from grc.enums import TicketMove as Move
from grc.phone_numbers import display as display_number
from grc.policies import can_claim, can_release, can_transfer, can_work
from grc.references import display
from grc.services.messages import Way
from grc.transitions import moves_from
from grc.types import Actor

if TYPE_CHECKING:
    from grc.models import Attachment, Clock, Message, Recording, Ticket, TimelineEntry

# Told by the messages themselves.
_TOLD_OTHERWISE: Final = frozenset({"ticket_answered", "message_received", "contact_opened"})
_SOON: Final = timedelta(days=1)


@dataclass(frozen=True)
class StoryFile:
    name: str
    url: str
    size: int


@dataclass(frozen=True)
class StoryItem:
    """``kind``: in, out, note or auto, as the theme draws them; ``reasons`` answer « pourquoi ? »."""

    kind: str
    at: datetime
    who: str
    text: str
    how: str = ""
    reasons: tuple[str, ...] = ()
    files: tuple[StoryFile, ...] = ()
    trouble: str = ""
    sound: Sound | None = None


@dataclass(frozen=True)
class ClockLine:
    label: str
    level: str
    due: datetime | None
    state: str
    reason: str


@dataclass(frozen=True)
class TicketPage:
    id: int
    reference: str
    shown: str
    title: str
    state: str
    pending: str
    outcome: str
    channel: str
    created_at: datetime
    person: str
    person_note: str
    phone: str
    facts: tuple[tuple[str, str], ...]
    reasons: tuple[str, ...]
    story: tuple[StoryItem, ...]
    clocks: tuple[ClockLine, ...]
    files: tuple[StoryFile, ...]
    discreet: str
    way: str
    way_is_sms: bool
    actions: frozenset[str] = field(default_factory=frozenset)


def actions_of(actor: Actor, ticket: Ticket) -> frozenset[str]:
    """Acts this agent may do now: their rights and the state agree."""
    moves = set(moves_from(TicketState(ticket.state)))
    work = bool(can_work(actor, ticket))
    over = ticket.state in (TicketState.CLOSED, TicketState.MERGED)
    found: set[str] = set()
    if Move.CLAIM in moves and ticket.assignee_id is None and can_claim(actor, ticket):
        found.add("prendre")
    if Move.RELEASE in moves and ticket.assignee_id is not None and can_release(actor, ticket):
        found.add("rendre")
    if work and not over:
        found |= {"repondre"}
    if work:
        found.add("note")
    for move, slug in (
        (Move.QUALIFY, "qualifier"),
        (Move.CLOSE, "clore"),
        (Move.REOPEN, "rouvrir"),
        (Move.ASK, "attendre"),
    ):
        if work and move in moves:
            found.add(slug)
    if work and moves & {Move.RECEIVE, Move.ANSWER, Move.COME_DUE}:
        found.add("reprendre")
    if Move.TRANSFER in moves and can_transfer(actor, ticket):
        found.add("transferer")
    return frozenset(found)


def ticket_page(
    ticket: Ticket,
    *,
    actor: Actor,
    timeline: Sequence[TimelineEntry],
    messages: Sequence[Message],
    clocks: Sequence[Clock],
    attachments: Sequence[Attachment],
    recordings: Sequence[Recording],
    answers: Sequence[tuple[str, str]],
    way: Way,
    now: datetime,
) -> TicketPage:
    """Everything the page shows. ``answers``: (question, answer) of the form; ``way``: how an answer would leave."""
    contact = ticket.origin_contact
    person = ticket.requester
    number = contact.address_value if contact.channel in (Channel.PHONE, Channel.SMS) else ""
    name = f"{person.given_names} {person.usual_name or person.family_name}".strip() if person else ""
    return TicketPage(
        id=ticket.pk,
        reference=ticket.reference,
        shown=display(ticket.reference),
        title=ticket.topic.label if ticket.topic else _("Demande à qualifier"),
        state=ticket.state,
        pending=LABELS[PendingReason].get(ticket.pending_reason, ""),
        outcome=LABELS[Outcome].get(ticket.outcome, ""),
        channel=ticket.channel,
        created_at=ticket.created_at,
        person=name or _("Personne non identifiée"),
        person_note=_("Le numéro ne prouve pas l’identité.") if number and not name else "",
        phone=number,
        facts=(*_facts(ticket), *answers),
        reasons=tuple(ticket.routing_reasons),
        story=_story(
            ticket,
            timeline=timeline,
            messages=messages,
            attachments=attachments,
            recordings=recordings,
            name=name,
        ),
        clocks=tuple(_clock(clock, now) for clock in clocks),
        files=tuple(_file(ticket, one) for one in attachments if one.message_id is None),
        discreet=_discreet(ticket.confidentiality),
        way=way_sentence(way),
        way_is_sms=way.channel == Channel.SMS,
        actions=actions_of(actor, ticket),
    )


def way_sentence(way: Way) -> str:
    """On which channel the person will get the answer, before it leaves."""
    if way.channel == Channel.SMS:
        return _("La réponse part par SMS au %(number)s.") % {"number": display_number(way.address)}
    if way.channel == Channel.EMAIL:
        return _("La réponse part par courriel à %(address)s.") % {"address": way.address}
    return _("La réponse est déposée dans le suivi : la personne la lit avec sa référence et son code.")


def _discreet(confidentiality: str) -> str:
    return {
        "discreet": _("Demande discrète : le motif est caché dans les listes, les SMS restent neutres."),
        "anonymous": _("Demande anonyme : ne demandez pas l’identité."),
    }.get(confidentiality, "")


def _facts(ticket: Ticket) -> tuple[tuple[str, str], ...]:
    contact = ticket.origin_contact
    rows = [
        (_("Commune"), ticket.commune.name if ticket.commune else ""),
        (_("Zone"), ticket.zone_label),
        (_("Équipe"), ticket.team.label if ticket.team else _("pas encore")),
        (_("Agent"), ticket.assignee.display_name if ticket.assignee else _("personne")),
        (_("Lieu d’accueil"), contact.site.name if contact.site else ""),
        (_("Objet"), ticket.subject),
    ]
    return tuple((label, value) for label, value in rows if value)


def _story(
    ticket: Ticket,
    *,
    timeline: Sequence[TimelineEntry],
    messages: Sequence[Message],
    attachments: Sequence[Attachment],
    recordings: Sequence[Recording],
    name: str,
) -> tuple[StoryItem, ...]:
    files: dict[int, list[StoryFile]] = {}
    for one in attachments:
        if one.message_id is not None:
            files.setdefault(one.message_id, []).append(_file(ticket, one))
    sounds = {one.message_id: sound_of(one) for one in recordings}
    items = [
        replace(_message(message, files.get(message.pk, []), name), sound=sounds.get(message.pk))
        for message in messages
    ]
    if ticket.description.strip() and not any(item.text == ticket.description for item in items):
        how = LABELS[Channel][ticket.channel]
        items.append(
            StoryItem("in", ticket.created_at, name or _("La personne"), ticket.description, how=how)
        )
    items += [_entry(entry) for entry in timeline if entry.verb not in _TOLD_OTHERWISE]
    return tuple(sorted(items, key=lambda item: item.at))


def _message(message: Message, files: list[StoryFile], name: str) -> StoryItem:
    how = LABELS[Channel][message.channel]
    if message.direction == Direction.INBOUND:
        return StoryItem(
            "in", message.at, name or _("La personne"), message.body, how=how, files=tuple(files)
        )
    author = message.author_agent.display_name if message.author_agent else ""
    who = _("Envoi automatique") if message.automatic else author or _("Réponse")
    state = LABELS[DeliveryState].get(message.delivery, "")
    trouble = ""
    if message.delivery in (DeliveryState.FAILED, DeliveryState.UNDELIVERED):
        trouble = _("Ce message n’est pas arrivé : essayez un autre moyen.")
    parts = [how, state.lower()]
    if message.segments > 1:
        parts.append(_("%(n)s SMS") % {"n": message.segments})
    return StoryItem(
        "out", message.at, who, message.body, how=" · ".join(part for part in parts if part),
        files=tuple(files), trouble=trouble,
    )  # fmt: skip


def _entry(entry: TimelineEntry) -> StoryItem:
    if entry.verb == "ticket_noted":
        return StoryItem("note", entry.at, entry.actor_label, entry.sentence)
    reasons = entry.new.get("reasons") if isinstance(entry.new, dict) else None
    return StoryItem(
        "auto", entry.at, entry.actor_label, entry.sentence, reasons=tuple(str(one) for one in reasons or ())
    )


def _clock(clock: Clock, now: datetime) -> ClockLine:
    level = {"met": "met", "paused": "paused", "missed": "late"}.get(clock.state, "")
    if not level and clock.due_at is not None:
        left = clock.due_at - now
        level = "late" if left < timedelta(0) else "soon" if left < _SOON else "ok"
    return ClockLine(
        label=LABELS[ClockKind][clock.kind],
        level=level,
        due=clock.due_at,
        state=clock.state,
        reason=clock.reason,
    )


def _file(ticket: Ticket, attachment: Attachment) -> StoryFile:
    return StoryFile(
        name=attachment.original_name,
        url=reverse("ticket-file", args=[ticket.reference, attachment.pk]),
        size=attachment.size,
    )
