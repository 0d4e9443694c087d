"""Setting up what people ask for, what it requires and how long one gives oneself. May be called again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from grc import clock
from grc.enums import ClockKind, ClockUnit, Confidentiality, SilenceRule
from grc.errors import Invalid
from grc.events import EventName
from grc.models import Calendar, ClockPolicy, Organisation, Topic, TopicNeed
from grc.policies import Verb, can_in_organisation
from grc.reference.names import fold, sort_key
from grc.services.outbox import event_publish
from grc.services.setup_rows import row_upsert
from grc.types import Actor


@transaction.atomic
def topic_setup(
    *,
    actor: Actor,
    organisation: Organisation,
    code: str,
    label: str,
    parent: Topic | None = None,
    words: Sequence[str] = (),
    competent_kind: str = "",
    competent_organisation: Organisation | None = None,
    layer_code: str = "",
    confidentiality: Confidentiality = Confidentiality.NORMAL,
    script: str = "",
    silence: SilenceRule = SilenceRule.NONE,
    position: int = 0,
    demo_data: bool = False,
) -> Topic:
    """The topic of this code under ``parent``; a theme when it has none."""
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    if parent is not None and parent.organisation_id != organisation.pk:
        raise Invalid("Un sujet se range sous un thème du même organisme.")
    row, changed = row_upsert(
        Topic,
        actor=actor,
        keys={"organisation": organisation, "code": code},
        values={
            "label": label,
            "sort_label": sort_key(label),
            "parent": parent,
            "theme": parent.theme if parent else code,
            "path": [*(parent.path if parent else []), code],
            "words": list(words),
            "search_text": fold(" ".join([label, *words])),
            "competent_kind": competent_kind,
            "competent_organisation": competent_organisation,
            "layer_code": layer_code,
            "confidentiality": confidentiality.value,
            "script": script,
            "silence_rule": silence.value,
            "position": position,
            "demo_data": demo_data,
        },
    )
    if changed:
        event_publish(
            name=EventName.TOPIC_CHANGED,
            payload={"topic": code, "organisation_id": organisation.pk},
            order_key=f"topic:{row.pk}",
            at=clock.now(),
        )
    return row


@transaction.atomic
def topic_needs_setup(*, actor: Actor, topic: Topic, attributes: Mapping[str, bool]) -> None:
    """What a topic reads of a person: attribute -> required. What is no longer listed is removed."""
    can_in_organisation(actor, Verb.ADMINISTER, topic.organisation_id).require()
    TopicNeed.objects.filter(topic=topic).exclude(attribute__in=list(attributes)).delete()
    for attribute, required in attributes.items():
        row_upsert(
            TopicNeed,
            actor=actor,
            keys={"topic": topic, "attribute": attribute},
            values={"required": required},
        )


@transaction.atomic
def clock_policy_setup(
    *,
    actor: Actor,
    organisation: Organisation,
    topic: Topic | None,
    kind: ClockKind,
    amount: int,
    unit: ClockUnit,
    calendar: Calendar | None = None,
    source: str = "",
) -> ClockPolicy:
    """How long this body gives itself for a topic, or for all those that do not say (``topic`` None)."""
    can_in_organisation(actor, Verb.ADMINISTER, organisation.pk).require()
    if amount < 1:
        raise Invalid("Un délai vaut au moins 1.", fields={"amount": ["Au moins 1."]})
    row, _ = row_upsert(
        ClockPolicy,
        actor=actor,
        keys={"organisation": organisation, "topic": topic, "kind": kind.value},
        values={"amount": amount, "unit": unit.value, "calendar": calendar, "source": source},
    )
    return row
