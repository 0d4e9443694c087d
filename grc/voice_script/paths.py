"""Pure. The path a caller took through a script, in the words they heard."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from grc.voice_script.model import Branch, Choice, Hours, Menu, Queue, Redirect, Say, Script, Ticket
from grc.voice_script.validation import next_nodes

TO_HUMAN: Final = "un agent"
_SILENT: Final = (Say, Hours, Branch, Redirect, Ticket)


def path_words(
    script: Script, path: Sequence[str], facts: Mapping[str, str] | None = None
) -> tuple[str, ...]:
    """The wordings of the choices that explain this path of nodes, in order; what is not a choice is left out.

    The path keeps the nodes, not the keys: where two choices lead to the same place, ``facts``, what the call knows,
    tells them apart by what each sets. A node the script no longer has, or a step that no choice or several explain,
    gives nothing: it is never shown by its code, and never guessed.
    """
    words = []
    for here, there in pairwise(path):
        word = _choice(script, here, there, facts or {})
        if word:
            words.append(word)
    return tuple(words)


def _choice(script: Script, here: str, there: str, facts: Mapping[str, str]) -> str:
    node = script.nodes.get(here)
    if not isinstance(node, Menu | Queue):
        return ""
    found = [choice for choice in node.choices if there in _after(script, choice.next)]
    if len(found) > 1:
        found = [choice for choice in found if _agrees(choice, facts)]
    if found:
        return found[0].wording if len(found) == 1 else ""
    return TO_HUMAN if isinstance(node, Menu) and there in _after(script, script.human) else ""


def _agrees(choice: Choice, facts: Mapping[str, str]) -> bool:
    return bool(choice.sets) and all(facts.get(name) == value for name, value in choice.sets.items())


def _after(script: Script, start: str) -> set[str]:
    """The node itself, and those reached from it without asking anything."""
    seen: set[str] = set()
    todo = [start]
    while todo:
        code = todo.pop()
        node = script.nodes.get(code)
        if node is None or code in seen:
            continue
        seen.add(code)
        if isinstance(node, _SILENT):
            todo.extend(next_nodes(node))
    return seen
