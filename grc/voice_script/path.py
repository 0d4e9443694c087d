"""Pure. The way a caller took through the menus, in the words they heard."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from grc.voice_script.model import Branch, Hours, Menu, Redirect, Say, Script, Ticket


def path_words(script: Script, path: Sequence[str]) -> tuple[str, ...]:
    """One wording per choice made. A menu which the script no longer has is passed over."""
    words = []
    for here, there in itertools.pairwise(path):
        node = script.nodes.get(here)
        if not isinstance(node, Menu):
            continue
        found = next((choice for choice in node.choices if _leads(script, choice.next, there)), None)
        if found is not None:
            words.append(found.wording)
    return tuple(words)


def _leads(script: Script, start: str, wanted: str) -> bool:
    """Whether one gets from here to there without being asked anything on the way."""
    todo, seen = [start], set()
    while todo:
        name = todo.pop()
        if name == wanted:
            return True
        node = script.nodes.get(name)
        if name in seen or node is None:
            continue
        seen.add(name)
        match node:
            case Hours():
                todo += [node.open, node.closed]
            case Branch():
                todo += [node.then, node.otherwise]
            case Say() | Redirect() | Ticket():
                todo.append(node.next)
            case _:
                pass
    return False
