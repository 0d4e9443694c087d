"""Starting and stopping an issuer, and the agents' file."""

import ast
import json
from pathlib import Path

import pytest

from simulators.franceconnect.persons import persons_make, subject
from simulators.oidc.launch import ROOT, IssuerProcess
from simulators.proconnect.agents import AgentsError, agents_read
from tests.simulators.oidc.conftest import AGENTS


def test_issuer_process__stops_cleanly_on_sigterm() -> None:
    issuer = IssuerProcess(
        "simulators.franceconnect", client_id="c", client_secret="s", redirect_uris=["https://a.example/"]
    )
    assert issuer.stop() == 0


def test_issuer_process__without_a_secret_does_not_start(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError, match="exit status 2"):
        IssuerProcess(
            "simulators.franceconnect",
            client_id="c",
            client_secret="",
            redirect_uris=["https://a.example/"],
        )
    assert "SIMULATED_ISSUER_SECRET is empty or not set" in capfd.readouterr().err


def test_subject__differs_between_clients() -> None:
    assert subject("portail", "test") != subject("autre", "test")
    assert subject("portail", "test") == subject("portail", "test")


def test_persons_make__everyone_has_a_login_and_a_sub_of_their_own() -> None:
    people = persons_make("portail")
    assert len({person.login for person in people}) == len({person.sub for person in people}) == 9


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pas du json", "not JSON"),
        ("[]", "one agent at least"),
        ('["x"]', "agent 1 must be an object"),
        (json.dumps([AGENTS[0] | {"siret": "123"}]), "14 digits"),
        (json.dumps([AGENTS[0] | {"email": ""}]), "email is missing"),
        (json.dumps([AGENTS[0] | {"amr": "mfa"}]), "amr must be a list"),
        (json.dumps([AGENTS[0], AGENTS[0]]), "same sub"),
    ],
)
def test_agents_read__refused(text: str, message: str) -> None:
    with pytest.raises(AgentsError, match=message):
        agents_read(text)


def test_agents_read__reads_names_and_methods() -> None:
    maud, yanis = agents_read(json.dumps(AGENTS))
    assert (maud.label, maud.amr) == ("Maud DESRUMAUX", ("pwd", "mfa"))
    assert (yanis.hint, yanis.amr) == ("yanis.coppens@departement.example", ("pwd",))


def test_issuers__know_nothing_of_the_product() -> None:
    product = {"grc", "channels_in", "routing", "knowledge", "agents_ui", "config", "django"}
    seen: set[str] = set()
    files: list[Path] = [
        path
        for part in ("oidc", "franceconnect", "proconnect")
        for path in (ROOT / "simulators" / part).glob("*.py")
    ]
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                seen |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                seen.add((node.module or "").split(".")[0])
    assert len(files) > 10
    assert seen & product == set()
