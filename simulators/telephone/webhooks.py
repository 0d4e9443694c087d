"""Requests of the network to the product: signed, limited in time, retried as the address asks."""

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

import aiohttp
from yarl import URL

from simulators.telephone.rules import Problem, problem
from simulators.telephone.signature import sign, signed_url
from simulators.telephone.twiml import SIZE_LIMIT

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Overrides:
    """The `#ct=…&rc=…` part of an address: times in seconds, `causes` among 4xx, 5xx, ct, rt."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    causes: frozenset[str] = frozenset({"ct"})


def overrides(url: str, limit: float) -> Overrides:
    """Read the fragment; what is absent or out of bounds keeps Twilio's default. `limit` in seconds."""
    given = {name: values[-1] for name, values in parse_qs(urlsplit(url).fragment).items()}

    def seconds(name: str, default: int, low: int, high: int) -> float:
        value = given.get(name, "")
        return (int(value) if value.isdigit() and low <= int(value) <= high else default) / 1000

    causes = set(given.get("rp", "ct").split(","))
    retries = given.get("rc", "")
    return Overrides(
        connect=min(seconds("ct", 5000, 100, 10000), limit),
        read=min(seconds("rt", 15000, 100, 15000), limit),
        total=min(seconds("tt", 15000, 100, 15000), limit),
        retries=int(retries) if retries.isdigit() and int(retries) <= 5 else 1,
        causes=frozenset({"4xx", "5xx", "ct", "rt"} if "all" in causes else causes),
    )


@dataclass(frozen=True)
class Reply:
    """The last attempt's answer. `failure` None = a 2xx status."""

    url: str
    status: int = 0
    content_type: str = ""
    body: bytes = b""
    failure: Problem | None = None


@dataclass(frozen=True)
class Sent:
    """One attempt, for the log of requests."""

    url: str
    method: str
    params: Pairs
    token: str
    attempt: int
    status: int
    milliseconds: int


@dataclass(frozen=True)
class _Request:
    """One request and what its retries share."""

    url: str
    params: Pairs
    method: str
    token: str
    rules: Overrides
    deadline: float

    @property
    def left(self) -> float:
        return self.deadline - time.monotonic()


class WebhookClient:
    def __init__(self, auth_token: str, limit: float, log: Callable[[Sent], None]) -> None:
        self._auth_token = auth_token
        self._limit = limit
        self._log = log
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def send(self, url: str, params: Pairs, method: str = "POST") -> Reply:
        """Call an address; each retry carries the same idempotency token and signature."""
        rules = overrides(url, self._limit)
        deadline = time.monotonic() + rules.total
        wanted = _Request(url, params, method, str(uuid.uuid4()), rules, deadline)
        attempt = 0
        while True:
            reply, cause = await self._attempt(wanted, attempt)
            attempt += 1
            if cause not in rules.causes or attempt > rules.retries or wanted.left <= 0:
                return reply

    async def _attempt(self, wanted: _Request, attempt: int) -> tuple[Reply, str]:
        """The answer, and the cause for which it may be tried again: 4xx, 5xx, ct, rt or none."""
        url = wanted.url
        started = time.monotonic()
        status = 0
        try:
            reply = await self._exchange(wanted, attempt)
            status = reply.status
        except aiohttp.ConnectionTimeoutError:
            return Reply(url, failure=problem("http_connection", "Connexion trop longue.")), "ct"
        except TimeoutError:
            return Reply(url, failure=problem("slow_answer")), "rt"
        except (aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError) as error:
            return Reply(url, failure=problem("http_connection", type(error).__name__)), "ct"
        except (aiohttp.ClientError, ValueError) as error:
            return Reply(url, failure=problem("http_connection", type(error).__name__)), ""
        finally:
            spent = round((time.monotonic() - started) * 1000)
            self._log(Sent(url, wanted.method, wanted.params, wanted.token, attempt, status, spent))
        return reply, f"{status // 100}xx" if reply.failure else ""

    async def _exchange(self, wanted: _Request, attempt: int) -> Reply:
        url, params, method, rules = wanted.url, wanted.params, wanted.method, wanted.rules
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        target = signed_url(url)
        body: Pairs = params
        if method == "GET":
            target, body = _with_query(target, params), []
        headers = {
            "X-Twilio-Signature": sign(self._auth_token, target, body),
            "I-Twilio-Idempotency-Token": wanted.token,
            "User-Agent": "TwilioProxy/1.1",
            "Accept": "*/*",
        }
        if attempt:
            headers["X-Retry-Count"] = str(attempt)
        parts = urlsplit(url)
        auth = aiohttp.BasicAuth(parts.username, parts.password or "") if parts.username else None
        form = "application/x-www-form-urlencoded; charset=UTF-8"
        sent = urlencode(body).encode() if method == "POST" else None
        async with (
            asyncio.timeout(min(max(wanted.left, 0.01), rules.connect + rules.read)),
            self._session.request(
                method,
                URL(target, encoded=True),
                data=sent,
                headers={**headers, "Content-Type": form} if sent is not None else headers,
                auth=auth,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(sock_connect=rules.connect, total=None),
            ) as answer,
        ):
            content = await answer.content.read(SIZE_LIMIT + 1)
            while len(content) <= SIZE_LIMIT and not answer.content.at_eof():
                content += await answer.content.read(SIZE_LIMIT + 1)
            bad = not 200 <= answer.status < 300
            failure = problem("http_status", f"Statut {answer.status}.") if bad else None
            return Reply(url, answer.status, answer.headers.get("Content-Type", ""), content, failure)


def _with_query(url: str, params: Pairs) -> str:
    parts = urlsplit(url)
    query = urlencode(parse_qsl(parts.query, keep_blank_values=True) + params)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))
