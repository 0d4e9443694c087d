"""The settings read in a process of their own: what production forgets or mistypes refuses to start, by its name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "a-key-of-this-test-only-a-key-of-this-test-only-abcdef",
    "ALLOWED_HOSTS": "grc.example.fr",
    "PUBLIC_BASE_URL": "https://grc.example.fr",
    "DATABASE_URL": "postgresql://grc@127.0.0.1:1/grc",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def settings_read(variables: dict[str, str], show: str = "DEBUG") -> subprocess.CompletedProcess[str]:
    """Import the settings with these variables only, and print one of them."""
    return subprocess.run(
        [sys.executable, "-c", f"from config import settings; print(settings.{show})"],
        cwd=ROOT,
        env=variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_settings__the_five_required_variables_are_enough() -> None:
    done = settings_read(PRODUCTION, "DEBUG, settings.TWILIO_ENABLED, settings.SESSION_COOKIE_SECURE")
    assert done.stdout == "False False True\n", done.stderr


@pytest.mark.parametrize("missing", sorted(PRODUCTION))
def test_settings__each_required_variable_is_named_when_missing(missing: str) -> None:
    done = settings_read({name: value for name, value in PRODUCTION.items() if name != missing})
    assert done.returncode == 1
    assert f"BadEnvironment: {missing} est obligatoire" in done.stderr


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"DEBUG": "perhaps"}, "DEBUG : attendu 1 ou 0 (true ou false), reçu « perhaps »."),
        ({"PUBLIC_BASE_URL": "grc.example.fr"}, "PUBLIC_BASE_URL : attendu une adresse en https, http"),
        ({"DATABASE_URL": "sqlite:///grc.db"}, "DATABASE_URL : attendu postgresql://…, reçu « sqlite »."),
        ({"DATABASE_POOL_SIZE": "many"}, "DATABASE_POOL_SIZE : attendu un entier entre 0 et 200"),
    ],
)
def test_settings__a_malformed_variable_is_named(changed: dict[str, str], sentence: str) -> None:
    done = settings_read({**PRODUCTION, **changed})
    assert done.returncode == 1
    assert f"BadEnvironment: {sentence}" in done.stderr


@pytest.mark.parametrize(
    ("half", "sentence"),
    [
        ({"TWILIO_ACCOUNT_SID": "AC1"}, "TWILIO_ACCOUNT_SID défini sans TWILIO_AUTH_TOKEN"),
        (
            {"TWILIO_API_KEY_SID": "SK1", "TWILIO_TWIML_APP_SID": "AP1"},
            "TWILIO_API_KEY_SID, TWILIO_TWIML_APP_SID défini sans TWILIO_API_KEY_SECRET",
        ),
        (
            {"FRANCECONNECT_ISSUER": "https://fc.example", "FRANCECONNECT_CLIENT_ID": "1"},
            "FRANCECONNECT_ISSUER, FRANCECONNECT_CLIENT_ID défini sans FRANCECONNECT_CLIENT_SECRET",
        ),
        (
            {"PROCONNECT_CLIENT_SECRET": "1"},
            "PROCONNECT_CLIENT_SECRET défini sans PROCONNECT_ISSUER, PROCONNECT_CLIENT_ID",
        ),
    ],
)
def test_settings__half_a_group_refuses_to_start(half: dict[str, str], sentence: str) -> None:
    done = settings_read({**PRODUCTION, **half})
    assert done.returncode == 1
    assert f"BadEnvironment: {sentence}" in done.stderr


def test_settings__check_deploy_finds_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=PRODUCTION,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("System check identified no issues")


def test_settings__secrets_from_files(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("token-of-the-file\n", encoding="utf-8")
    variables = {**PRODUCTION, "TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN_FILE": str(token)}
    done = settings_read(variables, "TWILIO_ENABLED, settings.TWILIO_AUTH_TOKENS")
    assert done.stdout == "True ['token-of-the-file']\n", done.stderr


def test_settings__both_tokens_are_accepted_during_a_rotation() -> None:
    variables = {
        **PRODUCTION,
        "TWILIO_ACCOUNT_SID": "AC1",
        "TWILIO_AUTH_TOKEN": "new",
        "TWILIO_AUTH_TOKEN_SECONDARY": "old",
    }
    assert settings_read(variables, "TWILIO_AUTH_TOKENS").stdout == "['new', 'old']\n"
