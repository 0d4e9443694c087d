"""Writing to a person: a row owed before it is a message, on the person's own channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection, transaction

from grc import clock
from grc.enums import Channel, ContactPointKind, DeliveryState, Direction, delivery_advances
from grc.errors import Invalid
from grc.events import EventName
from grc.models import Contact, ContactPoint, Dispatch, InboundReceipt, Line, Message, OptOut, Ticket
from grc.phone_numbers import is_mobile
from grc.segmenting import messages_of, segment
from grc.senders import invites_reply, sender_kind, sender_refusal, without_invitation
from grc.services.dims import dims_of_contact, dims_of_ticket
from grc.services.outbox import event_publish, wake_after_commit
from grc.types import Actor

LONGEST: Final = 20_000
LONGEST_BY_SMS: Final = 4_000
"""Beyond, nobody reads it on a telephone: a few messages in a row at most."""


@dataclass(frozen=True)
class Way:
    """How a person can be written to: channel, address, our sender."""

    channel: Channel
    address: str
    sender: str


def way_to_reply(*, ticket: Ticket) -> Way:
    """The person's channel: where the request came from when it can carry an answer, else a known way.

    A web request is answered in its conversation (read with reference and code); a call or a visit by SMS when a
    mobile is known. Without any way the answer waits in the conversation, to be said on the telephone.
    """
    contact = ticket.origin_contact
    if contact.channel in (Channel.SMS, Channel.PHONE) and is_mobile(contact.address_value):
        return Way(Channel.SMS, contact.address_value, sms_sender(contact))
    if contact.channel in (Channel.COUNTER, Channel.PHONE) and ticket.requester_id:
        points = ContactPoint.objects.filter(
            citizen_id=ticket.requester_id, kind=ContactPointKind.PHONE, may_leave_message=True
        ).values_list("value", flat=True)
        mobile = next((value for value in points if is_mobile(value)), None)
        if mobile:
            return Way(Channel.SMS, mobile, sms_sender(contact))
    return Way(Channel.WEB, "", "")


def sms_sender(contact: Contact) -> str:
    """The line the person wrote or called to when it sends SMS, else the organisation's."""
    own = Line.objects.filter(number=contact.line_number, receives_sms=True).exists()
    return contact.line_number if own else str(settings.TWILIO_SMS_SENDER)


def _answerable(text: str, sender: str, *, automatic: bool) -> str:
    """A text asks to be answered only where an answer can come; nothing leaves from where the law forbids it."""
    refusal = sender_refusal(sender) if sender else ""
    if refusal:
        raise Invalid(refusal, code="sender_refused")
    kind = sender_kind(sender)
    if kind is None or not kind.one_way or not invites_reply(text):
        return text
    if automatic:
        return without_invitation(text)
    raise Invalid(
        f"Ce SMS part au nom de « {sender} », auquel personne ne peut répondre : donnez plutôt le numéro à appeler.",
        code="one_way_sender",
    )


def way_is_refused(way: Way) -> bool:
    """Whether this address said STOP to this line."""
    return (
        way.channel == Channel.SMS
        and OptOut.objects.filter(line_number=way.sender, value=way.address).exists()
    )


@transaction.atomic
def message_send(
    *,
    actor: Actor,
    contact: Contact,
    ticket: Ticket | None,
    way: Way,
    body: str,
    at: datetime,
    automatic: bool = False,
) -> Message:
    """Owe a message; gives it, or the first one when a text too long for one SMS leaves as several, in order.

    One that could never leave (too long, STOP) is refused with a sentence, nothing is written.
    """
    text = body.strip()
    _body_check(text, way.channel)
    by_sms = way.channel == Channel.SMS
    if by_sms:
        text = _answerable(text, way.sender, automatic=automatic)
    if way_is_refused(way):
        raise Invalid("Cette personne a répondu STOP : elle ne veut plus de SMS.", code="opted_out")
    messages = [
        _message_owe(
            actor=actor, contact=contact, ticket=ticket, way=way, body=part, at=at, automatic=automatic
        )
        for part in (messages_of(text) if by_sms else [text])
    ]
    if way.channel != Channel.WEB:
        wake_after_commit()
    Contact.objects.filter(pk=contact.pk).update(last_activity_at=at)
    return messages[0]


def _message_owe(
    *,
    actor: Actor,
    contact: Contact,
    ticket: Ticket | None,
    way: Way,
    body: str,
    at: datetime,
    automatic: bool,
) -> Message:
    """One message, its sending owed when it leaves by a provider, and its event."""
    external = way.channel != Channel.WEB
    message = Message.objects.create(
        contact=contact,
        ticket=ticket,
        channel=way.channel,
        direction=Direction.OUTBOUND,
        body=body,
        author_agent_id=actor.agent_id,
        automatic=automatic,
        to_address=way.address,
        from_address=way.sender,
        at=at,
        # The conversation of the portal is its own delivery: it is there as soon as it is written.
        delivery=DeliveryState.QUEUED if external else DeliveryState.DELIVERED,
        segments=segment(body).count if way.channel == Channel.SMS else 0,
    )
    if external:
        Dispatch.objects.create(
            message=message,
            port=way.channel,
            # One address gets its messages one after the other: the parts of a long text arrive in order.
            order_key=f"{way.channel}:{way.address}",
            first_at=at,
            next_at=at,
        )
    event_publish(
        name=EventName.MESSAGE_SENT,
        payload={
            "message_id": message.pk,
            "contact_id": contact.pk,
            "ticket_id": ticket.pk if ticket else None,
            "automatic": automatic,
            "dims": dims_of_ticket(ticket) if ticket else dims_of_contact(contact),
        },
        order_key=f"ticket:{ticket.pk}" if ticket else f"contact:{contact.pk}",
        at=at,
    )
    return message


def _body_check(text: str, channel: Channel) -> None:
    if not text:
        raise Invalid("Le message est vide.", fields={"body": ["Écrivez le message."]})
    sms = channel == Channel.SMS
    most = LONGEST_BY_SMS if sms else LONGEST
    if len(text) > most:
        name = "Le SMS" if sms else "Le message"
        raise Invalid(
            f"{name} est trop long : {len(text)} caractères, {most} au plus.",
            code="too_long",
            fields={"body": [f"{most} caractères au plus."]},
        )


@transaction.atomic
def delivery_record(
    *, provider: str, provider_id: str, state: DeliveryState, sequence: int, error: str = ""
) -> Message | None:
    """Apply a provider's receipt: never backwards. None when the message is not ours, or not yet.

    A receipt may come before the answer that gives the message its identifier is written: it is kept, and applied by
    :func:`delivery_catch_up`.
    """
    _delivery_lock(provider, provider_id)
    message = (
        Message.objects.select_for_update()
        .filter(provider=provider, provider_id=provider_id, direction=Direction.OUTBOUND)
        .first()
    )
    if message is None:
        _delivery_keep(provider, provider_id, state, sequence, error)
        return None
    if delivery_advances(DeliveryState(message.delivery), state):
        message.delivery = state
        message.delivery_sequence = max(sequence, message.delivery_sequence)
        message.delivery_error = error[:200]
        message.save(update_fields=["delivery", "delivery_sequence", "delivery_error"])
    return message


def _delivery_lock(provider: str, provider_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [f"{provider}|{provider_id}"])


def _delivery_keep(provider: str, provider_id: str, state: DeliveryState, sequence: int, error: str) -> None:
    row, made = InboundReceipt.objects.get_or_create(
        provider=f"{provider}-early"[:30],
        key=provider_id,
        defaults={
            "received_at": clock.now(),
            "answer": {"state": state.value, "sequence": sequence, "error": error},
        },
    )
    if not made and delivery_advances(DeliveryState(row.answer["state"]), state):
        row.answer = {"state": state.value, "sequence": sequence, "error": error}
        row.save(update_fields=["answer"])


@transaction.atomic
def delivery_catch_up(*, provider: str, provider_id: str) -> None:
    """Apply the receipts that came before we knew the message by this identifier.

    Call it in the transaction that writes the identifier, once it is written.
    """
    _delivery_lock(provider, provider_id)
    row = InboundReceipt.objects.filter(provider=f"{provider}-early"[:30], key=provider_id).first()
    if row is not None:
        delivery_record(
            provider=provider,
            provider_id=provider_id,
            state=DeliveryState(row.answer["state"]),
            sequence=int(row.answer["sequence"]),
            error=str(row.answer["error"]),
        )


@transaction.atomic
def opt_out_set(*, line_number: str, value: str, at: datetime) -> None:
    OptOut.objects.get_or_create(line_number=line_number, value=value, defaults={"since": at})


@transaction.atomic
def opt_out_clear(*, line_number: str, value: str) -> None:
    OptOut.objects.filter(line_number=line_number, value=value).delete()
