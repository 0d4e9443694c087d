"""A telephone call, from the first ring to the end: one row, the times that make the figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction

from grc.enums import Channel, Direction, LegKind, QueueEntryState
from grc.events import EventName
from grc.models import Call, CallLeg, Contact, Line
from grc.selectors.telephony import CallNow
from grc.services.call_hold import call_lock
from grc.services.dims import dims_of_contact
from grc.services.intake import contact_end, contact_told
from grc.services.offer_ends import call_close, place_lock
from grc.services.outbox import event_publish
from grc.services.together import leave
from grc.statements import insert_text, inserted, rows_of, values_of
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
    contact = Contact(
        organisation_id=line.organisation_id,
        channel=Channel.PHONE,
        direction=Direction.INBOUND,
        started_at=at,
        last_activity_at=at,
        address_value=from_number,
        line_number=line.number,
    )
    call = Call(
        contact=contact,
        provider=provider,
        provider_id=provider_id,
        from_number=from_number,
        to_number=line.number,
        hidden_number=hidden_number,
        script_version=line.script_version,
        offered_at=at,
    )
    leg = CallLeg(
        kind=LegKind.CALLER, number=from_number, provider_id=provider_id, dialled_at=at, answered_at=at
    )
    first, contact_fields = insert_text(Contact)
    second, call_fields = insert_text(Call, contact_id="(SELECT id FROM contact)")
    third, leg_fields = insert_text(CallLeg, call_id="(SELECT id FROM made)")
    keys = rows_of(
        f"WITH contact AS ({first} RETURNING id), made AS ({second} RETURNING contact_id, id), leg AS ({third}) "  # noqa: S608 -- names of columns only
        "SELECT contact_id, id FROM made",
        [*values_of(contact, contact_fields), *values_of(call, call_fields), *values_of(leg, leg_fields)],
    )[0]
    inserted(contact, keys[0])
    inserted(call, keys[1])
    call.contact = contact
    contact_told(actor=actor, contact=contact)
    return call


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
    call.step = number
    if node and (not call.menu_path or call.menu_path[-1] != node):
        call.menu_path = [*call.menu_path, node][-40:]
    if end_kind is not None:
        call.end_kind = end_kind
    leave("step", call_id=call.pk, number=number, state=state, output=output, at=at.isoformat())
    leave("call", id=call.pk, step=number, menu_path=call.menu_path, end_kind=call.end_kind)


# The request of the call, as the figures count it, and whether somebody is owed a call.
_ENDING: Final = """
SELECT EXISTS (SELECT 1 FROM grc_callback b WHERE b.contact_id = k.id AND b.state IN ('owed', 'dialling')),
  t.organisation_id, t.channel, coalesce(p.code, ''), coalesce(p.theme, ''), t.zone_code, coalesce(m.code, '')
FROM grc_contact k
LEFT JOIN LATERAL (SELECT * FROM grc_ticket o WHERE o.origin_contact_id = k.id ORDER BY o.id LIMIT 1) t ON true
LEFT JOIN grc_topic p ON p.id = t.topic_id
LEFT JOIN grc_team m ON m.id = t.team_id
WHERE k.id = %s
"""
_ENDED: Final = """
WITH place AS (
  UPDATE grc_queueentry SET state = 'left', left_at = %s, agent_id = NULL
  WHERE call_id = %s AND state IN ('waiting', 'offered')
), leg AS (
  UPDATE grc_callleg SET ended_at = %s, end_reason = 'hung_up'
  WHERE call_id = %s AND kind = 'caller' AND ended_at IS NULL
) UPDATE grc_call SET ended_at = %s, end_kind = %s, abandoned_at = %s, provider_status = %s, provider_sequence = %s
WHERE id = %s
"""


@transaction.atomic
def call_end(*, actor: Actor, call: Call, at: datetime) -> Call:
    """The call is over: who waited has left, the disposition is settled and told once."""
    found = call_lock(provider=call.provider, provider_id=call.provider_id)
    if found is None:
        return call
    return _end(actor, found, at) if found.call.ended_at is None else found.call


def _end(actor: Actor, found: CallNow, at: datetime) -> Call:
    """Of a call which is locked and has not ended."""
    call, entry = found.call, found.entry
    if entry is not None and entry.state in (QueueEntryState.OFFERED, QueueEntryState.ANSWERED):
        call_close(place_lock(call.pk), at)
    owed, *ticket = rows_of(_ENDING, [call.contact_id])[0]
    call.ended_at = at
    call.end_kind = _disposition(call, owed=bool(owed))
    if call.end_kind == ABANDONED:
        call.abandoned_at = at
    told = [call.end_kind, call.abandoned_at, call.provider_status, call.provider_sequence]
    rows_of(_ENDED, [at, call.pk, at, call.pk, at, *told, call.pk])
    contact_end(actor=actor, contact=call.contact, at=at, outcome=call.end_kind)
    dims = dims_of_contact(call.contact)
    if ticket[0] is not None:
        dims |= dict(zip(("organisation", "channel", "topic", "theme", "zone", "team"), ticket, strict=True))
    _tell_ended(call, dims, at, queued=found.entry is not None)
    return call


def _disposition(call: Call, *, owed: bool) -> str:
    if call.answered_at is not None:
        return ANSWERED
    if call.end_kind in DISPOSITIONS:
        return call.end_kind
    return CALLED_BACK if owed else ABANDONED


def _tell_ended(call: Call, dims: dict[str, Any], at: datetime, *, queued: bool) -> None:
    waited = (call.answered_at or at) - call.queued_at if call.queued_at else None
    event_publish(
        name=EventName.CALL_ENDED,
        payload={
            "contact_id": call.contact_id,
            "call_id": call.pk,
            "disposition": call.end_kind,
            "wait_seconds": int(waited.total_seconds()) if waited else 0,
            "talk_seconds": int((at - call.answered_at).total_seconds()) if call.answered_at else 0,
            "queued": queued,
            "offered_at": call.offered_at.isoformat(),
            "dims": dims,
        },
        order_key=f"contact:{call.contact_id}",
        at=at,
    )


# Twilio's own order of a call; a late report never moves a call backwards.
_PROGRESS: Final = {
    "queued": 0, "initiated": 1, "ringing": 2, "in-progress": 3, "answered": 3,
    "completed": 9, "busy": 9, "failed": 9, "no-answer": 9, "canceled": 9,
}  # fmt: skip


@transaction.atomic(savepoint=False)
def call_status_record(
    *, actor: Actor, call: Call, status: str, sequence: int, at: datetime, held: CallNow | None = None
) -> Call:
    """Apply a provider's report of progress: forward only; a final one ends the call.

    ``held``: the call as it is, when the caller has locked it.
    """
    found = held or call_lock(provider=call.provider, provider_id=call.provider_id)
    locked = found.call if found is not None else call
    progress = _PROGRESS.get(status, -1)
    if found is None or progress <= _PROGRESS.get(locked.provider_status, -1):
        return locked
    locked.provider_status = status
    locked.provider_sequence = max(sequence, locked.provider_sequence)
    if progress == 9 and locked.ended_at is None:
        return _end(actor, found, at)
    rows_of(
        "UPDATE grc_call SET provider_status = %s, provider_sequence = %s WHERE id = %s",
        [status, locked.provider_sequence, locked.pk],
    )
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
