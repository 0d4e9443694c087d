"""The command: its arguments, its one line, its end."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from simulators.telephone.__main__ import settings_from

SID = "AC" + "0" * 32
ROOT = Path(__file__).parents[3]


def test_settings__lines_labels_and_token(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("secret\n")
    settings = settings_from(
        [
            "--account-sid", SID, "--auth-token-file", str(token), "--auto-answer", "+33199001234",
            "--line", "+33321216216=http://127.0.0.1/v,http://127.0.0.1/s",
            "--label", "+33321216216=Département",
        ],
        {},
    )  # fmt: skip
    line = settings.lines["+33321216216"]
    assert (line.voice_url, line.sms_url, line.status_url) == ("http://127.0.0.1/v", "http://127.0.0.1/s", "")
    assert line.label == "Département"
    assert settings.auth_token == "secret"
    assert settings.auto_answer == {"+33199001234"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--account-sid", "AC1"], "AC and 32 hexadecimal digits"),
        (["--account-sid", SID], "no token"),
        (["--account-sid", SID, "--line", "0321=http://x/"], "expected +NUMBER=VOICE_URL"),
        (["--account-sid", SID, "--label", "+331=x"], "no --line for +331"),
    ],
)
def test_settings__wrong_arguments_say_what_was_expected(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    environ = {} if said == "no token" else {"SIM_AUTH_TOKEN": "secret"}
    with pytest.raises(SystemExit):
        settings_from(arguments, environ)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_command__says_where_it_listens_and_stops_cleanly(how: signal.Signals) -> None:
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "simulators.telephone", "--port", "0", "--account-sid", SID),
            *("--line", "+33321216216=http://127.0.0.1:1/voice"),
        ],
        cwd=ROOT,
        env={**os.environ, "SIM_AUTH_TOKEN": "secret"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        address = line.removeprefix("telephone network listening on ").partition(" ")[0]
        assert httpx.get(f"{address}/healthz", trust_env=False).status_code == 200
        process.send_signal(how)
        assert process.wait(10) == 0
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""
