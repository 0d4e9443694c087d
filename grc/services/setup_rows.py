"""Writing a row of the settings by its code: created, updated where it differs, or left alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models

from grc.services.audit import audit_write
from grc.types import Actor

Row = TypeVar("Row", bound=models.Model)


def row_upsert(
    model: type[Row], *, actor: Actor, keys: Mapping[str, Any], values: Mapping[str, Any]
) -> tuple[Row, bool]:
    """The row of these ``keys`` with these ``values``, and whether anything was written (then audited).

    Call it in the transaction of a service that has asked the policy.
    """
    row = model._default_manager.select_for_update(of=("self",)).filter(**keys).first()
    if row is None:
        row = model._default_manager.create(**keys, **values)
        changed = sorted(values)
    else:
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, values[name])
        if changed:
            row.save(update_fields=changed)
    if changed:
        entity = model._meta.model_name or ""
        audit_write(
            actor=actor,
            verb=f"{entity}_set",
            entity=entity,
            entity_id=row.pk if isinstance(row.pk, int) else None,
            details={"fields": changed},
        )
    return row, bool(changed)
