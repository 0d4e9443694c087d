"""The reception desk: what came from outside becomes contacts, messages and tickets, in one transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models.functions import Greatest

from grc import clock
from grc.enums import Channel, Direction, TicketState
from grc.events import EventName
from grc.models import (
    Citizen,
    Contact,
    InboundReceipt,
    InstantAnswer,
    Message,
    Organisation,
    Site,
    Ticket,
    Topic,
)
from grc.services.dims import dims_of_contact, dims_of_ticket
from grc.services.history import history_write
from grc.services.outbox import event_publish
from grc.services.together import leave
from grc.statements import rows_of
from grc.types import Actor

SILENCE: Final = timedelta(hours=24)
DEAD_STATES: Final = [TicketState.CLOSED.value, TicketState.MERGED.value]


@dataclass(frozen=True)
class Receipt:
    """``fresh`` is False for a repeat; ``answer`` is then what is needed to answer the same again.

    ``others``: the receipts of the other keys of one request.
    """

    id: int
    fresh: bool
    answer: dict[str, Any]
    others: tuple[int, ...] = ()


_TAKE = """
WITH taken AS (
  INSERT INTO grc_inboundreceipt (provider, key, received_at, answer) VALUES (%s, %s, %s, %s::jsonb)
  ON CONFLICT (provider, key) DO NOTHING RETURNING id
), kept AS (
  INSERT INTO grc_rawpayload (at, provider, kind, key, body)
  SELECT %s, %s, %s, %s, %s::jsonb FROM taken WHERE %s
) SELECT id FROM taken
"""


def receipt_take(
    *,
    provider: str,
    key: str,
    kind: str = "",
    raw: dict[str, Any] | None = None,
    answer: dict[str, Any] | None = None,
) -> Receipt:
    """Say that this inbound request is being handled, once, and keep it as it came (``raw``, unless None).

    Call it first in the transaction of the handling. A concurrent repeat waits here until the first has committed,
    then finds its answer. ``answer``: what will answer a repeat, when it is already known.
    """
    now, known, kept = clock.now(), key[:200], json.dumps(raw or {})
    rows = rows_of(
        _TAKE,
        [provider, known, now, json.dumps(answer or {}), now, provider, kind, known, kept, raw is not None],
    )
    if rows:
        return Receipt(int(rows[0][0]), fresh=True, answer=answer or {})
    return receipt_of(provider=provider, key=known)


_TAKE_ALL = """
WITH taken AS (
  INSERT INTO grc_inboundreceipt (provider, key, received_at, answer)
  SELECT %s, key, %s, %s::jsonb FROM unnest(%s::text[]) WITH ORDINALITY AS asked(key, place) ORDER BY place
  ON CONFLICT (provider, key) DO NOTHING RETURNING id, key
), kept AS (
  INSERT INTO grc_rawpayload (at, provider, kind, key, body)
  SELECT %s, %s, %s, %s, %s::jsonb WHERE (SELECT count(*) FROM taken) = %s
) SELECT id, key FROM taken
"""


def receipt_take_all(
    *, provider: str, keys: list[str], kind: str, raw: dict[str, Any], answer: dict[str, Any], at: datetime
) -> Receipt:
    """As :func:`receipt_take` for a request known by several keys: one of them already taken makes it a repeat.

    The receipt given is that of the first key, which the repeats of this request share; the raw payload is kept under
    the last, which names the thing itself.
    """
    known = [key[:200] for key in keys]
    rows = rows_of(
        _TAKE_ALL,
        [
            *(provider, at, json.dumps(answer), known),
            *(at, provider, kind, known[-1], json.dumps(raw), len(known)),
        ],
    )
    taken = {key: int(identifier) for identifier, key in rows}
    missing = [key for key in known if key not in taken]
    if missing:
        return receipt_of(provider=provider, key=missing[0])
    return Receipt(taken[known[0]], fresh=True, answer=answer, others=tuple(taken.values()))


def receipt_of(*, provider: str, key: str) -> Receipt:
    """What was answered to a request that has been handled."""
    known = InboundReceipt.objects.get(provider=provider, key=key[:200])
    return Receipt(known.pk, fresh=False, answer=known.answer)


def raw_keep(*, provider: str, kind: str, key: str, raw: dict[str, Any], at: datetime) -> None:
    """Keep what a provider posted, as it came, for the time of its retention."""
    leave("raw", at=at.isoformat(), provider=provider, kind=kind, key=key[:200], body=raw)


def receipt_answer(*, receipt: Receipt, answer: dict[str, Any]) -> None:
    """Keep what answers a repeat."""
    rows_of(
        "UPDATE grc_inboundreceipt SET answer = %s::jsonb WHERE id = ANY(%s)",
        [json.dumps(answer), [receipt.id, *receipt.others]],
    )


def receipt_release(*, receipt: Receipt) -> None:
    """What came was only a look: the same request again will not be a repeat."""
    rows_of("DELETE FROM grc_inboundreceipt WHERE id = ANY(%s)", [[receipt.id, *receipt.others]])


def conversation_lock(*, line: str, address: str) -> None:
    """One message of a conversation at a time, until the end of the transaction, even before its contact exists."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{line}|{address}"])


@transaction.atomic(savepoint=False)
def contact_open(
    *,
    actor: Actor,
    organisation: Organisation,
    channel: Channel,
    at: datetime,
    direction: Direction = Direction.INBOUND,
    address_value: str = "",
    line_number: str = "",
    citizen: Citizen | None = None,
    beneficiary: Citizen | None = None,
    site: Site | None = None,
    agent_id: int | None = None,
    notes: str = "",
    difficulties: list[str] | None = None,
) -> Contact:
    """Open a contact; with nobody in particular when ``citizen`` is None."""
    contact = Contact.objects.create(
        organisation=organisation,
        channel=channel,
        direction=direction,
        started_at=at,
        last_activity_at=at,
        address_value=address_value,
        line_number=line_number,
        citizen=citizen,
        beneficiary=beneficiary,
        site=site,
        agent_id=agent_id,
        notes=notes,
        difficulties=difficulties or [],
    )
    contact_told(actor=actor, contact=contact)
    return contact


def contact_locale_set(*, contact: Contact, locale: str) -> Contact:
    """The language the person chose for this contact: who answers, calls back or writes follows it."""
    if contact.locale != locale:
        contact.locale = locale
        contact.save(update_fields=["locale"])
    return contact


def contact_told(*, actor: Actor, contact: Contact) -> None:
    """The history and the event of a contact just opened."""
    at = contact.started_at
    history_write(
        actor=actor,
        verb="contact_opened",
        sentence="Prise de contact.",
        at=at,
        contact_id=contact.pk,
        citizen_id=contact.citizen_id,
    )
    event_publish(
        name=EventName.CONTACT_OPENED,
        payload={
            "contact_id": contact.pk,
            "direction": Direction(contact.direction).value,
            "dims": dims_of_contact(contact),
        },
        order_key=f"contact:{contact.pk}",
        at=at,
    )


@transaction.atomic
def message_receive(
    *,
    actor: Actor,
    organisation: Organisation,
    channel: Channel,
    body: str,
    from_address: str,
    to_address: str,
    provider: str,
    provider_id: str,
    at: datetime,
    citizen: Citizen | None = None,
    ticket: Ticket | None = None,
) -> Message:
    """Keep an incoming message: in the run of messages still open with this address, else in a new contact.

    ``ticket`` None: the message joins the latest open ticket of that run, if there is one.
    """
    contact = thread_find(channel=channel, address=from_address, line=to_address, at=at)
    if contact is None:
        contact = contact_open(
            actor=actor,
            organisation=organisation,
            channel=channel,
            at=at,
            address_value=from_address,
            line_number=to_address,
            citizen=citizen,
        )
    attached = ticket or ticket_open_of_address(
        organisation=organisation, channel=channel, address=from_address
    )
    message = Message.objects.create(
        contact=contact,
        ticket=attached,
        channel=channel,
        direction=Direction.INBOUND,
        body=body,
        from_address=from_address,
        to_address=to_address,
        at=at,
        provider=provider,
        provider_id=provider_id,
    )
    Contact.objects.filter(pk=contact.pk).update(last_activity_at=Greatest("last_activity_at", at))
    event_publish(
        name=EventName.MESSAGE_RECEIVED,
        payload={
            "message_id": message.pk,
            "contact_id": contact.pk,
            "ticket_id": attached.pk if attached else None,
            "dims": dims_of_ticket(attached) if attached else dims_of_contact(contact),
        },
        order_key=f"ticket:{attached.pk}" if attached else f"contact:{contact.pk}",
        at=at,
    )
    return message


def message_attach(*, message: Message, ticket: Ticket) -> None:
    """Put a message under the request it opened."""
    message.ticket = ticket
    message.save(update_fields=["ticket"])


def thread_find(*, channel: Channel, address: str, line: str, at: datetime) -> Contact | None:
    """The run of messages with this address still open: not ended, less than 24 h of silence. Locked."""
    if not address:
        return None
    return (
        Contact.objects.select_for_update(of=("self",))
        .filter(
            channel=channel,
            address_value=address,
            line_number=line,
            ended_at__isnull=True,
            last_activity_at__gt=at - SILENCE,
        )
        .order_by("-last_activity_at")
        .first()
    )


def ticket_open_of_address(*, organisation: Organisation, channel: Channel, address: str) -> Ticket | None:
    """The latest open ticket that came by this address on this channel; None when there is none."""
    if not address:
        return None
    return (
        Ticket.objects.filter(
            organisation=organisation,
            origin_contact__channel=channel,
            origin_contact__address_value=address,
        )
        .exclude(state__in=[*DEAD_STATES, TicketState.RESOLVED.value])
        .select_related("topic", "team", "origin_contact__site")
        .order_by("-created_at")
        .first()
    )


@transaction.atomic
def instant_answer_give(
    *,
    actor: Actor,
    contact: Contact,
    topic: Topic | None,
    said: str,
    at: datetime,
    article_ref: str = "",
    article_title: str = "",
    article_version: int | None = None,
) -> InstantAnswer:
    """Keep what was answered on the spot: no ticket needed."""
    answer = InstantAnswer.objects.create(
        contact=contact,
        topic=topic,
        said=said,
        article_ref=article_ref,
        article_title=article_title,
        article_version=article_version,
        agent_id=actor.agent_id,
        at=at,
    )
    history_write(
        actor=actor, verb="instant_answer_given", sentence="Réponse immédiate.", at=at, contact_id=contact.pk
    )
    dims = dims_of_contact(contact)
    if topic is not None:
        dims |= {"topic": topic.code, "theme": topic.theme}
    event_publish(
        name=EventName.INSTANT_ANSWER_GIVEN,
        payload={"instant_answer_id": answer.pk, "contact_id": contact.pk, "dims": dims},
        order_key=f"contact:{contact.pk}",
        at=at,
    )
    return answer


_END = """
UPDATE grc_contact SET ended_at = greatest(%s, started_at), outcome = coalesce(nullif(%s, ''), outcome)
WHERE id = %s AND ended_at IS NULL RETURNING ended_at, outcome
"""


@transaction.atomic(savepoint=False)
def contact_end(*, actor: Actor, contact: Contact, at: datetime, outcome: str = "") -> Contact:
    """End a contact, here and in its row; ending it twice changes nothing."""
    ended = rows_of(_END, [at, outcome, contact.pk])
    if ended:
        contact.ended_at, contact.outcome = ended[0]
        history_write(
            actor=actor, verb="contact_ended", sentence="Fin du contact.", at=at, contact_id=contact.pk
        )
        return contact
    return Contact.objects.get(pk=contact.pk)


def contacts_close_silent(*, now: datetime) -> int:
    """Runs of messages silent for 24 h are ended at their last message; gives how many."""
    from django.db.models import F

    written = [Channel.SMS, Channel.EMAIL, Channel.WEB]
    return Contact.objects.filter(
        channel__in=written, ended_at__isnull=True, last_activity_at__lte=now - SILENCE
    ).update(ended_at=F("last_activity_at"))
