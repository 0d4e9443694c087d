"""The link sent by SMS to somebody on the telephone: to the request already open, else to the form of the topic they
chose, filled with what they said. The address itself says nothing of the topic."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from grc.enums import Channel, Confidentiality
from grc.keys import code_keys
from grc.models import Call, CallStep, Message, Ticket, Topic
from grc.references import LinkRefused, read_link, sign_link
from grc.services.messages import Way, message_send, sms_sender
from grc.services.tracking import tracking_link
from grc.types import Actor

PURPOSE: Final = "formulaire"
LINK_LASTS: Final = timedelta(hours=24)


@dataclass(frozen=True)
class LinkedForm:
    """What the form is opened with. ``topic``: code, empty for « autre demande »; ``commune``: INSEE code."""

    topic: str
    postal_code: str
    commune: str


def call_link_send(
    *, actor: Actor, call: Call, ticket: Ticket | None, topic: Topic | None, quiet: bool, at: datetime
) -> Message:
    """Owe the text with the link; it says nothing of a discreet topic (``quiet``: said so by the caller's choice).

    Raises Invalid for a number that answered STOP.
    """
    contact = call.contact
    quiet = quiet or _is_quiet(ticket, topic)
    if ticket is not None:
        link = tracking_link(ticket=ticket, now=at)
    else:
        token = sign_link(PURPOSE, str(contact.pk), at + LINK_LASTS, code_keys()[0])
        link = f"{settings.PUBLIC_BASE_URL}/demande/lien/{token}/"
    # « demande », without an accent that GSM-7 lacks: one segment when it can.
    body = f"Votre lien, valable 24 h : {link}"
    if not quiet:
        what = "pour suivre votre demande" if ticket is not None else "pour faire votre demande"
        body = f"{contact.organisation.name} : {what}, ouvrez ce lien dans les 24 h : {link}"
    return message_send(
        actor=actor,
        contact=contact,
        ticket=ticket,
        way=Way(Channel.SMS, call.from_number, sms_sender(contact)),
        body=body,
        at=at,
        automatic=True,
    )


def _is_quiet(ticket: Ticket | None, topic: Topic | None) -> bool:
    known = (
        ticket.confidentiality if ticket is not None else topic.confidentiality if topic is not None else ""
    )
    return known not in ("", Confidentiality.NORMAL)


def call_link_read(*, token: str, now: datetime) -> LinkedForm:
    """What a link of this kind opens. It may be opened again until it expires: nothing personal is behind it.

    Raises LinkRefused or LinkExpired.
    """
    subject = read_link(token, PURPOSE, now, code_keys()).subject
    call = Call.objects.filter(contact_id=int(subject)).first() if subject.isdecimal() else None
    if call is None:
        raise LinkRefused
    state = CallStep.objects.filter(call=call).order_by("-number").values_list("state", flat=True).first()
    facts = (state or {}).get("facts", {})
    return LinkedForm(
        topic=str(facts.get("topic") or facts.get("theme") or ""),
        postal_code=str(facts.get("postal_code") or ""),
        commune=str(facts.get("commune_code") or ""),
    )
