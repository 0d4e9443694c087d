"""What answering a telephone call needs to read: the line and its script, the state of a call, who can answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import TextField
from django.db.models.functions import Cast

from grc.models import Call, CallStep, Line, Message, Presence, QueueEntry, Ticket
from grc.selectors.contacts import ANSWERING
from grc.voice_script import Script, State, script_from_json, state_from_json


@dataclass(frozen=True)
class AnsweringLine:
    """A line and the script that answers on it."""

    line: Line
    script: Script


def line_answering(number: str) -> AnsweringLine | None:
    """The open line of this number (E.164); None when it is not ours."""
    line = (
        Line.objects.select_related("organisation", "calendar")
        .defer("script")
        .annotate(script_text=Cast("script", TextField()))
        .filter(number=number, closed_on__isnull=True)
        .first()
    )
    # By its whole text: a script that changes without a new version is read again at once.
    return AnsweringLine(line, _script_of(line.script_text)) if line is not None else None


@lru_cache(maxsize=64)
def _script_of(text: str) -> Script:
    return script_from_json(json.loads(text))


def call_of_provider_id(*, provider: str, provider_id: str) -> Call | None:
    """The call of a provider's identifier, not locked."""
    return (
        Call.objects.select_related("contact__organisation", "contact__site")
        .filter(provider=provider, provider_id=provider_id)
        .first()
    )


def call_of_contact(*, contact_id: int) -> Call | None:
    return Call.objects.filter(contact_id=contact_id).first()


def call_state(*, call: Call, number: int) -> State | None:
    """The state of the script after this step of the call; None when there was no such step."""
    row = CallStep.objects.filter(call_id=call.pk, number=number).values_list("state", flat=True).first()
    return state_from_json(row) if row is not None else None


def call_state_waiting(*, call: Call) -> State | None:
    """The last state in which the caller was in the waiting room; None when they never were."""
    rows = CallStep.objects.filter(call_id=call.pk, state__expect__kind="wait").order_by("-number")
    row = rows.values_list("state", flat=True).first()
    return state_from_json(row) if row is not None else None


def queue_entry_of_call(*, call: Call) -> QueueEntry | None:
    return QueueEntry.objects.filter(call_id=call.pk).first()


def ticket_of_contact(*, contact_id: int, reference: str) -> Ticket | None:
    """The request of this reference, if this contact opened it."""
    return (
        Ticket.objects.select_related("topic", "team", "origin_contact__site", "commune")
        .filter(origin_contact_id=contact_id, reference=reference)
        .first()
    )


def somebody_answers(*, organisation_id: int) -> bool:
    """Whether one agent at least is taking contacts now."""
    return Presence.objects.filter(agent__organisation_id=organisation_id, state__in=ANSWERING).exists()


def message_is_known(*, provider: str, provider_id: str) -> bool:
    """Whether this message of a provider is already kept."""
    return Message.objects.filter(provider=provider, provider_id=provider_id).exists()


def contact_has_messages(*, contact_id: int, besides: int) -> bool:
    """Whether this contact has messages other than ``besides``."""
    return Message.objects.filter(contact_id=contact_id).exclude(pk=besides).exists()
