"""When things break: the web service, the network's commands, its reports, and whoever pretends to be the network."""

from __future__ import annotations

from typing import Final

import httpx
from django.test import override_settings

from grc.models import Contact, InboundReceipt
from simulators.telephone.testing import AUTH_TOKEN
from tests.channels_in.reception import signature_of
from tests.hotline.base import MAIN_LINE
from tests.hotline.language import alors, etant_donne, quand
from tests.hotline.people import read
from tests.hotline.world import World

VOICE: Final = "/webhooks/twilio/voice/"
NOBODY: Final = "http://127.0.0.1:9"


@quand("le service web s'arrête")
def web_stops(world: World) -> None:
    world.server.stop()
    world.forgiven.add("http_connection")


@quand("le service web repart")
def web_starts(world: World) -> None:
    world.server.start()


@quand("la prochaine réponse du service web se perd")
def answer_is_lost(world: World) -> None:
    """All the work is done, and the answer never reaches the network."""
    world.server.answers_to_lose = 1
    world.forgiven.add("http_connection")


@etant_donne("un opérateur qui envoie deux fois chaque requête")
def everything_twice(world: World) -> None:
    world.server.twice = True


@alors("chaque requête répétée a reçu la même réponse")
def same_answers(world: World) -> None:
    assert world.server.pairs, "Rien n’a été répété."
    different = [pair for pair in world.server.pairs if pair[0] != pair[1]]
    assert different == [], different


@etant_donne("un opérateur dont les comptes rendus se perdent")
def reports_lost(world: World) -> None:
    world.server.deaf = (VOICE + "status", VOICE + "agent", VOICE + "left")
    world.forgiven.add("http_connection")


@quand("l'opérateur ne répond plus à nos commandes")
def network_deaf(world: World) -> None:
    assert world.network
    changed = override_settings(TWILIO_API_BASE_URL=NOBODY)
    changed.enable()
    world.on_close(changed.disable)


@quand("l'opérateur refuse notre prochaine commande")
def next_command_refused(world: World) -> None:
    """For good: asking again the same would be refused again."""
    world.network.fault(kind="refused", method="POST", path="/Calls", code=21210)


@quand("notre prochaine commande échoue chez l'opérateur")
def next_command_fails(world: World) -> None:
    """An error of theirs, after which nobody knows what was done."""
    world.network.fault(kind="refused", method="POST", path="/Calls", code=20500)


@quand("l'opérateur obéit à notre prochaine commande sans répondre")
def next_command_unanswered(world: World) -> None:
    world.network.fault(kind="done_unanswered", method="POST", path="/Calls")


@quand("la prochaine requête de l'opérateur échoue")
def next_request_fails(world: World) -> None:
    """The product breaks on it: the network then asks the fallback address."""
    world.server.requests_to_break = 1
    world.forgiven.add("http_status")


@quand("les suites ne sont plus traitées")
def outbox_stops(world: World) -> None:
    world.asleep = True


@quand("les suites sont traitées à nouveau")
def outbox_starts(world: World) -> None:
    world.asleep = False


@quand("l'opérateur répète sa dernière requête")
def repeats_last(world: World) -> None:
    """The very same request with the same token, signed; what is answered is kept for comparison."""
    sent = [one for one in world.network.requests() if one["status"] == 200][-1]
    world.repeated = post_as_network(
        world, sent["url"], dict(sent["params"]), token=sent["idempotency_token"]
    )
    assert world.repeated.status_code == 200


@quand("l'opérateur répète la première requête de {appel}")
def repeats_first(world: World, name: str) -> None:
    person = world.person(name)
    sent = next(one for one in world.network.requests() if dict(one["params"]).get("CallSid") == person.sid)
    world.repeated = post_as_network(
        world, sent["url"], dict(sent["params"]), token=sent["idempotency_token"]
    )
    assert world.repeated.status_code == 200


@quand("l'opérateur annonce en retard que {appel} sonne")
def late_ringing(world: World, name: str) -> None:
    report_status(world, name, "ringing", "0")


@quand("l'opérateur annonce deux fois la fin de {appel}")
def told_twice(world: World, name: str) -> None:
    for _ in range(2):
        report_status(world, name, "completed", "2")


def report_status(world: World, name: str, status: str, sequence: str) -> None:
    person = world.person(name)
    fields = {
        "CallSid": person.sid, "From": person.number, "To": MAIN_LINE, "CallStatus": status,
        "SequenceNumber": sequence,
    }  # fmt: skip
    answer = post_as_network(world, f"{world.server.url}{VOICE}status", fields)
    assert answer.status_code == 204, answer.status_code


def post_as_network(world: World, url: str, fields: dict[str, str], *, token: str = "") -> httpx.Response:
    headers = {"X-Twilio-Signature": signature_of(AUTH_TOKEN, url, fields)}
    if token:
        headers["I-Twilio-Idempotency-Token"] = token
    return world.client.post(url, data=fields, headers=headers)


@quand("quelqu'un imite l'opérateur avec une fausse signature")
def forged(world: World) -> None:
    fields = {"CallSid": "CA" + "f" * 32, "From": "+33639981234", "To": MAIN_LINE, "CallStatus": "ringing"}
    url = f"{world.server.url}{VOICE}incoming"
    headers = {"X-Twilio-Signature": signature_of("un autre secret", url, fields)}
    world.repeated = world.client.post(url, data=fields, headers=headers)


@alors("l'imitateur est refusé et rien n'est gardé")
def forged_refused(world: World) -> None:
    assert world.repeated is not None
    assert world.repeated.status_code == 403
    assert (Contact.objects.count(), InboundReceipt.objects.count()) == (0, 0)


@alors("la répétition a reçu la même réponse")
def same_answer(world: World) -> None:
    """What was heard the first time is in the document given again."""
    assert world.repeated is not None
    person = world.people[world.current]
    heard = person.heard(world.network)
    again = read(world.repeated.text)
    assert again, world.repeated.text
    assert again in heard, (again, heard)
