"""The voice script of a line, versioned: what forbids its publication, and how it is put in service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grc.enums import VersionKind
from grc.errors import NotFound
from grc.models import Calendar, Line, Team, Topic, Version
from grc.services.version_kinds import Live, VersionRules, version_kind_register
from grc.voice_script import Known, VoiceScriptError, problems, script_from_json


def script_codes(*, organisation_id: int) -> Known:
    """The codes of an organisation that a script may point at."""
    teams = Team.objects.filter(organisation_id=organisation_id, closed_on__isnull=True)
    return Known(
        calendars=frozenset(
            Calendar.objects.filter(organisation_id=organisation_id).values_list("code", flat=True)
        ),
        topics=frozenset(
            Topic.objects.filter(organisation_id=organisation_id).values_list("code", flat=True)
        ),
        teams=frozenset(teams.values_list("code", flat=True)),
    )


def script_problems(*, organisation_id: int, content: Mapping[str, Any]) -> dict[str, list[str]]:
    """{step, or "" for the whole script: French sentences}; empty when the script may answer."""
    try:
        script = script_from_json(content)
    except VoiceScriptError as error:
        return {"": [str(error)]}
    found: dict[str, list[str]] = {}
    for problem in problems(script, script_codes(organisation_id=organisation_id)):
        found.setdefault(problem.node, []).append(problem.sentence)
    return found


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
