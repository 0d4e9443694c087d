"""The API does what its own document says, whatever is sent: schemathesis reads the document and invents the calls.

``make fuzz`` runs the same with many more, and new, examples.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import Client
from hypothesis import settings
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from config.wsgi import application
from grc.enums import Role
from tests import factories as make

pytestmark = pytest.mark.django_db

schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
# No text of ours may hold it: refused, which the tests at the end of this page ask for.
schema.config.generation.allow_x00 = False


# Fewer than for a function: each one is a whole request.
few = settings(max_examples=max(10, settings().max_examples // 10))
# Reads that nothing but their form can refuse. Elsewhere what is well formed may still name no row, or a move that the
# state does not allow: 404, 409 or 422 with the reason.
NEVER_REFUSED = ("/contacts", "/topics", "/guidance")


@pytest.fixture(autouse=True, scope="module")
def same_connection() -> Iterator[None]:
    """As Django's own test client does: the end of a request must not close the connection that holds the world."""
    ends = (request_started, request_finished)
    for signal in ends:
        signal.disconnect(close_old_connections)
    yield
    for signal in ends:
        signal.connect(close_old_connections)


@dataclass(frozen=True)
class World:
    """What the calls meet: one request in a queue, and a token which may take it."""

    token: str
    reference: str
    contact: int


@contextmanager
def world() -> Iterator[World]:
    """Made for one example and undone after it: an example depends on no other."""
    with transaction.atomic():
        town = make.organisation_make()
        team = make.team_make(town, "file")
        topic = make.topic_make(town, "logement")
        ticket = make.ticket_make(town, team=team, topic=topic, commune=make.commune_make())
        agent = make.agent_make(town, role=Role.ADMINISTRATOR, member_of=[team])
        yield World(make.token_make(agent), ticket.reference, ticket.origin_contact_id)
        transaction.set_rollback(True)


def _answered(case: schemathesis.Case[Any], known: World) -> None:
    # A parameter that the document does not name is ignored, as everywhere on the web.
    excluded: list[Any] = [negative_data_rejection]
    if case.operation.method.upper() != "GET" or not case.operation.path.endswith(NEVER_REFUSED):
        excluded.append(positive_data_acceptance)
    case.call_and_validate(
        headers={"Authorization": f"Bearer {known.token}", "Host": "testserver"}, excluded_checks=excluded
    )


@schema.parametrize()
@few
def test_api__answers_as_documented(case: schemathesis.Case[Any]) -> None:
    with world() as known:
        _answered(case, known)


@schema.include(path_regex=r"\{(reference|contact_id|team)\}").parametrize()
@few
def test_api__answers_as_documented_about_what_exists(case: schemathesis.Case[Any]) -> None:
    with world() as known:
        names = {"reference": known.reference, "contact_id": known.contact, "team": "file"}
        case.path_parameters.update({name: names[name] for name in case.path_parameters if name in names})
        _answered(case, known)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/tickets?team=%00", 422),
        ("/tickets?since=%00", 422),
        ("/tickets?after=%00", 422),
        ("/tickets?until=9999-12-31", 422),
        ("/tickets?since=0001-01-01", 200),
        ("/tickets?since=0001-01-01T00:00:00%2B14:00", 200),
        ("/tickets?until=9999-12-31T23:59:59-12:00", 200),
        ("/tickets/%00", 404),
        ("/tickets/%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5%D9%A6%D9%A7%D9%A8%D9%A9%D9%A0", 404),
        ("/contacts?after=99999999999999999999999", 200),
        ("/contacts?after=-1", 200),
        ("/contacts?provider_id=%00", 422),
        ("/contacts?channel=%00", 422),
        ("/contacts/99999999999999999999999", 404),
        ("/guidance?q=%00", 200),
        ("/guidance?q=" + "a%22%20OR%20" * 80, 200),
        ("/guidance?q=x&limit=99999999999999999999999", 200),
        ("/competence?topic=%00&commune=%00", 422),
        ("/reports/service-level?start=0001-01-01&end=9999-12-31", 422),
        ("/topics?as=%00", 403),
    ],
)
def test_api__values_that_a_base_or_a_calendar_cannot_hold(path: str, expected: int) -> None:
    with world() as known:
        client = Client(headers={"Authorization": f"Bearer {known.token}"}, raise_request_exception=False)
        assert client.get(f"/api/v1{path}").status_code == expected


def test_api__a_body_with_a_character_that_no_text_holds() -> None:
    with world() as known:
        client = Client(headers={"Authorization": f"Bearer {known.token}"}, raise_request_exception=False)
        for verb, body in (
            ("reply", {"body": "Bon\0jour"}),
            ("close", {"outcome": "answered", "note": "Bon\0jour"}),
        ):
            answer = client.post(
                f"/api/v1/tickets/{known.reference}/{verb}", body, content_type="application/json"
            )
            assert (verb, answer.status_code) == (verb, 422)
