"""Pure. A voice script as a tree one can read: every step once, and a mark where a path joins one shown elsewhere.

The tree is that of the shortest paths from the beginning of the call, then from key 0; what neither reaches comes last.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from grc.voice_script.facts import condition_text
from grc.voice_script.model import (
    Branch,
    Choice,
    End,
    Hours,
    Menu,
    Node,
    Queue,
    Script,
    Transfer,
)

BEGINNING = "Début de l’appel"
HUMAN = "Touche 0, à tout moment"
LOST = "Jamais atteint"
ONWARDS = "ensuite"


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of a step: `key` is pressed (empty otherwise), `words` says when, `to` names the next step."""

    to: str
    words: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Stem:
    """A step of the tree. `exits`: the ways that lead here from the parent. `node` is None where the script leads to
    nothing; `again`: the step is drawn elsewhere."""

    to: str
    node: Node | None
    exits: tuple[Exit, ...]
    again: bool
    stems: tuple["Stem", ...] = ()

    @property
    def label(self) -> str:
        """« 1, 3 » for keys, words otherwise."""
        keys = [one.key for one in self.exits if one.key]
        words = [one.words for one in self.exits if not one.key]
        return ", ".join([*keys, *words])


def exits(node: Node) -> tuple[Exit, ...]:
    """Every way out of a step, in the order the caller meets them; key 0 apart."""
    match node:
        case Menu():
            found = [_choice(choice) for choice in node.choices]
        case Hours():
            found = [Exit(node.open, "ouvert"), Exit(node.closed, "fermé")]
        case Branch():
            found = [Exit(node.then, f"si {condition_text(node.when)}"), Exit(node.otherwise, "sinon")]
        case Queue():
            busy = [Exit(node.when_busy, "aucun agent libre")] if node.when_busy else []
            found = [*busy, *map(_choice, node.choices), Exit(node.next, "file fermée")]
        case Transfer():
            found = [Exit(node.next, "sans réponse")]
        case End():
            found = []
        case _:
            found = [Exit(node.next, ONWARDS)]
    return tuple(found)


def _choice(choice: Choice) -> Exit:
    return Exit(choice.next, choice.wording, choice.key)


def plan(script: Script) -> tuple[Stem, ...]:
    """The roots: beginning, key 0, then whatever nothing leads to."""
    roots = [Exit(script.start, BEGINNING)]
    if script.human != script.start:
        roots.append(Exit(script.human, HUMAN))
    parents: dict[str, str] = {}
    _spread(script, [root.to for root in roots], parents)
    for name in sorted(script.nodes):
        if name not in parents:
            roots.append(Exit(name, LOST))
            _spread(script, [name], parents)
    return tuple(_stem(script, root.to, (root,), "", parents) for root in roots)


def _spread(script: Script, names: list[str], parents: dict[str, str]) -> None:
    """Gives each step the first one that leads to it; the roots have none."""
    todo = deque(name for name in names if name in script.nodes)
    parents.update(dict.fromkeys(todo, ""))
    while todo:
        name = todo.popleft()
        for way in exits(script.nodes[name]):
            if way.to in script.nodes and way.to not in parents:
                parents[way.to] = name
                todo.append(way.to)


def _stem(script: Script, name: str, ways: tuple[Exit, ...], parent: str, parents: dict[str, str]) -> Stem:
    node = script.nodes.get(name)
    again = node is not None and parents.get(name) != parent
    if node is None or again:
        return Stem(name, node, ways, again)
    grouped: dict[str, list[Exit]] = {}
    for way in exits(node):
        grouped.setdefault(way.to, []).append(way)
    stems = tuple(_stem(script, to, tuple(found), name, parents) for to, found in grouped.items())
    return Stem(name, node, ways, again=False, stems=stems)


def walked(stems: tuple[Stem, ...]) -> Iterator[Stem]:
    """Every stem, parents before children."""
    for stem in stems:
        yield stem
        yield from walked(stem.stems)
