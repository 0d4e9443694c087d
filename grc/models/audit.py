"""Who wrote and who read, tamper-evident: digests are chained in sealed blocks, content may be erased."""

from __future__ import annotations

from django.db import models


class AuditRecord(models.Model):
    """The digest of one act. Never deleted; its content and salt may be, the chain still verifies."""

    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    seal = models.ForeignKey("grc.AuditSeal", on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        indexes = [models.Index(name="audit_unsealed", fields=["id"], condition=models.Q(seal__isnull=True))]


class AuditContent(models.Model):
    """What the digest is of. Partitioned by month."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    record_id = models.BigIntegerField()
    salt = models.CharField(max_length=32)
    act = models.CharField(max_length=10, help_text="read or write")
    verb = models.CharField(max_length=60)
    actor_kind = models.CharField(max_length=10)
    actor_id = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=150)
    entity = models.CharField(max_length=40)
    entity_id = models.BigIntegerField(null=True)
    citizen_id = models.BigIntegerField(null=True)
    purpose = models.CharField(max_length=200, blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        db_table = "grc_auditcontent"
        indexes = [
            models.Index(name="audit_entity", fields=["entity", "entity_id", "at"]),
            models.Index(name="audit_citizen", fields=["citizen_id", "at"]),
            models.Index(name="audit_record", fields=["record_id"]),
        ]


class AuditSeal(models.Model):
    """A block: chains the digests of its records, in order of id, to the seal before it."""

    at = models.DateTimeField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)
