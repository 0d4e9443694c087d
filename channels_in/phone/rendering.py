"""From a step of the script to the document Twilio plays; secret codes are put in here and kept nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from channels_in.phone.sentences import code_grouped
from channels_in.phone.twiml import Voice, WebhookUrls, step_document, wait_document
from grc.selectors.telephony import ticket_of_contact
from grc.services.codes import ticket_code
from grc.voice_script import Step

if TYPE_CHECKING:
    from grc.models import Call


def urls() -> WebhookUrls:
    return WebhookUrls(settings.PUBLIC_BASE_URL)


def voice() -> Voice:
    return Voice(settings.TWILIO_VOICE)


def waiting_room(call: Call) -> str:
    """Name of Twilio's waiting room: one per organisation, since order and position are ours."""
    return f"attente-{call.contact.organisation_id}"


def step_rendered(call: Call, step: Step) -> str:
    return step_document(step, urls=urls(), voice=voice(), queue=waiting_room(call), fill=_fill(call, step))


def wait_rendered(call: Call, step: Step) -> str:
    return wait_document(step, urls=urls(), voice=voice(), fill=_fill(call, step))


def _fill(call: Call, step: Step) -> dict[str, str]:
    if not any("{code}" in line for line in step.say):
        return {}
    reference = step.state.facts.get("reference", "")
    ticket = ticket_of_contact(contact_id=call.contact_id, reference=reference)
    return {"code": code_grouped(ticket_code(ticket))} if ticket is not None else {}
