"""The demo's folder: one demo at a time, private files, ports, credentials; and the variables commands read."""

from __future__ import annotations

import json
import os
import re
import socket
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from config.demo.content_loader import load_content
from config.demo.folder import (
    DemoRefused,
    Ports,
    credentials_complete,
    environment_write,
    only_one,
    ports_choose,
    web_port_hold,
)
from config.demo.processes import service_processes, simulator_processes
from config.demo.proconnect_agents import proconnect_agents, proconnect_agents_text, proconnect_subject
from config.demo.screen import summary
from config.engines import Engines
from config.engines.ports import port_choose, port_is_free
from config.env_file import demo_environment_load, env_file_read, env_file_write
from simulators.proconnect.agents import agents_read

PORTS = Ports(web=8000, live=20001, telephone=20002, franceconnect=20003, proconnect=20004)
ENGINES = Engines("postgresql://grc:p@127.0.0.1:1/grc", "redis://:p@127.0.0.1:2/0")


def test_only_one__refuses_a_second_demo_and_names_the_first(tmp_path: Path) -> None:
    with only_one(tmp_path / ".demo"), pytest.raises(DemoRefused) as refused, only_one(tmp_path / ".demo"):
        pass
    assert str(refused.value) == (
        f"Une démonstration tourne déjà dans ce dossier (processus {os.getpid()}). "
        "Arrêtez-la avec Ctrl-C dans son terminal, puis recommencez."
    )
    with only_one(tmp_path / ".demo"):
        assert (tmp_path / ".demo").stat().st_mode & 0o777 == 0o700


def test_web_port_hold__keeps_the_port_from_other_demos() -> None:
    wanted = port_choose("test_web_port_hold")
    port, held = web_port_hold(wanted)
    with closing(held):
        assert port == wanted
        assert not port_is_free(port)
        with pytest.raises(DemoRefused, match=f"Le port {wanted} est déjà pris"):
            web_port_hold(wanted)
    assert port_is_free(port)


def test_web_port_hold__without_a_wish_takes_the_next_free_one() -> None:
    first, held = web_port_hold(None)
    with closing(held):
        second, also_held = web_port_hold(None)
        also_held.close()
    assert 8000 <= first < second < 8200


def test_ports_choose__remembers_and_chooses_again_when_taken(tmp_path: Path) -> None:
    first = ports_choose(tmp_path, web=8000)
    assert len({first.live, first.telephone, first.franceconnect, first.proconnect}) == 4
    assert ports_choose(tmp_path, web=8001) == Ports(
        8001, first.live, first.telephone, first.franceconnect, first.proconnect
    )
    with closing(socket.create_server(("127.0.0.1", first.live))):
        again = ports_choose(tmp_path, web=8000)
    assert again.live != first.live
    assert again.telephone == first.telephone


def test_environment_write__keeps_secrets_and_renews_addresses(tmp_path: Path) -> None:
    first = environment_write(tmp_path, ports=PORTS, engines=ENGINES)
    assert (tmp_path / "env").stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"AC[0-9a-f]{32}", first["TWILIO_ACCOUNT_SID"])
    assert re.fullmatch(r"SK[0-9a-f]{32}", first["TWILIO_API_KEY_SID"])
    assert re.fullmatch(r"AP[0-9a-f]{32}", first["TWILIO_TWIML_APP_SID"])
    assert first["PUBLIC_BASE_URL"] == "http://127.0.0.1:8000"
    assert first["LIVE_BASE_URL"] == "ws://127.0.0.1:20001"
    moved = Ports(web=8007, live=20001, telephone=20002, franceconnect=20003, proconnect=20004)
    second = environment_write(tmp_path, ports=moved, engines=ENGINES)
    assert second["PUBLIC_BASE_URL"] == "http://127.0.0.1:8007"
    assert {name for name in first if first[name] != second[name]} == {"PUBLIC_BASE_URL"}
    assert env_file_read(tmp_path / "env") == second


def test_credentials_complete__adds_to_what_the_seed_wrote(tmp_path: Path) -> None:
    agents = [{"username": "accueil1", "password": "motdepasse", "role": "reception", "totp_secret": None}]
    (tmp_path / "credentials.json").write_text(json.dumps({"api_token": "t0k", "agents": agents}))
    environment = environment_write(tmp_path, ports=PORTS, engines=ENGINES)
    whole = credentials_complete(tmp_path, ports=PORTS, environment=environment)
    assert json.loads((tmp_path / "credentials.json").read_text()) == whole
    assert (tmp_path / "credentials.json").stat().st_mode & 0o777 == 0o600
    assert whole == {
        "api_token": "t0k",
        "agents": agents,
        "base_url": "http://127.0.0.1:8000",
        "live_url": "ws://127.0.0.1:20001",
        "twilio": {
            "account_sid": environment["TWILIO_ACCOUNT_SID"],
            "auth_token": environment["TWILIO_AUTH_TOKEN"],
            "phone_number": "+33353010216",
            "phone_number_real_hours": "+33321216216",
        },
        "simulators": {
            "telephone": "http://127.0.0.1:20002",
            "franceconnect": "http://127.0.0.1:20003",
            "proconnect": "http://127.0.0.1:20004",
        },
        "database_url": "postgresql://grc:p@127.0.0.1:1/grc",
        "redis_url": "redis://:p@127.0.0.1:2/0",
    }
    assert "  accueil1  motdepasse  reception" in summary(whole)


def test_processes__no_secret_is_an_argument(tmp_path: Path) -> None:
    environment = environment_write(tmp_path, ports=PORTS, engines=ENGINES)
    first, then = service_processes(tmp_path, PORTS)
    specs = (
        first
        + then
        + simulator_processes(
            PORTS, environment, demo=tmp_path, agents=tmp_path / "a.json", desks=["+33353010301"]
        )
    )
    assert [spec.name for spec in specs] == [
        "web-1", "web-2", "live", "outbox", "worker", "beat", "telephone", "franceconnect", "proconnect",
    ]  # fmt: skip
    secret = {value for name, value in environment.items() if name.endswith(("_SECRET", "_TOKEN", "_KEY"))}
    assert [spec.name for spec in specs if secret & set(spec.argv)] == []
    telephone = specs[6]
    hook = "http://127.0.0.1:8000/webhooks/twilio"
    hooks = (
        f"{hook}/voice/incoming,{hook}/messaging/incoming,{hook}/voice/status#rc=3&rp=all,"
        f"{hook}/voice/fallback,{hook}/messaging/fallback"
    )
    lines = [after for before, after in pairwise(telephone.argv) if before == "--line"]
    assert lines == [f"+33353010216={hooks}", f"+33321216216={hooks}"]
    assert telephone.argv[-2:] == ("--auto-answer", "+33353010301")
    assert telephone.environment == {"SIM_AUTH_TOKEN": environment["TWILIO_AUTH_TOKEN"]}


def test_demo_environment_load__only_without_a_named_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "env"
    env_file_write(path, {"DATABASE_URL": "postgresql://demo/one", "DEMO_TEST_ONLY": "a=b"})
    monkeypatch.setenv("DATABASE_URL", "postgresql://named/one")
    monkeypatch.setenv("DEMO_TEST_ONLY", "before")
    monkeypatch.delenv("DEMO_TEST_ONLY")
    assert not demo_environment_load(path)
    assert "DEMO_TEST_ONLY" not in os.environ
    monkeypatch.delenv("DATABASE_URL")
    assert demo_environment_load(path)
    assert os.environ["DATABASE_URL"] == "postgresql://demo/one"
    assert os.environ["DEMO_TEST_ONLY"] == "a=b"


def test_env_file_write__refuses_what_would_not_be_read_back(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="A"):
        env_file_write(tmp_path / "env", {"A": "one\ntwo"})
    assert not (tmp_path / "env").exists()


def test_proconnect_agents__are_what_the_simulator_reads() -> None:
    content = load_content()
    people = agents_read(proconnect_agents_text(content))
    assert people[0].label == "Claire Delattre"
    assert people[0].claims["email"] == "claire.delattre@example.org"
    assert people[0].claims["siret"] == "22620001200012"
    assert people[0].sub == proconnect_subject("claire.delattre") != proconnect_subject("mehdi.belkacem")
    assert {agent["siret"] for agent in proconnect_agents(content)} == {"22620001200012"}
