import pytest

from grc.enums import TicketMove, TicketState
from grc.transitions import Refusal, Requirement, Transition, decide, moves_from

# One line per move, one column per state in this order; "-" is a refusal. Written by hand from the design.
STATES = ["new", "open", "waiting_citizen", "waiting_partner", "scheduled", "resolved", "closed", "merged"]
EXPECTED = """
qualify             open    -                -                -                -       -       -       -
claim               open    open             -                -                -       -       -       -
release             new     open             -                -                -       -       -       -
assign              open    open             -                -                -       -       -       -
transfer            -       open             -                -                -       -       -       -
escalate            -       open             -                -                -       -       -       -
ask                 -       waiting_citizen  -                -                -       -       -       -
receive             -       -                open             -                -       -       -       -
refer               -       waiting_partner  -                -                -       -       -       -
answer              -       -                -                open             -       -       -       -
remind              -       -                waiting_citizen  waiting_partner  -       -       -       -
pause               -       scheduled        -                -                -       -       -       -
come_due            -       -                -                -                open    -       -       -
resolve             -       resolved         -                resolved         -       -       -       -
confirm             -       -                -                -                -       closed  -       -
close               closed  closed           closed           closed           closed  closed  -       -
close_no_follow_up  -       -                closed           -                -       -       -       -
reopen              -       -                -                -                -       open    open    -
archive             -       -                -                -                -       -       closed  -
merge               merged  merged           merged           merged           merged  merged  -       -
unmerge             -       -                -                -                -       -       -       open
"""
CASES = [
    (state, line.split()[0], target)
    for line in EXPECTED.strip().splitlines()
    for state, target in zip(STATES, line.split()[1:], strict=True)
]


def test_table__covers_every_pair() -> None:
    assert len(CASES) == 8 * 21
    assert {(state, move) for state, move, _ in CASES} == {
        (state.value, move.value) for state in TicketState for move in TicketMove
    }


@pytest.mark.parametrize(("state", "move", "target"), CASES)
def test_decide__every_pair(state: str, move: str, target: str) -> None:
    decision = decide(TicketState(state), TicketMove(move))
    if target == "-":
        assert isinstance(decision, Refusal)
        assert decision.sentence.startswith("Cette demande est ")
        assert decision.sentence.endswith(".")
    else:
        assert isinstance(decision, Transition)
        assert decision.target == target
        assert (decision.state, decision.move) == (state, move)


def test_decide__refusal_speaks_french() -> None:
    decision = decide(TicketState.CLOSED, TicketMove.TRANSFER)
    assert isinstance(decision, Refusal)
    assert decision.sentence == "Cette demande est close : on ne peut pas la transférer."


@pytest.mark.parametrize(
    ("state", "move", "requires"),
    [
        ("new", "claim", set()),
        ("open", "resolve", {Requirement.OUTCOME}),
        ("new", "close", {Requirement.OUTCOME}),
        ("waiting_citizen", "close_no_follow_up", {Requirement.OUTCOME, Requirement.NOTICE_SENT}),
        ("open", "pause", {Requirement.REASON, Requirement.DUE_DATE}),
        ("open", "merge", {Requirement.MERGE_TARGET}),
        ("merged", "unmerge", {Requirement.UNMERGE_DELAY}),
        ("resolved", "reopen", set()),
        ("closed", "reopen", {Requirement.REOPENING_DELAY}),
    ],
)
def test_decide__says_what_the_move_requires(state: str, move: str, requires: set[Requirement]) -> None:
    decision = decide(TicketState(state), TicketMove(move))
    assert isinstance(decision, Transition)
    assert decision.requires == requires


def test_moves_from__lists_the_menu() -> None:
    assert moves_from(TicketState.CLOSED) == [TicketMove.REOPEN, TicketMove.ARCHIVE]
    assert moves_from(TicketState.MERGED) == [TicketMove.UNMERGE]
