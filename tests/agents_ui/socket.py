"""A WebSocket without a network: ``channels.testing`` would want the daphne server installed."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from asgiref.testing import ApplicationCommunicator


class Socket(ApplicationCommunicator):
    """One connection to an ASGI application."""

    def __init__(self, application: Any, address: str, headers: list[tuple[bytes, bytes]]) -> None:
        parts = urlsplit(address)
        scope = {
            "type": "websocket",
            "path": parts.path,
            "query_string": parts.query.encode(),
            "headers": headers,
            "subprotocols": [],
        }
        super().__init__(application, scope)
        self.accepted = False

    async def connect(self) -> tuple[bool, int]:
        """Whether it was accepted, else the code of the refusal."""
        await self.send_input({"type": "websocket.connect"})
        answer = await self.receive_output(timeout=5)
        self.accepted = answer["type"] == "websocket.accept"
        return self.accepted, int(answer.get("code") or 0)

    async def text(self) -> str:
        answer = await self.receive_output(timeout=5)
        assert answer["type"] == "websocket.send"
        return str(answer["text"])

    async def disconnect(self) -> None:
        if self.accepted:
            await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(timeout=5)
