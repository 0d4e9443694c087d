"""What Jambonz takes: properties, required ones and types of the verbs we use.

Written from the JSON schemas its maintainers publish (github.com/jambonz/schema, MIT), version 0.9.6 and later.
"""

from __future__ import annotations

import json
from typing import Any, Final

_TEXT: Final = (str, list)
_HOOK: Final = (str,)
_NUMBER: Final = (int, float)
# verb -> (property -> types, required)
VERBS: Final[dict[str, tuple[dict[str, tuple[type, ...]], set[str]]]] = {
    "say": ({"text": _TEXT, "synthesizer": (dict,), "loop": (int, str)}, set()),
    "play": ({"url": _TEXT, "loop": (int, str), "actionHook": _HOOK}, {"url"}),
    "pause": ({"length": _NUMBER}, {"length"}),
    "hangup": ({"headers": (dict,)}, set()),
    "redirect": ({"actionHook": _HOOK, "statusHook": _HOOK}, {"actionHook"}),
    "gather": (
        {
            "actionHook": _HOOK, "input": (list,), "finishOnKey": (str,), "numDigits": _NUMBER, "timeout": _NUMBER,
            "dtmfBargein": (bool,), "bargein": (bool,), "say": (dict,), "play": (dict,), "recognizer": (dict,),
        },
        set(),
    ),
    "dial": (
        {
            "target": (list,), "actionHook": _HOOK, "timeout": _NUMBER, "answerOnBridge": (bool,), "callerId": (str,),
        },
        {"target"},
    ),
    "conference": (
        {
            "name": (str,), "beep": (bool,), "startConferenceOnEnter": (bool,), "endConferenceOnExit": (bool,),
            "actionHook": _HOOK, "waitHook": _HOOK, "statusHook": _HOOK, "statusEvents": (list,),
        },
        {"name"},
    ),
}  # fmt: skip
# They hand over to nobody.
LAST: Final = {"redirect", "hangup"}


def problems(text: str) -> list[str]:
    """Why Jambonz would not take this document; empty when it would."""
    verbs: Any = json.loads(text)
    if not isinstance(verbs, list):
        return ["un document est une liste de verbes"]
    found = []
    for place, verb in enumerate(verbs):
        name = verb.get("verb", "")
        if name not in VERBS:
            found.append(f"verbe {name!r} inconnu")
            continue
        known, required = VERBS[name]
        given = {key: value for key, value in verb.items() if key != "verb"}
        found += [f"{name} : {key} manque" for key in required - set(given)]
        found += [f"{name} : {key} est inconnu" for key in set(given) - set(known)]
        found += [
            f"{name} : {key} n’est pas de {[one.__name__ for one in known[key]]}"
            for key, value in given.items()
            if key in known and not _is_of(value, known[key])
        ]
        found += [
            f"{name} : {key} n’est pas une adresse absolue"
            for key, value in given.items()
            if key.endswith("Hook") and not str(value).startswith(("http://", "https://"))
        ]
        if set(given.get("input", [])) - {"digits", "speech"}:
            found.append(f"{name} : input {given['input']}")
        for inner in (verb, given.get("say", {})):
            if "synthesizer" in inner and "vendor" not in inner["synthesizer"]:
                found.append("synthesizer sans vendor")
        if name in LAST and place + 1 < len(verbs):
            found.append(f"{verbs[place + 1].get('verb')} n’est jamais atteint après {name}")
    return found


def _is_of(value: Any, types: tuple[type, ...]) -> bool:
    # In Python a truth value is a number; in JSON it is not.
    return isinstance(value, types) and (bool in types or not isinstance(value, bool))
