"""Random voice scripts for the property tests: `valid_scripts` may be published, `any_scripts` need not be."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from grc.voice_script import Script, next_nodes, script_from_json

CONDITIONS: list[dict[str, Any]] = [
    {"fact": "theme", "is": "sante"},
    {"fact": "language", "is": "en"},
    {"fact": "busy", "is": True},
    {"fact": "open", "is": False},
    {"not": {"fact": "number", "is": True}},
    {"any": [{"fact": "discreet", "is": True}, {"fact": "commune", "exists": True}]},
    {"fact": "now", "matches": {"from": "20:00", "to": "08:00"}},
]
SETS: list[dict[str, str]] = [
    {}, {"theme": "sante"}, {"theme": "enfance", "discretion": "discreet"}, {"language": "en"}, {"language": "fr"},
]  # fmt: skip
ASKING = {"sites", "menu", "postal_code", "reference_status", "queue", "callback", "voicemail", "transfer"}
LAST = {
    "queue": {"kind": "queue", "text": "Patientez.", "next": "callback"},
    "callback": {"kind": "callback", "text": "Nous vous rappelons.", "next": "end"},
    "end": {"kind": "end", "text": "Au revoir."},
}
HUMANS: list[dict[str, Any]] = [
    {"kind": "hours", "open": "queue", "closed": "callback"},
    {"kind": "say", "text": "Un agent va vous répondre.", "next": "queue"},
    {"kind": "branch", "when": CONDITIONS[2], "then": "callback", "otherwise": "queue"},
]


def _choices(draw: st.DrawFn, after: list[str], everywhere: list[str]) -> list[dict[str, Any]]:
    """The first leads forward, so that nobody is held in a circle of menus; the others go anywhere."""
    targets = [draw(st.sampled_from(after))]
    targets += draw(st.lists(st.sampled_from(everywhere), max_size=4))
    return [
        {
            "key": str(key),
            "wording": f"choix {key}",
            "next": target,
            "sets": draw(st.sampled_from(SETS)),
            "speech": [f"mot{key}"],
            "wordings": {"en": f"choice {key}"} if key % 2 else {},
        }
        for key, target in enumerate(targets, start=1)
    ]


def _two_ways(draw: st.DrawFn, kind: str, then: str, other: str) -> dict[str, Any]:
    if kind == "branch":
        return {"kind": kind, "when": draw(st.sampled_from(CONDITIONS)), "then": then, "otherwise": other}
    calendar = draw(st.sampled_from(["", "nuit", "disparu"]))
    return {"kind": kind, "open": then, "closed": other, "announce": True, "calendar": calendar}


def _node(draw: st.DrawFn, after: list[str], everywhere: list[str]) -> dict[str, Any]:
    kind = draw(
        st.sampled_from(
            ["say", "hours", "branch", "menu", "menu", "menu", "postal_code", "reference_status", "ticket",
             "queue", "callback", "voicemail", "transfer", "redirect", "sites", "link"]
        )
    )  # fmt: skip
    # What only speaks does not lead to the goodbye by itself: nobody would have been offered a human.
    onwards = after if kind in ASKING else [name for name in after if name != "end"]
    then = draw(st.sampled_from(onwards))
    other = draw(st.sampled_from(onwards))
    text = {"kind": kind, "text": f"Texte {kind}.", "next": then}
    match kind:
        case "hours" | "branch":
            return _two_ways(draw, kind, then, other)
        case "menu":
            choices = _choices(draw, after, everywhere)
            return {"kind": kind, "text": "Choisissez.", "texts": {"en": "Choose."}, "choices": choices}
        case "ticket":
            return {"kind": kind, "next": then}
        case "queue":
            choices = _choices(draw, after, after) if draw(st.booleans()) else []
            return {**text, "choices": choices, "when_busy": draw(st.sampled_from(["", other]))}
        case "transfer" | "redirect":
            return {**text, "number": "116117"}
        case _:
            return text


@st.composite
def valid_scripts(draw: st.DrawFn) -> Script:
    """Up to ten nodes before a queue, a call-back and a goodbye; what is never reached is left out."""
    names = [f"n{place}" for place in range(draw(st.integers(1, 10)))]
    nodes: dict[str, Any] = {}
    for place, name in enumerate(names):
        after = [*names[place + 1 :], *LAST]
        nodes[name] = _node(draw, after, [*names, *LAST])
    nodes |= {**LAST, "human": draw(st.sampled_from(HUMANS))}
    script = script_from_json({"start": "n0", "human": "human", "nodes": nodes})
    reached, todo = set[str](), ["n0", "human"]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += next_nodes(script.nodes[name])
    kept = {name: node for name, node in nodes.items() if name in reached}
    return script_from_json({"start": "n0", "human": "human", "nodes": kept})


@st.composite
def any_scripts(draw: st.DrawFn) -> Script:
    """Nodes that lead anywhere, in circles, to nowhere: what the interpreter must survive all the same."""
    names = [f"n{place}" for place in range(draw(st.integers(1, 6)))]
    places = [*names, "nulle_part", "end"]
    nodes = {name: _node(draw, places, places) for name in names}
    human = draw(st.sampled_from(places))
    return script_from_json({"start": "n0", "human": human, "nodes": {**nodes, "end": LAST["end"]}})
