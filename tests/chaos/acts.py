"""What the chaos tests do to a running demonstration, and to the people who use it meanwhile."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from typing import Any

import httpx
import psutil

from config.engines import status
from tests.support.demonstration import Demonstration, eventually


def processes(demo: Demonstration, *words: str) -> list[psutil.Process]:
    """Processes of this demo whose command line holds every word."""
    family = psutil.Process(demo.process.pid).children(recursive=True)
    found = []
    for process in family:
        try:
            line = " ".join(process.cmdline())
        except psutil.Error:
            continue
        if all(word in line for word in words):
            found.append(process)
    return found


def kill(demo: Demonstration, *words: str) -> int:
    victims = eventually(partial(processes, demo, *words), seconds=20, what=f"a process {words} to kill")
    for victim in victims:
        try:
            os.kill(victim.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    return len(victims)


def engine_kill(demo: Demonstration, name: str) -> int:
    """End PostgreSQL or Valkey outright; the number of the process that was."""

    def pid() -> int | None:
        found = status(demo.folder / "engines")
        return found.postgres_pid if name == "postgres" else found.valkey_pid

    victim = eventually(pid, seconds=30, what=f"{name} to kill") or 0
    os.kill(victim, signal.SIGKILL)
    return victim


def engine_is_back(demo: Demonstration, name: str, victim: int) -> bool:
    found = status(demo.folder / "engines")
    pid = found.postgres_pid if name == "postgres" else found.valkey_pid
    return pid is not None and pid != victim


def ready(demo: Demonstration) -> bool:
    """Every dependency answers, and the pages."""
    try:
        answer = httpx.get(f"{demo.base}/readyz", timeout=3)
        return answer.status_code == 200 and answer.json()["redis"] == "ok"
    except (httpx.HTTPError, ValueError):
        return False


def answers(demo: Demonstration) -> bool:
    try:
        return httpx.get(f"{demo.base}/healthz", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False


def post_until_answered(demo: Demonstration, body: str, sid: str, sender: str) -> None:
    """A provider repeats what got no answer: here too, with the same identifier."""
    deadline = time.monotonic() + 30
    while True:
        try:
            demo.text(body, sid=sid, sender=sender)
            return
        except (httpx.HTTPError, AssertionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def again(act: Any, *, seconds: float = 30, what: str) -> Any:
    """Do it until it works, as a person in front of a page that fails does."""

    def tried() -> Any:
        try:
            return act() or True
        except (httpx.HTTPError, AssertionError, KeyError, ValueError):
            return None

    return eventually(tried, seconds=seconds, what=what)


def text_from_phone(demo: Demonstration, sender: str, body: str) -> str:
    """Somebody texts the line from their telephone: the network does what Twilio does, and no more."""
    sent = demo.control("POST", "/sms?settle=0", json={"from": sender, "to": demo.line, "body": body})
    return str(sent["sid"])


def call_from_phone(demo: Demonstration, number: str) -> str:
    return str(demo.control("POST", "/calls?settle=0", json={"from": number, "to": demo.line})["sid"])


def call_state(demo: Demonstration, sid: str) -> dict[str, Any]:
    return dict(demo.control("GET", f"/calls/{sid}"))


def press_when_asked(demo: Demonstration, sid: str, keys: str) -> None:
    """Wait until the call asks for keys, as a person does, then press; a call that has ended asks for nothing."""

    def asked() -> bool:
        state = call_state(demo, sid)
        if state["status"] == "completed":
            raise AssertionError(f"the call ended: {[entry['text'] for entry in state['transcript']][-4:]}")
        return bool(state["expecting"]) and "gather" in state["expecting"]

    eventually(asked, seconds=90, what=f"a question in the call {sid}")
    entries = call_state(demo, sid)["entries"]
    demo.control("POST", f"/calls/{sid}/digits?settle=0", json={"digits": keys})
    # The next question is another one: what is said first tells it from this one.
    eventually(
        lambda: call_state(demo, sid)["entries"] > entries + 1,
        seconds=60,
        what=f"what follows {keys} in {sid}",
    )


def heard(demo: Demonstration, sid: str) -> list[str]:
    return [entry["text"] for entry in call_state(demo, sid)["transcript"] if entry["verb"] == "Say"]
