"""Real threads, real PostgreSQL: a request is taken once, by the one who holds it, and none is left behind."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Event, Thread

import httpx
import pytest
from django.db import connection, transaction
from pytest_django.live_server_helper import LiveServer

from grc.enums import Role
from grc.models import Agent, Organisation, Team, Ticket, TimelineEntry
from grc.selectors.actors import actor_of_agent
from grc.services.ticket_claim import ticket_claim_next
from grc.types import Actor
from tests import factories as make

AGENTS, TICKETS, WANTED = 8, 50, 12
pytestmark = pytest.mark.django_db(transaction=True)


def together(work: list[Callable[[], None]]) -> None:
    """Run every function in its own thread, started at the same instant; an error of one is raised here."""
    barrier, errors = Barrier(len(work)), []

    def run(function: Callable[[], None]) -> None:
        try:
            barrier.wait(30)
            function()
        except Exception as error:  # noqa: BLE001  (raised again by the test)
            errors.append(error)
        finally:
            connection.close()

    connection.close()  # its place in the pool is for a thread
    threads = [Thread(target=run, args=[function]) for function in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert errors == []
    assert not any(thread.is_alive() for thread in threads)


@pytest.fixture
def queue() -> tuple[Organisation, Team, list[Agent]]:
    town = make.organisation_make()
    team = make.team_make(town, "file")
    agents = [make.agent_make(town, f"agent-{number}", role=Role.RECEPTION) for number in range(AGENTS)]
    for _ in range(TICKETS):
        make.ticket_make(town, team=team)
    return town, team, agents


def assert_each_taken_once(taken: dict[str, list[str]]) -> None:
    everything = [reference for references in taken.values() for reference in references]
    assert len(everything) == TICKETS
    assert len(set(everything)) == TICKETS
    holders = dict(Ticket.objects.values_list("reference", "assignee__username"))
    assert holders == {reference: name for name, references in taken.items() for reference in references}
    assert Ticket.objects.filter(state="open").count() == TICKETS
    assert TimelineEntry.objects.filter(verb="ticket_claimed").count() == TICKETS


def test_ticket_claim_next__eight_agents_fifty_requests(
    queue: tuple[Organisation, Team, list[Agent]],
) -> None:
    _, team, agents = queue
    actors = {agent.username: actor_of_agent(agent) for agent in agents}
    taken: dict[str, list[str]] = {name: [] for name in actors}

    def take_all(name: str, actor: Actor) -> Callable[[], None]:
        def run() -> None:
            for _ in range(TICKETS + 1):
                ticket = ticket_claim_next(actor=actor, team=team)
                if ticket is None:
                    return
                taken[name].append(ticket.reference)

        return run

    together([take_all(name, actor) for name, actor in actors.items()])
    assert_each_taken_once(taken)


def test_ticket_claim_next__claims_that_roll_back_leave_nothing_behind(
    queue: tuple[Organisation, Team, list[Agent]],
) -> None:
    _, team, agents = queue
    actors = {agent.username: actor_of_agent(agent) for agent in agents}
    taken: dict[str, list[str]] = {name: [] for name in actors}

    def take_all(name: str, actor: Actor, *, wavers: bool) -> Callable[[], None]:
        def run() -> None:
            for turn in range(4 * TICKETS):
                with transaction.atomic():
                    ticket = ticket_claim_next(actor=actor, team=team)
                    given_up = wavers and turn % 2 == 0 and turn < TICKETS
                    transaction.set_rollback(given_up)
                if given_up:
                    continue
                if ticket is None:
                    return
                taken[name].append(ticket.reference)

        return run

    together(
        [take_all(name, actor, wavers=number % 2 == 0) for number, (name, actor) in enumerate(actors.items())]
    )
    assert_each_taken_once(taken)


def test_ticket_claim_next__waits_for_the_row_another_gives_up() -> None:
    town = make.organisation_make()
    team = make.team_make(town, "file")
    ticket = make.ticket_make(town, team=team)
    first, second = (actor_of_agent(make.agent_make(town, role=Role.RECEPTION)) for _ in range(2))
    held, found = Event(), []

    def hold_then_give_up() -> None:
        with transaction.atomic():
            ticket_claim_next(actor=first, team=team)
            held.set()
            with connection.cursor() as cursor:
                for _ in range(100_000):
                    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                    row = cursor.fetchone()
                    if row and row[0]:
                        break
            transaction.set_rollback(True)

    def take() -> None:
        held.wait(30)
        # One try waits 200 ms at most: a slow machine may need another, as an agent would press again.
        for _ in range(50):
            mine = ticket_claim_next(actor=second, team=team)
            if mine is not None:
                found.append(mine.reference)
                return

    together([hold_then_give_up, take])
    assert found == [ticket.reference]
    ticket.refresh_from_db()
    assert ticket.assignee_id == second.agent_id


def test_claim_next__through_the_api(
    queue: tuple[Organisation, Team, list[Agent]], live_server: LiveServer
) -> None:
    _, _, agents = queue
    tokens = {agent.username: make.token_make(agent) for agent in agents}
    taken: dict[str, list[str]] = {name: [] for name in tokens}

    def take_all(name: str, token: str) -> Callable[[], None]:
        def run() -> None:
            headers = {"Authorization": f"Bearer {token}"}
            with httpx.Client(
                base_url=live_server.url, headers=headers, timeout=30, trust_env=False
            ) as client:
                for _ in range(TICKETS + 1):
                    answer = client.post("/api/v1/queues/file/claim-next")
                    if answer.status_code == 204:
                        return
                    assert answer.status_code == 200
                    assert answer.json()["assignee"]["username"] == name
                    taken[name].append(answer.json()["reference"])

        return run

    together([take_all(name, token) for name, token in tokens.items()])
    assert_each_taken_once(taken)


def test_claim__eight_agents_want_the_same_one(
    queue: tuple[Organisation, Team, list[Agent]], live_server: LiveServer
) -> None:
    """One 200 and seven 409 for each request, whoever wins."""
    _, _, agents = queue
    references = list(Ticket.objects.order_by("pk").values_list("reference", flat=True)[:WANTED])
    tokens = {agent.username: make.token_make(agent) for agent in agents}
    answers: dict[str, list[int]] = {name: [] for name in tokens}

    def claim_all(name: str, token: str) -> Callable[[], None]:
        def run() -> None:
            headers = {"Authorization": f"Bearer {token}"}
            with httpx.Client(
                base_url=live_server.url, headers=headers, timeout=60, trust_env=False
            ) as client:
                for reference in references:
                    answers[name].append(client.post(f"/api/v1/tickets/{reference}/claim").status_code)

        return run

    together([claim_all(name, token) for name, token in tokens.items()])
    for position, reference in enumerate(references):
        seen = {name: statuses[position] for name, statuses in answers.items()}
        assert sorted(seen.values()) == [200, 409, 409, 409, 409, 409, 409, 409]
        winner = next(name for name, status in seen.items() if status == 200)
        assert Ticket.objects.get(reference=reference).assignee == Agent.objects.get(username=winner)
