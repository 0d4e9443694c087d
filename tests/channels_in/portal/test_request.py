"""The form of the portal: each bad input is said plainly, nothing is lost, nothing is made twice."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from grc.models import Attachment, Citizen, Contact, ContactPoint, Message, RawPayload, Ticket
from tests.channels_in.portal.conftest import Place

TOKEN = "0b8f6f0c5d5e4d1f9a1b2c3d4e5f6071"
PDF = b"%PDF-1.7\n1 0 obj\n"


def form(**changes: Any) -> dict[str, Any]:
    posted = {"token": TOKEN, "description": "Je dois deux mois de loyer.", "postal_code": "62000"}
    return {name: value for name, value in (posted | changes).items() if value is not None}


def send(browser: Client, path: str = "/demande/sujet/loyer/", **changes: Any) -> Any:
    return browser.post(path, form(**changes))


def test_home__the_words_of_a_person_lead_to_a_topic(browser: Client) -> None:
    page = browser.get("/", {"q": "je ne peux plus payer mon loyer"}).content.decode()
    assert page.index('href="/demande/sujet/loyer/?cherche=1"') < page.index("Rien de tout cela")
    assert 'href="/demande/?cherche=1"' in page
    assert "Je dois" not in page
    # Words are kept without accents, as people type them: never shown.
    assert "Proche de" not in page


@pytest.mark.parametrize("said", ["xyzzy", "\x00", "<script>alert(1)</script>", "🙂", "a" * 5000])
def test_home__words_nobody_knows_still_lead_to_a_form(browser: Client, said: str) -> None:
    response = browser.get("/", {"q": said})
    assert response.status_code == 200
    page = response.content.decode()
    assert 'href="/demande/?cherche=1"' in page
    assert "<script>alert" not in page


def test_home__themes_and_their_topics(browser: Client) -> None:
    assert 'href="/demarches/logement/"' in browser.get("/").content.decode()
    assert 'href="/demande/sujet/loyer/"' in browser.get("/demarches/logement/").content.decode()
    assert browser.get("/demarches/inconnu/").status_code == 404
    assert browser.get("/demande/sujet/inconnu/").status_code == 404


def test_form__what_was_searched_is_already_written(browser: Client) -> None:
    browser.get("/", {"q": "je ne peux plus payer mon loyer"})
    page = browser.get("/demande/sujet/loyer/?cherche=1").content.decode()
    assert "je ne peux plus payer mon loyer</textarea>" in page
    assert "je ne peux plus" not in browser.get("/demande/sujet/violences/").content.decode()


def test_send__a_contact_a_ticket_and_a_message(browser: Client, place: Place) -> None:
    response = send(browser, last_name="Lefebvre", first_name="Anne", phone="06 39 98 12 34")
    assert response.headers["Location"] == "/demande/recue/"
    ticket = Ticket.objects.get()
    assert (ticket.topic, ticket.commune_id, ticket.channel) == (place.rent, "62041", "web")
    assert ticket.description == "Je dois deux mois de loyer."
    assert ticket.form_version == 0
    contact = Contact.objects.get()
    assert (contact.channel, contact.address_value) == ("web", "+33639981234")
    citizen = Citizen.objects.get()
    assert (citizen.family_name, citizen.given_names, ticket.requester_id) == ("Lefebvre", "Anne", citizen.pk)
    message = Message.objects.get()
    assert (message.ticket_id, message.direction, message.provider_id) == (ticket.pk, "inbound", TOKEN)
    assert RawPayload.objects.get(provider="web").body["answers"]["postal_code"] == "62000"


def test_received__reference_code_and_what_comes_next(browser: Client) -> None:
    send(browser)
    page = browser.get("/demande/recue/").content.decode()
    reference = Ticket.objects.get().reference
    assert f"{reference[:3]}\u00a0{reference[3:6]}\u00a0{reference[6:]}" in page
    assert "Code secret" in page
    assert "Et maintenant" in page
    assert "data-print" in page
    assert browser.get(f"/suivi/{reference}/").status_code == 200


def test_received__nothing_to_another_browser(browser: Client) -> None:
    send(browser)
    assert Client().get("/demande/recue/").headers["Location"] == "/suivi/"


def test_send__twice_is_once_and_answers_the_same(browser: Client) -> None:
    send(browser)
    first = browser.get("/demande/recue/").content.decode()
    assert send(browser).headers["Location"] == "/demande/recue/"
    again = browser.get("/demande/recue/").content.decode()
    assert (Ticket.objects.count(), Contact.objects.count(), Message.objects.count()) == (1, 1, 1)
    reference = Ticket.objects.get().reference
    assert f'data-reference="{reference}"' in first
    assert f'data-reference="{reference}"' in again
    assert 'data-code="' in again


@pytest.mark.django_db(transaction=True)
def test_send__double_click_at_the_same_moment(browser: Client) -> None:
    browser.get("/demande/sujet/loyer/")
    seen: list[str] = []
    ready = threading.Barrier(4)

    def click() -> None:
        from django.db import connection

        mine = Client()
        mine.cookies = browser.cookies
        ready.wait()
        seen.append(send(mine).headers.get("Location", ""))
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert seen == ["/demande/recue/"] * 4
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"description": None}, "Écrivez ce qui vous arrive, même en quelques mots."),
        ({"description": "   \x00 "}, "Écrivez ce qui vous arrive, même en quelques mots."),
        ({"description": "a" * 4001}, "Votre texte compte 4001 caractères"),
        ({"postal_code": None}, "Indiquez le code postal, ou cochez"),
        ({"postal_code": "99999"}, "Le code postal 99999 n’existe pas."),
        ({"postal_code": "620"}, "Un code postal a cinq chiffres, par exemple 62000."),
        ({"postal_code": "62223"}, "Le code postal 62223 couvre 2 communes"),
        ({"postal_code": "62223", "commune": "62041"}, "Le code postal 62223 couvre 2 communes"),
        ({"phone": "06 39"}, "Ce numéro de téléphone n’est pas valable."),
        ({"email": "anne@exemple"}, "Cette adresse n’est pas complète."),
    ],
)
def test_send__what_is_wrong_is_said_and_the_rest_is_kept(
    browser: Client, changes: dict[str, Any], sentence: str
) -> None:
    response = send(browser, last_name="Lefebvre", **changes)
    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in page.replace("\u00a0", " ")
    assert "data-error-summary" in page
    assert 'value="Lefebvre"' in page
    assert Ticket.objects.count() == 0
    # Leaving and coming back loses nothing either.
    assert 'value="Lefebvre"' in browser.get("/demande/sujet/loyer/").content.decode()


def test_send__the_commune_is_chosen_never_guessed(browser: Client) -> None:
    page = send(browser, postal_code="62223").content.decode()
    assert 'value="62065"' in page
    assert 'value="62753"' in page
    assert "checked" not in page
    send(browser, postal_code="62223", commune="62753")
    assert Ticket.objects.get().commune_id == "62753"


def test_send__no_fixed_address_needs_no_postal_code(browser: Client) -> None:
    send(browser, postal_code=None, no_address="on")
    assert Ticket.objects.get().commune_id is None


def test_send__no_name_no_person(browser: Client) -> None:
    send(browser, phone="06 39 98 12 34")
    assert Citizen.objects.count() == 0
    assert Ticket.objects.get().requester_id is None


def test_send__the_same_telephone_never_makes_two_people_one(browser: Client) -> None:
    send(browser, last_name="Lefebvre", phone="0639981234")
    send(browser, token="1b8f6f0c5d5e4d1f9a1b2c3d4e5f6072", last_name="Martin", phone="0639981234")
    assert sorted(Citizen.objects.values_list("family_name", flat=True)) == ["Lefebvre", "Martin"]


def test_send__no_message_means_no_address_to_write_to(browser: Client) -> None:
    send(browser, "/demande/sujet/violences/", last_name="Martin", phone="0639981234", no_message="on")
    assert Contact.objects.get().address_value == ""
    assert ContactPoint.objects.get().may_leave_message is False


def test_send__anonymous_asks_and_keeps_nobody(browser: Client) -> None:
    page = browser.get("/demande/sujet/planification/").content.decode()
    assert 'name="last_name"' not in page
    assert 'name="phone"' not in page
    send(browser, "/demande/sujet/planification/", last_name="Martin", postal_code=None)
    assert Citizen.objects.count() == 0
    ticket = Ticket.objects.get()
    assert (ticket.confidentiality, ticket.requester_id, ticket.form_answers) == ("anonymous", None, {})


def test_send__emoji_and_4000_characters(browser: Client) -> None:
    words = "🙂" + "é" * 3999
    send(browser, description=words)
    assert Ticket.objects.get().description == words


def test_send__without_topic(browser: Client) -> None:
    assert browser.get("/demande/").status_code == 200
    send(browser, "/demande/")
    ticket = Ticket.objects.get()
    assert (ticket.topic_id, ticket.subject) == (None, "Je dois deux mois de loyer.")


def test_send__without_the_protection_of_forms_is_refused(place: Place) -> None:
    assert send(Client(enforce_csrf_checks=True)).status_code == 403
    assert Ticket.objects.count() == 0


# --- files ----------------------------------------------------------------------------------------------------


def joined(name: str, content: bytes, kind: str = "application/pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=kind)


def test_pieces__joined_under_a_random_name(
    browser: Client, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        send(browser, pieces=[joined("../../bail.pdf", PDF)])
    piece = Attachment.objects.get()
    assert (piece.original_name, piece.content_type, piece.size) == ("bail.pdf", "application/pdf", 17)
    assert "bail" not in str(piece.file.name)
    assert piece.message_id == Message.objects.get().pk
    assert [path for path in (media / "attente").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("page.pdf", b"<html><script>alert(1)</script>", "n’est pas d’un format accepté"),
        ("image.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "n’est pas d’un format accepté"),
        ("rien.pdf", b"", "est vide"),
        ("gros.pdf", PDF + b"0" * 5000, "est trop lourd"),
    ],
)
def test_pieces__refused_politely_with_everything_else_kept(
    browser: Client, settings: Settings, name: str, content: bytes, sentence: str
) -> None:
    settings.MAX_UPLOAD_BYTES = 4096
    page = send(browser, pieces=[joined("bail.pdf", PDF), joined(name, content)]).content.decode()
    assert sentence in page
    assert "Je dois deux mois de loyer." in page
    assert "bail.pdf" in page
    assert Ticket.objects.count() == 0
    send(browser)
    assert Attachment.objects.get().original_name == "bail.pdf"


def test_pieces__three_at_most_and_one_may_be_dropped(browser: Client, media: Path) -> None:
    four = [joined(f"{number}.pdf", PDF + bytes([number])) for number in (49, 50, 51, 52)]
    page = send(browser, pieces=four).content.decode().replace("\u00a0", " ")
    assert "3 fichiers au plus : « 52.pdf » n’est pas joint." in page
    stored = page.split('name="drop" value="')[1].split('"')[0]
    send(browser, drop=[stored])
    assert sorted(Attachment.objects.values_list("original_name", flat=True)) == ["50.pdf", "51.pdf"]


def test_pieces__a_name_that_lies_gets_its_true_ending(browser: Client) -> None:
    send(browser, pieces=[joined("facture.html", b"\xff\xd8\xff\xe0photo", "text/html")])
    piece = Attachment.objects.get()
    assert (piece.original_name, piece.content_type) == ("facture.html.jpg", "image/jpeg")
