"""What must be so for the person: what is heard, where the call is, the request, the call-back, the text received."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from grc.models import Callback
from tests.hotline.language import alors
from tests.hotline.words import plain
from tests.hotline.world import PARIS, World


@alors("{qui} entend {citation}")
def hears(world: World, name: str, text: str) -> None:
    heard = world.person(name).heard(world.network)
    assert text in heard, f"« {text} » n’est pas dans : {heard}"


@alors("{qui} n'entend pas {citation}", "{qui} n'entend plus {citation}")
def does_not_hear(world: World, name: str, text: str) -> None:
    heard = world.person(name).heard(world.network)
    assert text not in heard, f"« {text} » est dans : {heard}"


@alors("{qui} a entendu {citation}")
def has_heard(world: World, name: str, text: str) -> None:
    heard = world.person(name).heard(world.network, since=0)
    assert text in heard, f"« {text} » n’est pas dans : {heard}"


@alors("{qui} n'a jamais entendu {citation}")
def never_heard(world: World, name: str, text: str) -> None:
    assert text not in world.person(name).heard(world.network, since=0)


@alors("{qui} entend sa référence et son code secret")
def hears_codes(world: World, name: str) -> None:
    person = world.person(name)
    heard = person.heard(world.network)
    reference, code = person.reference, person.code
    assert f"Votre référence est {reference[:3]}, {reference[3:6]}, {reference[6:]}." in heard
    assert f"votre code secret est {code[:2]} {code[2:4]} {code[4:]}" in heard
    tickets = world.contact(person)["tickets"]
    assert [ticket["reference"] for ticket in tickets][-1:] == [reference]


@alors("{qui} réentend sa référence")
def hears_reference(world: World, name: str) -> None:
    person = world.person(name)
    reference = person.reference
    assert f"{reference[:3]}, {reference[3:6]}, {reference[6:]}" in person.heard(world.network)


@alors("{qui} attend dans la file")
def waits(world: World, name: str) -> None:
    person = world.person(name)
    assert person.state(world.network)["queue"] is not None, world.transcript(person)


@alors("{qui} n'attend plus dans la file")
def waits_no_more(world: World, name: str) -> None:
    assert world.person(name).state(world.network)["queue"] is None


@alors("{qui} parle avec {qui}")
def talks_with(world: World, name: str, other: str) -> None:
    person = world.person(name)
    number = world.desk(other).phone if world.is_agent(other) else world.person(other).number
    talking = person.state(world.network)["talking_to"]
    assert number in talking, f"{name} parle à {talking} ; {world.transcript(person)}"


@alors("{qui} ne parle avec personne")
def talks_with_nobody(world: World, name: str) -> None:
    if world.is_agent(name):
        calls = world.network.calls(world.desk(name).phone)
        assert [call["talking_to"] for call in calls if call["status"] == "in-progress"] == []
    else:
        assert world.person(name).state(world.network)["talking_to"] == []


@alors("{appel} est terminé")
def is_over(world: World, name: str) -> None:
    person = world.person(name)
    assert person.over(world.network), world.transcript(person)


@alors("{appel} continue")
def goes_on(world: World, name: str) -> None:
    person = world.person(name)
    assert not person.over(world.network), world.transcript(person)


@alors("{demande} porte sur {citation} à {lieu}")
def request_is_about(world: World, name: str, topic: str, place: str) -> None:
    ticket = _ticket(world, name)
    assert (ticket["topic"]["label"], ticket["commune"]["name"]) == (topic, place)


@alors("{demande} est confiée à l'équipe {citation}")
def request_is_given_to(world: World, name: str, team: str) -> None:
    ticket = _ticket(world, name)
    assert ticket["team"] is not None, ticket
    assert plain(ticket["team"]["label"]) == team, ticket
    assert ticket["routing_reasons"]


@alors("{demande} est gardée")
def request_is_kept(world: World, name: str) -> None:
    assert _ticket(world, name)["state"] in {"new", "open"}


@alors("{demande} contient {citation}")
def request_holds(world: World, name: str, text: str) -> None:
    bodies = [plain(message["body"]) for message in _ticket(world, name)["messages"]]
    assert [body for body in bodies if text in body], bodies


@alors("{demande} ne contient aucun message vocal")
def request_has_no_recording(world: World, name: str) -> None:
    bodies = [message["body"] for message in _ticket(world, name)["messages"]]
    assert [body for body in bodies if body.startswith("Message vocal")] == []


@alors("{appel} a ouvert {nombre} demande(s)", "{appel} n'a ouvert {nombre} demande")
def requests_opened(world: World, name: str, number: int) -> None:
    assert len(world.contact(world.person(name))["tickets"]) == number


def _ticket(world: World, name: str) -> dict[str, Any]:
    person = world.person(name)
    tickets = world.contact(person)["tickets"]
    assert tickets, f"L’appel de {person.name} n’a ouvert aucune demande."
    return dict(world.api(f"/tickets/{tickets[-1]['reference']}"))


@alors("un rappel est dû au {numero}")
def callback_owed(world: World, number: str) -> None:
    assert _owed(number).count() == 1, list(_owed(number).values())


@alors("aucun rappel n'est dû")
def no_callback(world: World) -> None:
    assert list(Callback.objects.filter(state="owed").values("number", "state")) == []


@alors("aucun abandon n'est proposé à rappeler")
def nothing_proposed(world: World) -> None:
    assert list(Callback.objects.filter(state="proposed").values("number")) == []


@alors("{nombre} rappel(s) est dû", "{nombre} rappel(s) sont dus")
def callbacks_owed(world: World, number: int) -> None:
    assert Callback.objects.filter(state="owed").count() == number


@alors("le rappel dû au {numero} garde la place de {heure}")
def callback_keeps_place(world: World, number: str, hour: time) -> None:
    since = _owed(number).get().queue_since.astimezone(PARIS)
    assert (since.hour, since.minute) == (hour.hour, hour.minute), since


@alors("le rappel dû au {numero} est promis le {date} entre {heure} et {heure}")
def callback_promised(world: World, number: str, day: date, start: time, end: time) -> None:
    owed = _owed(number).get()
    window = [
        moment.astimezone(PARIS).replace(second=0, tzinfo=None)
        for moment in (owed.window_start, owed.window_end)
    ]
    assert [(moment.date(), moment.time()) for moment in window] == [(day, start), (day, end)]


@alors("le rappel au {numero} est soldé")
def callback_settled(world: World, number: str) -> None:
    assert not _owed(number).exists()


def _owed(number: str) -> Any:
    return Callback.objects.filter(number=number, state__in=["owed", "dialling"])


@alors("{qui} reçoit le SMS {citation}")
def receives_text(world: World, name: str, text: str) -> None:
    bodies = texts_of(world, name)
    assert [body for body in bodies if text in body], bodies


@alors("{qui} ne reçoit aucun SMS")
def receives_no_text(world: World, name: str) -> None:
    assert texts_of(world, name) == []


def texts_of(world: World, name: str) -> list[str]:
    number = world.person(name).number
    texts = world.network.texts(number)
    return [plain(text["body"]) for text in texts if text["direction"].startswith("outbound")]
