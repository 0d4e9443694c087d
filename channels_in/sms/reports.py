"""What Twilio reports on messages we sent."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from channels_in.receive.webhook import PROVIDER, Posted
from channels_in.sms.errors import error_sentence
from grc.enums import DeliveryState
from grc.services.intake import receipt_take
from grc.services.messages import delivery_record, opt_out_set

STATES: Final = {
    "queued": DeliveryState.QUEUED,
    "accepted": DeliveryState.QUEUED,
    "scheduled": DeliveryState.QUEUED,
    "sending": DeliveryState.SENT,
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.DELIVERED,
    "partially_delivered": DeliveryState.UNDELIVERED,
    "undelivered": DeliveryState.UNDELIVERED,
    "failed": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
STOPPED: Final = "21610"


@transaction.atomic
def delivery_report(*, posted: Posted, now: datetime) -> None:
    """Once per (sid, status), never backwards; a status Twilio would add one day is kept and changes nothing."""
    sid = posted.text("MessageSid", limit=64) or posted.text("SmsSid", limit=64)
    status, code = posted.text("MessageStatus", limit=20), posted.text("ErrorCode", limit=10)
    receipt = receipt_take(
        provider=PROVIDER,
        key=f"{sid}:{status}:{posted.whole('SequenceNumber')}",
        kind="sms-status",
        raw=posted.raw(),
    )
    state = STATES.get(status)
    if not receipt.fresh or state is None or not sid:
        return
    message = delivery_record(
        provider=PROVIDER, provider_id=sid, state=state, sequence=0, error=error_sentence(code)
    )
    if message is not None and code == STOPPED:
        opt_out_set(line_number=message.from_address, value=message.to_address, at=now)
