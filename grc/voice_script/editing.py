"""Pure. Acts of an administrator on a script in JSON: each gives a new script, wrong or right, and never raises.

A step may lead to `new:<kind>`: the step is made at the same time, so that a menu is written from top to bottom.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from grc.voice_script.differences import KIND_WORDS
from grc.voice_script.phrases import folded

NEW: Final = "new:"
_LINKS: Final = ("next", "open", "closed", "then", "otherwise", "when_busy")
Content = Mapping[str, Any]


def script_begun() -> dict[str, Any]:
    """The smallest script that may be published: a greeting, a menu of one choice, an agent or a call-back."""
    return {
        "version": 1,
        "start": "accueil",
        "human": "agent",
        "phrases": {},
        "nodes": {
            "accueil": {"kind": "say", "title": "Accueil", "text": "Bonjour.", "next": "menu"},
            "menu": {
                "kind": "menu",
                "title": "Menu principal",
                "text": "Que souhaitez-vous faire ?",
                "choices": [{"key": "1", "wording": "faire une demande", "next": "agent"}],
            },
            "agent": {"kind": "hours", "title": "Agent ou rappel", "open": "file", "closed": "rappel"},
            "file": {
                "kind": "queue",
                "title": "File d’attente",
                "text": "Nous cherchons un agent pour vous répondre. Ne quittez pas.",
                "next": "rappel",
            },
            "rappel": {
                "kind": "callback",
                "title": "Rappel",
                "text": "Nous allons convenir d’un rappel.",
                "next": "fin",
            },
            "fin": {"kind": "end", "title": "Au revoir", "text": "Merci de votre appel. Au revoir."},
        },
    }


def step_name(title: str, taken: Iterable[str]) -> str:
    """A name for a step, made from its title, that no other has."""
    base = re.sub(r"[^a-z0-9]+", "_", folded(title)).strip("_")[:40] or "etape"
    names = set(taken)
    return base if base not in names else next(
        f"{base}_{number}" for number in range(2, len(names) + 3) if f"{base}_{number}" not in names
    )  # fmt: skip


def step_add(content: Content, kind: str, title: str = "") -> tuple[dict[str, Any], str]:
    """A new step of this kind, that nothing leads to yet; gives the script and the name of the step."""
    title = title.strip() or KIND_WORDS[kind].capitalize()
    name = step_name(title, content["nodes"])
    node = {"kind": kind, "title": title, **_blank(kind, str(content["human"]))}
    return {**content, "nodes": {**content["nodes"], name: node}}, name


def step_put(content: Content, name: str, node: Mapping[str, Any]) -> dict[str, Any]:
    """The step as it is now; the steps it asks to make (`new:<kind>`) are made."""
    made = {**content, "nodes": {**content["nodes"], name: dict(node)}}
    kept: dict[str, Any] = {}
    for key, value in node.items():
        if key in _LINKS:
            made, kept[key] = _linked(made, value)
        elif key == "choices":
            choices = []
            for choice in value:
                made, to = _linked(made, choice["next"])
                choices.append({**choice, "next": to})
            kept[key] = choices
        else:
            kept[key] = value
    return {**made, "nodes": {**made["nodes"], name: kept}}


def new_steps(before: Content, after: Content) -> list[str]:
    """The steps that were made on the way."""
    return sorted(set(after["nodes"]) - set(before["nodes"]))


def step_remove(content: Content, name: str) -> dict[str, Any]:
    """Without this step. What led to it leads to nothing until it is corrected: validation says where."""
    return {**content, "nodes": {key: node for key, node in content["nodes"].items() if key != name}}


def steps_leading_to(content: Content, name: str) -> list[str]:
    """The names of the steps that lead to this one."""
    return [key for key, node in content["nodes"].items() if name in _targets(node)]


def _targets(node: Mapping[str, Any]) -> set[str]:
    ways = {str(node[link]) for link in _LINKS if node.get(link)}
    return ways | {str(choice.get("next", "")) for choice in node.get("choices", ())}


def _linked(content: dict[str, Any], target: str) -> tuple[dict[str, Any], str]:
    kind = target.removeprefix(NEW)
    return step_add(content, kind) if target.startswith(NEW) and kind in KIND_WORDS else (content, target)


def _blank(kind: str, human: str) -> dict[str, Any]:
    """What a new step says and where it leads as long as nobody wrote it: to a human."""
    text = {"text": "Texte à écrire."}
    special: dict[str, dict[str, Any]] = {
        "hours": {"open": human, "closed": human, "announce": True},
        "branch": {"when": {"fact": "open", "is": True}, "then": human, "otherwise": human},
        "menu": {**text, "choices": [{"key": "1", "wording": "choix à écrire", "next": human}]},
        "ticket": {"next": human},
        "transfer": {**text, "number": "112", "next": human},
        "redirect": {**text, "number": "112", "next": human},
        "end": {"text": "Merci de votre appel. Au revoir."},
    }
    return special.get(kind, {**text, "next": human})
