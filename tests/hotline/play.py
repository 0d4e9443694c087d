"""Playing a scenario: one sentence after the other, and a failure told in its words."""

from __future__ import annotations

from typing import Final

from tests.hotline.features import Line, Scenario
from tests.hotline.language import ACT, OUTCOME, SCENE
from tests.hotline.world import World

LINES_TOLD: Final = 40


def play(scenario: Scenario, world: World) -> None:
    """Run the sentences; the first that fails says which one, and what each person heard."""
    before = SCENE
    done: list[Line] = []
    for line in scenario.lines:
        if line.kind == ACT and before != ACT:
            world.begin_act()
        before = line.kind
        try:
            line.bound.function(world, *line.bound.arguments, *([line.table] if line.table else []))
            if line.kind != OUTCOME and world.begun:
                world.settle()
        except BaseException as error:
            error.add_note(_story(scenario, done, line, world))
            raise
        done.append(line)
    world.verify()


def _story(scenario: Scenario, done: list[Line], failed: Line, world: World) -> str:
    told = [f"{scenario.place} : {scenario.title}"]
    told += [f"    fait    {line.number:4} {line.text}" for line in done]
    told.append(f"  > ÉCHOUE  {failed.number:4} {failed.text}")
    if world.begun:
        for person in world.people.values():
            told.append(f"  {person.name} ({person.number}) a entendu :")
            told += [f"      {text}" for text in world.transcript(person)[-LINES_TOLD:]]
        told += [f"  opérateur : {note['message']} {note['url']}" for note in world.network.debugger()]
    return "\n".join(told)
