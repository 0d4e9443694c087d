"""What an issuer remembers: pending logins, codes, access tokens and sessions, each with its end."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from simulators.oidc.profile import (
    ACCESS_TOKEN_SECONDS,
    CODE_SECONDS,
    INTERACTION_SECONDS,
    Person,
)
from simulators.oidc.rules import AuthorizeRequest


@dataclass(frozen=True)
class Session:
    """A person signed in at the issuer, with the time (Unix seconds) of the authentication."""

    person: Person
    auth_time: int
    expires: float


@dataclass(frozen=True)
class Grant:
    """What a person accepted to give."""

    request: AuthorizeRequest
    person: Person
    auth_time: int


@dataclass
class _Code:
    grant: Grant
    expires: float
    access_tokens: list[str] = field(default_factory=list)
    used: bool = False


class Store:
    """Everything in memory. Lifetimes are counted on a clock that a test may push forward.

    Pushing the clock ages what was issued before; the times written in new tokens stay those of the wall
    clock, so that logins keep working afterwards.
    """

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._ahead = 0.0
        self._interactions: dict[str, tuple[AuthorizeRequest, float]] = {}
        self._codes: dict[str, _Code] = {}
        self._tokens: dict[str, tuple[Grant, float]] = {}
        self._sessions: dict[str, Session] = {}

    def wall_time(self) -> int:
        return int(self._wall())

    def now(self) -> float:
        return self._wall() + self._ahead

    def advance(self, seconds: float) -> float:
        """Age everything issued so far; return the total advance in seconds."""
        self._ahead += seconds
        return self._ahead

    def interaction_open(self, request: AuthorizeRequest) -> str:
        name = secrets.token_urlsafe(16)
        self._interactions[name] = (request, self.now() + INTERACTION_SECONDS)
        return name

    def interaction_find(self, name: str) -> AuthorizeRequest | None:
        request, expires = self._interactions.get(name, (None, 0.0))
        return request if self.now() < expires else None

    def interaction_close(self, name: str) -> None:
        self._interactions.pop(name, None)

    def session_open(self, person: Person, seconds: int) -> str:
        name = secrets.token_urlsafe(24)
        self._sessions[name] = Session(person, self.wall_time(), self.now() + seconds)
        return name

    def session_find(self, name: str) -> Session | None:
        session = self._sessions.get(name)
        return session if session is not None and self.now() < session.expires else None

    def session_close(self, name: str) -> None:
        self._sessions.pop(name, None)

    def code_issue(self, grant: Grant) -> str:
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(grant, self.now() + CODE_SECONDS)
        return code

    def code_use(self, code: str, redirect_uri: str) -> tuple[Grant, str] | None:
        """Exchange a code for (grant, access token), once; a second use revokes what the first one gave."""
        entry = self._codes.get(code)
        if entry is None:
            return None
        if entry.used:
            for token in entry.access_tokens:
                self._tokens.pop(token, None)
            return None
        if self.now() >= entry.expires or redirect_uri != entry.grant.request.redirect_uri:
            return None
        entry.used = True
        token = secrets.token_urlsafe(32)
        entry.access_tokens.append(token)
        self._tokens[token] = (entry.grant, self.now() + ACCESS_TOKEN_SECONDS)
        return entry.grant, token

    def token_find(self, token: str) -> Grant | None:
        grant, expires = self._tokens.get(token, (None, 0.0))
        return grant if self.now() < expires else None
