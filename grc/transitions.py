"""Pure. The one table of ticket states: which move is allowed from which state, and where it leads.

`decide()` answers with the transition and what it requires, or with a refusal in a French sentence.
Archiving is a date, not a state: the move is allowed from `closed` and stays there.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from grc.enums import TicketMove, TicketState


class Requirement(StrEnum):
    """What the caller must bring or check for a move; the table only says so."""

    OUTCOME = "outcome"
    REASON = "reason"
    DUE_DATE = "due_date"
    ASSIGNEE_OR_TEAM = "assignee_or_team"
    MERGE_TARGET = "merge_target"
    NOTICE_SENT = "notice_sent"
    REOPENING_DELAY = "reopening_delay"
    UNMERGE_DELAY = "unmerge_delay"


# Days during which a merge may be undone.
UNMERGE_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Transition:
    """An allowed move: the state it leads to, and what it requires."""

    state: TicketState
    move: TicketMove
    target: TicketState
    requires: frozenset[Requirement]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refused move. `sentence`: French, fit for the agent who tried."""

    state: TicketState
    move: TicketMove
    sentence: str


S = TicketState
M = TicketMove

_TABLE: Final[dict[TicketState, dict[TicketMove, TicketState]]] = {
    S.NEW: {
        M.QUALIFY: S.OPEN,
        M.CLAIM: S.OPEN,
        M.RELEASE: S.NEW,
        M.ASSIGN: S.OPEN,
        M.CLOSE: S.CLOSED,
        M.MERGE: S.MERGED,
    },
    S.OPEN: {
        M.CLAIM: S.OPEN,
        M.RELEASE: S.OPEN,
        M.ASSIGN: S.OPEN,
        M.TRANSFER: S.OPEN,
        M.ESCALATE: S.OPEN,
        M.ASK: S.WAITING_CITIZEN,
        M.REFER: S.WAITING_PARTNER,
        M.PAUSE: S.SCHEDULED,
        M.RESOLVE: S.RESOLVED,
        M.CLOSE: S.CLOSED,
        M.MERGE: S.MERGED,
    },
    S.WAITING_CITIZEN: {
        M.RECEIVE: S.OPEN,
        M.REMIND: S.WAITING_CITIZEN,
        M.CLOSE_NO_FOLLOW_UP: S.CLOSED,
        M.CLOSE: S.CLOSED,
        M.MERGE: S.MERGED,
    },
    S.WAITING_PARTNER: {
        M.ANSWER: S.OPEN,
        M.REMIND: S.WAITING_PARTNER,
        M.RESOLVE: S.RESOLVED,
        M.CLOSE: S.CLOSED,
        M.MERGE: S.MERGED,
    },
    S.SCHEDULED: {
        M.COME_DUE: S.OPEN,
        M.CLOSE: S.CLOSED,
        M.MERGE: S.MERGED,
    },
    S.RESOLVED: {
        M.CONFIRM: S.CLOSED,
        M.REOPEN: S.OPEN,
        M.CLOSE: S.CLOSED,
        M.MERGE: S.MERGED,
    },
    S.CLOSED: {
        M.REOPEN: S.OPEN,
        M.ARCHIVE: S.CLOSED,
    },
    S.MERGED: {
        M.UNMERGE: S.OPEN,
    },
}

_REQUIRES: Final[dict[TicketMove, frozenset[Requirement]]] = {
    M.ASSIGN: frozenset({Requirement.ASSIGNEE_OR_TEAM}),
    M.TRANSFER: frozenset({Requirement.ASSIGNEE_OR_TEAM, Requirement.REASON}),
    M.ESCALATE: frozenset({Requirement.REASON}),
    M.ASK: frozenset({Requirement.REASON}),
    M.REFER: frozenset({Requirement.REASON}),
    M.PAUSE: frozenset({Requirement.REASON, Requirement.DUE_DATE}),
    M.RESOLVE: frozenset({Requirement.OUTCOME}),
    M.CLOSE: frozenset({Requirement.OUTCOME}),
    M.CLOSE_NO_FOLLOW_UP: frozenset({Requirement.OUTCOME, Requirement.NOTICE_SENT}),
    M.MERGE: frozenset({Requirement.MERGE_TARGET}),
    M.UNMERGE: frozenset({Requirement.UNMERGE_DELAY}),
}

_STATE_WORDS: Final[dict[TicketState, str]] = {
    S.NEW: "à qualifier",
    S.OPEN: "en cours",
    S.WAITING_CITIZEN: "en attente de l’usager",
    S.WAITING_PARTNER: "en attente d’un partenaire",
    S.SCHEDULED: "programmée",
    S.RESOLVED: "résolue",
    S.CLOSED: "close",
    S.MERGED: "fusionnée dans une autre",
}

_MOVE_WORDS: Final[dict[TicketMove, str]] = {
    M.QUALIFY: "la qualifier",
    M.CLAIM: "la prendre",
    M.RELEASE: "la remettre dans la file",
    M.ASSIGN: "l’affecter",
    M.TRANSFER: "la transférer",
    M.ESCALATE: "la faire remonter",
    M.ASK: "interroger l’usager",
    M.RECEIVE: "enregistrer la réponse de l’usager",
    M.REFER: "l’orienter vers un partenaire",
    M.ANSWER: "enregistrer la réponse du partenaire",
    M.REMIND: "envoyer une relance",
    M.PAUSE: "la programmer",
    M.COME_DUE: "la reprendre à son échéance",
    M.RESOLVE: "la résoudre",
    M.CONFIRM: "confirmer sa résolution",
    M.CLOSE: "la clore",
    M.CLOSE_NO_FOLLOW_UP: "la clore sans suite",
    M.REOPEN: "la rouvrir",
    M.ARCHIVE: "l’archiver",
    M.MERGE: "la fusionner",
    M.UNMERGE: "annuler sa fusion",
}


def decide(state: TicketState, move: TicketMove) -> Transition | Refusal:
    """Where `move` leads from `state`, or why it is refused."""
    target = _TABLE[state].get(move)
    if target is None:
        sentence = f"Cette demande est {_STATE_WORDS[state]} : on ne peut pas {_MOVE_WORDS[move]}."
        return Refusal(state=state, move=move, sentence=sentence)
    requires = _REQUIRES.get(move, frozenset())
    if move is M.REOPEN and state is S.CLOSED:
        # A resolved ticket may always come back; a closed one only within its topic's delay.
        requires = frozenset({Requirement.REOPENING_DELAY})
    return Transition(state=state, move=move, target=target, requires=requires)


def moves_from(state: TicketState) -> list[TicketMove]:
    """The moves allowed from a state, in the order of the table (for menus and buttons)."""
    return list(_TABLE[state])
