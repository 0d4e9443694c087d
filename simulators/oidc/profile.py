"""Pure. What tells one issuer from the other: its rules, its scopes, its words and its people.

Lengths, allowed parameters, lifetimes and error codes follow the public FranceConnect sources
(github.com/france-connect/sources) and the ProConnect documentation
(github.com/numerique-gouv/proconnect-documentation).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

CODE_SECONDS = 30
ACCESS_TOKEN_SECONDS = 60
ID_TOKEN_SECONDS = 60
INTERACTION_SECONDS = 600

# Claims asked through scopes; the values a person does not have stay absent from the userinfo.
ClaimValue = str | list[str]


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in at the issuer.

    `claims` are the values userinfo may give, by claim name; `hint` is the line shown under the name.
    """

    login: str
    label: str
    hint: str
    sub: str
    claims: Mapping[str, ClaimValue]
    amr: tuple[str, ...] = ("pwd",)


@dataclass(frozen=True)
class Client:
    """The one application registered at the issuer; addresses are compared exactly."""

    client_id: str
    client_secret: str
    redirect_uris: tuple[str, ...]
    post_logout_redirect_uris: tuple[str, ...] = ()
    scopes: frozenset[str] | None = None  # None: every scope of the issuer


@dataclass(frozen=True)
class Profile:
    """The rules of one issuer."""

    name: str  # machine name, in /healthz
    title: str  # said on every page
    people_title: str
    required: tuple[str, ...]
    optional: frozenset[str]
    may_be_empty: frozenset[str]  # required, but an empty value is told by redirection
    nonce_minimum: int
    state_minimum: int
    prompts: frozenset[str]
    acr: str
    scope_claims: Mapping[str, tuple[str, ...]]
    refused_scopes: frozenset[str] = frozenset()  # known, but never granted to this client
    session_seconds: int = 1800
    logout_required: tuple[str, ...] = ("id_token_hint",)
    code_parameter: str = ""
    code_client: str = ""
    code_redirect_uri: str = ""
    code_logout: str = ""
    wrong_acr: str = "eidas0"
    messages: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def claim_names(self) -> tuple[str, ...]:
        """Every claim a scope may give, `sub` first, without repetition."""
        names = [name for claims in self.scope_claims.values() for name in claims]
        return tuple(dict.fromkeys(["sub", *names]))

    def asks_acr(self) -> bool:
        return "acr_values" in self.required
