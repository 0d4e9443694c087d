"""Reception: one thing once, runs of messages, codes compared sparingly."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from grc.enums import Channel, TicketState
from grc.errors import Invalid, RateLimited
from grc.models import Contact, InboundReceipt, Message, RawPayload, Ticket
from grc.services.codes import ticket_code, ticket_code_renew, ticket_open_with_code
from grc.services.intake import contacts_close_silent, message_receive, receipt_answer, receipt_take
from tests.factories import SYSTEM, organisation_make, ticket_make

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
FROM, LINE = "+33639980001", "+33353010216"


@pytest.mark.django_db
def test_receipt_take__a_repeat_finds_its_answer() -> None:
    first = receipt_take(provider="twilio", key="t1", kind="sms", raw={"Body": "Bonjour"})
    receipt_answer(receipt=first, answer={"step": 3})
    again = receipt_take(provider="twilio", key="t1", kind="sms", raw={"Body": "Bonjour"})
    assert (first.fresh, again.fresh, again.answer) == (True, False, {"step": 3})
    assert RawPayload.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_receipt_take__two_at_the_same_moment_make_one() -> None:
    inside, release = threading.Event(), threading.Event()
    found: list[tuple[bool, dict[str, object]]] = []

    def first() -> None:
        with transaction.atomic():
            receipt = receipt_take(provider="twilio", key="t1", kind="sms", raw={})
            inside.set()
            release.wait(5)
            receipt_answer(receipt=receipt, answer={"said": "once"})
        connection.close()

    def second() -> None:
        inside.wait(5)
        threading.Timer(0.1, release.set).start()
        with transaction.atomic():
            receipt = receipt_take(provider="twilio", key="t1", kind="sms", raw={})
        found.append((receipt.fresh, receipt.answer))
        connection.close()

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert found == [(False, {"said": "once"})]
    assert InboundReceipt.objects.count() == 1


def receive(organisation: object, body: str, at: datetime, provider_id: str) -> Message:
    return message_receive(
        actor=SYSTEM,
        organisation=organisation,  # type: ignore[arg-type]
        channel=Channel.SMS,
        body=body,
        from_address=FROM,
        to_address=LINE,
        provider="twilio",
        provider_id=provider_id,
        at=at,
    )


@pytest.mark.django_db
def test_message_receive__a_run_is_one_contact_until_24_hours_of_silence() -> None:
    organisation = organisation_make()
    first = receive(organisation, "Bonjour", AT, "SM1")
    second = receive(organisation, "Encore moi", AT + timedelta(hours=23), "SM2")
    third = receive(organisation, "Et le lendemain", AT + timedelta(hours=48), "SM3")
    assert second.contact_id == first.contact_id
    assert third.contact_id != first.contact_id
    assert contacts_close_silent(now=AT + timedelta(hours=48)) == 1
    assert Contact.objects.get(pk=first.contact_id).ended_at == AT + timedelta(hours=23)


@pytest.mark.django_db
def test_message_receive__joins_the_open_ticket_of_the_number() -> None:
    organisation = organisation_make()
    first = receive(organisation, "Bonjour", AT, "SM1")
    ticket = ticket_make(organisation, contact=first.contact)
    late = receive(organisation, "Alors ?", AT + timedelta(days=3), "SM2")
    assert late.ticket_id == ticket.pk
    Ticket.objects.filter(pk=ticket.pk).update(
        state=TicketState.CLOSED, outcome="answered", closed_at=AT + timedelta(days=3)
    )
    assert receive(organisation, "Merci", AT + timedelta(days=4), "SM3").ticket_id is None


@pytest.mark.django_db
def test_ticket_open_with_code__right_wrong_and_renewed() -> None:
    ticket = ticket_make(organisation_make())
    code = ticket_code(ticket)
    wrong = "000000" if code != "000000" else "111111"
    ask = {"reference": ticket.reference, "address": "192.0.2.1", "now": AT}
    assert ticket_open_with_code(code=code, **ask) == ticket  # type: ignore[arg-type]
    assert ticket_open_with_code(code=wrong, **ask) is None  # type: ignore[arg-type]
    renewed = ticket_code_renew(ticket=ticket)
    assert ticket_open_with_code(code=code, **ask) is None  # type: ignore[arg-type]
    assert ticket_open_with_code(code=renewed, **ask) == ticket  # type: ignore[arg-type]


@pytest.mark.django_db
def test_ticket_open_with_code__ten_tries_an_hour_whatever_the_address() -> None:
    ticket = ticket_make(organisation_make())
    for number in range(10):
        ticket_open_with_code(reference=ticket.reference, code="000000", address=f"192.0.2.{number}", now=AT)
    with pytest.raises(RateLimited) as refused:
        ticket_open_with_code(
            reference=ticket.reference, code=ticket_code(ticket), address="192.0.2.99", now=AT
        )
    assert refused.value.other_ways == (
        "demander un lien au numéro ou à l’adresse que vous nous avez donnés",
        "appeler un agent au 03 21 216 216",
    )
    later = AT + timedelta(minutes=61)
    found = ticket_open_with_code(
        reference=ticket.reference, code=ticket_code(ticket), address="192.0.2.99", now=later
    )
    assert found == ticket


@pytest.mark.django_db
def test_ticket_open_with_code__twenty_tries_an_hour_from_one_address() -> None:
    organisation = organisation_make()
    references = [ticket_make(organisation).reference for _ in range(4)]
    for number in range(20):
        ticket_open_with_code(reference=references[number % 4], code="000000", address="192.0.2.1", now=AT)
    with pytest.raises(RateLimited):
        ticket_open_with_code(reference=references[0], code="000000", address="192.0.2.1", now=AT)


@pytest.mark.django_db
def test_ticket_open_with_code__a_reference_that_cannot_exist_is_said() -> None:
    with pytest.raises(Invalid, match="10 chiffres"):
        ticket_open_with_code(reference="123", code="000000", address="192.0.2.1", now=AT)
