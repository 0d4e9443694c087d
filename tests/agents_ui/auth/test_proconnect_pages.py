"""The whole way through a running simulated ProConnect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from agents_ui.auth.proconnect import ProConnectBackend
from grc.enums import Role
from grc.models import Account, Agent, AuditContent, Identity, Organisation
from simulators.oidc.launch import IssuerProcess
from tests.factories import agent_make, organisation_make
from tests.simulators.oidc.browser import Browser, query_of
from tests.simulators.oidc.conftest import AGENTS

pytestmark = pytest.mark.django_db
BACK = "http://testserver/agents/connexion/proconnect/retour/"
MAUD = AGENTS[0]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuerProcess]:
    agents = tmp_path_factory.mktemp("proconnect") / "agents.json"
    agents.write_text(json.dumps(AGENTS), encoding="utf-8")
    with IssuerProcess(
        "simulators.proconnect",
        client_id="client-console",
        client_secret="secret-du-client-de-test",
        redirect_uris=[BACK],
        post_logout_redirect_uris=["http://testserver/agents/connexion/"],
        arguments=["--agents", str(agents)],
    ) as process:
        yield process


@pytest.fixture
def issuer(running: IssuerProcess, settings: Any) -> IssuerProcess:
    ProConnectBackend.get_openid_configuration.invalidate()
    ProConnectBackend.get_jwks_keys_for_uri.invalidate()
    settings.PROCONNECT_ENABLED = True
    settings.AUTHENTICATION_BACKENDS = [
        "agents_ui.auth.local.LocalAgentBackend",
        "agents_ui.auth.proconnect.ProConnectBackend",
    ]
    settings.SOCIAL_AUTH_PROCONNECT_OIDC_ENDPOINT = running.issuer
    settings.SOCIAL_AUTH_PROCONNECT_KEY = "client-console"
    settings.SOCIAL_AUTH_PROCONNECT_SECRET = "secret-du-client-de-test"
    settings.SOCIAL_AUTH_PROCONNECT_PIPELINE = ["agents_ui.auth.invited.agent_of_identity"]
    return running


def invite() -> Agent:
    host = organisation_make("departement")
    Organisation.objects.filter(pk=host.pk).update(siret="22620001200012")
    agent = agent_make(host, "maud", role=Role.INSTRUCTOR)
    Agent.objects.filter(pk=agent.pk).update(email="maud.desrumaux@departement.example")
    return agent


def go_through(client: Client, **data: str) -> Any:
    browser = Browser()
    leaving = client.post("/agents/connexion/proconnect/", data)
    assert leaving.status_code == 302
    back = query_of(browser.pick(leaving["Location"], str(MAUD["sub"])))
    browser.close()
    return client.get("/agents/connexion/proconnect/retour/", back)


def test_proconnect__an_invited_agent_enters_where_they_wanted(issuer: IssuerProcess) -> None:
    agent = invite()
    client = Client()
    answer = go_through(client, next="/agents/file/?vue=closes")
    assert answer["Location"] == "/agents/file/?vue=closes"
    assert client.get("/agents/file/").status_code == 200
    assert AuditContent.objects.get(verb="agent_entered").details == {"how": "proconnect"}
    assert AuditContent.objects.get(verb="agent_entered").actor_id == agent.pk
    goodbye = client.post("/agents/deconnexion/")["Location"]
    assert goodbye.startswith(issuer.issuer)
    assert "id_token_hint=" in goodbye
    assert client.get("/agents/file/").status_code == 302


def test_proconnect__somebody_not_invited_reads_why_and_nobody_is_created(issuer: IssuerProcess) -> None:
    client = Client()
    answer = go_through(client)
    assert answer["Location"] == "/agents/connexion/"
    assert "n’est pas invité sur cette plateforme" in client.get("/agents/connexion/").content.decode()
    assert (Agent.objects.count(), Account.objects.count(), Identity.objects.count()) == (0, 0, 0)


def test_proconnect__a_forged_return_does_not_enter(issuer: IssuerProcess) -> None:
    invite()
    client = Client()
    client.post("/agents/connexion/proconnect/")
    answer = client.get("/agents/connexion/proconnect/retour/", {"code": "x", "state": "y" * 32})
    assert answer["Location"] == "/agents/connexion/"
    assert "ProConnect n’a pas confirmé votre identité" in client.get("/agents/connexion/").content.decode()


def test_proconnect__is_begun_by_a_post_alone(issuer: IssuerProcess) -> None:
    assert Client().get("/agents/connexion/proconnect/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/agents/connexion/proconnect/").status_code == 403
