"""The network inside a test: started in a thread on a free port, driven by plain functions."""

import asyncio
import threading
from types import TracebackType
from typing import Any

import httpx

from simulators.telephone.server import Server
from simulators.telephone.settings import Line, Settings

ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
AUTH_TOKEN = "token-of-a-test"  # noqa: S105
START_LIMIT = 20.0


class Telephone:
    """`with Telephone(lines=[...]) as phone: phone.call(...)`. Time is driven (`fast`) by default.

    The methods give the JSON of `README.md`; a refusal raises `httpx.HTTPStatusError`.
    """

    def __init__(
        self,
        lines: list[Line],
        *,
        account_sid: str = ACCOUNT_SID,
        auth_token: str = AUTH_TOKEN,
        fast: bool = True,
        **more: Any,
    ) -> None:
        by_number = {line.number: line for line in lines}
        self.settings = Settings(account_sid, auth_token, by_number, fast=fast, **more)
        self.base_url = ""
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, name="telephone", daemon=True)
        # Plain HTTP on this machine: the certificates of the world need not be read for each network.
        self._client = httpx.Client(timeout=60, trust_env=False, verify=False)  # noqa: S501

    def __enter__(self) -> "Telephone":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> str:
        """Start and wait until it listens; its address."""
        self._thread.start()
        if not self._ready.wait(START_LIMIT) or self._failure is not None:
            raise RuntimeError("the telephone network did not start") from self._failure
        return self.base_url

    def stop(self) -> None:
        self._client.close()
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)
            self._thread.join(START_LIMIT)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._live())
        finally:
            self._loop.close()

    async def _live(self) -> None:
        server = Server(self.settings)
        try:
            self.base_url = await server.start()
        except OSError as error:
            self._failure = error
            self._ready.set()
            return
        self._ready.set()
        await self._stop.wait()
        await server.stop()

    # -- people with telephones -----------------------------------------------------------------

    def _post(self, path: str, /, **body: Any) -> dict[str, Any]:
        answer = self._client.post(f"{self.base_url}/control/{path}", json=body)
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()
        return result

    def _get(self, path: str, **query: str) -> dict[str, Any]:
        answer = self._client.get(f"{self.base_url}/control/{path}", params=query)
        answer.raise_for_status()
        result: dict[str, Any] = answer.json()
        return result

    def call(self, from_: str, to: str) -> dict[str, Any]:
        """Dial a line; the call once it waits for somebody."""
        return self._post("calls", **{"from": from_, "to": to})

    def state(self, sid: str) -> dict[str, Any]:
        return self._get(f"calls/{sid}")

    def calls(self, number: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get("calls", number=number)["calls"]
        return found

    def press(self, sid: str, digits: str) -> dict[str, Any]:
        return self._post(f"calls/{sid}/digits", digits=digits)

    def say(self, sid: str, text: str) -> dict[str, Any]:
        return self._post(f"calls/{sid}/speech", text=text)

    def hang_up(self, sid: str) -> dict[str, Any]:
        return self._post(f"calls/{sid}/hangup")

    def time_out(self, sid: str) -> dict[str, Any]:
        return self._post(f"calls/{sid}/timeout")

    def advance(self, seconds: float) -> None:
        self._post("advance", seconds=seconds)

    def settle(self) -> bool:
        return bool(self._post("settle")["settled"])

    def answer(self, number: str) -> dict[str, Any]:
        return self._post("answer", number=number)

    def refuse(self, number: str) -> dict[str, Any]:
        return self._post("refuse", number=number)

    def text(self, from_: str, to: str, body: str) -> dict[str, Any]:
        return self._post("sms", **{"from": from_, "to": to, "body": body})

    def texts(self, number: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get("sms", number=number)["messages"]
        return found

    def debugger(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get("debugger")["notes"]
        return found

    def fault(self, kind: str, **more: object) -> None:
        """A fault of the REST API to come, as `faults.Fault` describes it."""
        self._post("faults", kind=kind, **more)

    def requests(self) -> list[dict[str, Any]]:
        """What the network asked of the product, oldest first."""
        found: list[dict[str, Any]] = self._get("requests")["requests"]
        return found

    def heard(self, sid: str) -> list[str]:
        """What the line said in a call."""
        return [entry["text"] for entry in self.state(sid)["transcript"] if entry["verb"] == "Say"]
