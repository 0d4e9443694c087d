"""Pure. What one need of the planned life becomes: an answer on the spot, or a ticket and its steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from config.demo.content_types import Agent, Article, Content, Delay, Team, Topic
from config.demo.life_types import PlannedCallback, PlannedNeed, PlannedStep
from grc.calendars import Calendar
from grc.enums import CallbackState, Confidentiality, Outcome

# An office day in seconds: what one working day of a delay is worth in opening time.
OFFICE_DAY: Final = 7 * 3600
LATE_SHARE: Final = 0.08
"""Of the requests that are looked at too late, and of those that are solved too late."""
WAITING_IN_TIME: Final = 0.75
WAITING_LATE: Final = 0.025
BY_TELEPHONE: Final = 0.85
"""Of those that had a first answer in writing, how many are told the rest by telephone."""

THEME_WEIGHTS: Final = {
    "autonomie": 12,
    "handicap": 10,
    "logement": 12,
    "insertion": 15,
    "sante": 5,
    "enfance": 5,
    "famille": 5,
    "jeunesse": 4,
    "mobilite": 4,
    "routes": 6,
    "education": 5,
    "etat_civil": 6,
    "numerique": 4,
    "autre_organisme": 12,
}
_OWN_OUTCOMES: Final = (
    (Outcome.ANSWERED, 60),
    (Outcome.RIGHT_OPENED, 22),
    (Outcome.UNREACHABLE, 6),
    (Outcome.WITHDRAWN, 6),
    (Outcome.NO_FOLLOW_UP, 3),
    (Outcome.ORIENTED, 3),
)
_OTHER_OUTCOMES: Final = ((Outcome.ORIENTED, 75), (Outcome.ANSWERED, 19), (Outcome.UNREACHABLE, 6))
_REPLIES: Final = {
    Outcome.ANSWERED: (
        "Bonjour, nous avons étudié votre demande et voici notre "
        "réponse. Écrivez-nous si un point n’est pas clair."
    ),
    Outcome.RIGHT_OPENED: (
        "Bonjour, bonne nouvelle : votre demande est acceptée. "
        "Vous recevez un courrier dans les prochains jours."
    ),
    Outcome.ORIENTED: (
        "Bonjour, ce sujet dépend de {partner}. Voici comment les joindre "
        ": {contact}. Dites-nous si vous restez sans réponse."
    ),
    Outcome.UNREACHABLE: (
        "Bonjour, nous avons essayé de vous joindre. Rappelez-nous "
        "quand vous pouvez : votre demande est gardée."
    ),
    Outcome.WITHDRAWN: (
        "Bonjour, comme convenu nous arrêtons votre demande. Vous pouvez nous recontacter à tout moment."
    ),
    Outcome.NO_FOLLOW_UP: (
        "Bonjour, sans nouvelles de votre part nous fermons votre demande. Un appel suffit pour la rouvrir."
    ),
}
_NOTES: Final = (
    "Situation reprise par téléphone, pièces habituelles expliquées.",
    "Dossier retrouvé dans le logiciel métier, rien à redemander.",
    "La personne préfère être appelée le matin.",
    "Vu avec le territoire : rendez-vous possible sous dix jours.",
)
_FIRST_ANSWER: Final = (
    "Bonjour, je suis votre demande. J’ai tout ce qu’il faut pour l’étudier et je reviens vers vous dès que j’ai "
    "une réponse."
)
_QUESTION: Final = (
    "Bonjour, il nous manque un justificatif pour avancer. Pouvez-vous nous l’envoyer ou le déposer ?"
)
_ANSWER: Final = "Bonjour, voici ce que vous m’avez demandé. Merci."


@dataclass(frozen=True, slots=True)
class Situation:
    """What a need is drawn from: where and when the contact is, who takes it, how it came."""

    content: Content
    draw: Random
    now: datetime
    started_at: datetime
    commune: str
    agent: str
    may_answer_now: bool
    may_write_back: bool
    callback_share: float


def plan_need(situation: Situation, topic: Topic) -> PlannedNeed:
    """One need on ``topic``; steps later than ``now`` have not happened and are left out."""
    draw, content = situation.draw, situation.content
    team = content.team_for(topic.code, situation.commune)
    article = _article(content, topic)
    instant = situation.may_answer_now and draw.random() < (0.6 if article else 0.35)
    need = PlannedNeed(
        topic=topic.code,
        commune=situation.commune,
        said=draw.choice(topic.words),
        instant=instant,
        article=article.code if article and instant else "",
        answer=_spoken_answer(content, topic, article) if instant else "",
        team=team.code,
        confidentiality=topic.sensitivity,
    )
    if instant:
        return need
    calendar = content.openings[team.calendar]
    first_due = after_open_time(calendar, situation.started_at, seconds(topic.first_answer))
    planned = [] if _left_waiting(situation, first_due) else _steps(situation, topic, team, first_due)
    steps = tuple(step for step in planned if step.at <= situation.now)
    closed = any(step.kind == "close" and step.outcome in {"answered", "right_opened"} for step in steps)
    mark = draw.choice((5, 5, 4, 4, 4, 3, 2, 1)) if closed and draw.random() < 0.4 else None
    return _with(need, steps, _callback(situation, topic), mark)


def _left_waiting(situation: Situation, first_due: datetime) -> bool:
    """Much of what is not due yet has not been looked at, and a little of what is: neither empty nor drowned."""
    share = WAITING_IN_TIME if first_due > situation.now else WAITING_LATE
    return situation.draw.random() < share


def _with(
    need: PlannedNeed, steps: tuple[PlannedStep, ...], callback: PlannedCallback | None, mark: int | None
) -> PlannedNeed:
    return PlannedNeed(
        topic=need.topic,
        commune=need.commune,
        said=need.said,
        instant=False,
        article="",
        answer="",
        team=need.team,
        confidentiality=need.confidentiality,
        steps=steps,
        callback=callback,
        mark=mark,
    )


def _steps(situation: Situation, topic: Topic, team: Team, first_due: datetime) -> list[PlannedStep]:
    draw = situation.draw
    calendar = situation.content.openings[team.calendar]
    late = draw.random() < LATE_SHARE
    share = draw.uniform(1.1, 1.7) if late else draw.betavariate(1.2, 4)
    claimed = after_open_time(calendar, situation.started_at, int(share * seconds(topic.first_answer)))
    agent = _agent_of(situation, team)
    steps = [PlannedStep(claimed, "claim", agent)]
    at = claimed
    for kind in draw.choices(((), ("note",), ("ask", "receive"), ("transfer",)), (65, 10, 18, 7))[0]:
        # What is asked is a first answer: in time, as it is when somebody looks at it at once.
        longest = _share_until(situation, calendar, at, first_due) if kind == "ask" else 2 * OFFICE_DAY
        at = after_open_time(calendar, at, draw.randint(min(600, longest), longest))
        target = situation.content.team_by_code.get(team.parent)
        if kind == "note":
            steps.append(PlannedStep(at, "note", agent, text=draw.choice(_NOTES)))
        elif kind == "transfer" and target is not None and target.organisation == team.organisation:
            steps.append(PlannedStep(at, "transfer", agent, text="À voir avec vous.", team=target.code))
            team, calendar = target, situation.content.openings[target.calendar]
            agent = _agent_of(situation, target)
            at = after_open_time(calendar, at, draw.randint(600, OFFICE_DAY))
            steps.append(PlannedStep(at, "claim", agent))
        elif kind in {"ask", "receive"} and situation.may_write_back:
            steps.append(PlannedStep(at, kind, agent if kind == "ask" else "", text=_exchange(kind)))
    answered = any(step.kind == "ask" for step in steps)
    return [*steps, *_ending(situation, topic, team, agent, at, first_due=None if answered else first_due)]


def _share_until(situation: Situation, calendar: Calendar, start: datetime, due: datetime) -> int:
    """Seconds of opening that may pass after ``start`` and leave the answer in time; a few minutes when it is late."""
    left = calendar.office_seconds_between(start, due) if due > start else 0
    return max(600, int(left * situation.draw.uniform(0.3, 0.9)))


def _ending(
    situation: Situation,
    topic: Topic,
    team: Team,
    agent: str,
    start: datetime,
    *,
    first_due: datetime | None,
) -> list[PlannedStep]:
    """The answer and the closing; before them a first answer within its delay, unless ``first_due`` is None: given."""
    draw = situation.draw
    calendar = situation.content.openings[team.calendar]
    share = draw.uniform(1.05, 1.3) if draw.random() < LATE_SHARE else draw.betavariate(1.2, 4)
    closed = after_open_time(calendar, start, max(900, int(share * seconds(topic.resolution))))
    choices = _OWN_OUTCOMES if topic.competent == "departement" else _OTHER_OUTCOMES
    outcome = draw.choices([code for code, _ in choices], [weight for _, weight in choices])[0]
    if topic.sensitivity == Confidentiality.ANONYMOUS:
        outcome = Outcome.ANSWERED if topic.competent == "departement" else Outcome.ORIENTED
    steps = []
    if first_due is not None and closed > first_due:
        at = after_open_time(calendar, start, _share_until(situation, calendar, start, first_due))
        if situation.may_write_back:
            steps = [PlannedStep(at, "reply", agent, text=_FIRST_ANSWER)]
        elif draw.random() > LATE_SHARE:
            # Nobody to write to: the answer is given when they come back, and is the first one.
            closed = at
    if not situation.may_write_back or (steps and draw.random() < BY_TELEPHONE):
        return [*steps, PlannedStep(closed, "close", agent, text=draw.choice(_NOTES), outcome=outcome.value)]
    text = _reply(situation.content, topic, outcome)
    after = after_open_time(calendar, closed, draw.randint(60, 900))
    return [
        *steps,
        PlannedStep(closed, "reply", agent, text=text),
        PlannedStep(after, "close", agent, outcome=outcome.value),
    ]


def _callback(situation: Situation, topic: Topic) -> PlannedCallback | None:
    draw = situation.draw
    asked = draw.random() < situation.callback_share
    if not asked or topic.sensitivity == Confidentiality.ANONYMOUS or not situation.may_write_back:
        return None
    calendar = situation.content.openings["hotline"]
    start = after_open_time(calendar, situation.started_at, draw.randint(3600, 9 * 3600))
    end = after_open_time(calendar, start, 2 * 3600)
    state = CallbackState.OWED
    if end <= situation.now:
        state = draw.choices((CallbackState.KEPT, CallbackState.MISSED), (92, 8))[0]
    return PlannedCallback(start, end, state.value, "Rappel promis pour donner la suite.")


def _agent_of(situation: Situation, team: Team) -> str:
    """A member first, then whoever may take from every queue; restricted teams want a cleared agent."""
    agents = situation.content.agents
    members = [agent for agent in agents if team.code in agent.teams]
    takers = members or [agent for agent in agents if agent.takes_all]
    allowed = [agent for agent in takers if may_take(agent, team)]
    if not allowed:
        allowed = [agent for agent in agents if agent.takes_all]
    known = [agent.username for agent in allowed]
    return situation.agent if situation.agent in known else situation.draw.choice(known)


def may_take(agent: Agent, team: Team) -> bool:
    """Whether an agent's roles let it take from a team's queue."""
    if team.restricted and not agent.cleared:
        return False
    return any(
        (held.scope, held.target) in {("organisation", team.organisation), ("team", team.code)}
        and held.role == "instructor"
        for held in agent.roles
    )


def after_open_time(calendar: Calendar, start: datetime, wait: int) -> datetime:
    """The local moment when ``wait`` seconds of opening have passed since ``start``."""
    return calendar.local(calendar.add_office_time(start, timedelta(seconds=wait)))


def seconds(delay: Delay) -> int:
    """A delay in seconds of opening time."""
    return delay.amount * (3600 if delay.unit == "office_hours" else OFFICE_DAY)


def _article(content: Content, topic: Topic) -> Article | None:
    return next((article for article in content.articles if topic.code in article.topics), None)


def _spoken_answer(content: Content, topic: Topic, article: Article | None) -> str:
    if article is not None:
        return article.summary
    partner = next((row for row in content.partners if row.code == topic.partner), None)
    return f"{partner.label} : {partner.phone}." if partner else topic.script


def _reply(content: Content, topic: Topic, outcome: Outcome) -> str:
    partner = next((row for row in content.partners if row.code == topic.partner), None)
    text = _REPLIES[outcome]
    if outcome is not Outcome.ORIENTED:
        return text
    if partner is None:
        return text.format(partner="votre mairie", contact="à l’accueil, aux heures d’ouverture")
    return text.format(partner=partner.short_label, contact=partner.phone)


def _exchange(kind: str) -> str:
    return _QUESTION if kind == "ask" else _ANSWER
