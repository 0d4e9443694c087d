"""A call played against a script in memory: what is pressed goes in, what is heard and done is kept."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from grc.voice_script import (
    Commune,
    Context,
    Effect,
    Input,
    Script,
    SiteHeard,
    Step,
    initial_state,
    play,
    script_from_json,
    state_from_json,
    state_to_json,
)

DEMO_SCRIPT = Path(__file__).parents[3] / "config" / "demo" / "content" / "voice_script.json"
CLOSED = "Nous répondons du lundi au vendredi de 8 h à 21 h et le samedi de 8 h à 14 h."
CALLER = "+33321216217"
REFERENCE = "1234567897"


def demo_script() -> Script:
    return script_from_json(json.loads(DEMO_SCRIPT.read_text(encoding="utf-8")))


class Places:
    """Three postal codes: one commune, two, and eight."""

    known: Mapping[str, tuple[Commune, ...]] = {
        "62000": (Commune("62041", "Arras"),),
        "62100": (Commune("62193", "Calais"), Commune("62999", "Calais-Nord")),
        "62130": tuple(Commune(f"6200{n}", f"Village{n}") for n in range(1, 9)),
    }

    def communes(self, postal_code: str) -> tuple[Commune, ...]:
        return self.known.get(postal_code, ())

    def reference_is_valid(self, reference: str) -> bool:
        return reference == REFERENCE

    def sites(self, commune_code: str) -> tuple[SiteHeard, ...]:
        if commune_code == "62193":
            return ()
        return (
            SiteHeard("mds_arras", "MDS d'Arras", "12 rue de l'Exemple", "Ouvert aujourd'hui jusqu'à 17 h."),
            SiteHeard("hotel", "Hôtel du Département", "1 place de l'Exemple", "Fermé pour le moment."),
            SiteHeard("mds_lens", "MDS de Lens", "3 rue de l'Exemple", "Fermé pour le moment."),
        )


class Call:
    """One call. `done` lists the effects in order; the state goes through JSON between two inputs."""

    def __init__(
        self,
        script: Script | None = None,
        *,
        line_open: bool = True,
        caller: str = CALLER,
        all_busy: bool = False,
        records: bool = False,
        may_text: bool = False,
        code: str = "424242",
        hours: Mapping[str, tuple[bool, str]] | None = None,
        now: datetime | None = None,
    ) -> None:
        self.script = script or demo_script()
        self.context = Context(
            lookup=Places(),
            line_open=line_open,
            closed_sentence=CLOSED,
            caller_number=caller,
            all_busy=all_busy,
            hours=(hours or {}).get,
            now=now,
            records=records,
            may_text=may_text,
        )
        self.code = code
        self.done: list[Effect] = []
        self.state = initial_state(self.script)
        self.step = self.give(Input.start())

    def give(self, given: Input) -> Step:
        self.step = play(self.script, self.state, given, self.context, self.perform)
        self.state = state_from_json(json.loads(json.dumps(state_to_json(self.step.state))))
        assert self.state == self.step.state
        return self.step

    def press(self, *keys: str) -> Step:
        for key in keys:
            self.give(Input.heard(keys=key))
        return self.step

    def speak(self, speech: str) -> Step:
        return self.give(Input.heard(speech=speech))

    def silence(self) -> Step:
        return self.give(Input.heard())

    def perform(self, effect: Effect) -> Mapping[str, str]:
        self.done.append(effect)
        if effect.name == "open_ticket":
            return {"reference": REFERENCE}
        if effect.name == "check_status":
            if effect.values["code"] == self.code:
                return {"outcome": "found", "sentence": "Votre demande est en cours."}
            if effect.values["code"] == "999999":
                return {"outcome": "limited", "sentence": "Trop d'essais pour cette référence."}
            return {"outcome": "refused"}
        return {}

    @property
    def names(self) -> list[str]:
        return [effect.name for effect in self.done]
