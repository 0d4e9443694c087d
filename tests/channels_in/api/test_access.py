from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from pytest_django import Settings

from channels_in.api.access import Buckets, TokenThrottle
from grc.enums import Role
from grc.models import ApiToken
from tests import factories as make
from tests.channels_in.api.calls import Program, program, program_with

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("token", ["", "inconnu"])
def test_api__without_a_token_or_with_an_unknown_one(token: str) -> None:
    response = Client(headers={"Authorization": f"Bearer {token}"} if token else {}).get("/api/v1/tickets")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'
    assert response.json() == {
        "error": {
            "code": "unauthenticated",
            "sentence": "Le jeton manque, ou n’est plus valable.",
            "fields": {},
        }
    }


def test_api__revoked_and_closed() -> None:
    town = make.organisation_make()
    agent = make.agent_make(town, role=Role.RECEPTION)
    past = datetime(2026, 1, 1, tzinfo=UTC)
    assert Program(make.token_make(agent, revoked_at=past)).get("/tickets")[0] == 401
    token = make.token_make(agent)
    assert Program(token).get("/tickets")[0] == 200
    agent.closed_on = past.date()
    agent.save()
    assert Program(token).get("/tickets")[0] == 401
    assert ApiToken.objects.filter(digest=token).count() == 0


def test_api__as_another_agent_needs_the_scope() -> None:
    town = make.organisation_make()
    admin = make.agent_make(town, role=Role.ADMINISTRATOR)
    lea = make.agent_make(town, "lea", role=Role.INSTRUCTOR)
    ticket = make.ticket_make(town, team=make.team_make(town))
    path = f"/tickets/{ticket.reference}/claim?as=lea"
    assert program(admin).post(path)[0] == 403
    assert program(admin, "act_as").post(f"/tickets/{ticket.reference}/claim?as=personne")[0] == 404
    status, body = program(admin, "act_as").post(path)
    assert (status, body["assignee"]) == (200, {"username": "lea", "name": lea.display_name})


def test_api__unknown_address_is_json() -> None:
    response = Client().get("/api/v1/rien")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "not_found")


def test_api__a_token_bound_to_nobody_sees_nothing() -> None:
    town = make.organisation_make()
    make.ticket_make(town)
    assert program(None).get("/tickets") == (200, {"items": [], "next": None})


def test_api__too_many_calls(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.API_RATE_PER_MINUTE = 2
    monkeypatch.setattr(TokenThrottle, "buckets", Buckets(clock=lambda: 0.0))
    town = make.organisation_make()
    first, other = program_with(town, Role.RECEPTION), program_with(town, Role.RECEPTION)
    assert [first.get("/topics")[0] for _ in range(3)] == [200, 200, 429]
    assert other.get("/topics")[0] == 200
    response = first.client.get("/api/v1/topics")
    assert response["Retry-After"] == "30"
    assert response.json()["error"]["code"] == "rate_limited"


def test_buckets__refill_with_time() -> None:
    now = [0.0]
    buckets = Buckets(clock=lambda: now[0])
    assert [buckets.take(1, 60) for _ in range(60)] == [0.0] * 60
    assert buckets.take(1, 60) == 1.0
    now[0] = 1.0
    assert buckets.take(1, 60) == 0.0
    assert buckets.take(1, 60) == 1.0


def test_docs__self_hosted_under_the_common_policy() -> None:
    response = Client().get("/api/v1/docs")
    assert response.status_code == 200
    page = response.content.decode()
    assert 'data-openapi="/api/v1/openapi.json"' in page
    assert "http://" not in page
    assert "https://" not in page
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert Client().get("/api/v1/openapi.json").json()["openapi"].startswith("3.")


def test_api__its_bare_address_leads_to_its_documentation() -> None:
    answer = Client().get("/api/v1/")
    assert (answer.status_code, answer["Location"]) == (302, "/api/v1/docs")
