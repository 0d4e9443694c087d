"""Pure. The path a caller took through a script, in the words they heard."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from grc.voice_script.model import Branch, Hours, Menu, Queue, Say, Script, Ticket
from grc.voice_script.validation import next_nodes

TO_HUMAN: Final = "un agent"
_SILENT: Final = (Say, Hours, Branch, Ticket)


def path_words(script: Script, path: Sequence[str]) -> tuple[str, ...]:
    """The wordings of the choices that explain this path of nodes, in order; what is not a choice is left out.

    A node the script no longer has, or a step no choice explains, gives nothing: it is never shown by its code.
    """
    words = []
    for here, there in pairwise(path):
        word = _choice(script, here, there)
        if word:
            words.append(word)
    return tuple(words)


def _choice(script: Script, here: str, there: str) -> str:
    node = script.nodes.get(here)
    if not isinstance(node, Menu | Queue):
        return ""
    said = [choice.wording for choice in node.choices if there in _after(script, choice.next)]
    if said:
        # The path keeps the nodes, not the keys: two choices to the same place are told apart by the topic alone.
        return said[0] if len(said) == 1 else ""
    return TO_HUMAN if isinstance(node, Menu) and there in _after(script, script.human) else ""


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
