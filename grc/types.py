"""Pure. Plain values that travel between the layers."""

from __future__ import annotations

from dataclasses import dataclass, field

from grc.enums import Role


@dataclass(frozen=True)
class Grant:
    """One role on one organisation, or on one team of it (``team_id`` set)."""

    role: Role
    organisation_id: int
    team_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts. Everything policies and selectors need, read once; no database behind it.

    ``kind``: ``agent``, ``resident``, ``client`` (a program), ``system`` (the product itself) or ``channel``
    (somebody on the phone or by message, not identified).
    """

    kind: str
    label: str
    account_id: int | None = None
    agent_id: int | None = None
    citizen_id: int | None = None
    organisation_id: int | None = None
    grants: frozenset[Grant] = field(default_factory=frozenset)
    team_ids: frozenset[int] = field(default_factory=frozenset)
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def id(self) -> int | None:
        """Identifier written in histories: the agent, else the person, else the login."""
        return self.agent_id or self.citizen_id or self.account_id

    def has_role(self, *roles: Role) -> bool:
        return any(grant.role in roles for grant in self.grants)

    def organisations_with(self, *roles: Role) -> frozenset[int]:
        """Organisations on the whole of which one of these roles is held."""
        return frozenset(
            grant.organisation_id for grant in self.grants if grant.team_id is None and grant.role in roles
        )

    def teams_with(self, *roles: Role) -> frozenset[int]:
        """Teams on which one of these roles is held by name."""
        return frozenset(
            grant.team_id for grant in self.grants if grant.team_id is not None and grant.role in roles
        )


def system_actor(label: str) -> Actor:
    """The product itself: ``label`` is what histories show, in French."""
    return Actor(kind="system", label=label)


def channel_actor(label: str) -> Actor:
    """Somebody reached us without a login; nothing is known for sure about them."""
    return Actor(kind="channel", label=label)
