"""The audit: appended, sealed in blocks, verified; an erased content leaves a chain that still verifies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from grc.models import AuditContent, AuditRecord, AuditSeal
from grc.services.audit import audit_read, audit_seal, audit_verify, audit_write
from tests.factories import SYSTEM

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
LATER = AT + timedelta(seconds=30)


def write_three() -> None:
    with time_machine.travel(AT, tick=False):
        audit_write(
            actor=SYSTEM, verb="ticket_closed", entity="ticket", entity_id=1, details={"outcome": "answered"}
        )
        audit_read(actor=SYSTEM, entity="ticket", entity_id=1, citizen_id=7)
        audit_read(actor=SYSTEM, entity="ticket", entity_id=2)


def seal() -> int:
    with time_machine.travel(LATER, tick=False):
        return audit_seal()


def test_audit_seal__chains_what_is_old_enough() -> None:
    write_three()
    with time_machine.travel(AT + timedelta(seconds=1), tick=False):
        assert audit_seal() == 0
    assert seal() == 3
    assert seal() == 0
    check = audit_verify(now=LATER)
    assert (check.blocks, check.records, check.erased, check.problems) == (1, 3, 0, [])


def test_audit_verify__sees_a_changed_content() -> None:
    write_three()
    seal()
    AuditContent.objects.filter(entity_id=2).update(actor_label="Quelqu’un d’autre")
    record = AuditContent.objects.get(entity_id=2).record_id
    assert audit_verify(now=LATER).problems == [f"L’enregistrement {record} a été modifié."]


def test_audit_verify__sees_a_removed_record() -> None:
    write_three()
    seal()
    AuditRecord.objects.order_by("id").first().delete()  # type: ignore[union-attr]
    block = AuditSeal.objects.get().pk
    assert audit_verify(now=LATER).problems == [f"Le bloc {block} ne correspond plus à ses enregistrements."]


def test_audit_verify__an_erasure_by_retention_is_no_tampering() -> None:
    write_three()
    seal()
    AuditContent.objects.filter(citizen_id=7).delete()
    check = audit_verify(now=LATER)
    assert (check.erased, check.problems) == (1, [])


def test_audit_verify__reports_what_should_have_been_sealed() -> None:
    write_three()
    check = audit_verify(now=AT + timedelta(seconds=30))
    assert (check.unsealed_recent, check.problems) == (3, [])
    late = audit_verify(now=AT + timedelta(minutes=2))
    assert late.problems == ["3 enregistrements de plus d’une minute ne sont pas scellés."]
