"""The figures of the day, as the report gives them."""

from __future__ import annotations

from typing import Final

from tests.hotline.features import Table
from tests.hotline.language import alors
from tests.hotline.world import World

NAMES: Final = {
    "reçus": "offered", "répondus": "answered", "abandonnés": "abandoned", "servis par le serveur vocal": "self_served",
    "réorientés": "redirected", "rappels promis": "called_back", "messages vocaux": "voicemail",
    "hors des heures": "closed_hours", "en cours": "in_progress", "répondus en une minute": "answered_within_60",
    "attente moyenne en secondes": "wait_seconds_mean",
}  # fmt: skip


@alors("le rapport du jour compte ces appels")
def report_counts(world: World, table: Table) -> None:
    """Only the lines that are named are compared; the parts always add up, see `World.verify`."""
    phone = world.report()["phone"]
    expected = {label: int(value) for label, value in table}
    unknown = set(expected) - set(NAMES)
    assert not unknown, f"Le rapport ne connaît pas {sorted(unknown)} : {', '.join(NAMES)}."
    assert {label: phone[NAMES[label]] or 0 for label in expected} == expected


@alors("{appel} est compté comme répondu")
def counted_answered(world: World, name: str) -> None:
    counted(world, name, "answered")


@alors("{appel} est compté comme abandonné")
def counted_abandoned(world: World, name: str) -> None:
    counted(world, name, "abandoned")


@alors("{appel} est compté comme servi par le serveur vocal")
def counted_self_served(world: World, name: str) -> None:
    counted(world, name, "self_served")


@alors("{appel} est compté comme réorienté")
def counted_redirected(world: World, name: str) -> None:
    counted(world, name, "redirected")


@alors("{appel} est compté comme rappel promis")
def counted_called_back(world: World, name: str) -> None:
    counted(world, name, "called_back")


@alors("{appel} est compté comme message vocal")
def counted_voicemail(world: World, name: str) -> None:
    counted(world, name, "voicemail")


@alors("{appel} est compté hors des heures")
def counted_closed(world: World, name: str) -> None:
    counted(world, name, "closed_hours")


def counted(world: World, name: str, part: str) -> None:
    """The call has ended, and the report of the day holds one more call of this kind than the others explain."""
    person = world.person(name)
    assert person.over(world.network), f"L’appel de {person.name} n’est pas terminé."
    phone = world.report()["phone"]
    received = [call for call in world.network.calls() if call["direction"] == "inbound"]
    assert phone[part] >= 1, phone
    assert len(received) > 1 or phone[part] == phone["offered"] == 1, phone


@alors("le rapport du jour compte {nombre} rappel(s) promis et {nombre} tenu(s)")
def callbacks_counted(world: World, owed: int, kept: int) -> None:
    figures = world.report()["callbacks"]
    assert (figures["owed"], figures["kept"]) == (owed, kept), figures
