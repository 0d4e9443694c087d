"""The form of the portal becomes a contact and a request, in one transaction, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction

from grc.enums import Channel, Confidentiality, ContactPointKind, Direction
from grc.events import EventName
from grc.models import (
    Attachment,
    Citizen,
    Commune,
    Contact,
    ContactPoint,
    InboundReceipt,
    Message,
    Organisation,
    Ticket,
    Topic,
)
from grc.reference.names import fold
from grc.services.codes import ticket_code
from grc.services.dims import dims_of_ticket
from grc.services.intake import contact_open, receipt_answer, receipt_take
from grc.services.outbox import event_publish
from grc.services.ticket_open import ticket_open
from grc.services.uploads import KeptUpload, upload_forget
from grc.types import Actor, channel_actor

PROVIDER: Final = "web"
SHOWN_AGAIN: Final = timedelta(minutes=30)


@dataclass(frozen=True)
class WebRequest:
    """A checked form. ``token``: the identifier given with the form, which makes a second sending a repeat.

    ``answers``: normalised, by code of the question; those the intake knows are ``description``, ``first_name``,
    ``last_name``, ``phone`` (E.164), ``email`` and ``no_message``.
    """

    token: str
    topic: Topic | None
    commune: Commune | None
    answers: Mapping[str, Any]
    form_version: int
    pieces: Sequence[KeptUpload] = field(default_factory=tuple)


@dataclass(frozen=True)
class WebAcknowledgement:
    """``fresh`` is False for a repeat. ``code`` is empty when the first sending is too old to be shown again."""

    ticket_id: int
    reference: str
    code: str
    fresh: bool


@transaction.atomic
def web_request_submit(
    *, actor: Actor, organisation: Organisation, request: WebRequest, at: datetime
) -> WebAcknowledgement:
    """Receipt, contact, person (only when a name was given), request, message and pieces: all or nothing.

    A person is never found by telephone or e-mail: several people share one. A logged-in resident is the requester.
    """
    receipt = receipt_take(
        provider=PROVIDER, key=request.token, kind="form", raw={"answers": dict(request.answers)}
    )
    if not receipt.fresh:
        known = acknowledgement_again(token=request.token, now=at)
        assert known is not None
        for piece in request.pieces:
            upload_forget(kept=piece)
        return known
    if _is_anonymous(request):
        # Not even the login they happen to have open.
        actor = channel_actor(actor.label)
    citizen = _citizen(actor, organisation, request, at)
    contact = contact_open(
        actor=actor,
        organisation=organisation,
        channel=Channel.WEB,
        at=at,
        address_value=_address(request),
        citizen=citizen,
    )
    ticket = _ticket(actor, contact, citizen, request, at)
    message = _message(contact, ticket, request, at)
    for piece in request.pieces:
        attachment_add(ticket=ticket, message=message, piece=piece, at=at)
    receipt_answer(receipt=receipt, answer={"ticket_id": ticket.pk})
    return WebAcknowledgement(ticket.pk, ticket.reference, ticket_code(ticket), fresh=True)


def acknowledgement_again(*, token: str, now: datetime) -> WebAcknowledgement | None:
    """What acknowledged this form the first time; None when it was never sent.

    After half an hour the code is no more shown: the page may come back on a shared computer.
    """
    row = InboundReceipt.objects.filter(provider=PROVIDER, key=token).first()
    ticket = Ticket.objects.filter(pk=row.answer.get("ticket_id")).first() if row is not None else None
    if row is None or ticket is None:
        return None
    recent = now - row.received_at <= SHOWN_AGAIN
    return WebAcknowledgement(ticket.pk, ticket.reference, ticket_code(ticket) if recent else "", fresh=False)


def attachment_add(*, ticket: Ticket, message: Message, piece: KeptUpload, at: datetime) -> Attachment:
    """Give a file kept aside to a request; the copy kept aside goes once the transaction holds."""
    row = Attachment(
        ticket=ticket,
        message=message,
        original_name=piece.name[:255],
        content_type=piece.content_type,
        size=piece.size,
        sha256=piece.sha256,
        at=at,
    )
    with default_storage.open(piece.stored, "rb") as content:
        row.file.save(piece.stored.rsplit("/", 1)[-1], File(content), save=True)
    transaction.on_commit(lambda: upload_forget(kept=piece), robust=True)
    return row


def _is_anonymous(request: WebRequest) -> bool:
    return request.topic is not None and request.topic.confidentiality == Confidentiality.ANONYMOUS


def _text(request: WebRequest, code: str) -> str:
    return str(request.answers.get(code) or "")


def _may_write(request: WebRequest) -> bool:
    return not request.answers.get("no_message")


def _address(request: WebRequest) -> str:
    """Where the person may be written to; nothing when they asked that no message be left."""
    return (_text(request, "phone") or _text(request, "email")) if _may_write(request) else ""


def _citizen(actor: Actor, organisation: Organisation, request: WebRequest, at: datetime) -> Citizen | None:
    if _is_anonymous(request):
        return None
    if actor.kind == "resident" and actor.citizen_id is not None:
        citizen = Citizen.objects.get(pk=actor.citizen_id)
    elif _text(request, "last_name") or _text(request, "first_name"):
        family, given = _text(request, "last_name"), _text(request, "first_name")
        citizen = Citizen.objects.create(
            organisation=organisation,
            family_name=family[:120],
            given_names=given[:160],
            search_name=fold(f"{family} {given}")[:300],
            commune=request.commune,
            created_at=at,
        )
    else:
        return None
    for kind, code in ((ContactPointKind.PHONE, "phone"), (ContactPointKind.EMAIL, "email")):
        if value := _text(request, code):
            ContactPoint.objects.update_or_create(
                citizen=citizen,
                kind=kind,
                value=value,
                defaults={"may_leave_message": _may_write(request)},
            )
    return citizen


def _ticket(
    actor: Actor, contact: Contact, citizen: Citizen | None, request: WebRequest, at: datetime
) -> Ticket:
    description = _text(request, "description")
    first_line = description.split("\n", 1)[0]
    return ticket_open(
        actor=actor,
        contact=contact,
        topic=request.topic,
        commune=request.commune,
        at=at,
        subject=request.topic.label if request.topic is not None else first_line[:80],
        description=description,
        requester=citizen,
        form_answers={code: value for code, value in request.answers.items() if code != "description"},
        form_version=request.form_version,
    )


def _message(contact: Contact, ticket: Ticket, request: WebRequest, at: datetime) -> Message:
    message = Message.objects.create(
        contact=contact,
        ticket=ticket,
        channel=Channel.WEB,
        direction=Direction.INBOUND,
        body=ticket.description,
        at=at,
        provider=PROVIDER,
        provider_id=request.token,
    )
    event_publish(
        name=EventName.MESSAGE_RECEIVED,
        payload={
            "message_id": message.pk,
            "contact_id": contact.pk,
            "ticket_id": ticket.pk,
            "dims": dims_of_ticket(ticket),
        },
        order_key=f"ticket:{ticket.pk}",
        at=at,
    )
    return message
