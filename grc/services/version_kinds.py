"""What each kind of versioned thing knows: its live row, what forbids publication, how to put in service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from grc.enums import VersionKind
from grc.models import Version


@dataclass(frozen=True)
class Live:
    """The live row, locked: whose it is, what answers today (``content`` empty when nothing does), and its number."""

    organisation_id: int
    content: Mapping[str, Any]
    number: int = 1


@dataclass(frozen=True)
class VersionRules:
    """``lock(subject)`` locks the live row (NotFound), ``problems(live, content)`` gives {place: French sentences} or
    nothing, ``apply(version)`` writes the live row."""

    lock: Callable[[int], Live]
    problems: Callable[[Live, Mapping[str, Any]], Mapping[str, list[str]]]
    apply: Callable[[Version], None]


_RULES: dict[VersionKind, VersionRules] = {}


def version_kind_register(kind: VersionKind, rules: VersionRules) -> None:
    """Called once by the ``apps.py`` of the folder that owns the thing; again with the same rules changes nothing."""
    known = _RULES.setdefault(kind, rules)
    if known != rules:
        raise ValueError(f"two owners for the versions of {kind}")


def version_rules(kind: VersionKind) -> VersionRules:
    return _RULES[kind]
