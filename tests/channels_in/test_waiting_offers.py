"""What is offered to who waits: informations in turn, other ways after a while, the link by text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from grc.models import Line, Message, OptOut, QueueEntry, Ticket
from tests.channels_in.reception import CALLER, LINE, MOBILE, Caller, Reception, agent_present

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
OFFER = "pour être rappelé sans perdre votre place, tapez 1."
STAY = "Vous pouvez rester en ligne, votre place est gardée."


def waiting(reception: Reception, *, mobile: bool = False) -> Caller:
    agent_present(reception.organisation, "on_contact")
    caller = Caller(number=MOBILE if mobile else CALLER)
    caller.to_pothole_in_arras()
    return caller


def heard_after(caller: Caller, seconds: int) -> list[str]:
    with time_machine.travel(AT + timedelta(seconds=seconds), tick=False):
        caller.post("/webhooks/twilio/voice/wait/4", QueuePosition="1")
    return caller.said


@pytest.mark.django_db
def test_wait__informations_come_in_turn_and_other_ways_after_the_line_s_time(reception: Reception) -> None:
    Line.objects.update(
        wait_informations=["Le saviez-vous ?", "Nos guichets ouvrent à neuf heures."],
        wait_music_url="https://grc.example.org/musique.mp3",
        wait_offer_after=100,
    )
    with time_machine.travel(AT, tick=False):
        caller = waiting(reception)
    first = heard_after(caller, 1)
    assert OFFER not in first
    assert "Le saviez-vous ?" not in first
    assert [verb.text for verb in caller.document.iter("Play")] == ["https://grc.example.org/musique.mp3"]
    assert "Le saviez-vous ?" in heard_after(caller, 25)
    assert "Nos guichets ouvrent à neuf heures." in heard_after(caller, 45)
    assert "Le saviez-vous ?" in heard_after(caller, 65)
    assert OFFER not in caller.said
    later = heard_after(caller, 101)
    assert later.index(STAY) < later.index(OFFER)
    assert "pour recevoir par SMS un lien pour continuer seul, tapez 3." in later


@pytest.mark.django_db
def test_wait__other_ways_are_said_at_once_when_the_wait_will_be_long(reception: Reception) -> None:
    Line.objects.update(wait_offer_after=10)
    with time_machine.travel(AT, tick=False):
        caller = waiting(reception)
    assert OFFER in heard_after(caller, 1)


@pytest.mark.django_db
def test_wait__keys_are_heard_before_they_are_said(reception: Reception) -> None:
    with time_machine.travel(AT, tick=False):
        caller = waiting(reception)
        caller.wait()
        caller.press("1")
    assert caller.verbs == ["Leave"]


def leave_by(caller: Caller, key: str) -> None:
    with time_machine.travel(AT + timedelta(seconds=30), tick=False):
        caller.wait()
        caller.press(key)
        caller.post("/webhooks/twilio/voice/left/4", QueueResult="leave", QueueTime="30")


@pytest.mark.django_db
def test_link__leaves_by_text_and_the_place_is_kept(reception: Reception) -> None:
    with time_machine.travel(AT, tick=False):
        caller = waiting(reception, mobile=True)
    before = QueueEntry.objects.get()
    leave_by(caller, "3")
    assert "Le lien vous est envoyé par SMS." in caller.said
    assert caller.verbs[-1] == "Enqueue"
    entry = QueueEntry.objects.get()
    assert (entry.state, entry.rank, entry.entered_at) == ("waiting", before.rank, before.entered_at)
    link = Message.objects.get(body__contains="/suivi/lien/")
    assert (link.to_address, link.ticket, link.channel) == (MOBILE, Ticket.objects.get(), "sms")
    assert link.body.startswith("Département du Pas-de-Calais : pour suivre votre demande, ouvrez ce lien")
    path = "/" + link.body.rsplit(" ", 1)[1].split("/", 3)[3]
    with time_machine.travel(AT + timedelta(minutes=5), tick=False):
        page = Client().get(path)
    assert page.status_code == 200


@pytest.mark.django_db
def test_link__not_to_a_landline_nor_after_stop(reception: Reception) -> None:
    with time_machine.travel(AT, tick=False):
        caller = waiting(reception)
    leave_by(caller, "3")
    assert "Nous ne pouvons pas envoyer de SMS à ce numéro." in caller.said
    assert not Message.objects.filter(body__contains="lien").exists()
    assert caller.verbs[-1] == "Enqueue"


@pytest.mark.django_db
def test_link__who_said_stop_is_told_and_goes_on_waiting(reception: Reception) -> None:
    OptOut.objects.create(line_number=LINE, value=MOBILE, since=AT)
    with time_machine.travel(AT, tick=False):
        caller = waiting(reception, mobile=True)
    leave_by(caller, "3")
    assert any("STOP" in line for line in caller.said)
    assert QueueEntry.objects.get().state == "waiting"


@pytest.mark.django_db
def test_link__says_nothing_of_a_discreet_topic(reception: Reception) -> None:
    with time_machine.travel(AT, tick=False):
        agent_present(reception.organisation, "on_contact")
        caller = Caller(number=MOBILE)
        caller.dial()
        for keys in ("3", "2", "62000"):
            caller.press(keys)
    leave_by(caller, "3")
    body = Message.objects.get(body__contains="/lien/").body
    assert body.startswith("Votre lien, valable 24 h : ")
    assert "Pas-de-Calais" not in body
