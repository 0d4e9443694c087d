"""What people do with a telephone: call, press, speak, keep silent, hang up, send a text."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from tests.hotline.base import MAIN_LINE
from tests.hotline.language import quand
from tests.hotline.people import Caller
from tests.hotline.words import HIDDEN
from tests.hotline.world import World

SOMEBODY: Final = "Quelqu’un"
BEFORE_THE_BEEP: Final = 1.0
LONG: Final = "Je vous explique ce qui m’arrive, lentement, pour que vous ayez tout."


@quand("{qui} appelle depuis le {numero}")
def call_from(world: World, name: str, number: str) -> None:
    person = world.newcomer(name, number)
    call_main_line(world, person)


@quand("le {numero} appelle")
def number_calls(world: World, number: str) -> None:
    call_from(world, SOMEBODY, number)


@quand("{qui} appelle en numéro masqué")
def call_hidden(world: World, name: str) -> None:
    call_from(world, name, HIDDEN)


@quand("{qui} rappelle")
def call_again(world: World, name: str) -> None:
    call_main_line(world, world.person(name))


def call_main_line(world: World, person: Caller) -> None:
    person.mark = 0
    person.sid = str(world.network.call(person.number, MAIN_LINE)["sid"])


@quand("{qui} appuie sur {touches}", "{qui} compose {touches}")
def press_keys(world: World, name: str, keys: tuple[str, ...]) -> None:
    person = world.person(name)
    for entry in keys:
        until_listened(world, person)
        state = world.network.press(person.sid, entry)
        assert not state["refused"], f"Personne n’écoutait la touche {state['refused']}."
        world.learn_codes(person)


def until_listened(world: World, person: Caller) -> None:
    """In the waiting room nobody listens between two announcements: a person presses during the next one."""
    for _ in range(3):
        state = person.state(world.network)
        if state["expecting"] is None and state["queue"] is not None:
            world.network.time_out(person.sid)


def until_recorded(world: World, person: Caller) -> None:
    """After « parlez après le bip », a second passes in which a key is still heard."""
    expecting = person.state(world.network)["expecting"] or {}
    gather = expecting.get("gather")
    if gather is not None and gather["timeout"] == BEFORE_THE_BEEP:
        world.network.time_out(person.sid)


@quand("{qui} dit {citation}")
def say(world: World, name: str, text: str) -> None:
    person = world.person(name)
    state = world.network.say(person.sid, text)
    assert state["heard"], "Personne n’écoutait."
    world.learn_codes(person)


@quand("{qui} ne dit rien")
def keep_silent(world: World, name: str) -> None:
    """Until what the line waits for times out: a question, or a message that does not come."""
    person = world.person(name)
    until_recorded(world, person)
    world.network.time_out(person.sid)


@quand("{qui} ne dit rien {nombre} fois de suite")
def keep_silent_times(world: World, name: str, times: int) -> None:
    for _ in range(times):
        keep_silent(world, name)


@quand("{qui} compose sa référence")
def press_own_reference(world: World, name: str) -> None:
    press_keys(world, name, (world.person(name).reference,))


@quand("{qui} compose sa référence avec une erreur d'un chiffre")
def press_wrong_reference(world: World, name: str) -> None:
    reference = world.person(name).reference
    press_keys(world, name, (f"{reference[:-1]}{(int(reference[-1]) + 1) % 10}",))


@quand("{qui} compose son code secret")
def press_own_code(world: World, name: str) -> None:
    press_keys(world, name, (world.person(name).code,))


@quand("{qui} compose un code secret faux")
def press_wrong_code(world: World, name: str) -> None:
    code = world.person(name).code
    press_keys(world, name, ("000000" if code != "000000" else "111111",))


@quand("{qui} essaie {nombre} codes secrets faux")
def try_wrong_codes(world: World, name: str, times: int) -> None:
    """As somebody who guesses: the line gives three tries a call, so one calls again and again."""
    person = world.person(name)
    for number in range(times):
        if number % 2 == 0:
            call_main_line(world, person)
            press_keys(world, name, ("9",))
        press_own_reference(world, name)
        press_wrong_code(world, name)
        if number % 2 == 1:
            hang_up(world, name)


@quand("{qui} laisse un message de {duree}")
def leave_message(world: World, name: str, duration: timedelta) -> None:
    """Speak about so long after the beep; the message goes on until a key, a silence or the hang-up."""
    person = world.person(name)
    until_recorded(world, person)
    letters = round((duration.total_seconds() - 0.4) * 14)
    say(world, person.name, (LONG * (letters // len(LONG) + 1))[:letters])


@quand("{qui} raccroche")
def hang_up(world: World, name: str) -> None:
    if world.is_agent(name):
        desk = world.desk(name)
        ringing = [call for call in world.network.calls(desk.phone) if call["status"] == "in-progress"]
        assert ringing, f"{name} n’est pas en ligne."
        world.network.hang_up(ringing[-1]["sid"])
    else:
        world.network.hang_up(world.person(name).sid)


@quand("{qui} envoie le SMS {citation}")
def send_text(world: World, name: str, body: str) -> None:
    world.network.text(world.person(name).number, _sms_line(world), body)


def _sms_line(world: World) -> str:
    return next(line.number for line in world.base.stage.lines.values() if line.receives_sms)


@quand("{duree} passe(nt)")
def time_passes(world: World, duration: timedelta) -> None:
    world.pass_time(duration)
