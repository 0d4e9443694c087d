"""Writing what happened elsewhere or earlier: a call no step of ours rendered, messages another network carried."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import transaction

from grc.enums import DeliveryState, DispatchState
from grc.models import Call, Dispatch, InboundReceipt, Message


def call_course_record(*, call: Call, menu_path: Sequence[str], end_kind: str = "") -> None:
    """The places of the menus a call went through, and what the caller obtained so far."""
    call.menu_path = list(menu_path)[-40:]
    call.end_kind = end_kind
    call.save(update_fields=["menu_path", "end_kind"])


@transaction.atomic
def dispatches_settle_past(*, contact_ids: Collection[int], provider: str) -> int:
    """What these contacts were owed has been carried by ``provider``: delivered, and never handed to a network.

    Gives how many. The messages written in a past that is played again must not leave today.
    """
    owed = Dispatch.objects.select_for_update().filter(
        message__contact_id__in=contact_ids, state=DispatchState.PENDING, attempts=0
    )
    rows = list(owed.values_list("pk", "message_id"))
    if not rows:
        return 0
    Dispatch.objects.filter(pk__in=[pk for pk, _ in rows]).update(state=DispatchState.DONE)
    messages = list(Message.objects.filter(pk__in=[message_id for _, message_id in rows]))
    for message in messages:
        message.provider, message.provider_id = provider, f"{provider}-{message.pk}"
        message.delivery = DeliveryState.DELIVERED
    Message.objects.bulk_update(messages, ["provider", "provider_id", "delivery"])
    return len(rows)


def receipts_of_provider(provider: str) -> dict[str, dict[str, Any]]:
    """Key -> what was answered, for everything one provider gave us, in the order it came."""
    rows = InboundReceipt.objects.filter(provider=provider).order_by("pk")
    return dict(rows.values_list("key", "answer"))
