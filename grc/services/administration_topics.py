"""Editing what people ask for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from grc import clock
from grc.enums import Confidentiality
from grc.errors import Invalid, NotFound
from grc.events import EventName
from grc.models import Topic
from grc.reference.names import fold, sort_key
from grc.services.administration import administer_require, setting_change
from grc.services.outbox import event_publish
from grc.types import Actor

MOST_WORDS = 200


@transaction.atomic
def topic_edit(
    *,
    actor: Actor,
    topic_id: int,
    label: str,
    words: Sequence[str],
    script: str,
    confidentiality: Confidentiality,
    closed_on: date | None,
    recording_forbidden: bool = False,
) -> Topic:
    """Change a topic. ``words``: what people say, once each; ``closed_on``: from that day nobody chooses it;
    ``recording_forbidden``: no conversation on it is recorded."""
    topic = Topic.objects.select_for_update(of=("self",)).filter(pk=topic_id).first()
    if topic is None:
        raise NotFound("Ce sujet n’existe pas.")
    administer_require(actor=actor, organisation_id=topic.organisation_id)
    name = label.strip()
    if not name:
        raise Invalid("Le sujet doit avoir un nom.", fields={"label": ["Donnez un nom."]})
    kept = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    if len(kept) > MOST_WORDS or any(len(word) > 120 for word in kept):
        sentence = f"{MOST_WORDS} expressions au plus, de 120 caractères au plus."
        raise Invalid(sentence, fields={"words": [sentence]})
    changed = setting_change(
        actor=actor,
        row=topic,
        entity="topic",
        verb="topic_edited",
        fields={
            "label": name,
            "words": kept,
            "script": script.strip(),
            "confidentiality": confidentiality.value,
            "closed_on": closed_on,
            "recording_forbidden": recording_forbidden,
        },
    )
    if changed:
        topic.sort_label, topic.search_text = sort_key(name), fold(" ".join([name, *kept]))
        topic.save(update_fields=["sort_label", "search_text"])
        event_publish(
            name=EventName.TOPIC_CHANGED,
            payload={"topic": topic.code, "organisation_id": topic.organisation_id},
            order_key=f"topic:{topic.pk}",
            at=clock.now(),
        )
    return topic
