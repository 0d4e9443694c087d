"""From a step of the script to the provider's document; secret codes are put in here and kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from channels_in.phone.port import VoiceProvider
from channels_in.phone.sentences import code_grouped
from grc.selectors.telephony import ticket_of_contact
from grc.services.codes import ticket_code
from grc.voice_script import Step

if TYPE_CHECKING:
    from grc.models import Call, Ticket


def waiting_room(call: Call) -> str:
    """Name of the provider's waiting room: one per organisation, since order and position are ours."""
    return f"attente-{call.contact.organisation_id}"


def step_rendered(
    provider: VoiceProvider, call: Call, step: Step, *, tickets: Mapping[str, Ticket] | None = None
) -> str:
    """``tickets``: requests just opened or read, by reference."""
    return provider.step(step, queue=waiting_room(call), fill=_fill(call, step, tickets or {}))


def wait_rendered(provider: VoiceProvider, call: Call, step: Step, *, music_url: str = "") -> str:
    return provider.wait(step, fill=_fill(call, step, {}), music_url=music_url)


def _fill(call: Call, step: Step, tickets: Mapping[str, Ticket]) -> dict[str, str]:
    if not any("{code}" in line for line in step.say):
        return {}
    reference = step.state.facts.get("reference", "")
    ticket = tickets.get(reference) or ticket_of_contact(contact_id=call.contact_id, reference=reference)
    return {"code": code_grouped(ticket_code(ticket))} if ticket is not None else {}
