"""Writing a contact up: notes that survive a crash, then answers and requests, then the agent is free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from grc import clock
from grc.enums import Difficulty, PresenceState
from grc.errors import Conflict, Invalid, NotFound
from grc.models import Call, Commune, Contact, NoteDraft, Topic
from grc.policies import Verb, can_in_organisation
from grc.services.history import history_write
from grc.services.intake import instant_answer_give
from grc.services.presence_rows import presence_lock
from grc.services.ticket_open import ticket_open
from grc.services.wrap_up_ends import wrap_up_end
from grc.types import Actor

LONGEST_NOTES = 20000


@dataclass(frozen=True)
class NeedAnswered:
    """A need answered during the call: what was said, on what."""

    topic: Topic | None
    said: str


@dataclass(frozen=True)
class NeedOpened:
    """A need that becomes a request."""

    topic: Topic
    commune: Commune | None = None
    subject: str = ""


def _contact(actor: Actor, contact_id: int) -> Contact:
    contact = (
        Contact.objects.select_for_update(of=("self",))
        .select_related("organisation", "site", "citizen")
        .filter(pk=contact_id)
        .first()
    )
    if contact is None or not any(grant.organisation_id == contact.organisation_id for grant in actor.grants):
        raise NotFound("Ce contact n’existe pas.")
    can_in_organisation(actor, Verb.RECEPTION, contact.organisation_id).require()
    return contact


@transaction.atomic
def note_draft_save(*, actor: Actor, contact_id: int, body: str) -> NoteDraft:
    """Keep what the agent has typed so far, for them alone, until the contact is written up."""
    contact = _contact(actor, contact_id)
    if actor.agent_id is None:
        raise Invalid("Seul un agent prend des notes.")
    if len(body) > LONGEST_NOTES:
        raise Invalid("Ces notes sont trop longues.", fields={"body": ["20 000 caractères au plus."]})
    draft, _ = NoteDraft.objects.update_or_create(
        contact=contact, agent_id=actor.agent_id, defaults={"body": body, "saved_at": clock.now()}
    )
    return draft


def note_draft_of(*, actor: Actor, contact_id: int) -> str:
    """What this agent had typed; empty when nothing."""
    rows = NoteDraft.objects.filter(contact_id=contact_id, agent_id=actor.agent_id or 0)
    return str(rows.values_list("body", flat=True).first() or "")


@transaction.atomic
def call_wrap_up(
    *,
    actor: Actor,
    contact_id: int,
    notes: str | None = None,
    difficulties: Sequence[Difficulty] = (),
    answers: Sequence[NeedAnswered] = (),
    requests: Sequence[NeedOpened] = (),
    available: bool = True,
) -> Call:
    """Write a call up: each need becomes an answer or a request, the notes are kept, and the agent is free again.

    ``notes`` None: those of the draft. Refused while the agent is still in the call. Said twice, the second finds the
    wrap-up over and adds nothing but what it brings.
    """
    if actor.agent_id is None:
        raise NotFound("Cet appel n’existe pas.")
    now = clock.now()
    # The agent, then the contact: the order of the end of a call.
    row = presence_lock(agent_id=actor.agent_id, at=now)
    contact = _contact(actor, contact_id)
    call = Call.objects.filter(contact=contact).first()
    if call is None:
        raise NotFound("Cet appel n’existe pas.")
    if row.state == PresenceState.ON_CONTACT and row.contact_id == contact.pk:
        raise Conflict("L’appel est encore en cours : terminez-le d’abord.", code="on_contact")
    for answer in answers:
        instant_answer_give(actor=actor, contact=contact, topic=answer.topic, said=answer.said, at=now)
    for need in requests:
        ticket_open(
            actor=actor, contact=contact, topic=need.topic, commune=need.commune, at=now, subject=need.subject
        )
    _notes_keep(actor, contact, notes, difficulties)
    if row.state == PresenceState.WRAPPING_UP and row.contact_id == contact.pk:
        history_write(
            actor=actor,
            verb="call_wrapped_up",
            sentence=f"Appel traité par {actor.label}.",
            at=now,
            contact_id=contact.pk,
        )
        wrap_up_end(row, now, to=PresenceState.AVAILABLE if available else PresenceState.OFFLINE)
    call.refresh_from_db()
    return call


@transaction.atomic
def call_written_up_record(*, actor: Actor, contact: Contact, at: datetime) -> None:
    """Keep when a call of the past was written up, as told by whoever tells its course: nobody is freed by it."""
    can_in_organisation(actor, Verb.RECEPTION, contact.organisation_id).require()
    Call.objects.filter(contact=contact, wrapped_up_at__isnull=True).update(wrapped_up_at=at)


def _notes_keep(
    actor: Actor, contact: Contact, notes: str | None, difficulties: Sequence[Difficulty]
) -> None:
    drafts = NoteDraft.objects.filter(contact=contact, agent_id=actor.agent_id or 0)
    kept = notes if notes is not None else str(drafts.values_list("body", flat=True).first() or "")
    if kept.strip() and kept.strip() not in contact.notes:
        contact.notes = f"{contact.notes}\n{kept.strip()}".strip()
    contact.difficulties = sorted({*contact.difficulties, *(one.value for one in difficulties)})
    contact.save(update_fields=["notes", "difficulties"])
    drafts.delete()
