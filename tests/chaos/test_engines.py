"""``kill -9`` of the engines and of every process while people call, text and agents answer: nothing is lost.

The network is the simulator: it repeats no text, and what it is not answered ends as it would with Twilio. Afterwards
every text and every call has one contact, every answer has left once, and the figures count each call once.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from tests.chaos.acts import (
    again,
    call_from_phone,
    call_state,
    engine_is_back,
    engine_kill,
    heard,
    kill,
    press_when_asked,
    ready,
    text_from_phone,
)
from tests.support.demonstration import Demonstration, eventually

pytestmark = pytest.mark.chaos
# « make chaos » gives minutes; a run of the whole suite has seconds.
LONG = int(os.environ.get("CHAOS_SECONDS", "25"))
CAUGHT_UP = 120
"""Seconds for what the network kept for us to be fetched: a round every thirty, a minute after the end of a call."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    running = Demonstration.start(tmp_path_factory.mktemp("engines") / "demo")
    yield running
    running.stop()


def contacts(demo: Demonstration, sid: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = again(partial(demo.contacts, sid), what=f"the contact of {sid}") or []
    return found if isinstance(found, list) else []


def phone_figures(demo: Demonstration) -> dict[str, int]:
    today = datetime.now(UTC).date().isoformat()
    report = demo.api("GET", "/reports/service-level", params={"start": today, "end": today}).json()
    return dict(report["phone"])


def test_valkey__killed_calls_texts_and_pages_go_on(demo: Demonstration) -> None:
    sid = call_from_phone(demo, "+33639984001")
    press_when_asked(demo, sid, "4")
    victim = engine_kill(demo, "valkey")
    press_when_asked(demo, sid, "2")
    begin = time.monotonic()
    text = text_from_phone(demo, "+33639984002", "Une question pendant la panne")
    assert time.monotonic() - begin < 5
    press_when_asked(demo, sid, "62000")
    # Arras, among the communes of this code.
    press_when_asked(demo, sid, "1")
    assert len(contacts(demo, text)) == 1
    eventually(lambda: contacts(demo, sid)[0]["tickets"], seconds=10, what="the request of the call")
    assert not any("difficulté technique" in said for said in heard(demo, sid))
    eventually(partial(engine_is_back, demo, "valkey", victim), seconds=15, what="Valkey again")
    eventually(partial(ready, demo), seconds=30, what="everything ready again")
    demo.control("POST", f"/calls/{sid}/hangup?settle=0", json={})


def test_postgres__killed_a_call_hears_a_word_and_goes_on(demo: Demonstration) -> None:
    sid = call_from_phone(demo, "+33639984003")
    press_when_asked(demo, sid, "4")
    victim = engine_kill(demo, "postgres")
    text = text_from_phone(demo, "+33639984004", "Un message pendant la panne")
    press_when_asked(demo, sid, "2")
    eventually(partial(engine_is_back, demo, "postgres", victim), seconds=60, what="PostgreSQL again")
    eventually(partial(ready, demo), seconds=60, what="everything ready again")

    def goes_on() -> bool:
        state = call_state(demo, sid)
        assert state["status"] != "completed", heard(demo, sid)[-4:]
        return bool(contacts(demo, sid))

    eventually(goes_on, seconds=60, what="the call, on the line and known")
    assert len(contacts(demo, sid)) == 1
    eventually(partial(demo.contacts, text), seconds=CAUGHT_UP, what="the text, fetched")
    assert len(demo.contacts(text)) == 1
    demo.control("POST", f"/calls/{sid}/hangup?settle=0", json={})


def test_everything__killed_while_people_call_text_and_agents_answer(demo: Demonstration) -> None:
    """Short in a run of the suite, long under « make chaos »; the same victims in the same order."""
    eventually(partial(ready, demo), seconds=60, what="everything ready")
    before = again(partial(phone_figures, demo), what="the figures")["offered"]
    chance = random.Random(20261125)
    agent = demo.credentials["agents"][0]["api_token"]
    texts: list[str] = []
    calls: list[str] = []
    answered: dict[str, str] = {}
    victims = ["web", "postgres", "worker", "valkey", "outbox", "live"]
    deadline, number = time.monotonic() + LONG, 0
    while time.monotonic() < deadline or number < len(victims):
        sender = f"+3363998{5000 + number}"
        texts.append(text_from_phone(demo, sender, f"Question numéro {number}"))
        calls.append(call_from_phone(demo, f"+3363998{7000 + number}"))
        _kill(demo, victims[number % len(victims)])
        time.sleep(chance.uniform(0.2, 2.0))
        if number % 2 == 0:
            _answer_one(demo, agent, texts, answered)
        demo.control("POST", f"/calls/{calls[number // 2]}/hangup?settle=0", json={})
        number += 1
    for sid in calls:
        if call_state(demo, sid)["status"] not in {"completed", "failed", "no-answer"}:
            demo.control("POST", f"/calls/{sid}/hangup?settle=0", json={})
    eventually(partial(ready, demo), seconds=90, what="everything ready again")
    for sid in [*texts, *calls]:
        eventually(partial(contacts, demo, sid), seconds=CAUGHT_UP, what=f"the contact of {sid}")
        assert len(contacts(demo, sid)) == 1
    _each_answer_left_once(demo, answered)

    def counted() -> bool:
        figures = phone_figures(demo)
        parts = (
            "answered",
            "abandoned",
            "self_served",
            "redirected",
            "called_back",
            "voicemail",
            "closed_hours",
        )
        assert figures["offered"] == sum(figures[part] for part in parts) + figures["in_progress"], figures
        return figures["offered"] == before + len(calls) and figures["in_progress"] == 0

    eventually(
        lambda: again(counted, what="figures that add up"), seconds=CAUGHT_UP, what="every call, counted once"
    )


def _kill(demo: Demonstration, name: str) -> None:
    if name in {"postgres", "valkey"}:
        engine_kill(demo, name)
        return
    words = {
        "web": ("wsgi", "config.wsgi"), "worker": ("celery", "worker"), "outbox": ("outbox", "--follow"),
        "live": ("asginl", "config.asgi"),
    }[name]  # fmt: skip
    kill(demo, *words)


def _answer_one(demo: Demonstration, agent: str, texts: list[str], answered: dict[str, str]) -> None:
    """An agent answers the last text that is here; a page that fails is tried again, with the same words."""
    for sid in reversed(texts):
        try:
            found = demo.contacts(sid)
            reference = found[0]["tickets"][0]["reference"]
            if reference in answered:
                continue
            body = f"Réponse {len(answered)} à la demande."
            answer = demo.api("POST", f"/tickets/{reference}/reply", token=agent, json={"body": body})
            if answer.status_code == 200:
                answered[reference] = body
            return
        except Exception:  # noqa: BLE001 -- the agent's page fails while something is down: they go on later
            continue


def _each_answer_left_once(demo: Demonstration, answered: dict[str, str]) -> None:
    def sent(body: str) -> list[str]:
        rows = demo.control("GET", "/sms")["messages"]
        return [row["sid"] for row in rows if row["body"] == body]

    for body in answered.values():
        eventually(partial(sent, body), seconds=90, what=f"the answer {body!r} on a telephone")
    assert {body: len(sent(body)) for body in answered.values()} == dict.fromkeys(answered.values(), 1)
