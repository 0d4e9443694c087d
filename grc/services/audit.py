"""Who wrote and who read. Plain appends; one sealer chains committed records; a verifier checks the chain."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from grc import clock
from grc.models import AuditContent, AuditRecord, AuditSeal
from grc.types import Actor

GENESIS = "0" * 64
SEAL_LOCK = 7_201_001
BLOCK = 5_000


def audit_write(
    *,
    actor: Actor,
    verb: str,
    entity: str,
    entity_id: int | None,
    act: str = "write",
    citizen_id: int | None = None,
    purpose: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Record one act in the caller's transaction. ``details`` holds codes and ids, never free text of a person."""
    at = clock.now()
    content = {
        "act": act,
        "verb": verb,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_label": actor.label,
        "entity": entity,
        "entity_id": entity_id,
        "citizen_id": citizen_id,
        "purpose": purpose,
        "details": details or {},
    }
    salt = secrets.token_hex(16)
    record = AuditRecord.objects.create(at=at, digest=content_digest(salt, at, content))
    AuditContent.objects.create(at=at, record_id=record.pk, salt=salt, **content)


def audit_read(
    *, actor: Actor, entity: str, entity_id: int | None, citizen_id: int | None = None, purpose: str = ""
) -> None:
    """Record that somebody looked at a file."""
    audit_write(
        actor=actor,
        act="read",
        verb="read",
        entity=entity,
        entity_id=entity_id,
        citizen_id=citizen_id,
        purpose=purpose,
    )


def audit_read_again(
    *,
    actor: Actor,
    entity: str,
    entity_id: int,
    within: timedelta,
    citizen_id: int | None = None,
    purpose: str = "",
) -> None:
    """Record a look that goes on: nothing more when the same actor began it less than ``within`` ago."""
    begun = AuditContent.objects.filter(
        entity=entity,
        entity_id=entity_id,
        at__gt=clock.now() - within,
        act="read",
        actor_kind=actor.kind,
        actor_id=actor.id,
    )
    if not begun.exists():
        audit_read(actor=actor, entity=entity, entity_id=entity_id, citizen_id=citizen_id, purpose=purpose)


def content_digest(salt: str, at: datetime, content: dict[str, Any]) -> str:
    """SHA-256 of the salt, the instant (UTC, microseconds) and the content in canonical JSON; hexadecimal."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    stamp = at.astimezone(tz=timezone.get_fixed_timezone(0)).isoformat(timespec="microseconds")
    return hashlib.sha256(f"{salt}|{stamp}|{canonical}".encode()).hexdigest()


def audit_seal() -> int:
    """Chain the committed records in a new block; gives how many. One sealer at a time (advisory lock).

    Only records older than two seconds are sealed, in order of id: a slower transaction with a smaller id that
    commits later goes to a later block, so the block stores the ids it holds through the records themselves.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [SEAL_LOCK])
            row = cursor.fetchone()
        if not row or not row[0]:
            return 0
        now = clock.now()
        records = list(
            AuditRecord.objects.filter(seal__isnull=True, at__lt=now - timedelta(seconds=2)).order_by("id")[
                :BLOCK
            ]
        )
        if not records:
            return 0
        last = AuditSeal.objects.order_by("-id").first()
        previous = last.digest if last else GENESIS
        seal = AuditSeal.objects.create(
            at=now,
            first_id=records[0].pk,
            last_id=records[-1].pk,
            count=len(records),
            previous=previous,
            digest=block_digest(previous, [(record.pk, record.digest) for record in records]),
        )
        AuditRecord.objects.filter(pk__in=[record.pk for record in records]).update(seal=seal)
        return len(records)


def block_digest(previous: str, records: list[tuple[int, str]]) -> str:
    """SHA-256 over the previous seal then each ``id:digest`` in order; hexadecimal."""
    running = hashlib.sha256(previous.encode())
    for identifier, digest in records:
        running.update(f"|{identifier}:{digest}".encode())
    return running.hexdigest()


@dataclass(frozen=True)
class AuditCheck:
    """Result of a verification: French problems found, and what is not sealed yet."""

    blocks: int
    records: int
    erased: int
    unsealed_recent: int
    problems: list[str]


def audit_verify(*, now: datetime) -> AuditCheck:
    """Recompute every block and every content still kept."""
    problems: list[str] = []
    previous, blocks, records, erased = GENESIS, 0, 0, 0
    for seal in AuditSeal.objects.order_by("id").iterator():
        rows = list(AuditRecord.objects.filter(seal=seal).order_by("id").values_list("pk", "digest", "at"))
        expected = block_digest(previous, [(pk, digest) for pk, digest, _ in rows])
        if seal.previous != previous or seal.digest != expected or seal.count != len(rows):
            problems.append(f"Le bloc {seal.pk} ne correspond plus à ses enregistrements.")
        kept = _kept_contents([pk for pk, _, _ in rows])
        for pk, digest, at in rows:
            content = kept.get(pk)
            if content is None:
                erased += 1
            elif content_digest(content.salt, at, _content_of(content)) != digest:
                problems.append(f"L’enregistrement {pk} a été modifié.")
        previous, blocks, records = seal.digest, blocks + 1, records + len(rows)
    unsealed = AuditRecord.objects.filter(seal__isnull=True)
    late = unsealed.filter(at__lt=now - timedelta(minutes=1)).count()
    if late:
        problems.append(f"{late} enregistrements de plus d’une minute ne sont pas scellés.")
    return AuditCheck(blocks, records, erased, unsealed.count() - late, problems)


def _kept_contents(record_ids: list[int]) -> dict[int, AuditContent]:
    return {content.record_id: content for content in AuditContent.objects.filter(record_id__in=record_ids)}


def _content_of(row: AuditContent) -> dict[str, Any]:
    names = (
        "act", "verb", "actor_kind", "actor_id", "actor_label", "entity", "entity_id", "citizen_id", "purpose",
        "details",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}
