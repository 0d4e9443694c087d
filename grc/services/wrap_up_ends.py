"""The end of a wrap-up: told once, with the time the whole contact took."""

from __future__ import annotations

from datetime import datetime

from grc.enums import LegKind, PresenceState
from grc.events import EventName
from grc.models import Call, CallLeg, Presence, QueueEntry
from grc.services.dims import dims_of_contact, dims_of_ticket
from grc.services.outbox import event_publish
from grc.services.presence_rows import presence_move


def wrap_up_end(row: Presence, at: datetime, *, to: PresenceState) -> None:
    """Free a locked agent who was writing up; a time that ran out ends at its term, whenever it is seen."""
    ended = min(at, row.until) if row.until is not None else at
    contact_id, agent_id = row.contact_id, row.agent_id
    began = row.since
    presence_move(row, state=to, at=at)
    call = Call.objects.select_related("contact__site").filter(contact_id=contact_id or 0).first()
    if call is None:
        return
    talk = _talk_seconds(call, agent_id)
    seconds = max(0, int((ended - began).total_seconds()))
    Call.objects.filter(pk=call.pk).update(wrapped_up_at=ended)
    entry = QueueEntry.objects.filter(call=call).select_related(
        "ticket__topic", "ticket__team", "ticket__origin_contact__site"
    )
    place = entry.first()
    ticket = place.ticket if place is not None else None
    event_publish(
        name=EventName.CALL_WRAPPED_UP,
        payload={
            "contact_id": contact_id,
            "agent_id": agent_id,
            "wrap_up_seconds": seconds,
            "handling_seconds": talk + seconds,
            "dims": dims_of_ticket(ticket) if ticket is not None else dims_of_contact(call.contact),
        },
        order_key=f"contact:{contact_id}",
        at=at,
    )


def _talk_seconds(call: Call, agent_id: int) -> int:
    """How long this agent's telephone was in the call, holds included."""
    legs = CallLeg.objects.filter(
        call=call,
        kind=LegKind.AGENT.value,
        agent_id=agent_id,
        answered_at__isnull=False,
        ended_at__isnull=False,
    )
    return sum(
        int((leg.ended_at - leg.answered_at).total_seconds())
        for leg in legs
        if leg.ended_at is not None and leg.answered_at is not None
    )
