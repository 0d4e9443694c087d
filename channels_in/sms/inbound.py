"""An SMS received: it joins the conversation, or opens a request on the topic and place its words give."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from channels_in.receive.webhook import PROVIDER, Posted
from channels_in.sms.words import asks_start, asks_stop, postal_codes
from grc.enums import Channel, TicketState
from grc.phone_numbers import is_mobile
from grc.reference.names import fold
from grc.selectors.directory import (
    communes_of_postal_code,
    host_organisation,
    line_of_number,
    topic_by_code,
)
from grc.selectors.telephony import contact_has_messages, message_is_known
from grc.selectors.topic_suggestions import topic_suggestions
from grc.services.intake import conversation_lock, message_attach, message_receive, receipt_take
from grc.services.messages import Way, message_send, opt_out_clear, opt_out_set
from grc.services.ticket_close import ticket_resume
from grc.services.ticket_open import ticket_open
from grc.topic_words import topic_clear
from grc.types import channel_actor, system_actor

if TYPE_CHECKING:
    from grc.models import Commune, Message, Organisation, Topic

ACTOR: Final = channel_actor("La personne par SMS")
BODY_LIMIT: Final = 20_000
SUBJECT: Final = 120
UNSEEN: Final = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff \n\t"
"""Characters some keyboards leave and nobody sees."""
EMPTY: Final = "Votre SMS est arrivé vide. Écrivez-nous votre demande et votre code postal, ou appelez-nous."


@transaction.atomic
def sms_receive(*, posted: Posted, now: datetime) -> None:
    """Keep one incoming SMS, once, whatever it holds."""
    sid = posted.text("MessageSid", limit=64) or posted.text("SmsSid", limit=64)
    receipt = receipt_take(provider=PROVIDER, key=posted.token or sid, kind="sms", raw=posted.raw())
    if not receipt.fresh or not sid:
        return
    number, line_number = posted.text("From", limit=32), posted.text("To", limit=16)
    conversation_lock(line=line_number, address=number)
    if message_is_known(provider=PROVIDER, provider_id=sid):
        return
    line = line_of_number(line_number)
    # A number that is no longer ours in the settings still reaches somebody.
    organisation = line.organisation if line is not None else host_organisation()
    body = _body(posted)
    message = message_receive(
        actor=ACTOR,
        organisation=organisation,
        channel=Channel.SMS,
        body=body,
        from_address=number,
        to_address=line_number,
        provider=PROVIDER,
        provider_id=sid,
        at=now,
    )
    _answer(message, organisation, posted, now)


def _body(posted: Posted) -> str:
    body = posted.text("Body", limit=BODY_LIMIT).strip().strip(UNSEEN)
    joined = posted.whole("NumMedia")
    if joined:
        said = "une pièce jointe" if joined == 1 else f"{joined} pièces jointes"
        places = [posted.text(f"MediaUrl{place}", limit=500) for place in range(min(joined, 10))]
        body = "\n".join([body, f"[{said}]", *places]).strip()
    return body


def _answer(message: Message, organisation: Organisation, posted: Posted, now: datetime) -> None:
    body, kind = message.body, posted.text("OptOutType", limit=10)
    if asks_stop(body, kind):
        opt_out_set(line_number=message.to_address, value=message.from_address, at=now)
    elif asks_start(body, kind):
        opt_out_clear(line_number=message.to_address, value=message.from_address)
    elif not body:
        _say_it_is_empty(message, now)
    elif message.ticket is not None:
        if message.ticket.state == TicketState.WAITING_CITIZEN:
            ticket_resume(actor=system_actor("SMS reçu"), ticket=message.ticket)
    elif kind != "HELP":
        _open(message, organisation, now)


def _open(message: Message, organisation: Organisation, now: datetime) -> None:
    ticket = ticket_open(
        actor=ACTOR,
        contact=message.contact,
        topic=_topic(organisation, message.body),
        commune=_commune(message.body),
        at=now,
        subject=message.body.partition("\n")[0][:SUBJECT],
        description=message.body,
    )
    message_attach(message=message, ticket=ticket)


def _topic(organisation: Organisation, body: str) -> Topic | None:
    """The topic when one stands clearly ahead; else None: an agent qualifies."""
    clear = topic_clear(topic_suggestions(organisation_id=organisation.pk, text=body))
    return topic_by_code(organisation_id=organisation.pk, code=clear.code) if clear is not None else None


def _commune(body: str) -> Commune | None:
    """The commune of the first known postal code: its only one, or the only one of them the words name."""
    for code in postal_codes(body):
        found = communes_of_postal_code(code)
        if len(found) > 1:
            said = f" {fold(body)} "
            found = [commune for commune in found if f" {fold(commune.name)} " in said]
            return found[0] if len(found) == 1 else None
        if found:
            return found[0]
    return None


def _say_it_is_empty(message: Message, now: datetime) -> None:
    """Once in a run of messages, and never to a machine: two automatic answers would talk for ever."""
    if not is_mobile(message.from_address) or contact_has_messages(
        contact_id=message.contact_id, besides=message.pk
    ):
        return
    message_send(
        actor=system_actor("Réponse automatique"),
        contact=message.contact,
        ticket=None,
        way=Way(Channel.SMS, message.from_address, message.to_address),
        body=EMPTY,
        at=now,
        automatic=True,
    )
