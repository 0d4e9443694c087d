"""The voice script of a line, versioned: edited step by step, checked before publication, put in service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from grc.enums import VersionKind, VersionState
from grc.errors import Invalid, NotFound
from grc.models import Line, Version
from grc.selectors.line_scripts import script_problems
from grc.services.administration import administer_require
from grc.services.version_kinds import Live, VersionRules, version_kind_register
from grc.services.versions import version_draft_save
from grc.types import Actor
from grc.voice_script import VoiceScriptError, script_from_json, step_add, step_put, step_remove


def _lock(subject: int) -> Live:
    line = Line.objects.select_for_update(of=("self",)).filter(pk=subject, closed_on__isnull=True).first()
    if line is None:
        raise NotFound("Cette ligne n’existe pas.")
    return Live(organisation_id=line.organisation_id, content=line.script or {}, number=line.script_version)


def _problems(live: Live, content: Mapping[str, Any]) -> dict[str, list[str]]:
    return script_problems(organisation_id=live.organisation_id, content=content)


def _apply(version: Version) -> None:
    """Calls under way go on with it at their next key."""
    Line.objects.filter(pk=version.subject).update(script=version.content, script_version=version.number)


RULES = VersionRules(lock=_lock, problems=_problems, apply=_apply)


def register() -> None:
    """Called once by grc.apps."""
    version_kind_register(VersionKind.VOICE_SCRIPT, RULES)


@transaction.atomic
def line_step_save(
    *, actor: Actor, line_id: int, step: str, node: Mapping[str, Any], seen: int | None = None
) -> Version:
    """One step of the draft as it is now; what it leads to as ``new:<kind>`` is made. Raises Invalid in French."""
    content = _content(actor, line_id)
    if step not in content["nodes"]:
        raise NotFound("Cette étape n’existe plus.")
    return _saved(actor, line_id, step_put(content, step, node), seen)


@transaction.atomic
def line_step_add(
    *, actor: Actor, line_id: int, kind: str, title: str, seen: int | None = None
) -> tuple[Version, str]:
    """A new step, that nothing leads to yet; gives its name too."""
    content, name = step_add(_content(actor, line_id), kind, title)
    return _saved(actor, line_id, content, seen), name


@transaction.atomic
def line_step_remove(*, actor: Actor, line_id: int, step: str, seen: int | None = None) -> Version:
    """What led to it leads to nothing until it is corrected; publication is refused meanwhile."""
    content = _content(actor, line_id)
    if step in (content["start"], content["human"]):
        raise Invalid(
            "L’appel commence à cette étape, ou la touche 0 y mène : choisissez d’abord une autre étape."
        )
    return _saved(actor, line_id, step_remove(content, step), seen)


@transaction.atomic
def line_script_settle(
    *, actor: Actor, line_id: int, start: str, human: str, phrases: Mapping[str, str], seen: int | None = None
) -> Version:
    """Where the call begins, where key 0 leads, and the standard sentences said otherwise."""
    said = {name: text.strip() for name, text in phrases.items() if text.strip()}
    content = {**_content(actor, line_id), "start": start, "human": human, "phrases": said}
    return _saved(actor, line_id, content, seen)


@transaction.atomic
def line_script_import(
    *, actor: Actor, line_id: int, content: Mapping[str, Any], seen: int | None = None
) -> Version:
    """A whole script becomes the draft, even a wrong one; Invalid when it is not a script at all."""
    return _saved(actor, line_id, content, seen)


def _content(actor: Actor, line_id: int) -> Mapping[str, Any]:
    """The draft, else what answers; the line is locked, so that nothing comes in between."""
    live = _lock(line_id)
    administer_require(actor=actor, organisation_id=live.organisation_id)
    draft = Version.objects.filter(
        kind=VersionKind.VOICE_SCRIPT, subject=line_id, state=VersionState.DRAFT
    ).first()
    content = draft.content if draft is not None else live.content
    if not content.get("nodes"):
        raise Invalid("Cette ligne n’a pas encore de menu : commencez-en un.")
    return content


def _saved(actor: Actor, line_id: int, content: Mapping[str, Any], seen: int | None) -> Version:
    if "\\u0000" in json.dumps(content):
        # PostgreSQL keeps no such character, and no voice says it.
        sentence = "Ce script contient un caractère interdit (U+0000)."
        raise Invalid(sentence, fields={"script": [sentence]})
    try:
        script_from_json(content)
    except VoiceScriptError as error:
        raise Invalid(str(error), fields={"script": [str(error)]}) from error
    return version_draft_save(
        actor=actor, kind=VersionKind.VOICE_SCRIPT, subject=line_id, content=content, seen=seen
    )
