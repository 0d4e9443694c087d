"""The whole demonstration as a stranger starts it: real processes, in a folder of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

import httpx

T = TypeVar("T")
# Rules of the simulator which are not about what was sent, but about when, or about what a caller did.
OF_THE_CONNECTION = frozenset(
    {"http_connection", "slow_answer", "http_status", "extra_digits", "no_sms_url", "queue_url"}
)
ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 600
# What the tests' own engines set must not reach the demo, which brings its own.
OURS = (
    "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_BASE_URL", "DEBUG", "CHANNEL_PREFIX",
    "DJANGO_SETTINGS_MODULE", "MEDIA_ROOT", "LIVE_BASE_URL", "DATABASE_POOL_SIZE",
)  # fmt: skip
PREFIXES = ("TWILIO_", "FRANCECONNECT_", "PROCONNECT_", "PYTEST_")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(check: Callable[[], T], *, seconds: float = 10.0, what: str) -> T:
    """The first true answer of ``check``; fails by saying ``what`` was waited for."""
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.1)


@dataclass
class Demonstration:
    """A running demo and what a script needs to drive it."""

    folder: Path
    process: subprocess.Popen[str]
    credentials: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def start(cls, folder: Path) -> Demonstration:
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in OURS and not name.startswith(PREFIXES)
        }
        output = (folder.parent / f"{folder.name}.out").open("w", encoding="utf-8")
        process = subprocess.Popen(
            [sys.executable, "-m", "config.demo.run", "--port", str(free_port()), "--folder", str(folder)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
        demo = cls(folder, process)
        demo._wait(Path(output.name))
        return demo

    def _wait(self, output: Path) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the demo stopped:\n{output.read_text(encoding='utf-8')[-4000:]}")
            path = self.folder / "credentials.json"
            if path.is_file():
                self.credentials = json.loads(path.read_text(encoding="utf-8"))
                if "base_url" in self.credentials and self._ready():
                    return
            time.sleep(0.3)
        self.stop()
        raise AssertionError(f"the demo is not ready:\n{output.read_text(encoding='utf-8')[-4000:]}")

    def _ready(self) -> bool:
        try:
            answer = httpx.get(f"{self.base}/readyz", timeout=2)
            live = self.credentials["live_url"].replace("ws", "http", 1)
            httpx.get(f"{live}/healthz", timeout=2)
            telephone = httpx.get(f"{self.telephone}/healthz", timeout=2)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200 and telephone.status_code == 200

    def refused(self) -> list[str]:
        """What the network refused of what the product sent: a document, a parameter of its REST API."""
        try:
            notes = self.control("GET", "/debugger")["notes"]
        except (httpx.HTTPError, KeyError):
            return []
        return [
            f"{note['rule']} : {note['message']} ({note['url']})"
            for note in notes
            if note["rule"] not in OF_THE_CONNECTION
        ]

    def stop(self) -> None:
        """End it. A document or a request that Twilio would refuse, at any moment of its life, is a failure."""
        refused = self.refused() if self.process.poll() is None else []
        self._end()
        assert refused == [], "\n".join(refused)

    def _end(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)

    @property
    def base(self) -> str:
        return str(self.credentials["base_url"])

    @property
    def telephone(self) -> str:
        return str(self.credentials["simulators"]["telephone"])

    @property
    def line(self) -> str:
        return str(self.credentials["twilio"]["phone_number"])

    def agent(self, role: str) -> dict[str, Any]:
        """The first agent of the credentials with this role, without a second factor when possible."""
        mine = [agent for agent in self.credentials["agents"] if agent["role"] == role]
        return dict(min(mine, key=lambda agent: agent["totp_secret"] is not None))

    def api(self, method: str, path: str, *, token: str = "", **options: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.credentials['api_token']}"}
        return httpx.request(method, f"{self.base}/api/v1{path}", headers=headers, timeout=15, **options)

    def contacts(self, provider_id: str) -> list[dict[str, Any]]:
        items = self.api("GET", "/contacts", params={"provider_id": provider_id}).json()["items"]
        return [self.api("GET", f"/contacts/{item['id']}").json() for item in items]

    def ticket(self, reference: str) -> dict[str, Any]:
        return dict(self.api("GET", f"/tickets/{reference}").json())

    def control(self, method: str, path: str, **options: Any) -> Any:
        """The telephone network's own controls: dial, press, text."""
        answer = httpx.request(method, f"{self.telephone}/control{path}", timeout=30, **options)
        answer.raise_for_status()
        return answer.json()

    def webhook(
        self, path: str, fields: dict[str, str], *, token: str = "", signature: str | None = None
    ) -> httpx.Response:
        """Post as the provider would: signed as its documentation says, computed here."""
        url = path if path.startswith("http") else self.base + path
        text = url + "".join(name + fields[name] for name in sorted(fields))
        key = self.credentials["twilio"]["auth_token"].encode()
        made = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha1).digest()).decode()
        headers = {"X-Twilio-Signature": made if signature is None else signature}
        if token:
            headers["I-Twilio-Idempotency-Token"] = token
        return httpx.post(url, data=fields, headers=headers, timeout=15)

    def text(self, body: str, *, sid: str = "", sender: str = "+33639980077") -> str:
        """Post an incoming SMS as the provider would; gives its MessageSid."""
        sid = sid or f"SM{secrets.token_hex(16)}"
        answer = self.webhook(
            "/webhooks/twilio/messaging/incoming",
            {
                "MessageSid": sid,
                "SmsSid": sid,
                "AccountSid": self.credentials["twilio"]["account_sid"],
                "From": sender,
                "To": self.line,
                "Body": body,
                "NumMedia": "0",
                "NumSegments": "1",
            },
        )
        assert answer.status_code == 200, answer.text
        return sid


@dataclass
class SignedCall:
    """A call made of signed webhooks, followed by reading its TwiML only."""

    demo: Demonstration
    to: str
    caller: str = "+33321000042"
    sid: str = field(default_factory=lambda: f"CA{secrets.token_hex(16)}")
    document: ElementTree.Element = field(init=False)
    last: tuple[str, dict[str, str], str] = field(init=False)

    def fields(self, **more: str) -> dict[str, str]:
        return {
            "CallSid": self.sid,
            "AccountSid": self.demo.credentials["twilio"]["account_sid"],
            "From": self.caller,
            "To": self.to,
            "CallStatus": "in-progress",
            "Direction": "inbound",
            "ApiVersion": "2010-04-01",
            **more,
        }

    def post(self, url: str, fields: dict[str, str], token: str = "") -> str:
        self.last = (url, fields, token)
        answer = self.demo.webhook(url, fields, token=token)
        assert answer.status_code == 200, answer.text
        self.document = ElementTree.fromstring(answer.text)
        return self.said()

    def again(self) -> str:
        """The provider repeats its last request."""
        return self.post(*self.last)

    def ring(self) -> str:
        return self.post(
            "/webhooks/twilio/voice/incoming", self.fields(CallStatus="ringing"), secrets.token_hex(8)
        )

    def press(self, digits: str) -> str:
        gather = self.document.find(".//Gather")
        assert gather is not None, ElementTree.tostring(self.document)
        return self.post(gather.attrib["action"], self.fields(Digits=digits), secrets.token_hex(8))

    def said(self) -> str:
        return " ".join("".join(say.itertext()) for say in self.document.iter("Say"))

    def key_for(self, words: str) -> str:
        """The key of a choice, heard as « pour <choix>, tapez <chiffre> »."""
        found = re.search(rf"[Pp]our [^.]*?{words}[^.]*?, tapez (\d)", self.said())
        assert found is not None, f"no choice for {words!r} in: {self.said()}"
        return found.group(1)

    def verbs(self) -> list[str]:
        return [child.tag for child in self.document]
