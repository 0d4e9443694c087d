"""The form of a topic as it is published now, the communes of a postal code, what was answered in its own words."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from grc.enums import Confidentiality
from grc.forms import Field, FieldKind, FormDefinition, Known, default_definition, definition_parse
from grc.models import Ticket, Topic, TopicForm
from grc.phone_numbers import display
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


def ticket_answers(*, ticket: Ticket) -> tuple[tuple[str, str], ...]:
    """(question, answer) in the order of the form; a box left unticked says nothing.

    ``ticket`` was fetched for an actor who may read it. The topic may have changed since the form was filled in: what
    its present form does not ask keeps the words of the common form.
    """
    if not ticket.form_answers:
        return ()
    fields = {field.code: field for field in default_definition(Confidentiality.NORMAL).fields}
    fields |= {field.code: field for field in _definition(ticket).fields}
    places = {code: place for place, code in enumerate(fields)}
    rows = sorted(ticket.form_answers.items(), key=lambda row: places.get(row[0], len(places)))
    said = [(_question(code, fields.get(code)), _answer(value, fields.get(code))) for code, value in rows]
    return tuple((question, answer) for question, answer in said if answer)


def _definition(ticket: Ticket) -> FormDefinition:
    topic = ticket.topic
    rows = TopicForm.objects.filter(topic=topic) if topic is not None else TopicForm.objects.none()
    row = rows.filter(version=ticket.form_version).first() if ticket.form_version else None
    row = row or rows.filter(published_at__lte=timezone.now()).order_by("-version").first()
    if row is None:
        return default_definition(Confidentiality(ticket.confidentiality))
    return definition_parse(row.definition, version=row.version)


def _question(code: str, field: Field | None) -> str:
    return field.label if field is not None else code.replace("_", " ").capitalize()


def _answer(value: object, field: Field | None) -> str:
    if isinstance(value, bool):
        return "oui" if value else ""
    if isinstance(value, list):
        return ", ".join(filter(None, (_answer(one, field) for one in value)))
    text = "" if value is None else str(value)
    if field is not None and field.kind == FieldKind.PHONE and text:
        return display(text)
    choices = {choice.code: choice.label for choice in field.choices} if field is not None else {}
    return choices.get(text, text)
