"""What an agent does with a live call, by the bar of the page: hold, hand over, ask for advice, bring in, write up."""

from __future__ import annotations

from typing import Any

from grc.models import Team, Topic
from tests.hotline.language import alors, quand
from tests.hotline.steps.agents import contact_of
from tests.hotline.words import plain
from tests.hotline.world import World


def move(world: World, name: str, caller: str, what: str, **body: Any) -> None:
    world.desk(name).ask(f"/calls/{contact_of(world, caller)}/{what}", **body)


def number_asked(number: str) -> str:
    return "0" + number.removeprefix("+33")


@quand("{qui} met {appel} en attente")
def hold(world: World, name: str, caller: str) -> None:
    move(world, name, caller, "hold")


@quand("{qui} reprend {appel}")
def resume(world: World, name: str, caller: str) -> None:
    move(world, name, caller, "resume")


@quand("{qui} transfère {appel} à l'équipe {citation}")
def transfer_to_team(world: World, name: str, caller: str, team: str) -> None:
    codes = {plain(row.label): row.code for row in Team.objects.all()}
    move(world, name, caller, "transfer", team=codes[team])


@quand("{qui} transfère {appel} à {qui}")
def transfer_to_agent(world: World, name: str, caller: str, other: str) -> None:
    move(world, name, caller, "transfer", agent=world.desk(other).agent.username)
    world.current_desk = name


@quand("{qui} transfère {appel} au {numero}")
def transfer_to_number(world: World, name: str, caller: str, number: str) -> None:
    move(world, name, caller, "transfer", number=number_asked(number))


@quand("{qui} demande l'avis de {qui} sur {appel}")
def consult_agent(world: World, name: str, other: str, caller: str) -> None:
    move(world, name, caller, "consult", agent=world.desk(other).agent.username)


@quand("{qui} demande l'avis du {numero} sur {appel}")
def consult_number(world: World, name: str, number: str, caller: str) -> None:
    move(world, name, caller, "consult", number=number_asked(number))


@quand("{qui} met fin à l'avis sur {appel}")
def consult_end(world: World, name: str, caller: str) -> None:
    move(world, name, caller, "consult/end")


@quand("{qui} passe {appel} à qui l'a conseillé(e)")
def transfer_warm(world: World, name: str, caller: str) -> None:
    move(world, name, caller, "transfer", warm=True)


@quand("{qui} réunit tout le monde dans {appel}")
def everybody_hears(world: World, name: str, caller: str) -> None:
    move(world, name, caller, "conference")


@quand("{qui} fait entrer le {numero} dans {appel}")
def bring_in(world: World, name: str, number: str, caller: str) -> None:
    move(world, name, caller, "conference", number=number_asked(number))


@quand("{qui} quitte {appel}")
def leave(world: World, name: str, caller: str) -> None:
    move(world, name, caller, "leave")


@quand("{qui} termine {appel}")
def end(world: World, name: str, caller: str) -> None:
    move(world, name, caller, "end")


@quand("{qui} note {citation} sur {appel}")
def draft(world: World, name: str, text: str, caller: str) -> None:
    world.desk(name).do(f"/calls/{contact_of(world, caller)}/notes", method="PUT", body=text)


@alors("{qui} retrouve sa note {citation} sur {appel}")
def draft_is_there(world: World, name: str, text: str, caller: str) -> None:
    found = world.desk(name).read(f"/calls/{contact_of(world, caller)}/notes")["body"]
    assert plain(found) == text, found


@quand("{qui} finit d'écrire {appel}")
def wrap_up(world: World, name: str, caller: str) -> None:
    move(world, name, caller, "wrap-up")


@quand("{qui} finit d'écrire {appel} en ouvrant une demande {citation}")
def wrap_up_with_request(world: World, name: str, caller: str, topic: str) -> None:
    codes = {row.label: row.code for row in Topic.objects.all()}
    move(world, name, caller, "wrap-up", requests=[{"topic": codes[topic]}])


@alors("{qui} entend la musique d'attente")
def hears_music(world: World, name: str) -> None:
    person = world.person(name)
    state = person.state(world.network)
    verbs = [entry["verb"] for entry in state["transcript"][person.mark :]]
    assert "Music" in verbs, world.transcript(person)
    assert state["talking_to"] == [], state["talking_to"]


@alors("{qui} parle avec le {numero}")
def talks_with_number(world: World, name: str, number: str) -> None:
    person = world.person(name)
    talking = person.state(world.network)["talking_to"]
    assert number in talking, f"{name} parle à {talking}"


@alors("{qui} et {qui} se parlent sans {qui}")
def talk_without(world: World, first: str, second: str, third: str) -> None:
    """Two agents, while the person hears music."""
    numbers = [world.desk(name).phone for name in (first, second)]
    calls = [
        call for number in numbers for call in world.network.calls(number) if call["status"] == "in-progress"
    ]
    assert len(calls) == 2, calls
    assert numbers[1] in calls[0]["talking_to"], calls[0]["talking_to"]
    assert world.person(third).state(world.network)["talking_to"] == []
