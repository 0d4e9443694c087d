"""The names the outside relies on, and nothing more: no secret can slip in."""

from __future__ import annotations

from ninja import Schema

from channels_in.api import schemas
from channels_in.api.site import api

FIELDS = {
    "AssigneeOut": ["username", "name"],
    "CallbackOut": ["number", "state", "reason", "window_start", "window_end", "created_at"],
    "CitizenOut": ["id", "name"],
    "ClockOut": ["kind", "due", "state"],
    "CloseIn": ["outcome", "note"],
    "CodeLabel": ["code", "label"],
    "CodeName": ["code", "name"],
    "CommuneOut": ["code", "name", "departement", "epci"],
    "CompetenceOut": ["organisation", "team", "zone", "commune", "reasons"],
    "ContactOut": [
        "id", "channel", "direction", "started_at", "citizen", "tickets", "instant_answers", "callbacks",
    ],
    "ContactPage": ["items", "next"],
    "ErrorBody": ["code", "sentence", "fields"],
    "ErrorOut": ["error"],
    "InstantAnswerOut": ["topic", "said", "article_ref", "article_title", "article_version", "at"],
    "MessageOut": ["direction", "channel", "body", "at", "delivery"],
    "ReplyIn": ["body"],
    "TicketOut": [
        "reference", "state", "outcome", "topic", "commune", "zone", "team", "assignee", "priority",
        "routing_reasons", "clocks", "channel", "created_at", "closed_at", "messages",
    ],
    "TicketPage": ["items", "next"],
    "TopicOut": ["code", "label", "theme", "path"],
    "TopicPage": ["items", "next"],
}  # fmt: skip


def test_schemas__field_names() -> None:
    found = {
        name: list(one.model_fields)
        for name, one in vars(schemas).items()
        if isinstance(one, type) and issubclass(one, Schema) and one is not Schema
    }
    assert found == FIELDS


def test_openapi__addresses_and_verbs() -> None:
    document = api.get_openapi_schema()
    found = {path: sorted(verbs) for path, verbs in document["paths"].items()}
    expected = {
        "/api/v1/tickets": ["get"],
        "/api/v1/tickets/{reference}": ["get"],
        "/api/v1/tickets/{reference}/claim": ["post"],
        "/api/v1/tickets/{reference}/reply": ["post"],
        "/api/v1/tickets/{reference}/close": ["post"],
        "/api/v1/queues/{team}/claim-next": ["post"],
        "/api/v1/contacts": ["get"],
        "/api/v1/contacts/{contact_id}": ["get"],
        "/api/v1/topics": ["get"],
        "/api/v1/competence": ["get"],
    }
    assert {path: found.get(path) for path in expected} == expected
