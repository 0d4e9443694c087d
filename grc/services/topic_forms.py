"""The form of a topic as it is published now, and the communes its postal code leads to."""

from __future__ import annotations

from datetime import datetime

from grc.enums import Confidentiality
from grc.forms import FormDefinition, Known, default_definition, definition_parse
from grc.models import Topic, TopicForm
from grc.selectors.directory import communes_of_postal_code


def form_of_topic(*, topic: Topic | None, now: datetime) -> FormDefinition:
    """The latest published definition, else the default one for the confidentiality of the topic."""
    if topic is None:
        return default_definition(Confidentiality.NORMAL)
    row = TopicForm.objects.filter(topic=topic, published_at__lte=now).order_by("-version").first()
    if row is None:
        return default_definition(Confidentiality(topic.confidentiality))
    return definition_parse(row.definition, version=row.version)


def communes_known(postal_code: str) -> tuple[Known, ...]:
    """Communes of a postal code, as forms want them."""
    return tuple(Known(row.code, row.name) for row in communes_of_postal_code(postal_code))
