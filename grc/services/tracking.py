"""Coming back to one's request without an account: by its code, or by a link sent to an address already known."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction

from grc.enums import Channel, Confidentiality
from grc.errors import Conflict, Invalid
from grc.keys import code_keys
from grc.models import InboundReceipt, Message, Organisation, Ticket
from grc.phone_numbers import is_mobile
from grc.references import LinkRefused, parse, read_link, sign_link
from grc.services.audit import audit_read
from grc.services.codes import attempt_count
from grc.services.intake import receipt_take
from grc.services.messages import Way, message_send, sms_sender
from grc.services.ticket_close import ticket_reopen, ticket_resume
from grc.services.ticket_work import ticket_citizen_writes
from grc.types import Actor, system_actor

PURPOSE: Final = "suivi"
LINK_LASTS: Final = timedelta(hours=24)
LINKS_AN_HOUR: Final = 3


def tracking_link(*, ticket: Ticket, now: datetime) -> str:
    """The address that opens a request once, for 24 h. Issuing a new code makes it useless."""
    token = sign_link(
        PURPOSE, f"{ticket.reference}:{ticket.code_generation}", now + LINK_LASTS, code_keys()[0]
    )
    return f"{settings.PUBLIC_BASE_URL}/suivi/lien/{token}/"


def tracking_link_read(*, token: str, now: datetime) -> str:
    """The reference a link is good for, without using it up. Raises LinkRefused or LinkExpired."""
    return _ticket_of(token, now).reference


@transaction.atomic
def tracking_link_open(*, token: str, now: datetime) -> Ticket:
    """Use a link, once. Raises LinkRefused, LinkExpired, or Conflict when it already served."""
    ticket = _ticket_of(token, now)
    digest = hashlib.sha256(token.encode()).hexdigest()
    if not receipt_take(provider="suivi-lien", key=digest).fresh:
        raise Conflict("Ce lien a déjà servi. Demandez-en un autre.", code="link_used")
    return ticket


def _ticket_of(token: str, now: datetime) -> Ticket:
    reference, _, generation = read_link(token, PURPOSE, now, code_keys()).subject.partition(":")
    ticket = Ticket.objects.filter(reference=reference).first()
    if ticket is None or str(ticket.code_generation) != generation:
        raise LinkRefused
    return ticket


@transaction.atomic
def tracking_link_send(*, reference: str, address: str, now: datetime) -> None:
    """Send a link to the mobile a request came from. Says nothing of whether the request, or a mobile, exists.

    Raises Invalid for a number that cannot be one, RateLimited beyond the tries of :mod:`grc.services.codes`.
    """
    canonical = parse(reference)
    attempt_count(reference=canonical, address=address, now=now, purpose="lien", limit=LINKS_AN_HOUR)
    ticket = (
        Ticket.objects.select_related("origin_contact", "organisation", "topic", "team")
        .filter(reference=canonical)
        .first()
    )
    if ticket is None or not is_mobile(ticket.origin_contact.address_value):
        return
    contact = ticket.origin_contact
    try:
        message_send(
            actor=system_actor("Lien de suivi"),
            contact=contact,
            ticket=None,
            way=Way(Channel.SMS, contact.address_value, sms_sender(contact)),
            body=_words(ticket.organisation, ticket, tracking_link(ticket=ticket, now=now)),
            at=now,
            automatic=True,
        )
    except Invalid:
        # They answered STOP: nothing is sent, and nothing is disclosed to who asked.
        return


def _words(organisation: Organisation, ticket: Ticket, link: str) -> str:
    if ticket.confidentiality != Confidentiality.NORMAL:
        return f"Votre lien, valable 24 h : {link}"
    return f"{organisation.name} : pour suivre votre demande, ouvrez ce lien dans les 24 h : {link}"


@transaction.atomic
def person_writes(*, actor: Actor, ticket: Ticket, body: str, token: str) -> Message | None:
    """The person writes once per form (``token``); None for a repeat. A request that waited for them goes on."""
    text = body.strip()
    if not text:
        raise Invalid("Votre message est vide.", fields={"body": ["Écrivez votre message."]})
    if not receipt_take(provider="web", key=f"suivi:{token}").fresh:
        return None
    message = ticket_citizen_writes(actor=actor, ticket=ticket, body=text)
    if ticket.state == "waiting_citizen":
        ticket_resume(actor=system_actor("Réponse de la personne"), ticket=ticket)
    InboundReceipt.objects.filter(provider="web", key=f"suivi:{token}").update(
        answer={"message_id": message.pk}
    )
    return message


def person_read(*, actor: Actor, ticket_id: int) -> None:
    """The person looked at their request: reads are audited, theirs too."""
    audit_read(
        actor=actor, entity="ticket", entity_id=ticket_id, citizen_id=actor.citizen_id, purpose="suivi"
    )


@transaction.atomic
def person_reopens(*, actor: Actor, ticket: Ticket, reason: str, token: str) -> None:
    """The person reopens within the delay of the topic, once per form. Raises NotAllowed beyond, Conflict if open."""
    if not receipt_take(provider="web", key=f"suivi:{token}").fresh:
        return
    ticket_reopen(actor=actor, ticket=ticket, reason="")
    if reason.strip():
        ticket_citizen_writes(actor=actor, ticket=ticket, body=reason.strip()[:4000])
