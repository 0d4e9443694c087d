"""Reading what was recorded: who may listen to what."""

from __future__ import annotations

from typing import Final

from django.db.models import Q

from grc.enums import Confidentiality, RecordingKind, RecordingState
from grc.errors import NotAllowed, NotFound
from grc.models import QueueEntry, Recording, Ticket
from grc.policies import Verb, can_in_organisation, can_see_ticket, roles_with
from grc.types import Actor

_NOT_LISTED: Final = (Confidentiality.DISCREET, Confidentiality.ANONYMOUS)


def ticket_recordings(*, actor: Actor, ticket: Ticket) -> list[Recording]:
    """Voice messages of a request, oldest first."""
    can_see_ticket(actor, ticket).require()
    return list(Recording.objects.filter(message__ticket=ticket).order_by("started_at", "pk"))


def recording_get(*, actor: Actor, recording_id: int) -> Recording:
    """One recording that this actor may listen to: a voice message with its request, a conversation as its own agent
    or, unless its request is discreet, as a supervisor. NotFound where it is another organisation's, or where no sound
    is left."""
    row = (
        Recording.objects.select_related("call__contact", "message__ticket__team")
        .filter(pk=recording_id)
        .first()
    )
    if row is None or row.state != RecordingState.KEPT:
        raise NotFound("Cet enregistrement n’existe pas, ou n’existe plus.")
    contact = row.call.contact
    if not any(grant.organisation_id == contact.organisation_id for grant in actor.grants):
        raise NotFound("Cet enregistrement n’existe pas, ou n’existe plus.")
    ticket = row.message.ticket if row.message is not None else None
    if ticket is not None:
        can_see_ticket(actor, ticket).require()
        return row
    if actor.agent_id is not None and actor.agent_id == contact.agent_id:
        return row
    entry = QueueEntry.objects.filter(call=row.call).select_related("ticket").first()
    about = entry.ticket if entry is not None else None
    if about is not None and about.confidentiality in _NOT_LISTED:
        raise NotFound("Cet enregistrement n’existe pas, ou n’existe plus.")
    if not can_in_organisation(actor, Verb.REASSIGN, contact.organisation_id):
        raise NotAllowed("Une conversation s’écoute par son agent ou par l’encadrement.")
    return row


def conversations_recorded(*, actor: Actor, before: int | None = None, limit: int = 50) -> list[Recording]:
    """Latest recorded conversations of the organisations this actor supervises; ``before``: id of the last row of the
    page before. Those on discreet requests do not exist."""
    ids = actor.organisations_with(*roles_with(Verb.REASSIGN))
    rows = Recording.objects.filter(
        kind=RecordingKind.CONVERSATION, call__contact__organisation_id__in=ids
    ).exclude(state=RecordingState.WANTED)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    hidden = Q(call__queue_entry__ticket__confidentiality__in=_NOT_LISTED)
    rows = rows.exclude(hidden).select_related("call__contact__agent", "call__queue_entry__ticket__topic")
    return list(rows.order_by("-pk")[:limit])
