"""Coming back to a request: only its own people, a bounded number of tries, nothing that agents keep for themselves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from grc.enums import Channel, Outcome, PendingReason
from grc.models import Attachment, AuditContent, Callback, Message, Organisation, Ticket
from grc.references import check_digit
from grc.services.codes import ticket_code, ticket_code_renew
from grc.services.ticket_close import ticket_close, ticket_wait_for_citizen
from grc.services.ticket_work import ticket_note, ticket_reply
from grc.services.tracking import tracking_link
from tests.channels_in.portal.conftest import Place
from tests.factories import SYSTEM, callback_make, contact_make, message_make, team_make, ticket_make

TOKEN = "0b8f6f0c5d5e4d1f9a1b2c3d4e5f6071"


@pytest.fixture
def ticket(place: Place) -> Ticket:
    team = team_make(place.organisation, "logement-arras", label="Logement d’Arras")
    return ticket_make(place.organisation, topic=place.rent, team=team)


def wrong(ticket: Ticket) -> str:
    return "000001" if ticket_code(ticket) == "000000" else "000000"


def enter(browser: Client, ticket: Ticket, code: str = "") -> Any:
    return browser.post("/suivi/", {"reference": ticket.reference, "code": code or ticket_code(ticket)})


def test_track__right_pair_opens_the_request(browser: Client, ticket: Ticket) -> None:
    response = enter(browser, ticket)
    assert response.headers["Location"] == f"/suivi/{ticket.reference}/"
    page = browser.get(f"/suivi/{ticket.reference}/").content.decode()
    assert "Votre demande est arrivée." in page
    assert "Logement d’Arras" in page
    assert AuditContent.objects.filter(act="read", entity="ticket", entity_id=ticket.pk).count() == 1


def test_track__spaces_and_dashes_are_welcome(browser: Client, ticket: Ticket) -> None:
    code = ticket_code(ticket)
    posted = {
        "reference": f"{ticket.reference[:3]} {ticket.reference[3:6]}-{ticket.reference[6:]}",
        "code": f"{code[:3]} {code[3:]}",
    }
    assert browser.post("/suivi/", posted).status_code == 302


@pytest.mark.parametrize(
    ("reference", "code", "sentence"),
    [
        ("", "", "Écrivez le numéro de la demande."),
        ("abc", "1", "Un numéro de demande ne comporte que des chiffres."),
        ("12345", "1", "vous en avez donné 5."),
        ("1234567890", "1", "comporte une erreur"),
    ],
)
def test_track__bad_input_is_said(browser: Client, reference: str, code: str, sentence: str) -> None:
    response = browser.post("/suivi/", {"reference": reference, "code": code})
    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_track__wrong_code_and_unknown_number_say_the_same(browser: Client, ticket: Ticket) -> None:
    sentence = "Ce numéro et ce code ne vont pas ensemble."
    assert sentence in enter(browser, ticket, wrong(ticket)).content.decode()
    unknown = "100000000" + check_digit("100000000")
    nobody = browser.post("/suivi/", {"reference": unknown, "code": "123456"}).content.decode()
    assert sentence in nobody
    assert browser.get(f"/suivi/{ticket.reference}/").status_code == 404


@pytest.mark.parametrize("existing", [True, False])
def test_track__eleven_codes_in_an_hour_is_one_too_many(place: Place, ticket: Ticket, existing: bool) -> None:
    reference = ticket.reference if existing else "1234567890"
    # From one address each: only the reference is counted.
    answers = [
        Client(REMOTE_ADDR=f"10.0.0.{number}").post(
            "/suivi/", {"reference": reference, "code": wrong(ticket)}
        )
        for number in range(11)
    ]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    page = answers[-1].content.decode()
    assert "demandez un lien par SMS" in page
    assert "appelez un agent" in page
    assert answers[-1].headers["Retry-After"] == "3600"


def test_track__even_the_right_code_waits_then(place: Place, ticket: Ticket) -> None:
    for number in range(10):
        enter(Client(REMOTE_ADDR=f"10.0.0.{number}"), ticket, wrong(ticket))
    assert enter(Client(REMOTE_ADDR="10.0.0.99"), ticket).status_code == 429


def test_track__twenty_tries_from_one_address(browser: Client, ticket: Ticket) -> None:
    statuses = [
        browser.post("/suivi/", {"reference": f"12345678{number:02d}", "code": "1"}).status_code
        for number in range(10, 31)
    ]
    assert statuses == [200] * 20 + [429]


def test_ticket__nobody_else_sees_it(browser: Client, place: Place, ticket: Ticket) -> None:
    other = ticket_make(place.organisation, topic=place.rent)
    enter(browser, ticket)
    assert browser.get(f"/suivi/{other.reference}/").status_code == 404
    assert browser.post(f"/suivi/{other.reference}/", {"body": "x"}).status_code == 404
    assert browser.post(f"/suivi/{other.reference}/rouvrir/").status_code == 404
    assert Client().get(f"/suivi/{ticket.reference}/").status_code == 404
    assert Message.objects.count() == 0


def test_ticket__the_grant_lasts_half_an_hour(
    browser: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(browser, ticket)
    later = timezone.now() + timedelta(minutes=31)
    monkeypatch.setattr("channels_in.portal.views.tracking.timezone.now", lambda: later)
    assert browser.get(f"/suivi/{ticket.reference}/").status_code == 404


def test_ticket__leaving_closes_it_on_this_device(browser: Client, ticket: Ticket) -> None:
    enter(browser, ticket)
    browser.post("/suivi/quitter/")
    assert browser.get(f"/suivi/{ticket.reference}/").status_code == 404


def test_track__the_session_takes_a_new_key(browser: Client, ticket: Ticket) -> None:
    browser.get("/", {"q": "loyer"})
    planted = browser.cookies["grc_session"].value
    enter(browser, ticket)
    assert browser.cookies["grc_session"].value != planted


def test_ticket__notes_and_names_of_agents_do_not_show(browser: Client, ticket: Ticket) -> None:
    ticket_note(actor=SYSTEM, ticket=ticket, body="Personne agressive, à vérifier.")
    ticket_reply(actor=SYSTEM, ticket=ticket, body="Envoyez-nous le bail <b>signé</b>.")
    enter(browser, ticket)
    page = browser.get(f"/suivi/{ticket.reference}/").content.decode()
    assert "agressive" not in page
    assert SYSTEM.label not in page
    assert "Envoyez-nous le bail &lt;b&gt;signé&lt;/b&gt;." in page


def test_ticket__a_discreet_motive_does_not_show(browser: Client, place: Place) -> None:
    quiet = ticket_make(place.organisation, topic=place.quiet)
    enter(browser, quiet)
    assert "Violences" not in browser.get(f"/suivi/{quiet.reference}/").content.decode()


def test_write__once_per_form_and_a_waiting_request_goes_on(browser: Client, ticket: Ticket) -> None:
    ticket_reply(actor=SYSTEM, ticket=ticket, body="Quel est le montant ?")
    ticket_wait_for_citizen(actor=SYSTEM, ticket=ticket, reason=PendingReason.CITIZEN_ANSWER)
    enter(browser, ticket)
    address = f"/suivi/{ticket.reference}/"
    assert "Nous attendons votre réponse." in browser.get(address).content.decode()
    for _ in range(2):
        assert browser.post(address, {"body": "Voici.", "token": TOKEN}).status_code == 302
    assert list(Message.objects.filter(direction="inbound").values_list("body", flat=True)) == ["Voici."]
    ticket.refresh_from_db()
    assert (ticket.state, ticket.pending_reason) == ("open", "")


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("", "Écrivez votre message."),
        ("  ", "Écrivez votre message."),
        ("a" * 4001, "Votre message est trop long"),
    ],
)
def test_write__bad_input_is_said_and_kept(browser: Client, ticket: Ticket, body: str, sentence: str) -> None:
    enter(browser, ticket)
    response = browser.post(f"/suivi/{ticket.reference}/", {"body": body, "token": TOKEN})
    assert sentence in response.content.decode()
    assert body.strip() in response.content.decode()
    assert Message.objects.count() == 0


def test_reopen__within_the_delay_once(browser: Client, ticket: Ticket) -> None:
    ticket_close(actor=SYSTEM, ticket=ticket, outcome=Outcome.ANSWERED)
    enter(browser, ticket)
    address = f"/suivi/{ticket.reference}/"
    assert "Rouvrir ma demande" in browser.get(address).content.decode()
    for _ in range(2):
        browser.post(f"{address}rouvrir/", {"reason": "Toujours pas réglé.", "token": TOKEN})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome) == ("open", "")
    assert Message.objects.get().body == "Toujours pas réglé."


def test_reopen__too_late(browser: Client, ticket: Ticket) -> None:
    ticket_close(actor=SYSTEM, ticket=ticket, outcome=Outcome.ANSWERED)
    Ticket.objects.filter(pk=ticket.pk).update(closed_at=timezone.now() - timedelta(days=31))
    enter(browser, ticket)
    address = f"/suivi/{ticket.reference}/"
    assert "terminée depuis trop longtemps" in browser.get(address).content.decode()
    response = browser.post(f"{address}rouvrir/", {"token": TOKEN}, follow=True)
    assert "close depuis plus de 30 jours" in response.content.decode()
    ticket.refresh_from_db()
    assert ticket.state == "closed"


# --- files ----------------------------------------------------------------------------------------------------


@pytest.fixture
def piece(ticket: Ticket) -> Attachment:
    row = Attachment(
        ticket=ticket,
        message=message_make(ticket.origin_contact, ticket=ticket),
        original_name="bail.pdf",
        content_type="application/pdf",
        size=8,
        sha256="0" * 64,
        at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    )
    row.file.save("x.pdf", ContentFile(b"%PDF-1.7"), save=True)
    return row


def test_piece__always_a_download(browser: Client, ticket: Ticket, piece: Attachment) -> None:
    enter(browser, ticket)
    response = browser.get(f"/suivi/{ticket.reference}/pieces/{piece.pk}/")
    assert b"".join(response.streaming_content) == b"%PDF-1.7"  # type: ignore[attr-defined]
    assert response.headers["Content-Disposition"] == 'attachment; filename="bail.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cache-Control"] == "no-store"


def test_piece__nobody_else(browser: Client, place: Place, ticket: Ticket, piece: Attachment) -> None:
    assert browser.get(f"/suivi/{ticket.reference}/pieces/{piece.pk}/").status_code == 404
    assert browser.get(f"/media/{piece.file.name}").status_code == 404
    other = ticket_make(place.organisation)
    enter(browser, other)
    assert browser.get(f"/suivi/{other.reference}/pieces/{piece.pk}/").status_code == 404


# --- links ----------------------------------------------------------------------------------------------------


@pytest.fixture
def by_sms(place: Place, settings: Settings) -> Ticket:
    settings.TWILIO_SMS_SENDER = "+33321216216"
    contact = contact_make(place.organisation, channel=Channel.SMS, address_value="+33639981234")
    return ticket_make(place.organisation, topic=place.rent, contact=contact, channel=Channel.SMS)


def ask(browser: Client, reference: str) -> Any:
    return browser.post("/suivi/lien/", {"reference": reference})


def test_link_ask__same_answer_whatever_exists(browser: Client, by_sms: Ticket, ticket: Ticket) -> None:
    def body(response: Any) -> str:
        return str(response.content.decode().split("<main")[1].split("</main")[0])

    pages = [body(ask(browser, reference)) for reference in (by_sms.reference, ticket.reference)]
    assert pages[0] == pages[1]
    assert "Si cette demande existe" in pages[0]
    sent = Message.objects.get()
    assert (sent.channel, sent.to_address, sent.direction) == ("sms", "+33639981234", "outbound")
    assert sent.ticket_id is None
    assert "/suivi/lien/" in sent.body


def test_link_ask__four_in_an_hour_is_one_too_many(browser: Client, by_sms: Ticket) -> None:
    assert [ask(browser, by_sms.reference).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert Message.objects.count() == 3


def test_link_ask__a_discreet_link_says_nothing(browser: Client, place: Place, settings: Settings) -> None:
    settings.TWILIO_SMS_SENDER = "+33321216216"
    contact = contact_make(place.organisation, channel=Channel.SMS, address_value="+33639981234")
    quiet = ticket_make(place.organisation, topic=place.quiet, contact=contact, channel=Channel.SMS)
    ask(browser, quiet.reference)
    assert Message.objects.get().body.startswith("Votre lien, valable 24 h : http")


def path_of(ticket: Ticket) -> str:
    return tracking_link(ticket=ticket, now=timezone.now()).removeprefix("http://testserver")


def test_link_open__a_look_does_not_use_it_and_it_serves_once(browser: Client, by_sms: Ticket) -> None:
    address = path_of(by_sms)
    assert browser.get(address).status_code == 200
    assert browser.get(address).status_code == 200
    assert browser.get(f"/suivi/{by_sms.reference}/").status_code == 404
    assert browser.post(address).headers["Location"] == f"/suivi/{by_sms.reference}/"
    assert browser.get(f"/suivi/{by_sms.reference}/").status_code == 200
    other = Client()
    assert other.post(address).status_code == 410
    assert other.get(f"/suivi/{by_sms.reference}/").status_code == 404


@pytest.mark.parametrize("token", ["x", "abc.def", "é.é", "a" * 3000])
def test_link_open__forged(browser: Client, token: str) -> None:
    response = browser.get(f"/suivi/lien/{token}/")
    assert response.status_code == 410
    assert "Ce lien n’est pas valable." in response.content.decode()


def test_link_open__expired_or_replaced(browser: Client, by_sms: Ticket) -> None:
    old = tracking_link(ticket=by_sms, now=timezone.now() - timedelta(hours=25))
    page = browser.get(old.removeprefix("http://testserver")).content.decode()
    assert "Ce lien a expiré." in page
    address = path_of(by_sms)
    ticket_code_renew(ticket=by_sms)
    assert browser.get(address).status_code == 410


def test_link__uses_the_configured_address_whatever_the_host_header(browser: Client, by_sms: Ticket) -> None:
    assert (
        browser.post("/suivi/lien/", {"reference": by_sms.reference}, HTTP_HOST="pirate.example").status_code
        == 400
    )
    assert Message.objects.count() == 0


def test_pages__works_without_a_host_organisation_row(db: None) -> None:
    assert Organisation.objects.count() == 0
    assert Client().get("/suivi/").status_code == 200
    assert Client().get("/").status_code == 404


def test_callback__is_shown_with_its_hours_and_cancelled_by_the_person(
    browser: Client, ticket: Ticket
) -> None:
    team = ticket.team
    assert team is not None
    callback = callback_make(ticket.origin_contact, team, ticket=ticket)
    other = callback_make(contact_make(ticket.organisation), team)
    enter(browser, ticket)
    page = browser.get(f"/suivi/{ticket.reference}/").content.decode()
    assert "Nous vous rappelons lundi 16 novembre 2026 entre" in page.replace("\u00a0", " ")
    assert browser.post(f"/suivi/{ticket.reference}/rappels/{other.pk}/annuler/").status_code == 404
    for _ in range(2):
        answer = browser.post(f"/suivi/{ticket.reference}/rappels/{callback.pk}/annuler/")
        assert answer.status_code == 302
    assert Callback.objects.get(pk=callback.pk).state == "cancelled"
    assert "Nous vous rappelons" not in browser.get(f"/suivi/{ticket.reference}/").content.decode()
    assert Callback.objects.get(pk=other.pk).state == "owed"
