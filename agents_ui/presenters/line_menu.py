"""The voice menu as its administrator reads it: outline in words, drawing, history, a call being tried."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from grc.french import phone
from grc.selectors.line_scripts import ScriptTargets
from grc.voice_script import (
    FRENCH,
    KIND_WORDS,
    LANGUAGES,
    Branch,
    Choice,
    Exit,
    Hours,
    Menu,
    Node,
    Queue,
    Redirect,
    Script,
    Stem,
    Transfer,
    Turn,
    condition_text,
    effect_text,
    kind_of,
    language_of,
    locale_of,
    plan,
    walked,
)

MOST_KEYS: Final = tuple("123456789*0#")


@dataclass(frozen=True)
class Spoken:
    """One sentence, with how it is pronounced."""

    text: str
    locale: str
    language: str


@dataclass(frozen=True)
class OutlineStep:
    """One step of the outline. ``label``: how one comes from its parent. ``again``: it is written elsewhere."""

    name: str
    title: str
    kind: str
    kind_words: str
    label: str
    again: bool
    missing: bool
    details: tuple[str, ...] = ()
    said: tuple[Spoken, ...] = ()
    problems: tuple[str, ...] = ()
    steps: tuple[OutlineStep, ...] = field(default=())


def spoken(sentences: Sequence[str]) -> tuple[Spoken, ...]:
    return tuple(
        Spoken(
            str(one), locale_of(one), "" if language_of(one) == FRENCH else LANGUAGES[language_of(one)].label
        )
        for one in sentences
    )


def outline(
    script: Script, problems: Mapping[str, Sequence[str]], targets: ScriptTargets
) -> tuple[OutlineStep, ...]:
    """The whole menu in words: what the drawing shows, for everybody."""
    names = {
        "calendar": dict(targets.calendars),
        "team": dict(targets.teams),
        "topic": {code: label for _theme, code, label in targets.topics},
    }
    return tuple(_outlined(stem, problems, names) for stem in plan(script))


def _outlined(
    stem: Stem, problems: Mapping[str, Sequence[str]], names: Mapping[str, Mapping[str, str]]
) -> OutlineStep:
    node = stem.node
    kind = kind_of(node) if node is not None else ""
    written = node is not None and not stem.again
    return OutlineStep(
        name=stem.to,
        title=(node.title if node is not None else "") or stem.to,
        kind=kind,
        kind_words=KIND_WORDS.get(kind, ""),
        label=" ; ".join(_way(one) for one in stem.exits),
        again=stem.again,
        missing=node is None,
        details=tuple(_details(node, names)) if written and node is not None else (),
        said=said_at(node) if written and node is not None else (),
        problems=tuple(problems.get(stem.to, ())) if written else (),
        steps=tuple(_outlined(child, problems, names) for child in stem.stems),
    )


def _way(one: Exit) -> str:
    return _("touche %(key)s, %(words)s") % {"key": one.key, "words": one.words} if one.key else one.words


def said_at(node: Node) -> tuple[Spoken, ...]:
    """What is heard there in French, choices included: the text of a step, then its menu."""
    lines = [text for text in (getattr(node, "text", ""),) if text]
    if isinstance(node, (Menu, Queue)):
        lines += [_choice_said(choice) for choice in node.choices]
    if isinstance(node, Redirect):
        lines.append(f"Composez le {node.number}.")
    return spoken(lines)


def _choice_said(choice: Choice) -> str:
    return f"pour {choice.wording}, tapez {choice.key}."


def _details(node: Node, names: Mapping[str, Mapping[str, str]]) -> list[str]:
    found: list[str] = []
    if isinstance(node, Hours):
        followed = names["calendar"].get(node.calendar, node.calendar) or _("ceux de la ligne")
        found.append(_("Horaires suivis : %(calendar)s") % {"calendar": followed})
        if node.announce:
            found.append(_("Fermé, la réouverture est annoncée"))
    if isinstance(node, Branch):
        found.append(_("Si %(condition)s") % {"condition": condition_text(node.when)})
    if isinstance(node, Transfer):
        found.append(_("Appelle le %(number)s") % {"number": phone(node.number)})
    if isinstance(node, Queue) and node.team:
        found.append(_("Équipe : %(team)s") % {"team": names["team"].get(node.team, node.team)})
    if isinstance(node, (Menu, Queue)):
        kept = dict.fromkeys(
            names["topic"].get(code, code)
            for choice in node.choices
            for code in (choice.sets.get("topic") or choice.sets.get("theme", ""),)
            if code
        )
        if kept:
            found.append(_("Retient : %(topics)s") % {"topics": ", ".join(kept)})
    translated = sorted(getattr(node, "texts", {}))
    if translated:
        found.append(_("Dit aussi en %(languages)s") % {
            "languages": ", ".join(LANGUAGES[code].label for code in translated)
        })  # fmt: skip
    return found


def steps_listed(script: Script) -> list[tuple[str, str, str]]:
    """(name, title, kind) of every step, in the order of the plan."""
    found: dict[str, tuple[str, str, str]] = {}
    for stem in walked(plan(script)):
        if stem.node is not None and not stem.again:
            found[stem.to] = (stem.to, stem.node.title or stem.to, kind_of(stem.node))
    return list(found.values())


def languages_offered(script: Script) -> list[str]:
    """The languages a caller may choose, French apart."""
    codes = {
        choice.sets.get("language", "")
        for node in script.nodes.values()
        if isinstance(node, (Menu, Queue))
        for choice in node.choices
    }
    return sorted(code for code in codes if code in LANGUAGES and code != FRENCH)


@dataclass(frozen=True)
class TurnShown:
    """One turn of a tried call, in words."""

    number: int
    did: str
    step: str
    title: str
    said: tuple[Spoken, ...]
    effects: tuple[str, ...]


def turns_shown(turns: Sequence[Turn], script: Script, targets: ScriptTargets) -> list[TurnShown]:
    names = {code: label for _theme, code, label in targets.topics}
    shown = []
    for number, turn in enumerate(turns, start=1):
        node = script.nodes.get(turn.node)
        shown.append(
            TurnShown(
                number,
                move_text(turn.move),
                turn.node,
                (node.title if node is not None else "") or turn.node,
                spoken(turn.said),
                tuple(effect_text(effect, names) for effect in turn.effects),
            )
        )
    return shown


def move_text(move: str) -> str:
    """What the caller did, as the page says it."""
    fixed = {
        "": _("Le téléphone sonne."),
        "-": _("La personne ne dit rien."),
        "w:answered": _("Un agent répond, puis l’appel se termine."),
        "w:full": _("La file ne peut pas prendre l’appel."),
        "d:answered": _("Le correspondant répond."),
        "d:missed": _("Le correspondant ne répond pas."),
        "m:0": _("Aucun message n’est laissé."),
    }
    kind, _colon, value = move.partition(":")
    if move in fixed:
        return fixed[move]
    if kind == "s":
        return _("La personne dit : « %(words)s ».") % {"words": value}
    if kind == "m":
        return _("La personne laisse un message de %(seconds)s secondes.") % {"seconds": value}
    return _("La personne tape : %(keys)s") % {"keys": value}


def waits_for(turn: Turn) -> dict[str, Any]:
    """Which gestures the page offers now, and the sentence which says what the call is doing."""
    expect = turn.expect
    words = {
        "keys": _("La voix attend une touche ou une parole.")
        if expect.speech
        else _("La voix attend des chiffres."),
        "wait": _("La personne attend dans la file, en musique."),
        "record": _("La personne parle après le bip."),
        "dial": _("Le téléphone de l’autre organisme sonne : %(number)s.") % {"number": phone(expect.number)},
        "hangup": _("L’appel est terminé."),
    }
    return {"kind": expect.kind, "words": words.get(expect.kind, _("L’appel est ailleurs.")),
            "several": expect.num_digits > 1, "speech": expect.speech}  # fmt: skip
