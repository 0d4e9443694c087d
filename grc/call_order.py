"""Pure. Who is answered next on the telephone: priority, skills (topic, language), then the longest wait.

Callers and owed call-backs stand in one order, by `rank`: the moment the place was taken, moved earlier or later by
minutes for the priority. A call-back keeps the moment of its first call, so it keeps its place. Skills never change
the order: they say which agent may take whom, and give way (`widened`) rather than leave somebody without an answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from grc.enums import Priority

DEFAULT_LANGUAGE: Final = "fr"
"""Every agent speaks it, whatever their sheet says."""
ADVANCE_SECONDS: Final = {
    Priority.URGENT: 1800,
    Priority.HIGH: 420,
    Priority.NORMAL: 0,
    Priority.LOW: -900,
}
WIDEN_SECONDS: Final = 300
"""A caller who waited that long is answered by any agent."""

Kind = Literal["call", "callback"]
_KINDS: Final = {"callback": 0, "call": 1}


@dataclass(frozen=True)
class Need:
    """What somebody waits for. `topics`: codes from the theme to the subject, empty when nothing was said."""

    topics: frozenset[str] = frozenset()
    language: str = DEFAULT_LANGUAGE


@dataclass(frozen=True)
class Skills:
    """What an agent can take. Without any topic they take them all."""

    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Waiting:
    """A place in the order: `id` is the one of the queue entry (`call`) or of the call-back.

    `rank` in milliseconds, lowest first, see `rank_of`; `since`: the moment the place was taken; `theme`: the family
    of the topic, by which handling times are measured.
    """

    kind: Kind
    id: int
    rank: int
    since: datetime
    need: Need = field(default_factory=Need)
    theme: str = ""

    @property
    def key(self) -> tuple[int, int, int]:
        """Sorts the order: two of one millisecond keep the order of their rows."""
        return (self.rank, _KINDS[self.kind], self.id)


@dataclass(frozen=True)
class Idle:
    """An agent who can be offered somebody, `since` when."""

    agent_id: int
    since: datetime
    skills: Skills = field(default_factory=Skills)


@dataclass(frozen=True)
class Match:
    """Somebody who waits and the agent to offer them to; `reason`: a French sentence."""

    waiting: Waiting
    agent_id: int
    reason: str


def rank_of(*, priority: Priority, since: datetime) -> int:
    """The stored place: milliseconds since 1970 of the moment the place was taken, less what the priority gains."""
    return int(since.timestamp() * 1000) - ADVANCE_SECONDS[priority] * 1000


def fits(need: Need, skills: Skills) -> bool:
    """Whether this agent has what this person needs: the language, and the topic or one above it."""
    speaks = need.language == DEFAULT_LANGUAGE or need.language in skills.languages
    knows = not need.topics or not skills.topics or bool(need.topics & skills.topics)
    return speaks and knows


def widened(waiting: Waiting, *, now: datetime, present: Iterable[Skills]) -> bool:
    """Whether anybody may answer: the wait is long, or no agent at work has the skill. `present`: those at work."""
    waited = (now - waiting.since).total_seconds()
    # A call-back has waited at home: its age says nothing of a missing skill.
    if waiting.kind == "call" and waited >= WIDEN_SECONDS:
        return True
    return not any(fits(waiting.need, skills) for skills in present)


def matches(
    waiting: Iterable[Waiting], idle: Iterable[Idle], *, now: datetime, present: Sequence[Skills]
) -> list[Match]:
    """To whom each is offered now: the order is walked from its head, each goes to the agent idle the longest
    among those who fit. One person per agent; who fits nobody idle is passed, and keeps the place."""
    left = sorted(idle, key=lambda agent: (agent.since, agent.agent_id))
    found: list[Match] = []
    for place in sorted(waiting, key=lambda one: one.key):
        if not left:
            break
        chosen = next((agent for agent in left if fits(place.need, agent.skills)), None)
        reason = "L’agent libre depuis le plus longtemps parmi ceux qui ont la compétence."
        if chosen is None and widened(place, now=now, present=present):
            chosen = left[0]
            reason = (
                "Aucun agent présent n’a la compétence, ou l’attente est longue : le premier agent libre."
            )
        if chosen is not None:
            left.remove(chosen)
            found.append(Match(place, chosen.agent_id, reason))
    return found


def position(mine: Waiting, others: Iterable[Waiting]) -> int:
    """1 for the next one. Call-backs whose turn has come count as those who hold the line."""
    return 1 + sum(1 for other in others if other.key < mine.key)
