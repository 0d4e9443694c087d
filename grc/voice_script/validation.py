"""Pure. What is wrong in a voice script, in French sentences, before it may be published."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from grc.voice_script.languages import LANGUAGES
from grc.voice_script.model import (
    MAX_CHOICES,
    RESERVED_KEYS,
    Branch,
    Callback,
    Choice,
    End,
    Hours,
    Link,
    Menu,
    Node,
    PostalCode,
    Queue,
    Redirect,
    ReferenceStatus,
    Say,
    Script,
    Sites,
    Ticket,
    Transfer,
    Voicemail,
)
from grc.voice_script.phrases import DEFAULT_PHRASES, folded
from grc.voice_script.waiting import REFUSE_KEY

MAX_TEXT: Final = 1000
"""Nobody listens longer; providers read at most four times that."""
_SILENT = (Say, Hours, Branch, Link, Redirect, Ticket)
"""Nodes gone through without waiting for the caller."""
_ASKING = (Menu, PostalCode, ReferenceStatus, Sites, Callback, Voicemail)
"""Nodes where key 0 leads to a human."""
_HUMAN = (Queue, Callback, Voicemail, Transfer)
"""Nodes that lead to somebody, now or later."""


@dataclass(frozen=True, slots=True)
class Problem:
    """`node`: where to correct it, empty for the script as a whole. `sentence`: French."""

    node: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Known:
    """Codes that exist in the organisation: what a script may point at."""

    calendars: frozenset[str]
    topics: frozenset[str]
    teams: frozenset[str]


def validate(script: Script) -> list[str]:
    """French sentences, one per problem, in the order of the nodes; empty when it may be published."""
    return [problem.sentence for problem in problems(script)]


def problems(script: Script, known: Known | None = None) -> list[Problem]:
    """Everything that forbids publication, each at its node; with `known`, codes that do not exist too."""
    found = [*_entries(script), *_phrases(script)]
    for node in script.nodes.values():
        found += [
            Problem(node.id, f"L'étape « {_name(node)} » mène à « {name} », qui n'existe pas.")
            for name in sorted(next_nodes(node))
            if name not in script.nodes
        ]
        sentences = [*_texts(node), *_number(node), *_choices(node)]
        found += [Problem(node.id, sentence) for sentence in sentences]
        if known is not None:
            found += [Problem(node.id, sentence) for sentence in _unknown(node, known)]
    if found:
        # What follows walks the graph, which must be whole.
        return found
    return [*_unreachable(script), *_circles(script), *_no_human(script), *_no_exit(script)]


def _name(node: Node) -> str:
    return node.title or node.id


def _entries(script: Script) -> Iterator[Problem]:
    names = {"de départ": script.start, "qui mène à un agent (touche 0)": script.human}
    for role, name in names.items():
        if name not in script.nodes:
            yield Problem("", f"L'étape {role}, « {name} », n'existe pas.")


def _phrases(script: Script) -> Iterator[Problem]:
    for name in script.phrases:
        base, _, language = name.partition("@")
        if base not in DEFAULT_PHRASES or (language and language not in LANGUAGES):
            yield Problem("", f"La phrase « {name} » n'est pas connue.")


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, (Hours, Branch, Ticket)):
        return
    if not node.text.strip():
        yield f"L'étape « {_name(node)} » n'a pas de texte à dire."
    for text in (node.text, *node.texts.values()):
        if len(text) > MAX_TEXT:
            yield f"L'étape « {_name(node)} » parle trop longtemps : {MAX_TEXT} caractères au plus."


def _number(node: Node) -> Iterator[str]:
    if isinstance(node, (Transfer, Redirect)) and not re.fullmatch(r"\+?[0-9]{2,15}", node.number):
        yield (
            f"L'étape « {_name(node)} » : « {node.number} » n'est pas un numéro de téléphone "
            "(par exemple +33321216216, ou 112)."
        )


def _unknown(node: Node, known: Known) -> Iterator[str]:
    """Codes pointed at that are not there (any more)."""
    where = f"L'étape « {_name(node)} »"
    if isinstance(node, Hours) and node.calendar and node.calendar not in known.calendars:
        yield f"{where} suit les horaires « {node.calendar} », qui n'existent pas."
    if isinstance(node, Queue) and node.team and node.team not in known.teams:
        yield f"{where} mène à l'équipe « {node.team} », qui n'existe pas."
    if isinstance(node, (Menu, Queue)):
        for choice in node.choices:
            for fact, word in (("theme", "le thème"), ("topic", "le sujet")):
                code = choice.sets.get(fact, "")
                if code and code not in known.topics:
                    yield f"{where}, touche {choice.key} : {word} « {code} » n'existe pas."


def _choices(node: Node) -> list[str]:
    if not isinstance(node, (Menu, Queue)):
        return []
    where = f"Le menu « {_name(node)} »"
    found = []
    if isinstance(node, Menu) and not node.choices:
        found.append(f"{where} n'a aucun choix.")
    if len(node.choices) > MAX_CHOICES:
        found.append(f"{where} a {len(node.choices)} choix : on n'en retient pas plus de {MAX_CHOICES}.")
    keys = [choice.key for choice in node.choices]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        found.append(f"{where} donne deux fois la touche {key}.")
    for choice in node.choices:
        found += _choice(where, choice)
    if isinstance(node, Queue) and REFUSE_KEY in keys:
        found.append(
            f"{where} utilise la touche {REFUSE_KEY}, réservée dans l'attente (pas d'enregistrement)."
        )
    found += _shared_words(where, node.choices)
    return found


def _choice(where: str, choice: Choice) -> list[str]:
    found = []
    if choice.key in RESERVED_KEYS:
        found.append(f"{where} utilise la touche {choice.key}, réservée (0 : un agent, étoile : réécouter).")
    elif not (len(choice.key) == 1 and choice.key in "123456789"):
        found.append(f"{where} utilise la touche « {choice.key} », qui n'existe pas sur un clavier.")
    for wording in (choice.wording, *choice.wordings.values()):
        if "," not in wording and "tapez" not in folded(wording) and wording.strip():
            continue
        found.append(
            f"{where} : « {wording} » se dit dans « pour …, tapez {choice.key} » ; "
            "le libellé ne contient ni virgule ni « tapez »."
        )
    language = choice.sets.get("language", "")
    if language and language not in LANGUAGES:
        found.append(f"{where}, touche {choice.key} : la langue « {language} » n'est pas prévue.")
    return found


def _shared_words(where: str, choices: Iterable[Choice]) -> list[str]:
    seen: dict[str, str] = {}
    found = []
    for choice in choices:
        for word in {folded(word) for word in choice.speech}:
            if seen.setdefault(word, choice.key) != choice.key:
                found.append(f"{where} comprend « {word} » pour deux choix.")
    return sorted(found)


def next_nodes(node: Node) -> set[str]:
    """Where a node may lead by itself, key 0 apart."""
    match node:
        case Hours():
            return {node.open, node.closed}
        case Branch():
            return {node.then, node.otherwise}
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
        node.id: next_nodes(node) | ({script.human} if with_human and isinstance(node, _ASKING) else set())
        for node in script.nodes.values()
    }


def _reached(edges: Mapping[str, set[str]], start: str) -> set[str]:
    seen, todo = {start}, [start]
    while todo:
        for name in edges[todo.pop()] - seen:
            seen.add(name)
            todo.append(name)
    return seen


def _unreachable(script: Script) -> list[Problem]:
    reached = _reached(_edges(script), script.start) | _reached(_edges(script), script.human)
    return [
        Problem(name, f"L'étape « {_name(node)} » n'est jamais atteinte.")
        for name, node in script.nodes.items()
        if name not in reached
    ]


def _circles(script: Script) -> list[Problem]:
    """Circles made only of nodes that wait for nothing: the call would speak for ever."""
    silent = {
        node.id: {name for name in next_nodes(node) if isinstance(script.nodes[name], _SILENT)}
        for node in script.nodes.values()
        if isinstance(node, _SILENT)
    }
    return [
        Problem(
            name,
            f"L'étape « {_name(script.nodes[name])} » tourne en rond sans que l'usager puisse rien dire.",
        )
        for name in silent
        if any(name in _reached(silent, following) for following in silent[name])
    ]


def _no_human(script: Script) -> list[Problem]:
    """Every node that is not the goodbye leads to somebody, and so does key 0 whatever the hours."""
    edges = _edges(script)
    found = []
    for node in script.nodes.values():
        if isinstance(node, End):
            continue
        if not any(isinstance(script.nodes[name], _HUMAN) for name in _reached(edges, node.id)):
            found.append(
                Problem(node.id, f"Depuis l'étape « {_name(node)} », on ne peut pas joindre un agent.")
            )
    for name in sorted(_after_silence(script, script.human)):
        if not isinstance(script.nodes[name], (*_HUMAN, Menu)):
            title = _name(script.nodes[name])
            found.append(Problem(name, f"La touche 0 mène à « {title} », où personne ne répond."))
    return found


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
            todo += sorted(next_nodes(node))
        else:
            found.add(name)
    return found


def _no_exit(script: Script) -> list[Problem]:
    """Every node can lead to a goodbye; key 0 does not count as a way out of a circle of menus."""
    edges = _edges(script, with_human=False)
    ends = {node.id for node in script.nodes.values() if isinstance(node, (End, *_HUMAN))}
    return [
        Problem(name, f"Depuis l'étape « {_name(script.nodes[name])} », l'appel ne finit jamais.")
        for name in script.nodes
        if not (_reached(edges, name) & ends)
    ]
