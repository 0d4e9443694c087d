"""Topics, what they require and how long one gives oneself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from config.demo.content_types import Delay, Theme, Topic
from config.demo.seeding.organisations import calendar_of
from config.demo.seeding.stage import Stage
from grc.enums import ClockKind, ClockUnit, Confidentiality, SilenceRule
from grc.services.setup_topics import clock_policy_setup, topic_needs_setup, topic_setup

if TYPE_CHECKING:
    from grc import models

DELAYS: Final = {ClockKind.FIRST_ANSWER: "first_answer", ClockKind.RESOLUTION: "resolution"}
OFFICE: Final = "office"


def topics_seed(stage: Stage) -> None:
    """Themes in the order of the telephone menu, then their subjects."""
    content = stage.content
    for position, theme in enumerate(content.themes, start=1):
        stage.topics[theme.code] = topic_setup(
            actor=stage.actor,
            organisation=stage.host,
            code=theme.code,
            label=theme.label,
            words=theme.words,
            competent_kind=theme.competent,
            layer_code=theme.layer,
            position=position,
            demo_data=True,
        )
    for position, row in enumerate(content.topics, start=1):
        stage.topics[row.code] = _topic(stage, row, position)
    policies_seed(stage)


def _topic(stage: Stage, row: Topic, position: int) -> models.Topic:
    topic = topic_setup(
        actor=stage.actor,
        organisation=stage.host,
        code=row.code,
        label=row.label,
        parent=stage.topics[row.theme],
        words=row.words,
        competent_kind=row.competent,
        competent_organisation=stage.organisations.get(row.partner),
        layer_code=row.layer,
        confidentiality=Confidentiality(row.sensitivity),
        script=row.script,
        silence=SilenceRule(row.silence),
        position=position,
        demo_data=True,
    )
    topic_needs_setup(actor=stage.actor, topic=topic, attributes=dict.fromkeys(row.needs, False))
    return topic


def policies_seed(stage: Stage) -> None:
    """The commonest delay is each body's default; a topic which says another has a line of its own."""
    content = stage.content
    for kind, name in DELAYS.items():
        default = _commonest(getattr(row, name) for row in content.topics)
        for body in content.organisations:
            code = OFFICE if body.code == content.host.code else body.calendar
            _policy(stage, (body.code, code), None, kind, default)
        rows: list[Theme | Topic] = [*content.themes, *content.topics]
        for row in rows:
            delay: Delay = getattr(row, name)
            if delay != default:
                _policy(stage, (content.host.code, OFFICE), row.code, kind, delay)


def _commonest(delays: Iterable[Delay]) -> Delay:
    return Counter(delays).most_common(1)[0][0]


def _policy(stage: Stage, place: tuple[str, str], topic: str | None, kind: ClockKind, delay: Delay) -> None:
    organisation, calendar = place
    clock_policy_setup(
        actor=stage.actor,
        organisation=stage.organisations[organisation],
        topic=stage.topics[topic] if topic else None,
        kind=kind,
        amount=delay.amount,
        unit=ClockUnit(delay.unit),
        calendar=calendar_of(stage, organisation, calendar),
        source="Délai choisi pour la démonstration",
    )
