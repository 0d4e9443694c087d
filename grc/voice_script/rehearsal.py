"""Pure. A call played on a script to try it: the real interpreter, and nothing done outside.

A move is a short text, so that a whole rehearsal fits in the address of a page: `k:1` keys, `s:logement` words,
`-` silence, `w:answered` `w:full` in the waiting room, `d:answered` `d:missed` after a transfer, `m:12` a message of
12 seconds, `m:0` none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from grc.voice_script.interpreter import initial_state, play
from grc.voice_script.languages import Sentence, language_of
from grc.voice_script.model import Context, Effect, Expect, Input, Script, State, Step

REFERENCE: Final = "1234567897"
CODE: Final = "12 34 56"
STATUS: Final = "Votre demande est en cours de traitement."
MOVES_AT_MOST: Final = 90
_AFTER: Final = {
    "w:answered": "bridged", "w:full": "queue-full", "d:answered": "completed", "d:missed": "no-answer",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """What one move led to: sentences, the step reached, and what would be done outside."""

    move: str
    node: str
    said: tuple[str, ...]
    effects: tuple[Effect, ...]
    expect: Expect
    state: State


def rehearse(script: Script, moves: Sequence[str], context: Context) -> list[Turn]:
    """The turns of a call, the first being the ring. Moves that mean nothing where they come are left out."""
    done: list[Effect] = []

    def perform(effect: Effect) -> Mapping[str, str]:
        done.append(effect)
        if effect.name == "open_ticket":
            return {"reference": REFERENCE, "has_code": "1"}
        if effect.name == "check_status":
            return {"outcome": "found", "sentence": STATUS}
        return {}

    turns = [_turn("", play(script, initial_state(script), Input.start(), context, perform), done)]
    for move in moves[:MOVES_AT_MOST]:
        given = _input(move, turns[-1].expect)
        if given is None:
            continue
        done = []
        step = play(script, turns[-1].state, given, context, perform)
        if step.expect.kind == "leave":
            # The provider comes back at once: nobody is heard in between.
            step = play(script, step.state, Input.returned("leave"), context, perform)
        turns.append(_turn(move, step, done))
    return turns


def _turn(move: str, step: Step, done: list[Effect]) -> Turn:
    said = tuple(map(_with_code, step.say))
    return Turn(move, step.state.node, said, tuple(done), step.expect, step.state)


def _with_code(line: str) -> str:
    return line if "{code}" not in line else Sentence(line.replace("{code}", CODE), language_of(line))


def _input(move: str, expect: Expect) -> Input | None:
    kind, _, value = move.partition(":")
    given = None
    match expect.kind, kind:
        case "keys" | "wait", "k":
            given = Input.heard(keys=value[:20])
        case "keys", "s":
            given = Input.heard(speech=value[:200])
        case "keys", "-":
            given = Input.heard()
        case ("wait", "w") | ("dial", "d") if move in _AFTER:
            given = Input.returned(_AFTER[move])
        case "record", "k":
            given = Input.returned("recorded", digits=value[:1])
        case "record", "m":
            address = "essai" if value.isdigit() and value != "0" else ""
            given = Input.returned("recorded", recording_url=address, seconds=value[:4])
    return given


def effect_text(effect: Effect, names: Mapping[str, str]) -> str:
    """What would be done, in French. `names`: labels of topics by code."""
    values = effect.values
    about = [names.get(values.get(name, ""), values.get(name, "")) for name in ("theme", "topic")]
    subject = ", ".join(one for one in about if one) or "sujet non précisé"
    match effect.name:
        case "open_ticket":
            return f"Une demande serait ouverte : {subject}, à {values.get('commune_name') or 'une commune inconnue'}."
        case "enqueue":
            team = f" de l’équipe « {values['team']} »" if values.get("team") else ""
            return f"La personne entrerait dans la file d’attente{team} : {subject}."
        case "owe_callback":
            place = ", sans perdre sa place" if values.get("keep_place") else ""
            return f"Un rappel serait promis au {values.get('number', '')}{place}."
        case "check_status":
            return "Le numéro et le code de la demande seraient vérifiés (ici, un exemple est répondu)."
        case "text_sites" | "text_link":
            what = "l’adresse" if effect.name == "text_sites" else "un lien"
            return f"Un SMS avec {what} serait envoyé."
        case "keep_voicemail":
            return f"Le message vocal ({values.get('seconds', '')} s) serait gardé."
