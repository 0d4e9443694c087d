"""The reception screen and the counter desk, as a browser uses them."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from grc.enums import CallbackState, Channel, ContactPointKind, QueueEntryState, Role
from grc.models import (
    Agent,
    AuditContent,
    Callback,
    Citizen,
    Contact,
    ContactPoint,
    InstantAnswer,
    Line,
    Organisation,
    QueueEntry,
    Site,
    Ticket,
    Topic,
    Visit,
)
from grc.ports import register_telephony
from tests.agents_ui.browser import browser_of
from tests.factories import (
    agent_make,
    call_make,
    callback_make,
    citizen_make,
    commune_make,
    contact_make,
    organisation_make,
    queue_entry_make,
    site_make,
    team_make,
    topic_make,
)
from tests.telephony import RememberingNetwork

pytestmark = pytest.mark.django_db
NUMBER = "+33321000001"


@pytest.fixture
def host() -> Organisation:
    return organisation_make("departement")


@pytest.fixture
def agent(host: Organisation) -> Agent:
    return agent_make(host, "karim", role=Role.RECEPTION, display_name="Karim Benali")


@pytest.fixture
def browser(agent: Agent) -> Client:
    return browser_of(agent)


@pytest.fixture
def topic(host: Organisation) -> Topic:
    theme = topic_make(host, "insertion", label="Insertion")
    return topic_make(host, "rsa-non-verse", label="RSA non versé", parent=theme)


def post(browser: Client, address: str, **data: Any) -> Any:
    return browser.post(address, {"form_key": str(uuid.uuid4()), **data})


def contact_of(answer: Any) -> Contact:
    return Contact.objects.get(pk=int(answer["Location"].split("?")[0].rstrip("/").rsplit("/", 1)[1]))


def test_reception_open__a_call_with_the_number_as_people_write_it(browser: Client, agent: Agent) -> None:
    answer = post(browser, "/agents/accueil/ouvrir/", channel="phone", number="03 21 00 00 01")
    contact = contact_of(answer)
    assert (contact.channel, contact.address_value, contact.agent) == (Channel.PHONE, NUMBER, agent)
    assert contact.ended_at is None


def test_reception_open__after_the_fact_is_over_at_once(browser: Client) -> None:
    contact = contact_of(post(browser, "/agents/accueil/ouvrir/", channel="counter", after="on"))
    assert contact.ended_at is not None


def test_reception_open__a_wrong_number_is_said_beside_its_field(browser: Client) -> None:
    answer = post(browser, "/agents/accueil/ouvrir/", channel="phone", number="12 34")
    assert answer.status_code == 422
    assert 'value="12 34"' in answer.content.decode()
    assert Contact.objects.count() == 0


def test_reception_open__pressed_twice_opens_one_contact(browser: Client) -> None:
    key = str(uuid.uuid4())
    for _press in range(2):
        post(browser, "/agents/accueil/ouvrir/", form_key=key, channel="phone")
    assert Contact.objects.count() == 1


def test_contact__the_number_proposes_the_least_and_a_shared_one_is_said(
    browser: Client, host: Organisation
) -> None:
    for given in ("Jeanne", "Paul"):
        citizen = citizen_make(host, "Delcourt", given)
        ContactPoint.objects.create(citizen=citizen, kind=ContactPointKind.PHONE, value=NUMBER)
    contact = contact_make(host, channel=Channel.PHONE, address_value=NUMBER)
    html = browser.get(f"/agents/accueil/contact/{contact.pk}/").content.decode()
    assert "Jeanne D." in html
    assert "Paul D." in html
    assert "Delcourt" not in html
    assert "numéro partagé" in html
    assert "Aucune personne en particulier" in html


def test_contact__a_name_is_found_with_its_accents_forgotten_and_a_letter_wrong(
    browser: Client, host: Organisation
) -> None:
    citizen_make(host, "Lefèvre", "Aurélie")
    citizen_make(organisation_make("commune"), "Lefèvre", "Ailleurs")
    contact = contact_make(host)
    address = f"/agents/accueil/contact/{contact.pk}/personnes/"
    for words in ("lefev", "aurelie lef", "LEFÈVRE", "lefevrre"):
        html = browser.post(address, {"person": words}, headers={"HX-Request": "true"}).content.decode()
        assert "Aurélie L." in html, words
        assert "Ailleurs" not in html


def test_contact_person__choosing_shows_the_file_and_is_written_down(
    browser: Client, host: Organisation, agent: Agent
) -> None:
    citizen = citizen_make(host, "Delcourt", "Jeanne")
    contact = contact_make(host)
    page = f"/agents/accueil/contact/{contact.pk}/"
    post(browser, f"{page}personne/", citizen=str(citizen.pk))
    assert "Jeanne Delcourt" in browser.get(page).content.decode()
    read = AuditContent.objects.filter(act="read", citizen_id=citizen.pk, actor_id=agent.pk)
    assert sorted(read.values_list("entity", flat=True)) == ["citizen", "contact"]
    post(browser, f"{page}personne/", citizen="")
    contact.refresh_from_db()
    assert contact.citizen is None


def test_contact_person__of_another_organisation_does_not_exist(browser: Client, host: Organisation) -> None:
    foreign = citizen_make(organisation_make("commune"))
    contact = contact_make(host)
    answer = post(browser, f"/agents/accueil/contact/{contact.pk}/personne/", citizen=str(foreign.pk))
    assert answer.status_code == 404


def test_contact_new_person__a_known_number_merges_nobody(browser: Client, host: Organisation) -> None:
    first = citizen_make(host, "Delcourt", "Jeanne")
    ContactPoint.objects.create(citizen=first, kind=ContactPointKind.PHONE, value=NUMBER)
    contact = contact_make(host)
    post(
        browser,
        f"/agents/accueil/contact/{contact.pk}/nouvelle-personne/",
        family_name="Delcourt",
        given_names="Paul",
        birth_date="1990-05-17",
        phone="03 21 00 00 01",
    )
    second = Citizen.objects.exclude(pk=first.pk).get()
    contact.refresh_from_db()
    assert (contact.citizen, second.given_names, second.search_name) == (second, "Paul", "delcourt paul")
    assert list(ContactPoint.objects.values_list("shared", flat=True)) == [True, True]


def test_contact_new_person__without_a_name_keeps_what_was_written(
    browser: Client, host: Organisation
) -> None:
    contact = contact_make(host)
    answer = post(browser, f"/agents/accueil/contact/{contact.pk}/nouvelle-personne/", phone="03 21 00 00 01")
    assert answer.status_code == 422
    assert 'value="03 21 00 00 01"' in answer.content.decode()
    assert Citizen.objects.count() == 0


def test_contact_need__three_needs_one_story(browser: Client, host: Organisation, topic: Topic) -> None:
    commune_make(postal_codes=["62000"])
    contact = contact_make(host, channel=Channel.PHONE)
    address = f"/agents/accueil/contact/{contact.pk}/besoin/"
    said = {"words": "rsa", "topic": topic.code, "said": "Déclarer ses ressources"}
    post(browser, address, act="answer", **said)
    post(browser, address, act="ticket", place="62000", **said)
    post(browser, address, act="ticket", **said)
    assert InstantAnswer.objects.filter(contact=contact, topic=topic).count() == 1
    tickets = Ticket.objects.filter(origin_contact=contact).order_by("id")
    assert [(ticket.topic, ticket.commune_id, ticket.description) for ticket in tickets] == [
        (topic, "62041", "Déclarer ses ressources"),
        (topic, None, "Déclarer ses ressources"),
    ]
    html = browser.get(f"/agents/accueil/contact/{contact.pk}/?fait=besoin").content.decode()
    assert html.count("RSA non versé") >= 3
    assert f'data-draft-done="besoin-{contact.pk}"' in html


def test_contact_need__without_an_answer_or_a_topic_nothing_is_lost(
    browser: Client, host: Organisation, topic: Topic
) -> None:
    contact = contact_make(host)
    address = f"/agents/accueil/contact/{contact.pk}/besoin/"
    answer = post(browser, address, act="answer", words="rsa", said="Une phrase")
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Une phrase</textarea>" in html
    assert f'value="{topic.code}"' in html
    assert post(browser, address, act="answer", topic=topic.code, said=" ").status_code == 422
    assert InstantAnswer.objects.count() == 0


def test_contact_need__an_unknown_postal_code(browser: Client, host: Organisation, topic: Topic) -> None:
    contact = contact_make(host)
    answer = post(
        browser,
        f"/agents/accueil/contact/{contact.pk}/besoin/",
        act="ticket", topic=topic.code, said="x", place="99999",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Aucune commune ne répond" in answer.content.decode()


def test_contact_script__what_may_be_said_on_the_topic(
    browser: Client, host: Organisation, topic: Topic
) -> None:
    Topic.objects.filter(pk=topic.pk).update(script="Vérifiez la déclaration trimestrielle.")
    contact = contact_make(host)
    html = browser.post(
        f"/agents/accueil/contact/{contact.pk}/script/", {"topic": topic.code}
    ).content.decode()
    assert "Vérifiez la déclaration trimestrielle." in html


def test_contact_finish__keeps_the_note(browser: Client, host: Organisation) -> None:
    contact = contact_make(host)
    answer = post(
        browser,
        f"/agents/accueil/contact/{contact.pk}/fin/",
        notes="Parle peu français",
        difficulties=["french"],
    )
    contact.refresh_from_db()
    assert answer["Location"] == "/agents/accueil/"
    assert (contact.notes, contact.difficulties) == ("Parle peu français", ["french"])
    assert contact.ended_at is not None


def test_reception_answer__joins_the_caller_once(browser: Client, host: Organisation, agent: Agent) -> None:
    Agent.objects.filter(pk=agent.pk).update(desk_phone="+33321000099")
    call = call_make(contact_make(host, channel=Channel.PHONE, address_value=NUMBER), "CA1")
    entry = queue_entry_make(call)
    phone = RememberingNetwork()
    register_telephony(phone)
    try:
        answers = [browser.post(f"/agents/accueil/appel/{entry.pk}/") for _press in range(2)]
    finally:
        register_telephony(None)
    assert [answer["Location"] for answer in answers] == [f"/agents/accueil/contact/{call.contact_id}/"] * 2
    # The agent's telephone rings once; the caller is moved when it is picked up, not before.
    assert [ring.to for ring in phone.rung] == ["+33321000099"]
    assert phone.joined == []
    assert QueueEntry.objects.get(pk=entry.pk).state == QueueEntryState.OFFERED


def test_reception_answer__without_a_telephone_says_so(browser: Client, host: Organisation) -> None:
    entry = queue_entry_make(call_make(contact_make(host, channel=Channel.PHONE)))
    answer = browser.post(f"/agents/accueil/appel/{entry.pk}/")
    assert answer.status_code == 409
    assert "Le téléphone est éteint" in answer.content.decode()


@pytest.mark.parametrize(("decision", "state"), [("accept", "owed"), ("dismiss", "cancelled")])
def test_reception_callback_decide__an_abandoned_caller(
    browser: Client, host: Organisation, decision: str, state: str
) -> None:
    callback = callback_make(contact_make(host, channel=Channel.PHONE), team_make(host))
    Callback.objects.update(state="proposed", origin="abandoned")
    page = browser.get("/agents/accueil/").content.decode()
    assert "Appels abandonnés" in page
    post(browser, f"/agents/accueil/rappel/{callback.pk}/decision/", decision=decision)
    assert Callback.objects.get(pk=callback.pk).state == state
    refused = post(browser, f"/agents/accueil/rappel/{callback.pk}/decision/", decision=decision)
    assert refused.status_code == 409


# Nobody is called back at night: noon in Paris, a Wednesday.
@time_machine.travel(datetime(2026, 11, 18, 11, 0, tzinfo=UTC))
def test_reception_callback_dial__rings_the_agent_first(
    browser: Client, host: Organisation, agent: Agent
) -> None:
    Agent.objects.filter(pk=agent.pk).update(desk_phone="+33199001234")
    network = RememberingNetwork()
    register_telephony(network)
    try:
        callback = callback_make(contact_make(host, channel=Channel.PHONE), team_make(host))
        answer = post(browser, f"/agents/accueil/rappel/{callback.pk}/appeler/")
        assert answer.status_code == 302
        assert Callback.objects.get(pk=callback.pk).state == "dialling"
        assert "Appel en cours par Karim Benali" in browser.get("/agents/accueil/").content.decode()
        assert post(browser, f"/agents/accueil/rappel/{callback.pk}/appeler/").status_code == 409
    finally:
        register_telephony(None)


def test_reception_callback__an_attempt_is_noted(browser: Client, host: Organisation) -> None:
    callback = callback_make(contact_make(host, channel=Channel.PHONE), team_make(host))
    html = browser.get("/agents/accueil/").content.decode()
    assert "Promis au téléphone" in html
    assert "pas encore essayé" in html
    post(browser, f"/agents/accueil/rappel/{callback.pk}/", result="no_answer")
    assert "1 tentative" in browser.get("/agents/accueil/").content.decode()
    post(browser, f"/agents/accueil/rappel/{callback.pk}/", result="reached")
    assert Callback.objects.get(pk=callback.pk).state == CallbackState.KEPT


def test_desk__from_arrival_to_served(browser: Client, host: Organisation) -> None:
    site: Site = site_make(host, "mds-lens")
    page = "/agents/guichet/mds-lens/"
    for _arrival in range(2):
        post(browser, f"{page}arrivee/", motive="RSA", difficulties=["reading"])
    assert "2 personnes attendent" in browser.get(page).content.decode()
    first, second = Visit.objects.filter(site=site).order_by("arrival_number")
    answer = post(browser, f"{page}suivant/", desk="Bureau 2")
    assert answer["Location"] == f"/agents/accueil/contact/{first.contact_id}/"
    first.refresh_from_db()
    assert (first.desk, first.called_at is not None) == ("Bureau 2", True)
    post(browser, f"/agents/accueil/contact/{first.contact_id}/fin/", notes="")
    post(browser, f"{page}{second.pk}/absent/")
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.served_at is not None
    assert second.no_show_at is not None
    assert "personnes reçues : 1 ; parties ou absentes : 1" in browser.get(page).content.decode()
    assert post(browser, f"{page}suivant/", desk="")["Location"] == page


def test_desk__the_site_used_last_comes_back(browser: Client, host: Organisation) -> None:
    site_make(host, "mds-lens")
    assert "Site mds-lens" in browser.get("/agents/guichet/").content.decode()
    browser.get("/agents/guichet/mds-lens/")
    assert browser.get("/agents/guichet/")["Location"] == "/agents/guichet/mds-lens/"
    assert browser.get("/agents/guichet/?choisir").status_code == 200


def test_reception__says_what_the_caller_chose_never_a_code_of_the_script(
    browser: Client, host: Organisation
) -> None:
    script = json.loads((settings.BASE_DIR / "config/demo/content/voice_script.json").read_text("utf-8"))
    Line.objects.create(organisation=host, number="+33321216216", label="Ligne", script=script)
    call = call_make(contact_make(host, channel=Channel.PHONE, address_value=NUMBER))
    call.menu_path = ["main_menu", "road_menu", "road_warning", "postal_code", "queue"]
    call.save()
    queue_entry_make(call)
    for address in ("/agents/accueil/", f"/agents/accueil/contact/{call.contact_id}/"):
        html = browser.get(address).content.decode()
        assert "a choisi : les routes ou les transports" in html.replace("\u00a0", " ")
        assert "main_menu" not in html
        assert "road_menu" not in html
