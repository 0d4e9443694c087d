"""The cost of a contact: measured on real ones, of which nothing stays."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from grc.enums import Role
from grc.models import Contact, Event, EventDelivery, InboundReceipt, Line, Message, Ticket, TimelineEntry
from grc.services.capacity import contact_cost_measure
from tests.factories import agent_make, commune_make, organisation_make, team_make, topic_make

STEPS = [
    "Message reçu, demande ouverte",
    "Orientation, délais, accusé de réception",
    "Prise par un agent",
    "Réponse",
    "Clôture",
    "Suites : délais arrêtés, chiffres",
]
KEPT = (Contact, Event, EventDelivery, InboundReceipt, Message, Ticket, TimelineEntry)


@pytest.fixture
def service(db: None) -> None:
    organisation = organisation_make("departement-62")
    team_make(organisation, "accueil", fallback=True)
    topic_make(organisation, "nid_de_poule", parent=topic_make(organisation, "routes"))
    commune_make("62041", "Arras")
    Line.objects.create(
        organisation=organisation, number="+33321216216", label="Ligne", script={}, receives_sms=True
    )
    agent_make(organisation, role=Role.INSTRUCTOR)


def test_contact_cost_measure__counts_what_a_contact_writes(service: None) -> None:
    cost = contact_cost_measure(contacts=3)
    assert [step.name for step in cost.steps] == STEPS
    rows = {table.table: table.rows for table in cost.tables}
    assert rows["grc_contact"] == 1
    assert rows["grc_ticket"] == 1
    assert rows["grc_inboundreceipt"] == 1
    # What came, the acknowledgement, the answer.
    assert rows["grc_message"] == 3
    assert rows["grc_dispatch"] == 2
    assert cost.bytes > 3 * 1024
    assert all(step.statements > 0 and step.ms > 0 for step in cost.steps)


def test_contact_cost_measure__leaves_nothing(service: None) -> None:
    contact_cost_measure(contacts=2)
    assert {model.__name__: model.objects.count() for model in KEPT} == {model.__name__: 0 for model in KEPT}


def test_capacity__prints_french(service: None) -> None:
    out = StringIO()
    call_command("capacity", contacts=2, stdout=out)
    assert "Coût d’un contact, mesuré sur 2 contacts joués puis annulés." in out.getvalue()
    assert "Un million de contacts" in out.getvalue()


def test_capacity__gives_json(service: None) -> None:
    out = StringIO()
    call_command("capacity", contacts=2, json=True, stdout=out)
    found = json.loads(out.getvalue())
    assert found.keys() == {"contacts", "statements", "ms", "bytes", "steps", "tables"}
    assert [step["name"] for step in found["steps"]] == STEPS
    assert found["statements"] == sum(step["statements"] for step in found["steps"])


@pytest.mark.django_db
def test_capacity__without_an_organisation_says_so() -> None:
    with pytest.raises(CommandError, match="organisme hôte"):
        call_command("capacity", contacts=1)


@pytest.mark.django_db
def test_capacity__without_an_agent_says_so() -> None:
    team_make(organisation_make("departement-62"), fallback=True)
    with pytest.raises(CommandError, match="Aucun agent"):
        call_command("capacity", contacts=1)


@pytest.mark.django_db
def test_capacity__refuses_a_silly_number() -> None:
    with pytest.raises(CommandError, match="entre 1 et 2000"):
        call_command("capacity", contacts=0)
