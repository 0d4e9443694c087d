"""The link to the form of the topic somebody chose on the telephone: what it opens, and nothing said of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client

from grc.models import CallStep
from grc.references import LinkExpired, LinkRefused
from grc.services.call_links import LinkedForm, call_link_read, call_link_send
from tests.channels_in.reception import MOBILE, reception_make
from tests.factories import SYSTEM, call_make, contact_make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
FACTS = {"theme": "routes", "topic": "nid_de_poule", "postal_code": "62000", "commune_code": "62041"}


def sent(*, quiet: bool = False) -> tuple[str, str]:
    """(text, token of its link)"""
    reception = reception_make()
    call = call_make(contact_make(reception.organisation, address_value=MOBILE), from_number=MOBILE)
    CallStep.objects.create(call=call, number=1, state={"facts": FACTS}, output={}, at=AT)
    message = call_link_send(
        actor=SYSTEM, call=call, ticket=None, topic=reception.topics["routes"], quiet=quiet, at=AT
    )
    return message.body, message.body.rstrip("/").rsplit("/", 1)[1]


def test_link__opens_the_form_with_what_was_said() -> None:
    body, token = sent()
    assert body.startswith("Département du Pas-de-Calais : pour faire votre demande, ouvrez ce lien")
    assert "routes" not in body
    read = call_link_read(token=token, now=AT + timedelta(hours=23))
    assert read == LinkedForm("nid_de_poule", "62000", "62041")
    with time_machine.travel(AT + timedelta(hours=1), tick=False):
        browser = Client()
        answer = browser.get(f"/demande/lien/{token}/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/demande/sujet/nid_de_poule/")
        page = browser.get("/demande/sujet/nid_de_poule/").content.decode()
    assert 'value="62000"' in page


def test_link__neutral_for_a_discreet_topic() -> None:
    body, _ = sent(quiet=True)
    assert body.startswith("Votre lien, valable 24 h : ")


def test_link__expires_and_cannot_be_made_up() -> None:
    _, token = sent()
    with pytest.raises(LinkExpired):
        call_link_read(token=token, now=AT + timedelta(hours=25))
    with pytest.raises(LinkRefused):
        call_link_read(token=token[:-3] + "abc", now=AT)
