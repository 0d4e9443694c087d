"""``kill -9`` in the middle of the work: no contact lost, no message sent twice, everything back by itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from tests.chaos.acts import answers, kill, post_until_answered, processes
from tests.support.demonstration import Demonstration, SignedCall, eventually

pytestmark = pytest.mark.chaos


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    running = Demonstration.start(tmp_path_factory.mktemp("chaos") / "demo")
    yield running
    running.stop()


def test_web__killed_during_a_flow_of_messages_loses_none(demo: Demonstration) -> None:
    sids = []
    for number in range(30):
        sid = f"SM{number:032x}"
        if number in (10, 20):
            kill(demo, "wsgi", "config.wsgi")
        post_until_answered(demo, f"Message {number}", sid, f"+3363998{1000 + number}")
        sids.append(sid)
    assert [len(demo.contacts(sid)) for sid in sids] == [1] * 30


def test_web__comes_back_by_itself(demo: Demonstration) -> None:
    eventually(lambda: answers(demo), what="the pages")
    kill(demo, "wsgi", "config.wsgi")
    eventually(lambda: processes(demo, "wsgi", "config.wsgi"), seconds=10, what="a page server again")
    eventually(lambda: answers(demo), seconds=20, what="the pages again")


def test_worker_and_outbox__killed_while_answers_leave_send_each_once(demo: Demonstration) -> None:
    agent = demo.credentials["agents"][0]["api_token"]
    numbers = [f"+3363998{2000 + number}" for number in range(12)]
    references = []
    for number, sender in enumerate(numbers):
        sid = f"SM{number + 500:032x}"
        post_until_answered(demo, "Une question", sid, sender)
        references.append(demo.contacts(sid)[0]["tickets"][0]["reference"])
    for number, reference in enumerate(references):
        answer = demo.api(
            "POST", f"/tickets/{reference}/reply", token=agent, json={"body": f"Réponse numéro {number}."}
        )
        assert answer.status_code == 200, answer.text
        if number in (3, 7):
            kill(demo, "outbox", "--follow")
            kill(demo, "celery", "worker")

    def texts(number: int) -> list[str]:
        rows = demo.control("GET", "/sms", params={"number": numbers[number]})
        rows = rows if isinstance(rows, list) else rows["messages"]
        return [row["body"] for row in rows if row["body"] == f"Réponse numéro {number}."]

    for number in range(12):
        eventually(partial(texts, number), seconds=60, what=f"answer {number} on the telephone")
    assert [len(texts(number)) for number in range(12)] == [1] * 12


def test_worker__gone_changes_nothing_but_the_speed(demo: Demonstration) -> None:
    """The outbox is followed by a process which needs neither the worker nor the broker."""
    eventually(lambda: answers(demo), seconds=20, what="the pages")
    kill(demo, "celery", "worker")
    sid = f"SM{900:032x}"
    post_until_answered(demo, "Une question de plus", sid, "+33639983000")
    reference = demo.contacts(sid)[0]["tickets"][0]["reference"]
    assert eventually(lambda: demo.ticket(reference)["team"], seconds=20, what="the team without worker")


def test_call__continues_after_the_web_server_died(demo: Demonstration) -> None:
    call = SignedCall(demo, demo.line)
    said = call.ring()
    kill(demo, "wsgi", "config.wsgi")
    eventually(lambda: answers(demo), seconds=20, what="the pages again")
    assert call.again() == said
    assert len(demo.contacts(call.sid)) == 1


def test_demo__killed_outright_starts_again_with_its_data_and_prepares_nothing(demo: Demonstration) -> None:
    """The last of the page: the demo it leaves running is stopped by the fixture."""
    eventually(lambda: answers(demo), seconds=20, what="the pages")
    sid = f"SM{901:032x}"
    post_until_answered(demo, "Gardez ceci", sid, "+33639983001")
    known = [(row["id"], row["tickets"][0]["reference"]) for row in demo.contacts(sid)]
    demo.process.kill()
    demo.process.wait(10)
    eventually(lambda: not answers(demo), seconds=20, what="the guard to end what was left")
    again = Demonstration.start(demo.folder)
    demo.process, demo.credentials = again.process, again.credentials
    assert [(row["id"], row["tickets"][0]["reference"]) for row in demo.contacts(sid)] == known
    said = (demo.folder.parent / f"{demo.folder.name}.out").read_text("utf-8")
    assert "Pages, direct et tâches" in said
    assert "Tables de la base" not in said
