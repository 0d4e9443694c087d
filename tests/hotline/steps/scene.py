"""Setting the scene: the moment, the line and its hours, who is there, who waits already."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from itertools import count
from typing import Any, Final

from grc.enums import ContactPointKind
from grc.models import Calendar, ContactPoint, Line
from tests.factories import citizen_make
from tests.hotline.base import MAIN_LINE
from tests.hotline.language import etant_donne, quand
from tests.hotline.steps.callers import call_from, press_keys
from tests.hotline.world import World

TEAM: Final = ("Claire", "Mehdi", "Sophie")
"""The agents of the reception of the Département, in the order they arrive when nobody is named."""
CROWD: Final = (
    "Prudence",
    "Quentin",
    "Rachida",
    "Simon",
    "Tatiana",
    "Ursule",
    "Valentin",
    "Wassila",
    "Xavier",
)
_NUMBERS = count(1)


@etant_donne("nous sommes le {date} à {heure}")
def moment_is(world: World, day: date, hour: time) -> None:
    world.begin_at(day, hour)


@etant_donne("{nombre} agent(s) disponible(s)")
def agents_available(world: World, number: int) -> None:
    assert number <= len(TEAM), f"L’accueil n’a que {len(TEAM)} agents."
    for name in TEAM[:number]:
        agent_available(world, name)


@etant_donne("{qui} est disponible à l'accueil")
def agent_available(world: World, name: str) -> None:
    """With the page open; the desk telephone rings once a caller is accepted on it."""
    world.agent_arrives(name).do("/me/presence", method="PUT", state="available", reach="screen")


@etant_donne("{qui} est déjà en ligne")
def agent_busy(world: World, name: str) -> None:
    world.agent_talks(name)


@etant_donne("{qui} est en pause")
def agent_paused(world: World, name: str) -> None:
    world.agent_arrives(name).do("/me/presence", method="PUT", state="paused", reason="break")


@etant_donne("aucun agent à l'accueil")
def nobody(world: World) -> None:
    assert not world.desks


@etant_donne("{nombre} personne(s) attend(ent) déjà")
def crowd_waits(world: World, number: int) -> None:
    """Real calls, one after the other, about a road in Calais."""
    for name in CROWD[:number]:
        waits_for_road(world, name)
    world.current = ""


@quand("{qui} attend un agent pour une route à Calais")
def waits_for_road(world: World, name: str) -> None:
    waits_for_road_from(world, name, f"+336399810{next(_NUMBERS) % 90 + 10}")


@quand("{qui} attend un agent pour une route à Calais, au {numero}")
def waits_for_road_from(world: World, name: str, number: str) -> None:
    call_from(world, name, number)
    press_keys(world, name, ("4", "2", "62100"))
    person = world.person(name)
    if "pour attendre au téléphone, tapez 2." in person.heard(world.network, since=0):
        press_keys(world, name, ("2",))
    assert person.state(world.network)["queue"] is not None, world.transcript(person)


@etant_donne("la ligne est fermée le {date} pour {citation}")
def line_closed(world: World, day: date, words: str) -> None:
    """An exception in the calendar of the line, as the administration page writes it."""
    closed = {"from": day.isoformat(), "hours": [], "words": words}
    calendar_change(lambda definition: definition.setdefault("exceptions", []).append(closed))


@etant_donne("la ligne suit les jours fériés d'Alsace-Moselle")
def line_of_alsace(world: World) -> None:
    calendar_change(lambda definition: definition.update(holidays="FR-57"))


def calendar_change(change: Callable[[dict[str, Any]], object]) -> None:
    line = Line.objects.select_related("calendar").get(number=MAIN_LINE)
    assert line.calendar is not None
    definition: dict[str, Any] = dict(line.calendar.definition)
    change(definition)
    Calendar.objects.filter(pk=line.calendar.pk).update(definition=definition)


@etant_donne("{qui} {lieu} est connu(e) avec le {numero}")
def person_known(world: World, given: str, family: str, number: str) -> None:
    citizen = citizen_make(world.base.stage.host, family, given)
    ContactPoint.objects.create(citizen=citizen, kind=ContactPointKind.PHONE, value=number)


@etant_donne("{qui} a le {numero}")
def person_has(world: World, name: str, number: str) -> None:
    world.newcomer(name, number)
