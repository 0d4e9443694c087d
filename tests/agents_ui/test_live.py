"""The live queue over a real socket layer (Valkey)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings
from django.utils import timezone

from agents_ui import handlers, live
from agents_ui.consumers import QueueConsumer
from agents_ui.websocket_urls import live_application
from grc.enums import Confidentiality, OrganisationKind, Role
from grc.events import EventName
from grc.models import Agent, EventDelivery, Organisation, RoleGrant, Team, Ticket
from grc.selectors.actors import actor_of_agent
from grc.services.outbox import deliveries_run
from grc.services.ticket_claim import ticket_claim
from grc.subscriptions import PublishedEvent, subscribers_of
from tests.agents_ui.browser import session_open
from tests.agents_ui.socket import Socket
from tests.factories import agent_make, organisation_make, team_make, ticket_make, topic_make

pytestmark = pytest.mark.django_db(transaction=True)
ORIGIN = b"http://testserver"


class World:
    def __init__(self) -> None:
        self.host: Organisation = organisation_make("departement")
        self.team: Team = team_make(self.host, "insertion")
        self.secret: Team = team_make(self.host, "pmi", restricted=True)
        self.agent: Agent = agent_make(self.host, role=Role.RECEPTION)
        self.key = session_open(self.agent)


@pytest.fixture
def world(transactional_db: None) -> World:
    return World()


@asynccontextmanager
async def opened(
    key: str, query: str = "", origin: bytes = ORIGIN
) -> AsyncIterator[tuple[Socket, bool, int]]:
    cookie = f"{settings.CONSOLE_SESSION_COOKIE_NAME}={key}".encode()
    headers = [(b"origin", origin), (b"cookie", cookie)]
    socket = Socket(live_application, f"/direct/file/?{query}", headers)
    connected, code = await socket.connect()
    try:
        yield socket, connected, code
    finally:
        await socket.disconnect()


async def told(ticket: Ticket, *groups: str) -> None:
    for group in groups:
        await get_channel_layer().group_send(group, {"type": "ticket.changed", "ticket_id": ticket.pk})


async def test_queue_socket__receives_the_row_of_a_request_that_changed(world: World) -> None:
    ticket = await sync_to_async(ticket_make)(world.host, team=world.team)
    async with opened(world.key) as (socket, connected, _code):
        assert connected
        await told(ticket, live.group_of_team("insertion"))
        row = await socket.text()
    assert row.strip().startswith(
        f'<tr id="t-{ticket.pk}" role="row" data-place="{ticket.queue_rank}:{ticket.pk}"'
    )


async def test_queue_socket__a_request_taken_leaves_the_list(world: World) -> None:
    ticket = await sync_to_async(ticket_make)(world.host, team=world.team, assignee=world.agent)
    async with opened(world.key, "vue=a-prendre") as (socket, _connected, _code):
        await told(ticket, live.group_of_team("insertion"))
        assert (await socket.text()).strip() == f'<tr id="t-{ticket.pk}" data-gone></tr>'


async def test_queue_socket__hides_a_discreet_motive(world: World) -> None:
    topic = await sync_to_async(topic_make)(
        world.host, label="Violences", confidentiality=Confidentiality.DISCREET
    )
    ticket = await sync_to_async(ticket_make)(world.host, team=world.team, topic=topic)
    async with opened(world.key) as (socket, _connected, _code):
        await told(ticket, live.group_of_team("insertion"))
        row = await socket.text()
    assert "Violences" not in row
    assert "Motif réservé" in row


@pytest.mark.parametrize("origin", [b"http://evil.example", b"http://testserver.evil.example", b"null"])
async def test_queue_socket__another_origin_is_refused(world: World, origin: bytes) -> None:
    async with opened(world.key, origin=origin) as (_socket, connected, _code):
        assert not connected


@pytest.mark.parametrize("key", ["", "inconnue"])
async def test_queue_socket__without_a_session_is_refused(world: World, key: str) -> None:
    async with opened(key) as (_socket, connected, code):
        assert (connected, code) == (False, 4401)


async def test_queue_socket__the_portals_cookie_opens_nothing(world: World) -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}={world.key}".encode()
    headers = [(b"origin", ORIGIN), (b"cookie", cookie)]
    socket = Socket(live_application, "/direct/file/", headers)
    assert (await socket.connect())[0] is False
    await socket.disconnect()


async def test_queue_socket__a_foreign_or_restricted_team_is_refused(world: World) -> None:
    town = await sync_to_async(organisation_make)("commune", kind=OrganisationKind.HOSTED)
    await sync_to_async(team_make)(town, "mairie")
    for code in ("mairie", "pmi", "inexistante"):
        async with opened(world.key, f"equipe={code}") as (_socket, connected, refusal):
            assert (connected, refusal) == (False, 4403)


async def test_queue_socket__hears_nothing_of_a_team_it_may_not_see(world: World) -> None:
    ticket = await sync_to_async(ticket_make)(world.host, team=world.secret)
    async with opened(world.key) as (socket, _connected, _code):
        await told(ticket, live.group_of_team("pmi"))
        assert await socket.receive_nothing(timeout=0.3)


async def test_queue_socket__rights_removed_close_it_before_the_next_row(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = await sync_to_async(ticket_make)(world.host, team=world.team)
    async with opened(world.key) as (socket, connected, _code):
        assert connected
        await sync_to_async(RoleGrant.objects.filter(agent=world.agent).delete)()
        monkeypatch.setattr(QueueConsumer, "recheck_seconds", 0.0)
        await told(ticket, live.group_of_team("insertion"))
        closing = await socket.receive_output(timeout=5)
    assert (closing["type"], closing["code"]) == ("websocket.close", 4403)


async def test_queue_socket__rights_removed_close_it_by_themselves(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QueueConsumer, "recheck_seconds", 0.05)
    async with opened(world.key) as (socket, connected, _code):
        assert connected
        await sync_to_async(RoleGrant.objects.filter(agent=world.agent).delete)()
        closing = await socket.receive_output(timeout=5)
    assert (closing["type"], closing["code"]) == ("websocket.close", 4403)


def test_on_ticket_changed__both_teams_of_a_transfer_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[int, int, list[str]]] = []

    def tell(*, ticket_id: int, organisation_id: int, teams: list[str]) -> bool:
        said.append((ticket_id, organisation_id, teams))
        return True

    monkeypatch.setattr(handlers, "ticket_tell", tell)
    payload = {"ticket_id": 7, "dims": {"organisation": 3, "team": "logement"}, "from_team": "insertion"}
    handlers.on_ticket_changed__tell_queues(
        PublishedEvent(1, EventName.TICKET_TRANSFERRED, payload, timezone.now())
    )
    assert said == [(7, 3, ["logement", "insertion"])]


def test_on_ticket_changed__hears_every_event_of_a_request() -> None:
    name = "agents_ui.handlers.on_ticket_changed__tell_queues"
    silent = [
        event.value
        for event in EventName
        if event.value.startswith("ticket_") and name not in subscribers_of(event)
    ]
    assert silent == ["ticket_noted"]


def test_on_ticket_changed__a_dead_layer_does_not_fail_the_delivery(world: World, settings: object) -> None:
    settings.CHANNEL_LAYERS = {  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": ["redis://127.0.0.1:1/0"]},
        }
    }
    ticket = ticket_make(world.host, team=world.team)
    deliveries_run()
    ticket_claim(actor=actor_of_agent(world.agent), ticket=ticket)
    deliveries_run()
    mine = EventDelivery.objects.filter(subscriber="agents_ui.handlers.on_ticket_changed__tell_queues")
    assert [row.state for row in mine] == ["done"] * mine.count()
    assert mine.count() >= 2
