"""Pure. The conditions a form can show: every criterion given must be true. Others are written in JSON by engineers."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

_ASKED: Final = ("open", "busy", "number", "discreet")
_LISTED: Final = {"language": "languages", "theme": "themes", "topic": "topics"}


@dataclass(frozen=True, slots=True)
class SimpleCondition:
    """Empty and None mean "no matter". Hours are « HH:MM »; `start` after `end` passes midnight."""

    languages: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    open: bool | None = None
    busy: bool | None = None
    number: bool | None = None
    discreet: bool | None = None
    weekdays: tuple[str, ...] = ()
    start: str = ""
    end: str = ""

    @property
    def empty(self) -> bool:
        return all(getattr(self, spec.name) in (None, "", ()) for spec in fields(self))

    def to_json(self) -> dict[str, Any]:
        """The condition in the language of `grc.conditions`; an empty one is never false."""
        tests: list[dict[str, Any]] = []
        for fact, name in _LISTED.items():
            codes = getattr(self, name)
            if codes:
                tests.append(
                    {"fact": fact, "is": codes[0]} if len(codes) == 1 else {"fact": fact, "in": list(codes)}
                )
        tests += [
            {"fact": name, "is": getattr(self, name)} for name in _ASKED if getattr(self, name) is not None
        ]
        window: dict[str, Any] = {"weekdays": list(self.weekdays)} if self.weekdays else {}
        if self.start and self.end:
            window |= {"from": self.start, "to": self.end}
        if window:
            tests.append({"fact": "now", "matches": window})
        return tests[0] if len(tests) == 1 else {"all": tests}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SimpleCondition | None":
        """The criteria of a condition, or None when a form could not show it whole."""
        tests = data.get("all", [data])
        values: dict[str, Any] = {}
        for test in tests:
            read = _read(test) if isinstance(test, Mapping) else None
            if read is None or set(read) & set(values):
                return None
            values |= read
        return cls(**values)


def _read(test: Mapping[str, Any]) -> dict[str, Any] | None:
    fact = test.get("fact", "")
    if fact in _LISTED and ("is" in test or "in" in test):
        return {_LISTED[fact]: tuple(test["in"]) if "in" in test else (test["is"],)}
    if fact in _ASKED and "is" in test:
        return {fact: test["is"]}
    if fact == "now" and "matches" in test:
        window = test["matches"]
        found = {"weekdays": tuple(window.get("weekdays", ())), "start": window.get("from", ""),
                 "end": window.get("to", "")}  # fmt: skip
        return {name: value for name, value in found.items() if value}
    return None
