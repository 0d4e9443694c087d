"""What every change of the settings shares: who may, what changed, who did it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django.db.models import Model

from grc.errors import NotAllowed
from grc.policies import Verb, roles_with
from grc.services.audit import audit_write
from grc.types import Actor


def administer_require(*, actor: Actor, organisation_id: int) -> None:
    """An administrator of the whole organisation; a role held on one team is not enough."""
    if actor.kind == "system":
        return
    if organisation_id not in actor.organisations_with(*roles_with(Verb.ADMINISTER)):
        raise NotAllowed("Seul un administrateur de cet organisme peut changer ses réglages.")


def setting_change(
    *, actor: Actor, row: Model, entity: str, verb: str, fields: Mapping[str, Any]
) -> dict[str, list[Any]]:
    """Give a locked row its new values; audits and gives {field: [before, after]}, empty when nothing changed."""
    changed: dict[str, list[Any]] = {}
    for name, value in fields.items():
        before = getattr(row, name)
        if before != value:
            changed[name] = [_plain(before), _plain(value)]
            setattr(row, name, value)
    if changed:
        row.save(update_fields=list(changed))
        setting_told(actor=actor, entity=entity, entity_id=int(row.pk), verb=verb, changed=changed)
    return changed


def setting_told(
    *, actor: Actor, entity: str, entity_id: int, verb: str, changed: Mapping[str, list[Any]]
) -> None:
    """Write who changed what in the audit."""
    audit_write(
        actor=actor, verb=verb, entity=entity, entity_id=entity_id, details={"changed": dict(changed)}
    )


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return value.isoformat("minutes")
    return value.isoformat() if isinstance(value, date) else value
