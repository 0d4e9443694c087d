"""What agents do: take calls, pick up, talk, hold, hand over, write up. The bar of their page, and their telephone."""

from __future__ import annotations

import re
from threading import Barrier, Thread
from typing import Any, Final

from tests.hotline.language import alors, quand
from tests.hotline.people import Caller, Desk, read
from tests.hotline.words import HIDDEN
from tests.hotline.world import World

HOME: Final = "/agents/accueil/"
RINGING: Final = "ringing"
STATES: Final = {
    "disponible": "available", "en ligne": "on_contact", "en fin d'appel": "wrapping_up", "en pause": "paused",
    "absent": "offline", "absente": "offline",
}  # fmt: skip


def as_shown(number: str) -> str:
    """A number as the console writes it."""
    national = "0" + number.removeprefix("+33")
    return " ".join(national[place : place + 2] for place in range(0, 10, 2))


def card_of_caller(desk: Desk, person: Caller) -> str:
    """The address of the button that answers this person; the card must be on the screen."""
    shown = "masqué" if person.number == HIDDEN else as_shown(person.number)
    found = [address for address, text in desk.cards(HOME) if "/appel/" in address and shown in text]
    assert len(found) == 1, f"{len(found)} appels de {person.name} à l’écran de {desk.name}."
    return found[0]


def offer_of(desk: Desk) -> dict[str, Any] | None:
    found = desk.read("/me/offer")
    return dict(found) if found is not None else None


def contact_of(world: World, caller: str) -> int:
    return int(world.contact(world.person(caller))["id"])


# -- presence ---------------------------------------------------------------------------------------


@quand("{qui} se rend disponible")
def becomes_available(world: World, name: str) -> None:
    world.agent_arrives(name).do("/me/presence", method="PUT", state="available", reach="screen")


@quand("{qui} se rend disponible sur son poste")
def becomes_available_at_desk(world: World, name: str) -> None:
    """The desk telephone rings with the offer itself: picking up is accepting."""
    world.agent_arrives(name).do("/me/presence", method="PUT", state="available", reach="desk_phone")


@quand("{qui} finit son autre appel")
def other_call_ends(world: World, name: str) -> None:
    """The call that kept the agent busy since before the scenario."""
    world.agent_freed(name)


@quand("{qui} se met en pause")
def pauses(world: World, name: str) -> None:
    world.desk(name).do("/me/presence", method="PUT", state="paused", reason="break")


@quand("{qui} ferme son navigateur")
def closes_page(world: World, name: str) -> None:
    world.desk(name).page_open = False


@quand("{qui} rouvre son navigateur")
def opens_page(world: World, name: str) -> None:
    world.desk(name).page_open = True


@alors("{qui} est affiché(e) {citation}")
def shown_as(world: World, name: str, state: str) -> None:
    found = world.desk(name).read("/me/presence")["state"]
    assert found == STATES[state], found


# -- offers and the telephone -----------------------------------------------------------------------


@alors("{appel} est proposé à {qui}")
def is_offered(world: World, caller: str, name: str) -> None:
    offer = offer_of(world.desk(name))
    assert offer is not None, f"Rien n’est proposé à {name}."
    assert offer["contact_id"] == contact_of(world, caller), offer


@alors("aucun appel n'est proposé à {qui}")
def nothing_offered(world: World, name: str) -> None:
    assert offer_of(world.desk(name)) is None


@alors("l'écran de {qui} montre {citation} avant de décrocher")
def pop_shows(world: World, name: str, text: str) -> None:
    offer = offer_of(world.desk(name))
    assert offer is not None
    shown = " / ".join(str(value) for value in offer.values())
    assert text in shown, shown


@alors("l'écran de {qui} ne montre pas {citation} avant de décrocher")
def pop_hides(world: World, name: str, text: str) -> None:
    offer = offer_of(world.desk(name))
    assert offer is not None
    assert text not in " / ".join(str(value) for value in offer.values())


@quand("{qui} prend {appel}")
def take(world: World, name: str, caller: str) -> None:
    """Accept the offer, or pick the caller in the list of those who wait."""
    desk = world.desk(name)
    offer = offer_of(desk)
    if offer is not None and offer["contact_id"] == contact_of(world, caller):
        desk.ask(f"/calls/offers/{offer['id']}/accept")
    else:
        desk.post(card_of_caller(desk, world.person(caller)))


@quand("{qui} prend le prochain appel")
def take_next(world: World, name: str) -> None:
    desk = world.desk(name)
    offer = offer_of(desk)
    path = f"/calls/offers/{offer['id']}/accept" if offer is not None else "/calls/take-next"
    assert desk.do(path) is not None, f"Personne n’attend pour {name}."


@quand("{qui} refuse {appel}")
def decline(world: World, name: str, caller: str) -> None:
    desk = world.desk(name)
    offer = offer_of(desk)
    assert offer is not None
    assert offer["contact_id"] == contact_of(world, caller)
    desk.do(f"/calls/offers/{offer['id']}/decline")


@quand("{qui} et {qui} prennent {appel} au même instant")
def take_together(world: World, first: str, second: str, caller: str) -> None:
    """Two buttons pressed together: two real requests that leave at the same time."""
    desks = [world.desk(first), world.desk(second)]
    address = card_of_caller(desks[0], world.person(caller))
    for desk in desks:
        desk.get(HOME)
    barrier = Barrier(2)

    def press(desk: Desk) -> None:
        barrier.wait(10)
        desk.post(address)

    threads = [Thread(target=press, args=(desk,)) for desk in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@quand("{qui} décroche")
def pick_up(world: World, name: str) -> None:
    """An agent picks up the desk telephone; a person, the telephone we ring."""
    number = world.desk(name).phone if world.is_agent(name) else world.person(name).number
    world.network.answer(number)
    if not world.is_agent(name):
        person = world.person(name)
        person.sid = str(world.network.calls(person.number)[-1]["sid"])
        person.mark = 0


@quand("le {numero} décroche")
def partner_picks_up(world: World, number: str) -> None:
    world.network.answer(number)


@quand("le {numero} ne décroche pas")
def partner_lets_ring(world: World, number: str) -> None:
    world.network.time_out(_ringing(world, number)[0]["sid"])


@quand("le {numero} raccroche")
def partner_hangs_up(world: World, number: str) -> None:
    (call,) = [one for one in world.network.calls(number) if one["status"] == "in-progress"]
    world.network.hang_up(call["sid"])


@quand("{qui} refuse de décrocher")
def turn_down(world: World, name: str) -> None:
    world.network.refuse(world.desk(name).phone if world.is_agent(name) else world.person(name).number)


@quand("{qui} laisse sonner son téléphone", "{qui} ne décroche pas")
def let_ring(world: World, name: str) -> None:
    """Until the telephone stops ringing by itself."""
    number = world.desk(name).phone if world.is_agent(name) else world.person(name).number
    world.network.time_out(_ringing(world, number)[0]["sid"])


def _ringing(world: World, number: str) -> list[dict[str, Any]]:
    found = [call for call in world.network.calls(number) if call["status"] == RINGING]
    assert found, f"{number} ne sonne pas."
    return found


@alors("{telephone} sonne")
def phone_rings(world: World, name: str) -> None:
    _ringing(world, world.desk(name).phone if world.is_agent(name) else world.person(name).number)


@alors("{telephone} ne sonne pas")
def phone_silent(world: World, name: str) -> None:
    number = world.desk(name).phone if world.is_agent(name) else world.person(name).number
    assert not [c for c in world.network.calls(number) if c["status"] == RINGING], f"{number} sonne."


@alors("aucun téléphone d'agent n'a sonné")
def no_phone_rang(world: World) -> None:
    rang = [desk.name for desk in world.desks.values() if world.network.calls(desk.phone)]
    assert rang == [], f"Le téléphone a sonné chez {rang}."


@alors("un seul téléphone d'agent sonne")
def one_phone_rings(world: World) -> None:
    ringing = [call for desk in world.desks.values() for call in world.network.calls(desk.phone)]
    assert len([call for call in ringing if call["status"] == RINGING]) == 1, ringing


@alors("un seul des deux a l'appel, l'autre lit {citation}")
def one_wins(world: World, text: str) -> None:
    answers = [desk.last for desk in world.desks.values() if desk.last is not None]
    codes = sorted(answer.status_code for answer in answers if answer.request.url.path.startswith("/agents/"))
    assert codes == [302, 409], codes
    assert text in read(next(answer for answer in answers if answer.status_code == 409).text)


@alors("l'écran de {qui} répond {citation}")
def screen_answers(world: World, name: str, text: str) -> None:
    answer = world.desk(name).last
    assert answer is not None
    assert answer.status_code >= 400, answer.status_code
    assert text in read(answer.text), read(answer.text)


@alors("{qui} voit {citation} à l'accueil")
def sees(world: World, name: str, text: str) -> None:
    page = world.desk(name).page(HOME)
    assert text in page, page


@alors("{qui} ne voit pas {citation} à l'accueil")
def does_not_see(world: World, name: str, text: str) -> None:
    assert text not in world.desk(name).page(HOME)


# -- requests and call-backs ------------------------------------------------------------------------


@quand("{qui} a pris {demande}")
def claim(world: World, name: str, caller: str) -> None:
    """The request, not the call."""
    world.desk(name).do(f"/tickets/{world.person(caller).reference}/claim")


@quand("{qui} note que le rappel au {numero} est tenu")
def callback_kept(world: World, name: str, number: str) -> None:
    note_attempt(world, name, number, "reached")


@quand("{qui} note que le rappel au {numero} reste sans réponse")
def callback_missed(world: World, name: str, number: str) -> None:
    note_attempt(world, name, number, "no_answer")


def note_attempt(world: World, name: str, number: str, result: str) -> None:
    desk = world.desk(name)
    cards = [
        address
        for address, text in desk.cards(HOME)
        if re.fullmatch(r".*/rappel/\d+/", address) and as_shown(number) in text
    ]
    assert len(cards) == 1, f"{len(cards)} rappels dus au {number} à l’écran de {name}."
    assert desk.post(cards[0], result=result).status_code == 302
