"""A client that costs little: kept connections, one request at a time on each, times in milliseconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field


class BenchError(Exception):
    """A measure that would not be one: an unexpected answer, a server that left."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    ms: float


@dataclass
class Connection:
    """One kept connection to ``port`` of the loopback address; ``always``: headers of every request."""

    port: int
    always: Mapping[str, str] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        expect: tuple[int, ...] = (200,),
    ) -> Answer:
        """The answer, its time added to ``times``. Raises BenchError for another status than those expected."""
        fields = {"Host": f"127.0.0.1:{self.port}", **self.always, **(headers or {})}
        if method == "POST":
            fields["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        request = f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port, limit=2**22)
        reader, writer = self._streams
        begin = time.perf_counter()
        writer.write(request)
        try:
            status, found = _head(await reader.readuntil(b"\r\n\r\n"))
            content = await _body(reader, status, found)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise BenchError(f"{method} {path} : le serveur a coupé") from error
        answer = Answer(status, found, content, (time.perf_counter() - begin) * 1000)
        self.times.append(answer.ms)
        if status not in expect:
            raise BenchError(f"{method} {path} : {status} au lieu de {expect} : {content[:300]!r}")
        return answer

    async def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


def _head(raw: bytes) -> tuple[int, dict[str, str]]:
    first, *lines = raw.decode("latin1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        if name:
            headers[name.strip().lower()] = value.strip()
    return int(first.split(" ")[1]), headers


async def _body(reader: asyncio.StreamReader, status: int, headers: Mapping[str, str]) -> bytes:
    if status in (204, 304):
        return b""
    if headers.get("transfer-encoding") == "chunked":
        parts = []
        while size := int((await reader.readline()).split(b";")[0], 16):
            parts.append((await reader.readexactly(size + 2))[:-2])
        await reader.readline()
        return b"".join(parts)
    return await reader.readexactly(int(headers.get("content-length", "0")))
