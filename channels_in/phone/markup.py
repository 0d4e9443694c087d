"""Pure. TwiML written as text, letter for letter as Twilio's own library writes it (a test holds it to that).

A document is rendered at each key a caller presses: building a tree of elements to print it at once costs five times
as much. Only the verbs we use exist.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

Value = str | int | bool | None
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>'
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ESCAPED_IN_ATTRIBUTE: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;", "\n": "&#10;", "\t": "&#09;"}
)


@lru_cache(maxsize=256)
def _camel(name: str) -> str:
    """finish_on_key -> finishOnKey."""
    first, *others = name.split("_")
    return first + "".join(word.title() for word in others)


@lru_cache(maxsize=4096)
def _attribute(name: str, value: str) -> str:
    return f' {name}="{value.translate(_ESCAPED_IN_ATTRIBUTE)}"'


class Verb:
    """One element. Names of attributes as the library takes them; None leaves one out."""

    __slots__ = ("_attributes", "_name", "_text", "_verbs")

    def __init__(self, name: str, text: str = "", **attributes: Value) -> None:
        self._name = name
        self._text = text
        self._attributes = attributes
        self._verbs: list[Verb] = []

    def append(self, verb: Verb) -> None:
        self._verbs.append(verb)

    def _add(self, name: str, text: str = "", **attributes: Value) -> Verb:
        verb = Verb(name, text, **attributes)
        self._verbs.append(verb)
        return verb

    def say(self, message: str, **attributes: Value) -> Verb:
        return self._add("Say", message, **attributes)

    def play(self, url: str, **attributes: Value) -> Verb:
        return self._add("Play", url, **attributes)

    def pause(self, **attributes: Value) -> Verb:
        return self._add("Pause", "", **attributes)

    def gather(self, **attributes: Value) -> Verb:
        return self._add("Gather", "", **attributes)

    def record(self, **attributes: Value) -> Verb:
        return self._add("Record", "", **attributes)

    def enqueue(self, queue: str, **attributes: Value) -> Verb:
        return self._add("Enqueue", queue, **attributes)

    def dial(self, number: str = "", **attributes: Value) -> Verb:
        return self._add("Dial", number, **attributes)

    def conference(self, room: str, **attributes: Value) -> Verb:
        return self._add("Conference", room, **attributes)

    def redirect(self, url: str, **attributes: Value) -> Verb:
        return self._add("Redirect", url, **attributes)

    def leave(self) -> Verb:
        return self._add("Leave")

    def hangup(self) -> Verb:
        return self._add("Hangup")

    def write(self, parts: list[str]) -> None:
        """Attributes in the order of their names."""
        parts.append(f"<{self._name}")
        found = sorted((_camel(name), value) for name, value in self._attributes.items() if value is not None)
        for name, value in found:
            said = ("true" if value else "false") if isinstance(value, bool) else str(value)
            parts.append(_attribute(name, said))
        if not self._text and not self._verbs:
            parts.append(" />")
            return
        parts.append(f">{self._text.translate(_ESCAPED)}")
        for verb in self._verbs:
            verb.write(parts)
        parts.append(f"</{self._name}>")


class Document(Verb):
    """The whole answer: ``str`` gives its text."""

    __slots__ = ()

    def __init__(self) -> None:
        super().__init__("Response")

    def __str__(self) -> str:
        parts = [_HEAD]
        self.write(parts)
        return "".join(parts)
