"""The figures of the monitoring, and who may read them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from grc import clock
from grc.models import EventDelivery
from tests.factories import (
    AT,
    agent_make,
    call_make,
    callback_make,
    contact_make,
    organisation_make,
    queue_entry_make,
    team_make,
    ticket_make,
)

TOKEN = "token-of-the-monitoring"


def value_of(page: str, name: str) -> float:
    found = re.search(rf"^{name}(?:\{{[^}}]*\}})? (\S+)$", page, flags=re.MULTILINE)
    assert found is not None, f"{name} is missing"
    return float(found.group(1))


def read(client: Client) -> str:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return answer.content.decode()


@pytest.fixture
def token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def test_metrics__does_not_exist_without_a_token_set(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer other", f"Basic {TOKEN}", "Bearer é"])
def test_metrics__refuses_another_token(client: Client, token: None, given: str) -> None:
    assert client.get("/metrics", headers={"Authorization": given} if given else {}).status_code == 403


@pytest.mark.django_db
def test_metrics__counts_what_is_owed_and_who_waits(client: Client, token: None) -> None:
    organisation = organisation_make()
    team = team_make(organisation)
    contact = contact_make(organisation)
    queue_entry_make(call_make(contact))
    callback_make(contact, team)
    ticket_make(organisation, team=team)
    ticket_make(organisation, team=team, assignee=agent_make(organisation))
    EventDelivery.objects.all().delete()
    page = read(client)
    assert value_of(page, "grc_callers_waiting") == 1
    assert value_of(page, "grc_callbacks_owed") == 1
    assert value_of(page, "grc_tickets_to_take") == 1
    assert value_of(page, "grc_outbox_pending") == 0
    assert value_of(page, "grc_outbox_oldest_seconds") == 0
    assert value_of(page, "grc_messages_pending") == 0


@pytest.mark.django_db
def test_metrics__says_the_age_of_the_oldest_event_and_what_was_given_up(client: Client, token: None) -> None:
    ticket_make(organisation_make(), at=clock.now() - timedelta(seconds=90))
    total = EventDelivery.objects.count()
    dead = EventDelivery.objects.order_by("-id").first()
    assert dead is not None
    EventDelivery.objects.filter(pk=dead.pk).update(state="dead")
    page = read(client)
    assert value_of(page, "grc_outbox_dead") == 1
    assert value_of(page, "grc_outbox_pending") == total - 1
    assert 90 <= value_of(page, "grc_outbox_oldest_seconds") < 150


@pytest.mark.django_db
def test_metrics__counts_forged_webhooks(client: Client, token: None) -> None:
    client.post("/webhooks/twilio/voice/incoming", {"CallSid": "CA1"})
    first = value_of(read(client), "grc_webhook_refused_total")
    client.post("/webhooks/twilio/voice/incoming", {"CallSid": "CA1"})
    assert value_of(read(client), "grc_webhook_refused_total") == first + 1


@pytest.mark.django_db
def test_metrics__names_nobody(client: Client, token: None) -> None:
    organisation = organisation_make("ville-secrete", name="Ville secrète")
    ticket_make(organisation, subject="Un sujet privé", at=AT)
    page = read(client)
    assert "secr" not in page
    assert "priv" not in page
