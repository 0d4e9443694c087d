"""Draft, publication at once or at a date, roll back: the same for everything that has versions.

The live row is locked first, then its versions: two administrators who publish at once come one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Max, QuerySet

from grc import clock
from grc.enums import VersionKind, VersionState
from grc.errors import Conflict, Invalid, NotFound
from grc.events import EventName
from grc.models import Version
from grc.services.administration import administer_require
from grc.services.audit import audit_write
from grc.services.outbox import event_publish
from grc.services.version_kinds import Live, VersionRules, version_rules
from grc.types import Actor

INSTALLED: Final = "Installation"
_BEFORE: Final = "En service avant que l’historique commence"
LONGEST_WHY: Final = 300


@transaction.atomic
def version_draft_save(
    *, actor: Actor, kind: VersionKind, subject: int, content: Mapping[str, Any], seen: int | None = None
) -> Version:
    """Save the draft of this subject, begun when there is none. It may be wrong: only publication checks it.

    ``seen``: the ``revision`` of the draft on the page, 0 for none; Conflict when somebody saved meanwhile.
    """
    live, _rules = _begin(actor, kind, subject)
    now = clock.now()
    draft = _of_state(kind, subject, VersionState.DRAFT)
    if seen is not None and seen != (draft.revision if draft else 0):
        raise Conflict("Quelqu’un d’autre vient de modifier ce brouillon : relisez-le, puis recommencez.")
    if draft is None:
        published = _of_state(kind, subject, VersionState.PUBLISHED)
        draft = Version(
            kind=kind.value,
            subject=subject,
            organisation_id=live.organisation_id,
            number=_next_number(kind, subject),
            state=VersionState.DRAFT.value,
            revision=0,
            created_at=now,
            based_on=published,
        )
    elif draft.content == content:
        return draft
    draft.content, draft.saved_at, draft.refusal = dict(content), now, ""
    draft.author, draft.agent_id = actor.label[:120], actor.agent_id
    draft.revision += 1
    draft.save()
    _tell(actor, draft, "version_draft_saved", {"revision": draft.revision})
    return draft


@transaction.atomic
def version_draft_drop(*, actor: Actor, kind: VersionKind, subject: int) -> None:
    """Give the draft up; what is published goes on. Nothing to drop is no error."""
    _begin(actor, kind, subject)
    draft = _of_state(kind, subject, VersionState.DRAFT)
    if draft is not None:
        _tell(actor, draft, "version_draft_dropped", {})
        draft.delete()


@transaction.atomic
def version_publish(
    *,
    actor: Actor,
    kind: VersionKind,
    subject: int,
    why: str,
    at: datetime | None = None,
    seen: int | None = None,
) -> Version:
    """Publish the draft now, or plan it for ``at``. Raises Invalid: ``fields`` gives sentences by place."""
    live, rules = _begin(actor, kind, subject)
    draft = _of_state(kind, subject, VersionState.DRAFT)
    if draft is None:
        raise NotFound("Il n’y a pas de brouillon à publier.")
    if seen is not None and seen != draft.revision:
        raise Conflict(
            "Le brouillon a changé depuis que vous l’avez lu : relisez les différences avant de publier."
        )
    draft.why, draft.publisher = _reason(why), actor.label[:120]
    _require_valid(rules, live, draft.content)
    if at is None:
        return _put_in_service(actor, rules, draft, clock.now())
    if at <= clock.now():
        raise Invalid("Cette date est passée.", fields={"publish_at": ["Choisissez une date à venir."]})
    if _of_state(kind, subject, VersionState.SCHEDULED) is not None:
        raise Conflict("Une autre version est déjà programmée : annulez-la d’abord.")
    draft.state, draft.publish_at, draft.refusal = VersionState.SCHEDULED.value, at, ""
    draft.save()
    _tell(actor, draft, "version_scheduled", {"publish_at": at.isoformat()})
    return draft


@transaction.atomic
def version_schedule_cancel(*, actor: Actor, kind: VersionKind, subject: int) -> Version:
    """The planned version becomes the draft again."""
    _begin(actor, kind, subject)
    planned = _of_state(kind, subject, VersionState.SCHEDULED)
    if planned is None:
        raise NotFound("Aucune publication n’est programmée.")
    if _of_state(kind, subject, VersionState.DRAFT) is not None:
        raise Conflict("Un autre brouillon est commencé : publiez-le ou abandonnez-le d’abord.")
    planned.state, planned.publish_at = VersionState.DRAFT.value, None
    planned.save(update_fields=["state", "publish_at"])
    _tell(actor, planned, "version_schedule_cancelled", {})
    return planned


@transaction.atomic
def version_roll_back(*, actor: Actor, kind: VersionKind, subject: int, number: int, why: str) -> Version:
    """Put the content of an earlier version in service again, as a new version. The draft under way stays."""
    live, rules = _begin(actor, kind, subject)
    target = _rows(kind, subject).filter(number=number, published_at__isnull=False).first()
    if target is None:
        raise NotFound("Cette version n’a jamais été en service.")
    if target.state == VersionState.PUBLISHED:
        raise Conflict("Cette version est déjà en service.")
    _require_valid(rules, live, target.content)
    return _put_in_service(actor, rules, _copy(actor, target, _reason(why)), clock.now())


@transaction.atomic
def version_install(
    *, actor: Actor, kind: VersionKind, subject: int, content: Mapping[str, Any], why: str = INSTALLED
) -> Version:
    """Put a content in service without a draft: what an installation does. The same content changes nothing."""
    live, rules = _begin(actor, kind, subject)
    published = _of_state(kind, subject, VersionState.PUBLISHED)
    if published is not None and published.content == dict(content) == dict(live.content):
        return published
    now = clock.now()
    version = Version(
        kind=kind.value, subject=subject, organisation_id=live.organisation_id, number=_next_number(kind, subject),
        content=dict(content), author=actor.label[:120], agent_id=actor.agent_id, publisher=actor.label[:120],
        why=_reason(why), created_at=now, saved_at=now, based_on=published,
    )  # fmt: skip
    return _put_in_service(actor, rules, version, now)


def versions_due_publish(*, actor: Actor, now: datetime) -> int:
    """Publish what was planned and is due; gives how many. What is no longer valid goes back to draft and says why."""
    done = 0
    due = Version.objects.filter(state=VersionState.SCHEDULED, publish_at__lte=now).order_by(
        "publish_at", "id"
    )
    for kind, subject in due.values_list("kind", "subject")[:100]:
        done += _publish_due(actor, VersionKind(kind), subject, now)
    return done


@transaction.atomic
def _publish_due(actor: Actor, kind: VersionKind, subject: int, now: datetime) -> int:
    rules = version_rules(kind)
    live: Live | None = None
    refusals: list[str] = []
    try:
        live = rules.lock(subject)
    except NotFound as error:
        # Closed since it was planned: it must not stop what else is due.
        refusals = [error.sentence]
    planned = _of_state(kind, subject, VersionState.SCHEDULED)
    if planned is None or planned.publish_at is None or planned.publish_at > now:
        return 0
    if live is not None:
        problems = rules.problems(live, planned.content)
        refusals = [sentence for found in problems.values() for sentence in found]
    if refusals:
        occupied = live is None or _of_state(kind, subject, VersionState.DRAFT) is not None
        planned.state = (VersionState.RETIRED if occupied else VersionState.DRAFT).value
        planned.publish_at, planned.refusal = None, " ".join(refusals)
        planned.save(update_fields=["state", "publish_at", "refusal"])
        _tell(actor, planned, "version_publication_refused", {})
        return 0
    _put_in_service(actor, rules, planned, now)
    return 1


def _begin(actor: Actor, kind: VersionKind, subject: int) -> tuple[Live, VersionRules]:
    """Lock the live row, ask the policy, and see that what is in service has its version."""
    rules = version_rules(kind)
    live = rules.lock(subject)
    administer_require(actor=actor, organisation_id=live.organisation_id)
    if live.content and not _rows(kind, subject).exists():
        now = clock.now()
        Version.objects.create(
            kind=kind.value, subject=subject, organisation_id=live.organisation_id, number=live.number,
            state=VersionState.PUBLISHED.value, content=dict(live.content), author=INSTALLED, publisher=INSTALLED,
            why=_BEFORE, created_at=now, saved_at=now, published_at=now,
        )  # fmt: skip
    return live, rules


def _rows(kind: VersionKind, subject: int) -> QuerySet[Version]:
    return Version.objects.filter(kind=kind, subject=subject)


def _of_state(kind: VersionKind, subject: int, state: VersionState) -> Version | None:
    return _rows(kind, subject).select_for_update(of=("self",)).filter(state=state).first()


def _next_number(kind: VersionKind, subject: int) -> int:
    return int(_rows(kind, subject).aggregate(last=Max("number"))["last"] or 0) + 1


def _reason(why: str) -> str:
    said = why.strip()
    if not said or len(said) > LONGEST_WHY:
        sentence = f"Dites pourquoi, en {LONGEST_WHY} caractères au plus : la raison reste dans l’historique."
        raise Invalid(sentence, fields={"why": [sentence]})
    return said


def _require_valid(rules: VersionRules, live: Live, content: Mapping[str, Any]) -> None:
    problems = rules.problems(live, content)
    if problems:
        raise Invalid(
            "Cette version ne peut pas être mise en service : corrigez d’abord ce qui suit.",
            fields=problems,
            code="version_invalid",
        )


def _copy(actor: Actor, target: Version, why: str) -> Version:
    now = clock.now()
    return Version(
        kind=target.kind, subject=target.subject, organisation_id=target.organisation_id,
        number=_next_number(VersionKind(target.kind), target.subject), content=target.content,
        author=actor.label[:120], agent_id=actor.agent_id, publisher=actor.label[:120], why=why,
        created_at=now, saved_at=now, based_on=target,
    )  # fmt: skip


def _put_in_service(actor: Actor, rules: VersionRules, version: Version, now: datetime) -> Version:
    kind, subject = VersionKind(version.kind), version.subject
    _rows(kind, subject).filter(state=VersionState.PUBLISHED).update(state=VersionState.RETIRED)
    version.state, version.published_at, version.publish_at = VersionState.PUBLISHED.value, now, None
    version.refusal = ""
    version.save()
    rules.apply(version)
    _tell(actor, version, "version_published", {"why": version.why})
    event_publish(
        name=EventName.VERSION_PUBLISHED,
        payload={
            "kind": version.kind,
            "subject": subject,
            "number": version.number,
            "organisation_id": version.organisation_id,
        },
        order_key=f"{version.kind}:{subject}",
        at=now,
    )
    return version


def _tell(actor: Actor, version: Version, verb: str, details: dict[str, Any]) -> None:
    audit_write(
        actor=actor, verb=verb, entity=version.kind, entity_id=version.subject,
        details={"number": version.number, **details},
    )  # fmt: skip
