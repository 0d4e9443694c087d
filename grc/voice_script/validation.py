"""Pure. What is wrong in a voice script, in French sentences, before it may be published."""

from collections.abc import Iterable, Mapping

from grc.voice_script.model import (
    MAX_CHOICES,
    RESERVED_KEYS,
    Callback,
    Choice,
    End,
    Hours,
    Menu,
    Node,
    PostalCode,
    Queue,
    Redirect,
    ReferenceStatus,
    Say,
    Script,
    Ticket,
    Transfer,
    Voicemail,
)
from grc.voice_script.phrases import DEFAULT_PHRASES, folded

_SILENT = (Say, Hours, Redirect, Ticket)
"""Nodes gone through without waiting for the caller."""
_ASKING = (Menu, PostalCode, ReferenceStatus, Callback, Voicemail)
"""Nodes where key 0 leads to a human."""
_HUMAN = (Queue, Callback, Voicemail, Transfer)
"""Nodes that lead to somebody, now or later."""


def validate(script: Script) -> list[str]:
    """French sentences, one per problem, in the order of the nodes; empty when it may be published."""
    problems = _entries(script) + _phrases(script)
    for node in script.nodes.values():
        problems += [f"Le nœud « {node.id} » mène à « {name} », qui n'existe pas."
                     for name in sorted(_next(node)) if name not in script.nodes]  # fmt: skip
        problems += _texts(node) + _choices(node)
    if problems:
        # What follows walks the graph, which must be whole.
        return problems
    return _unreachable(script) + _circles(script) + _no_human(script) + _no_exit(script)


def _entries(script: Script) -> list[str]:
    names = {"de départ": script.start, "qui mène à un agent (touche 0)": script.human}
    return [
        f"Le nœud {role}, « {name} », n'existe pas."
        for role, name in names.items()
        if name not in script.nodes
    ]


def _phrases(script: Script) -> list[str]:
    return [
        f"La phrase « {name} » n'est pas connue." for name in script.phrases if name not in DEFAULT_PHRASES
    ]


def _texts(node: Node) -> list[str]:
    if isinstance(node, (Hours, Ticket)) or node.text.strip():
        return []
    return [f"Le nœud « {node.id} » n'a pas de texte à dire."]


def _choices(node: Node) -> list[str]:
    if not isinstance(node, (Menu, Queue)):
        return []
    where = f"Le menu « {node.id} »"
    problems = []
    if isinstance(node, Menu) and not node.choices:
        problems.append(f"{where} n'a aucun choix.")
    if len(node.choices) > MAX_CHOICES:
        problems.append(f"{where} a {len(node.choices)} choix : on n'en retient pas plus de {MAX_CHOICES}.")
    keys = [choice.key for choice in node.choices]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        problems.append(f"{where} donne deux fois la touche {key}.")
    for choice in node.choices:
        problems += _choice(where, choice)
    problems += _shared_words(where, node.choices)
    return problems


def _choice(where: str, choice: Choice) -> list[str]:
    problems = []
    if choice.key in RESERVED_KEYS:
        problems.append(
            f"{where} utilise la touche {choice.key}, réservée (0 : un agent, étoile : réécouter)."
        )
    elif not (len(choice.key) == 1 and choice.key in "123456789"):
        problems.append(f"{where} utilise la touche « {choice.key} », qui n'existe pas sur un clavier.")
    if "," in choice.wording or "tapez" in folded(choice.wording):
        problems.append(
            f"{where} : « {choice.wording} » se dit dans « pour …, tapez {choice.key} » ; "
            "le libellé ne contient ni virgule ni « tapez »."
        )
    return problems


def _shared_words(where: str, choices: Iterable[Choice]) -> list[str]:
    seen: dict[str, str] = {}
    problems = []
    for choice in choices:
        for word in {folded(word) for word in choice.speech}:
            if seen.setdefault(word, choice.key) != choice.key:
                problems.append(f"{where} comprend « {word} » pour deux choix.")
    return sorted(problems)


def _next(node: Node) -> set[str]:
    """Where a node may lead by itself, key 0 apart."""
    match node:
        case Hours():
            return {node.open, node.closed}
        case Menu():
            return {choice.next for choice in node.choices}
        case Queue():
            return {node.next, *(choice.next for choice in node.choices)} | ({node.when_busy} - {""})
        case End():
            return set()
        case _:
            return {node.next}


def _edges(script: Script, *, with_human: bool = True) -> dict[str, set[str]]:
    """Node -> nodes it may lead to."""
    return {
        node.id: _next(node) | ({script.human} if with_human and isinstance(node, _ASKING) else set())
        for node in script.nodes.values()
    }


def _reached(edges: Mapping[str, set[str]], start: str) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        for name in edges[todo.pop()] - seen:
            seen.add(name)
            todo.append(name)
    return seen


def _unreachable(script: Script) -> list[str]:
    reached = _reached(_edges(script), script.start) | _reached(_edges(script), script.human)
    return [f"Le nœud « {name} » n'est jamais atteint." for name in script.nodes if name not in reached]


def _circles(script: Script) -> list[str]:
    """Circles made only of nodes that wait for nothing: the call would speak for ever."""
    silent = {
        node.id: {name for name in _next(node) if isinstance(script.nodes[name], _SILENT)}
        for node in script.nodes.values()
        if isinstance(node, _SILENT)
    }
    return [
        f"Le nœud « {name} » tourne en rond sans que l'usager puisse rien dire."
        for name in silent
        if any(name in _reached(silent, following) for following in silent[name])
    ]


def _no_human(script: Script) -> list[str]:
    """Every node that is not the goodbye leads to somebody, and so does key 0 whatever the hours."""
    edges = _edges(script)
    problems = []
    for node in script.nodes.values():
        if isinstance(node, End):
            continue
        if not any(isinstance(script.nodes[name], _HUMAN) for name in _reached(edges, node.id)):
            problems.append(f"Depuis le nœud « {node.id} », on ne peut pas joindre un agent.")
    for name in sorted(_after_silence(script, script.human)):
        if not isinstance(script.nodes[name], (*_HUMAN, Menu)):
            problems.append(f"La touche 0 mène à « {name} », où personne ne répond.")
    return problems


def _after_silence(script: Script, start: str) -> set[str]:
    """The first nodes that wait for something, from a node."""
    seen, todo, found = set[str](), [start], set[str]()
    while todo:
        name = todo.pop()
        if name in seen:
            continue
        seen.add(name)
        node = script.nodes[name]
        if isinstance(node, _SILENT):
            todo += sorted(_next(node))
        else:
            found.add(name)
    return found


def _no_exit(script: Script) -> list[str]:
    """Every node can lead to a goodbye; key 0 does not count as a way out of a circle of menus."""
    edges = _edges(script, with_human=False)
    ends = {node.id for node in script.nodes.values() if isinstance(node, (End, *_HUMAN))}
    return [
        f"Depuis le nœud « {name} », l'appel ne finit jamais."
        for name in script.nodes
        if not (_reached(edges, name) & ends)
    ]
