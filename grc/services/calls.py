"""A telephone call, from the first ring to the end: one row, the times that make the figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from grc.enums import CallbackState, Channel, QueueEntryState
from grc.events import EventName
from grc.models import Call, Callback, CallStep, Contact, Line, QueueEntry, Ticket
from grc.services.dims import dims_of_contact, dims_of_ticket
from grc.services.intake import contact_end, contact_open
from grc.services.outbox import event_publish
from grc.types import Actor

# What became of an offered call; the report adds them up to "offered" (interfaces.md).
ANSWERED: Final = "answered"
ABANDONED: Final = "abandoned"
SELF_SERVED: Final = "self_served"
REDIRECTED: Final = "redirected"
CALLED_BACK: Final = "called_back"
VOICEMAIL: Final = "voicemail"
CLOSED_HOURS: Final = "closed_hours"
DISPOSITIONS: Final = (
    ANSWERED,
    ABANDONED,
    SELF_SERVED,
    REDIRECTED,
    CALLED_BACK,
    VOICEMAIL,
    CLOSED_HOURS,
)


@transaction.atomic(savepoint=False)
def call_receive(
    *,
    actor: Actor,
    line: Line,
    provider: str,
    provider_id: str,
    from_number: str,
    hidden_number: bool,
    at: datetime,
) -> Call:
    """The first ring: a contact and its call. The caller's number suggests, it never identifies."""
    contact = contact_open(
        actor=actor,
        organisation=line.organisation,
        channel=Channel.PHONE,
        at=at,
        address_value=from_number,
        line_number=line.number,
    )
    return Call.objects.create(
        contact=contact,
        provider=provider,
        provider_id=provider_id,
        from_number=from_number,
        to_number=line.number,
        hidden_number=hidden_number,
        script_version=line.script_version,
        offered_at=at,
    )


def call_lock(*, provider: str, provider_id: str) -> Call | None:
    """The call, locked; None when it is not ours.

    Its place in the queue is locked first, as everywhere: an agent who takes a caller holds the place, then the call.
    """
    QueueEntry.objects.select_for_update(of=("self",)).filter(
        call__provider=provider, call__provider_id=provider_id
    ).values_list("pk").first()
    return (
        Call.objects.select_for_update(of=("self",))
        .select_related("contact__organisation", "contact__site")
        .filter(provider=provider, provider_id=provider_id)
        .first()
    )


def call_step_save(
    *,
    call: Call,
    number: int,
    state: dict[str, Any],
    output: dict[str, Any],
    at: datetime,
    node: str = "",
    end_kind: str | None = None,
) -> None:
    """Keep what one step said and expects, so that a repeat is rendered again with no effect twice.

    ``node``: place in the menus, added to the path when it is another one. ``end_kind``: what the caller has obtained
    so far, counted when the call ends; None leaves it as it is.
    """
    CallStep.objects.create(call=call, number=number, state=state, output=output, at=at)
    call.step = number
    if node and (not call.menu_path or call.menu_path[-1] != node):
        call.menu_path = [*call.menu_path, node][-40:]
    if end_kind is not None:
        call.end_kind = end_kind
    call.save(update_fields=["step", "menu_path", "end_kind"])


@transaction.atomic
def call_end(*, actor: Actor, call: Call, at: datetime) -> Call:
    """The call is over: who waited has left, the disposition is settled and told once."""
    entry = (
        QueueEntry.objects.select_for_update(of=("self",))
        .filter(call_id=call.pk)
        .select_related("ticket")
        .first()
    )
    locked = Call.objects.select_for_update(of=("self",)).select_related("contact__site").get(pk=call.pk)
    if locked.ended_at is not None:
        return locked
    locked.ended_at = at
    locked.end_kind = _disposition(locked, entry)
    if locked.end_kind == ABANDONED:
        locked.abandoned_at = at
    if entry is not None and entry.state in (QueueEntryState.WAITING, QueueEntryState.OFFERED):
        entry.state, entry.left_at, entry.agent = QueueEntryState.LEFT, at, None
        entry.save(update_fields=["state", "left_at", "agent"])
    locked.save(update_fields=["ended_at", "end_kind", "abandoned_at"])
    contact_end(actor=actor, contact=locked.contact, at=at, outcome=locked.end_kind)
    _tell_ended(locked, entry, at)
    return locked


def _disposition(call: Call, entry: QueueEntry | None) -> str:
    if call.answered_at is not None:
        return ANSWERED
    if call.end_kind in DISPOSITIONS:
        return call.end_kind
    if Callback.objects.filter(
        contact_id=call.contact_id, state__in=[CallbackState.OWED, CallbackState.DIALLING]
    ).exists():
        return CALLED_BACK
    return ABANDONED


def _tell_ended(call: Call, entry: QueueEntry | None, at: datetime) -> None:
    ticket = first_ticket_of_contact(call.contact)
    waited = (call.answered_at or at) - call.queued_at if call.queued_at else None
    event_publish(
        name=EventName.CALL_ENDED,
        payload={
            "contact_id": call.contact_id,
            "call_id": call.pk,
            "disposition": call.end_kind,
            "wait_seconds": int(waited.total_seconds()) if waited else 0,
            "talk_seconds": int((at - call.answered_at).total_seconds()) if call.answered_at else 0,
            "queued": entry is not None,
            "offered_at": call.offered_at.isoformat(),
            "dims": dims_of_ticket(ticket) if ticket else dims_of_contact(call.contact),
        },
        order_key=f"contact:{call.contact_id}",
        at=at,
    )


def first_ticket_of_contact(contact: Contact) -> Ticket | None:
    return (
        Ticket.objects.filter(origin_contact=contact)
        .select_related("topic", "team", "origin_contact__site", "commune")
        .order_by("id")
        .first()
    )


# Twilio's own order of a call; a late report never moves a call backwards.
_PROGRESS: Final = {
    "queued": 0, "initiated": 1, "ringing": 2, "in-progress": 3, "answered": 3,
    "completed": 9, "busy": 9, "failed": 9, "no-answer": 9, "canceled": 9,
}  # fmt: skip


@transaction.atomic
def call_status_record(*, actor: Actor, call: Call, status: str, sequence: int, at: datetime) -> Call:
    """Apply a provider's report of progress: forward only; a final one ends the call."""
    locked = call_lock(provider=call.provider, provider_id=call.provider_id) or call
    if _PROGRESS.get(status, -1) <= _PROGRESS.get(locked.provider_status, -1):
        return locked
    locked.provider_status = status
    locked.provider_sequence = max(sequence, locked.provider_sequence)
    locked.save(update_fields=["provider_status", "provider_sequence"])
    if _PROGRESS[status] == 9:
        return call_end(actor=actor, call=locked, at=at)
    return locked


LONGEST_CALL: Final = timedelta(hours=4)


def calls_sweep(*, actor: Actor, now: datetime) -> int:
    """End the calls whose last report never came (a call lasts 4 hours at most); gives how many."""
    stale = Call.objects.filter(ended_at__isnull=True, offered_at__lt=now - LONGEST_CALL)
    ended = 0
    for call in stale.order_by("id")[:500]:
        call_end(actor=actor, call=call, at=now)
        ended += 1
    return ended
