"""Running issuers and browsers for the tests of the issuers themselves."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulators.oidc.launch import IssuerProcess
from tests.simulators.oidc.browser import Browser

CALLBACK = "https://portail.example/connexion/franceconnect/retour/"
AGENT_CALLBACK = "https://console.example/agents/connexion/retour/"
GOODBYE = "https://portail.example/au-revoir/"
SECRET = "secret-du-client-de-test"

AGENTS: list[dict[str, Any]] = [
    {
        "sub": "b6048e95bb134ec5b1d1e1fa69f287172e91722b9354d637a1bcf2ebb0fd2ef5",
        "given_name": "Maud",
        "usual_name": "DESRUMAUX",
        "email": "maud.desrumaux@departement.example",
        "siret": "22620001200012",
        "uid": "mdesrumaux",
        "amr": ["pwd", "mfa"],
    },
    {
        "sub": "0e1b7c64d39ee2c9b7ccd77d1c4b1b0eacb6d5f6e55a4b7a3b1f0e9d8c7b6a50",
        "given_name": "Yanis",
        "usual_name": "COPPENS",
        "email": "yanis.coppens@departement.example",
        "siret": "22620001200012",
        "uid": "ycoppens",
    },
]


@pytest.fixture(scope="module")
def franceconnect() -> Iterator[IssuerProcess]:
    with IssuerProcess(
        "simulators.franceconnect",
        client_id="client-portail",
        client_secret=SECRET,
        redirect_uris=[CALLBACK, "https://portail.example/retour?site=arras"],
        post_logout_redirect_uris=[GOODBYE],
    ) as issuer:
        yield issuer


@pytest.fixture(scope="module")
def proconnect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[IssuerProcess]:
    agents: Path = tmp_path_factory.mktemp("proconnect") / "agents.json"
    agents.write_text(json.dumps(AGENTS), encoding="utf-8")
    with IssuerProcess(
        "simulators.proconnect",
        client_id="client-console",
        client_secret=SECRET,
        redirect_uris=[AGENT_CALLBACK],
        post_logout_redirect_uris=[GOODBYE],
        arguments=["--agents", str(agents)],
    ) as issuer:
        yield issuer


@pytest.fixture
def browser() -> Iterator[Browser]:
    opened = Browser()
    yield opened
    opened.close()


@pytest.fixture(autouse=True)
def no_fault_left(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    for name in ("franceconnect", "proconnect"):
        if name in request.fixturenames:
            request.getfixturevalue(name).control("faults")
