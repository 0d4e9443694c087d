"""The live queue: each change of a request becomes one row of HTML, as this agent may see it now."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any, ClassVar

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone

from agents_ui.auth.live_session import actor_of_session, session_key_of
from agents_ui.live import group_of_agent, group_of_organisation, group_of_team
from agents_ui.presenters.queue import filter_of, queue_row
from grc.policies import Verb, roles_with
from grc.selectors.console import teams_visible, viewers_of
from grc.selectors.tickets import QueueFilter, ticket_match
from grc.types import Actor

NOBODY = 4401
FORBIDDEN = 4403


class RefusedConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Any other address."""

    async def connect(self) -> None:
        await self.close()


class QueueConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One open queue. It joins the teams its agent may see; rights that go close it within ``recheck_seconds``."""

    recheck_seconds: ClassVar[float] = 5.0

    async def connect(self) -> None:
        self.session_key = session_key_of(self.scope.get("headers", []))
        self.joined: set[str] = set()
        self.watch: asyncio.Task[None] | None = None
        query = QueryDict(self.scope.get("query_string", b""))
        self.chosen: QueueFilter = filter_of(query)
        self.actor, allowed = await self._rights()
        if self.actor is None:
            await self.close(NOBODY)
            return
        wanted = {group_of_team(self.chosen.team_code)} if self.chosen.team_code else allowed
        if not wanted or not wanted <= allowed:
            await self.close(FORBIDDEN)
            return
        for group in wanted:
            await self.channel_layer.group_add(group, self.channel_name)
        self.joined = wanted
        self.checked_at = time.monotonic()
        await self.accept()
        self.watch = asyncio.create_task(self._keep_watch())

    async def disconnect(self, code: int) -> None:
        if self.watch is not None:
            self.watch.cancel()
            with suppress(asyncio.CancelledError):
                await self.watch
        for group in self.joined:
            await self.channel_layer.group_discard(group, self.channel_name)
        self.joined = set()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The page has nothing to say here."""

    async def ticket_changed(self, event: dict[str, Any]) -> None:
        """Send the row, or its absence from this list."""
        if time.monotonic() - self.checked_at >= self.recheck_seconds and not await self._still_allowed():
            return
        await self.send(text_data=await self._row(int(event["ticket_id"])))

    async def _keep_watch(self) -> None:
        while True:
            await asyncio.sleep(max(self.recheck_seconds, 0.05))
            # Not awaited inside this task: closing cancels it.
            if not await self._rights_hold():
                await self.close(FORBIDDEN)
                return

    async def _still_allowed(self) -> bool:
        if await self._rights_hold():
            return True
        await self.close(FORBIDDEN)
        return False

    async def _rights_hold(self) -> bool:
        actor, allowed = await self._rights()
        self.checked_at = time.monotonic()
        if actor is None or not self.joined <= allowed:
            return False
        self.actor = actor
        return True

    async def _rights(self) -> tuple[Actor | None, set[str]]:
        found: tuple[Actor | None, set[str]] = await database_sync_to_async(self._rights_read)()
        return found

    def _rights_read(self) -> tuple[Actor | None, set[str]]:
        actor = actor_of_session(self.session_key)
        if actor is None:
            return None, set()
        groups = {group_of_team(team.code) for team in teams_visible(actor=actor)}
        groups |= {group_of_organisation(pk) for pk in actor.organisations_with(*roles_with(Verb.SEE))}
        return actor, groups

    async def _row(self, ticket_id: int) -> str:
        return str(await database_sync_to_async(self._row_render)(ticket_id))

    def _row_render(self, ticket_id: int) -> str:
        now = timezone.now()
        assert self.actor is not None
        ticket = ticket_match(actor=self.actor, chosen=self.chosen, now=now, ticket_id=ticket_id)
        row = None
        if ticket is not None:
            viewers = viewers_of(ticket_ids=[ticket_id], now=now)
            row = queue_row(ticket, actor=self.actor, now=now, viewers=viewers)
        return render_to_string("console/parts/queue_push.html", {"row": row, "ticket_id": ticket_id})


class TelephoneConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """The telephone bar of one agent: told that something changed; what it is, the page reads with its own rights."""

    async def connect(self) -> None:
        self.group = ""
        session_key = session_key_of(self.scope.get("headers", []))
        actor: Actor | None = await database_sync_to_async(actor_of_session)(session_key)
        if actor is None or actor.agent_id is None:
            await self.close(NOBODY)
            return
        if not actor.has_role(*roles_with(Verb.RECEPTION)):
            await self.close(FORBIDDEN)
            return
        self.group = group_of_agent(actor.agent_id)
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """The page has nothing to say here."""

    async def telephone_changed(self, event: dict[str, Any]) -> None:
        await self.send(text_data="changed")
