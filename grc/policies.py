"""Who may do what: one table of roles, then functions ``can_<verb>`` which explain their refusals.

Nothing here reads the database: the actor carries its rights, the ticket its team, organisation and secrecy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from grc.enums import Confidentiality, Role
from grc.errors import NotAllowed
from grc.models import Agent, Ticket
from grc.types import Actor, Grant


class Verb(StrEnum):
    SEE = "see"
    CLAIM = "claim"
    WORK = "work"  # reply, note, qualify, pause, close a ticket one holds or of one's team
    TRANSFER = "transfer"
    REASSIGN = "reassign"
    OPEN = "open"
    RECEPTION = "reception"
    REPORT = "report"
    ADMINISTER = "administer"
    EDIT = "edit"
    AUDIT = "audit"


_RECEPTION = frozenset({Verb.SEE, Verb.CLAIM, Verb.WORK, Verb.TRANSFER, Verb.OPEN, Verb.RECEPTION})
ROLE_VERBS: Final[dict[Role, frozenset[Verb]]] = {
    Role.RECEPTION: _RECEPTION,
    Role.INSTRUCTOR: frozenset({Verb.SEE, Verb.CLAIM, Verb.WORK, Verb.TRANSFER, Verb.OPEN}),
    Role.SUPERVISOR: _RECEPTION | {Verb.REASSIGN, Verb.REPORT},
    Role.MANAGER: frozenset({Verb.REPORT}),
    Role.EDITOR: frozenset({Verb.EDIT}),
    Role.ADMINISTRATOR: frozenset(Verb) - {Verb.AUDIT},
    Role.SITE_LEAD: _RECEPTION | {Verb.REPORT},
    Role.ELECTED: frozenset({Verb.REPORT}),
    Role.AUDITOR: frozenset({Verb.AUDIT, Verb.REPORT}),
}


@dataclass(frozen=True)
class Verdict:
    """Allowed, or not with the French sentence which says why."""

    allowed: bool
    sentence: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    def require(self) -> None:
        """Raise :class:`NotAllowed` with its sentence unless allowed."""
        if not self.allowed:
            raise NotAllowed(self.sentence)


YES: Final = Verdict(True)


def roles_with(verb: Verb) -> frozenset[Role]:
    return frozenset(role for role, verbs in ROLE_VERBS.items() if verb in verbs)


def can_in_organisation(actor: Actor, verb: Verb, organisation_id: int) -> Verdict:
    """May this actor do ``verb`` somewhere in this organisation?"""
    if actor.kind == "system":
        return YES
    roles = roles_with(verb)
    if any(grant.role in roles and grant.organisation_id == organisation_id for grant in actor.grants):
        return YES
    return Verdict(False, "Votre rôle ne permet pas cette action dans cet organisme.")


def _on_ticket(actor: Actor, verb: Verb, ticket: Ticket) -> Verdict:
    if actor.kind == "system":
        return YES
    roles = roles_with(verb)
    of_organisation = [grant for grant in actor.grants if grant.organisation_id == ticket.organisation_id]
    if not of_organisation:
        return Verdict(False, "Cette demande relève d’un autre organisme.")
    usable = [
        grant for grant in of_organisation if grant.role in roles and grant.team_id in (None, ticket.team_id)
    ]
    if not usable:
        return Verdict(False, "Votre rôle ne permet pas cette action sur cette demande.")
    if _is_restricted(ticket) and not _may_enter_restricted(actor, ticket, usable):
        return Verdict(False, "Cette demande est dans une file à accès restreint.")
    return YES


def _is_restricted(ticket: Ticket) -> bool:
    return ticket.team is not None and ticket.team.restricted


def _may_enter_restricted(actor: Actor, ticket: Ticket, usable: list[Grant]) -> bool:
    named_on_team = any(grant.team_id == ticket.team_id for grant in usable)
    return named_on_team or ticket.team_id in actor.team_ids or actor.agent_id == ticket.assignee_id


def can_see_ticket(actor: Actor, ticket: Ticket) -> Verdict:
    if actor.kind == "resident":
        mine = actor.citizen_id is not None and actor.citizen_id in (
            ticket.requester_id,
            ticket.beneficiary_id,
        )
        return YES if mine else Verdict(False, "Cette demande n’est pas à votre nom.")
    if actor.kind == "channel":
        # Somebody who proved to hold this request, by its code or by a link, and nothing else.
        held = holder_scope(ticket.pk) in actor.scopes
        return YES if held else Verdict(False, "Donnez le numéro et le code de cette demande.")
    return _on_ticket(actor, Verb.SEE, ticket)


def holder_scope(ticket_id: int) -> str:
    """The scope of who gave the reference and code of this request, or came by its signed link."""
    return f"ticket:{ticket_id}"


def can_see_motive(actor: Actor, ticket: Ticket) -> bool:
    """Shared lists hide the motive of discreet requests from those who do not handle them."""
    if ticket.confidentiality == Confidentiality.NORMAL:
        return True
    return ticket.team_id in actor.team_ids or (
        actor.agent_id is not None and actor.agent_id == ticket.assignee_id
    )


def can_claim(actor: Actor, ticket: Ticket) -> Verdict:
    if actor.agent_id is None:
        return Verdict(False, "Seul un agent peut prendre une demande.")
    return _on_ticket(actor, Verb.CLAIM, ticket)


def can_work(actor: Actor, ticket: Ticket) -> Verdict:
    """Reply, note, qualify, pause, close."""
    return _on_ticket(actor, Verb.WORK, ticket)


def can_transfer(actor: Actor, ticket: Ticket) -> Verdict:
    return _on_ticket(actor, Verb.TRANSFER, ticket)


def can_reassign(actor: Actor, ticket: Ticket) -> Verdict:
    return _on_ticket(actor, Verb.REASSIGN, ticket)


def can_release(actor: Actor, ticket: Ticket) -> Verdict:
    if ticket.assignee_id is not None and ticket.assignee_id == actor.agent_id:
        return YES
    return can_reassign(actor, ticket)


def can_set_presence(actor: Actor, agent: Agent) -> Verdict:
    """Each says their own; whoever may give work to others may say it for them."""
    if actor.agent_id == agent.pk:
        return YES
    return can_in_organisation(actor, Verb.REASSIGN, agent.organisation_id)
