"""Pure. The steps of a call as Jambonz's JSON verbs (source: the JSON schemas of github.com/jambonz/schema, MIT).

Two things differ from Twilio. A document read by its ``enqueue`` may not listen to keys, so our waiting room is made of
questions asked again: the order, the position and the wait are ours anyway. It has no verb to leave a recording: where
one is asked for, the caller is told, and gets a human.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from grc.voice_script import FRENCH, Sentence, Step, language_of, locale_of

Verb = dict[str, Any]
HINTS_AT_MOST: Final = 100
WAIT_SECONDS: Final = 15
"""Between two announcements of the waiting room, when no key is pressed."""
HOLD_SECONDS: Final = 20
RING_SECONDS: Final = 30
NO_RECORDING: Final = "Sur cette ligne, nous ne pouvons pas enregistrer de message."
FRENCH_LOCALE: Final = "fr-FR"


@dataclass(frozen=True)
class Hooks:
    """`base`: the public address of the service, without a slash at the end."""

    base: str

    def to(self, *parts: object) -> str:
        """One of our addresses: ``to("step", 4)``."""
        return "/".join([f"{self.base}/webhooks/jambonz/voice", *map(str, parts)])


def document(*verbs: Verb) -> str:
    """What is answered to a webhook."""
    return json.dumps(verbs, ensure_ascii=False)


def said(lines: Iterable[str]) -> list[Verb]:
    """One ``say`` for the sentences of one language that follow each other."""
    return [
        {"verb": "say", "text": [str(line) for line in group], **_synthesizer(code)}
        for code, group in groupby(lines, key=_language)
    ]


def _language(line: str) -> str:
    return language_of(line) if isinstance(line, Sentence) else FRENCH


def _synthesizer(code: str) -> Verb:
    # French is what the application speaks: its vendor and voice are chosen there.
    return (
        {}
        if code == FRENCH
        else {"synthesizer": {"vendor": "default", "language": locale_of(Sentence("", code))}}
    )


def step_document(step: Step, *, hooks: Hooks, fill: Mapping[str, str]) -> str:
    """The document answering a step; `fill` gives what is not stored with it, by name."""
    lines = filled(step.say, fill)
    if step.expect.kind == "keys":
        return document(*_question(step, lines, hooks.to("step", step.state.step)))
    if step.expect.kind == "leave":
        # Said again after the waiting room.
        lines = []
    return document(*said(lines), *_then(step, hooks))


def _then(step: Step, hooks: Hooks) -> list[Verb]:
    """What comes after what is said, when it is not a question."""
    number = step.state.step
    match step.expect.kind:
        case "wait":
            return [redirect(hooks.to("wait", number))]
        case "leave":
            return [redirect(hooks.to("left", number))]
        case "record":
            return [*said([NO_RECORDING]), redirect(hooks.to("unrecorded", number))]
        case "dial":
            return [
                {
                    "verb": "dial",
                    "target": [{"type": "phone", "number": step.expect.number}],
                    "actionHook": hooks.to("step", number),
                    "timeout": RING_SECONDS,
                    "answerOnBridge": True,
                }
            ]
        case "hangup":
            return [{"verb": "hangup"}]
        case _:
            return []


def _question(step: Step, lines: list[str], hook: str) -> list[Verb]:
    expect = step.expect
    *before, last = said(lines) or [{"verb": "say", "text": []}]
    gather: Verb = {
        "verb": "gather",
        "input": ["digits", "speech"] if expect.speech else ["digits"],
        "actionHook": hook,
        "timeout": expect.timeout,
        "dtmfBargein": True,
        "say": {name: value for name, value in last.items() if name != "verb"},
    }
    if expect.num_digits:
        gather["numDigits"] = expect.num_digits
    if expect.finish_on_key:
        gather["finishOnKey"] = expect.finish_on_key
    if expect.speech:
        locale = locale_of(Sentence("", expect.language)) if expect.language else FRENCH_LOCALE
        gather["recognizer"] = {"vendor": "default", "language": locale}
        if expect.hints:
            gather["recognizer"]["hints"] = list(expect.hints[:HINTS_AT_MOST])
    return [*before, gather]


def wait_document(step: Step, *, hooks: Hooks, fill: Mapping[str, str]) -> str:
    """What is heard while waiting, and the keys that may be pressed there; silence asks for it again."""
    *before, last = said(filled(step.say, fill)) or [{"verb": "say", "text": []}]
    gather: Verb = {
        "verb": "gather",
        "input": ["digits"],
        "numDigits": 1,
        "actionHook": hooks.to("waited", step.state.step),
        "timeout": WAIT_SECONDS,
        "dtmfBargein": True,
        "say": {name: value for name, value in last.items() if name != "verb"},
    }
    return document(*before, gather)


def redirect(hook: str) -> Verb:
    return {"verb": "redirect", "actionHook": hook}


def pause(seconds: int) -> Verb:
    return {"verb": "pause", "length": seconds}


def conference(name: str, *, ends_for_all: bool, hooks: Hooks) -> Verb:
    """Who is in the room; the caller ends it for all, and goes on at ``after``."""
    verb: Verb = {
        "verb": "conference",
        "name": name,
        "beep": False,
        "startConferenceOnEnter": True,
        "endConferenceOnExit": ends_for_all,
        "statusHook": hooks.to("conference", name),
        "statusEvents": ["join", "leave"],
    }
    if ends_for_all:
        verb["actionHook"] = hooks.to("after")
    return verb


def filled(lines: Iterable[str], fill: Mapping[str, str]) -> list[str]:
    """The lines with what is kept nowhere put in."""
    out = []
    for line in lines:
        text = str(line)
        for name, value in fill.items():
            text = text.replace("{" + name + "}", value)
        out.append(Sentence(text, _language(line)))
    return list(out)
