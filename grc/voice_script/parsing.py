"""Pure. Voice scripts and call states from and to JSON values."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, fields
from typing import Any, cast

from grc.conditions import Expression, parse
from grc.conditions import to_json as condition_to_json
from grc.errors import Invalid
from grc.voice_script.facts import VOICE_FACTS
from grc.voice_script.languages import LANGUAGES, Sentence
from grc.voice_script.model import (
    Branch,
    Callback,
    Choice,
    End,
    Expect,
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
    State,
    Ticket,
    Transfer,
    Voicemail,
    VoiceScriptError,
)

KINDS: Mapping[str, type[Node]] = {
    "say": Say,
    "hours": Hours,
    "branch": Branch,
    "menu": Menu,
    "postal_code": PostalCode,
    "reference_status": ReferenceStatus,
    "sites": Sites,
    "link": Link,
    "ticket": Ticket,
    "queue": Queue,
    "callback": Callback,
    "voicemail": Voicemail,
    "transfer": Transfer,
    "redirect": Redirect,
    "end": End,
}


def script_from_json(data: object) -> Script:
    """Reads `{version, start, human, phrases?, nodes: {id: {kind, ...}}}`; raises VoiceScriptError in French.

    Only the shape is checked here; `validate` finds what is wrong in the graph.
    """
    script = _mapping(data, "Le script")
    nodes = _mapping(script.get("nodes"), "« nodes »")
    return Script(
        start=_text(script, "start", "Le script"),
        human=_text(script, "human", "Le script"),
        nodes={name: _node(name, _mapping(value, f"L'étape « {name} »")) for name, value in nodes.items()},
        phrases=_texts(script.get("phrases", {}), "« phrases »"),
        version=_number(script.get("version", 1), "« version »"),
    )


def script_to_json(script: Script) -> dict[str, Any]:
    """The inverse of `script_from_json`."""
    names = {cls: kind for kind, cls in KINDS.items()}
    nodes: dict[str, Any] = {}
    for node in script.nodes.values():
        nodes[node.id] = {"kind": names[type(node)], **_node_plain(node)}
    return {
        "version": script.version,
        "start": script.start,
        "human": script.human,
        "phrases": dict(script.phrases),
        "nodes": nodes,
    }


_STATE_FIELDS = tuple(f.name for f in fields(State))
_EXPECT_FIELDS = tuple(f.name for f in fields(Expect))


def state_to_json(state: State) -> dict[str, Any]:
    """A dictionary of JSON values, stored by the caller for each step."""
    # Field by field, where asdict would copy in depth what is never changed: this is done at each key pressed.
    values = {name: _plain(getattr(state, name)) for name in _STATE_FIELDS if name != "expect"}
    values["facts"] = dict(state.facts)
    values["expect"] = {name: _plain(getattr(state.expect, name)) for name in _EXPECT_FIELDS}
    return values


def state_from_json(data: Mapping[str, Any]) -> State:
    """The inverse of `state_to_json`; unknown keys of a newer version are ignored."""
    values = {f.name: data[f.name] for f in fields(State) if f.name in data}
    if "expect" in values:
        expect = values["expect"]
        known = {f.name: expect[f.name] for f in fields(Expect) if f.name in expect}
        values["expect"] = Expect(**{**known, "hints": tuple(known.get("hints", ()))})
    values["said"] = tuple(
        Sentence(one["text"], one["language"]) if isinstance(one, Mapping) else one
        for one in values.get("said", ())
    )
    return State(**values)


def _node_plain(node: Node) -> dict[str, Any]:
    """Its properties, those that were left empty apart: a script says nothing twice."""
    values: dict[str, Any] = {}
    for spec in fields(node):
        value = getattr(node, spec.name)
        if spec.name == "id" or (not value and not _is_required(spec)):
            continue
        if isinstance(node, Branch) and spec.name == "when":
            values["when"] = condition_to_json(node.when)
        elif spec.name == "choices":
            values["choices"] = [_choice_plain(choice) for choice in value]
        else:
            values[spec.name] = _plain(value)
    return values


def _choice_plain(choice: Choice) -> dict[str, Any]:
    plain = cast(dict[str, Any], _plain(asdict(choice)))
    return {name: value for name, value in plain.items() if value or name in {"key", "wording", "next"}}


def _is_required(spec: Field[Any]) -> bool:
    return spec.default is MISSING and spec.default_factory is MISSING


def _plain(value: Any) -> Any:
    if isinstance(value, Sentence):
        return {"text": str(value), "language": value.language}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _node(name: str, data: Mapping[str, Any]) -> Node:
    where = f"L'étape « {name} »"
    kind = _text(data, "kind", where)
    if kind not in KINDS:
        raise VoiceScriptError(f"{where} est d'un genre inconnu : « {kind} ».")
    cls = KINDS[kind]
    known = {f.name: f for f in fields(cls)}
    unknown = sorted(set(data) - set(known) - {"kind"})
    if unknown or "id" in data:
        raise VoiceScriptError(f"{where} a une propriété inconnue : « {(unknown or ['id'])[0]} ».")
    values: dict[str, Any] = {"id": name}
    for key, value in data.items():
        if key == "kind":
            continue
        values[key] = _value(key, value, where)
    for key, spec in known.items():
        if key not in values and _is_required(spec):
            raise VoiceScriptError(f"{where} n'a pas de « {key} ».")
    return cls(**values)


def _value(key: str, value: object, where: str) -> object:
    if key == "choices":
        if not isinstance(value, list):
            raise VoiceScriptError(f"{where} : « choices » doit être une liste.")
        return tuple(_choice(_mapping(item, where), where) for item in value)
    if key == "when":
        return _condition(value, where)
    if key == "texts":
        return _translations(value, where)
    if key == "announce":
        if not isinstance(value, bool):
            raise VoiceScriptError(f"{where} : « announce » doit être vrai ou faux.")
        return value
    if key == "max_seconds":
        return _number(value, f"{where} : « max_seconds »")
    if not isinstance(value, str):
        raise VoiceScriptError(f"{where} : « {key} » doit être un texte.")
    return value


def _choice(data: Mapping[str, Any], where: str) -> Choice:
    speech = data.get("speech", [])
    if not isinstance(speech, list) or not all(isinstance(word, str) for word in speech):
        raise VoiceScriptError(f"{where} : « speech » doit être une liste de mots.")
    return Choice(
        key=_text(data, "key", where),
        wording=_text(data, "wording", where),
        next=_text(data, "next", where),
        speech=tuple(speech),
        sets=_texts(data.get("sets", {}), f"{where} : « sets »"),
        wordings=_translations(data.get("wordings", {}), where),
    )


def _condition(value: object, where: str) -> Expression:
    try:
        return parse(value, VOICE_FACTS)
    except Invalid as error:
        path, said = next(iter(error.fields.items()))
        raise VoiceScriptError(f"{where} : condition, {path} : {said[0]}") from error


def _translations(value: object, where: str) -> dict[str, str]:
    texts = _texts(value, f"{where} : les traductions")
    for code in texts:
        if code not in LANGUAGES:
            raise VoiceScriptError(f"{where} : la langue « {code} » n'est pas prévue.")
    return texts


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise VoiceScriptError(f"{where} doit être un objet.")
    return value


def _text(data: Mapping[str, Any], key: str, where: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise VoiceScriptError(f"{where} n'a pas de « {key} ».")
    return value


def _texts(value: object, where: str) -> dict[str, str]:
    items = _mapping(value, where)
    if not all(isinstance(item, str) for item in items.values()):
        raise VoiceScriptError(f"{where} doit contenir des textes.")
    return dict(items)


def _number(value: object, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise VoiceScriptError(f"{where} doit être un nombre entier positif.")
    return value
