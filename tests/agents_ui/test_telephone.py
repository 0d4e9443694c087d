"""The telephone bar: what an agent reads before answering, and every act of a call, through the real network."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from grc.enums import AgentReach, PresenceState, Role
from grc.models import CallLeg, CallOffer, Contact, ContactPoint, NoteDraft, Presence
from grc.selectors.actors import actor_of_agent
from grc.services.call_offers import call_offers_run
from grc.services.outbox import deliveries_run
from grc.services.presence import presence_set
from simulators.telephone.testing import Telephone
from tests.agents_ui.browser import browser_of, form_key_of
from tests.channels_in.conftest import twilio
from tests.channels_in.reception import MOBILE, Reception
from tests.channels_in.test_network import DESK, agent_at_desk, phone, reception, to_the_queue
from tests.factories import agent_make, citizen_make, team_make

__all__ = ["phone", "reception", "twilio"]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agent(reception: Reception) -> Client:
    """An agent at a desk telephone, with the console open and available."""
    person = agent_at_desk(reception)
    presence_set(actor=actor_of_agent(person), state=PresenceState.AVAILABLE, reach=AgentReach.SCREEN)
    return browser_of(person)


def bar(browser: Client) -> str:
    answer = browser.get(reverse("telephone"), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def act(browser: Client, slug: str, **data: str) -> tuple[int, str]:
    contact = Contact.objects.get().pk
    answer = browser.post(
        reverse("telephone-move", args=[contact, slug]), data, headers={"HX-Request": "true"}
    )
    return answer.status_code, " ".join(answer.content.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def offered(phone: Telephone) -> str:
    sid = to_the_queue(phone, MOBILE)
    deliveries_run()
    call_offers_run()
    return sid


def taken(phone: Telephone, agent: Client) -> str:
    sid = offered(phone)
    offer = CallOffer.objects.get()
    answer = agent.post(reverse("telephone-offer", args=[offer.pk, "prendre"]))
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("reception-contact", args=[Contact.objects.get().pk]),
    )
    phone.answer(DESK)
    phone.settle()
    return sid


def test_bar__without_a_call(phone: Telephone, agent: Client) -> None:
    text = bar(agent)
    assert "Disponible" in text
    assert "Personne n’attend au téléphone." in text
    assert "data-ringing" not in text


def test_pop__says_who_what_and_since_when_before_answering(
    phone: Telephone, reception: Reception, agent: Client
) -> None:
    for name in ("Zoé", "Hugo"):
        person = citizen_make(reception.organisation, "Lemaire", name)
        ContactPoint.objects.create(citizen=person, kind="phone", value=MOBILE, shared=True)
    offered(phone)
    text = bar(agent)
    assert "Un appel pour vous" in text
    assert "06 39 98 00 42" in text
    assert "les routes ou les transports" in text
    # A shared number gives several candidates, with the least that lets one recognise them.
    assert "Zoé L." in text
    assert "Hugo L." in text
    assert "Lemaire" not in text
    assert "(il ne prouve pas l’identité)" in text


def test_offer__left_to_another_goes_to_the_next_agent(
    phone: Telephone, reception: Reception, agent: Client
) -> None:
    offered(phone)
    offer = CallOffer.objects.get()
    answer = agent.post(
        reverse("telephone-offer", args=[offer.pk, "laisser"]), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    assert "data-ringing" not in answer.content.decode()
    offer.refresh_from_db()
    assert offer.outcome == "declined"


def test_offer__of_somebody_else_does_not_exist(
    phone: Telephone, reception: Reception, agent: Client
) -> None:
    offered(phone)
    other = browser_of(agent_make(reception.organisation, role=Role.RECEPTION))
    address = reverse("telephone-offer", args=[CallOffer.objects.get().pk, "prendre"])
    assert other.post(address).status_code == 404


def test_offer__too_late_says_why(phone: Telephone, agent: Client) -> None:
    sid = offered(phone)
    offer = CallOffer.objects.get()
    phone.hang_up(sid)
    phone.settle()
    answer = agent.post(
        reverse("telephone-offer", args=[offer.pk, "prendre"]), headers={"HX-Request": "true"}
    )
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_call__hold_and_resume(phone: Telephone, agent: Client) -> None:
    sid = taken(phone, agent)
    text = bar(agent)
    assert "Mettre en attente" in text
    assert "Raccrocher" in text
    status, text = act(agent, "attente")
    assert status == 200
    assert "la personne patiente en musique" in text
    assert "Reprendre la personne" in text
    assert CallLeg.objects.get(kind="caller").held_since is not None
    status, text = act(agent, "reprise")
    assert (status, "la personne patiente en musique" in text) == (200, False)
    phone.hang_up(sid)
    phone.settle()


def test_call__end_then_write_up_with_the_note_that_was_typed(phone: Telephone, agent: Client) -> None:
    taken(phone, agent)
    contact = Contact.objects.get()
    kept = agent.post(reverse("telephone-notes", args=[contact.pk]), {"notes": "Trou rue de la Paix."})
    assert (kept.status_code, NoteDraft.objects.get().body) == (204, "Trou rue de la Paix.")
    # Another page, another machine: what was typed is there.
    page = agent.get(reverse("reception-contact", args=[contact.pk])).content.decode()
    assert "Trou rue de la Paix." in page
    status, _ = act(agent, "fin")
    assert status == 200
    phone.settle()
    assert "Finir d’écrire le contact" in bar(agent)
    assert Presence.objects.get().state == "wrapping_up"
    address = reverse("contact-finish", args=[contact.pk])
    page = agent.get(reverse("reception-contact", args=[contact.pk])).content.decode()
    sent = agent.post(address, {"form_key": form_key_of(page, address), "notes": "Trou rue de la Paix."})
    assert sent.status_code == 302
    contact.refresh_from_db()
    assert (contact.notes, Presence.objects.get().state) == ("Trou rue de la Paix.", "available")
    assert not NoteDraft.objects.exists()


def test_call__transfer_to_a_team_and_refusals_keep_the_form_open(
    phone: Telephone, reception: Reception, agent: Client
) -> None:
    team = team_make(reception.organisation, "routes", label="Routes")
    sid = taken(phone, agent)
    status, text = act(agent, "transferer")
    assert status == 422
    assert "Choisissez une équipe, un collègue ou un numéro." in text
    assert '<details class="act" open>' in text
    status, text = act(agent, "avis", to=f"team:{team.pk}")
    assert (status, "Un avis se demande à quelqu’un" in text) == (422, True)
    status, text = act(agent, "transferer", number="3949 inconnu")
    assert status == 422
    status, text = act(agent, "transferer", to=f"team:{team.pk}")
    assert status == 200
    phone.settle()
    assert phone.state(sid)["queue"] is not None
    phone.hang_up(sid)
    phone.settle()


def test_presence__pause_with_a_reason_and_back(phone: Telephone, agent: Client) -> None:
    address = reverse("telephone-presence")
    agent.post(address, {"state": "paused:meal", "reach": "screen"})
    row = Presence.objects.get()
    assert (row.state, row.reason) == ("paused", "meal")
    assert "Me rendre disponible" in bar(agent)
    agent.post(address, {"state": "available"})
    assert Presence.objects.get().state == "available"
    wrong = agent.post(address, {"state": "asleep"}, headers={"HX-Request": "true"})
    assert (wrong.status_code, "Choisissez une présence." in wrong.content.decode()) == (422, True)


def test_page__without_scripts_shows_the_same_bar(phone: Telephone, agent: Client) -> None:
    text = agent.get(reverse("telephone")).content.decode()
    assert "<h1>Téléphone</h1>" in text
    assert "Disponible" in text
    assert 'id="telephone" class="phone phone-page"' in text


def test_softphone__off_where_no_kit_is_given(phone: Telephone, agent: Client, settings: Settings) -> None:
    settings.TWILIO_VOICE_SDK_URL = ""
    assert agent.get(reverse("telephone-softphone")).status_code == 404
    assert "Mon téléphone" not in bar(agent)
