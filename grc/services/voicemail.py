"""A voice message: kept as a message of its call, under a request, whatever the caller did before."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from grc.enums import Channel, Direction, QueueEntryState
from grc.events import EventName
from grc.french import french_duration
from grc.models import Call, Message, QueueEntry, Ticket
from grc.selectors.telephony import CallNow
from grc.services.call_queue import queue_entry_leave
from grc.services.dims import dims_of_ticket
from grc.services.history import history_write
from grc.services.outbox import event_publish
from grc.services.recordings import voicemail_recording
from grc.services.ticket_open import ticket_open
from grc.types import Actor


@transaction.atomic(savepoint=False)
def voicemail_keep(
    *,
    actor: Actor,
    call: Call,
    ticket: Ticket | None,
    provider_id: str,
    seconds: int,
    at: datetime,
    has_sound: bool = True,
    held: CallNow | None = None,
) -> Message:
    """Keep a recording of a call, of which the sound is then owed by its row. The same recording is kept once.
    ``has_sound``: False for one of which only the trace remains.

    Without a request yet, one is opened to be qualified by whoever listens. The caller gives up their place in the
    queue. The call must be locked by the caller; ``held``: as it is, when they have read it.
    """
    known = Message.objects.filter(provider=call.provider, provider_id=provider_id).first()
    if known is not None:
        return known
    kept_under = ticket or ticket_open(
        actor=actor, contact=call.contact, topic=None, commune=None, at=at, subject="Message vocal"
    )
    message = Message.objects.create(
        contact=call.contact,
        ticket=kept_under,
        channel=Channel.PHONE,
        direction=Direction.INBOUND,
        body=f"Message vocal de {french_duration(seconds)}.",
        from_address=call.from_number,
        to_address=call.to_number,
        at=at,
        provider=call.provider,
        provider_id=provider_id,
    )
    if has_sound:
        voicemail_recording(
            call=call,
            message=message,
            provider_id=provider_id,
            seconds=seconds,
            at=at,
            line=held.line.line if held is not None and held.line is not None else None,
        )
    _tell(actor, message, kept_under, at)
    entry = held.entry if held is not None else QueueEntry.objects.filter(call=call).first()
    if entry is not None:
        queue_entry_leave(entry=entry, state=QueueEntryState.VOICEMAIL, at=at)
    return message


def _tell(actor: Actor, message: Message, ticket: Ticket, at: datetime) -> None:
    history_write(
        actor=actor,
        verb="voicemail_kept",
        sentence="Message vocal reçu.",
        at=at,
        ticket_id=ticket.pk,
        contact_id=message.contact_id,
    )
    event_publish(
        name=EventName.MESSAGE_RECEIVED,
        payload={
            "message_id": message.pk,
            "contact_id": message.contact_id,
            "ticket_id": ticket.pk,
            "dims": dims_of_ticket(ticket),
        },
        order_key=f"ticket:{ticket.pk}",
        at=at,
    )
