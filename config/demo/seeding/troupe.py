"""Who plays: the agents of the demonstration as actors, and the one who may do a thing to a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from config.demo.seeding.stage import Stage
from grc.errors import NotAllowed
from grc.policies import Verb, Verdict, can_claim, can_in_organisation
from grc.selectors.actors import actor_of_agent
from grc.types import Actor

if TYPE_CHECKING:
    from grc.models import Ticket


class Troupe:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self._actors: dict[str, Actor] = {}

    def agent(self, username: str) -> Actor:
        if username not in self._actors:
            self._actors[username] = actor_of_agent(self.stage.agents[username])
        return self._actors[username]

    def who_may(self, preferred: str, allowed: Callable[[Actor], Verdict]) -> Actor:
        """The agent of the plan, else the first of the content whom the policy lets do it. Raises NotAllowed."""
        names = [preferred] if preferred in self.stage.agents else []
        for name in [*names, *self.stage.agents]:
            actor = self.agent(name)
            if allowed(actor):
                return actor
        raise NotAllowed("Aucun agent de la démonstration ne peut faire cela.")

    def who_receives(self, preferred: str, organisation_id: int) -> Actor:
        return self.who_may(
            preferred, lambda actor: can_in_organisation(actor, Verb.RECEPTION, organisation_id)
        )

    def who_takes(self, preferred: str, ticket: Ticket) -> Actor:
        """The routing decides for good: where it differs from the plan, a member of the team comes first."""
        allowed = self.agent(preferred) if preferred in self.stage.agents else None
        if allowed is not None and can_claim(allowed, ticket):
            return allowed
        for name in self.stage.agents:
            actor = self.agent(name)
            if ticket.team_id in actor.team_ids and can_claim(actor, ticket):
                return actor
        return self.who_may("", lambda actor: can_claim(actor, ticket))

    def holder(self, ticket: Ticket) -> Actor:
        """Who works on a request: its assignee, else who may take it."""
        return self.who_takes(ticket.assignee.username if ticket.assignee else "", ticket)
