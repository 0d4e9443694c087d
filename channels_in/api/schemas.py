"""What the API gives and takes. The names are a contract: add freely, rename never."""

from __future__ import annotations

from datetime import datetime

from ninja import Field, Schema

from grc.enums import Outcome


class ErrorBody(Schema):
    code: str
    sentence: str = Field(description="une phrase en français, à montrer")
    fields: dict[str, list[str]] = Field(description="nom du champ -> phrases en français")


class ErrorOut(Schema):
    error: ErrorBody


class CodeLabel(Schema):
    code: str
    label: str


class CodeName(Schema):
    code: str
    name: str


class AssigneeOut(Schema):
    username: str
    name: str


class ClockOut(Schema):
    kind: str
    due: datetime | None
    state: str


class MessageOut(Schema):
    direction: str
    channel: str
    body: str
    at: datetime
    delivery: str | None = Field(description="état de remise d’un message sortant, null pour un entrant")


class TicketOut(Schema):
    reference: str
    state: str
    outcome: str | None
    topic: CodeLabel | None
    commune: CodeName | None
    zone: CodeLabel | None
    team: CodeLabel | None
    assignee: AssigneeOut | None
    priority: str
    routing_reasons: list[str]
    clocks: list[ClockOut]
    channel: str
    created_at: datetime
    closed_at: datetime | None
    messages: list[MessageOut]


class TicketPage(Schema):
    items: list[TicketOut]
    next: str | None = Field(description="adresse de la page suivante, null à la fin")


class CitizenOut(Schema):
    id: int
    name: str


class InstantAnswerOut(Schema):
    topic: CodeLabel | None
    said: str
    article_ref: str
    article_title: str
    article_version: int | None
    at: datetime


class CallbackOut(Schema):
    number: str
    state: str
    reason: str
    window_start: datetime
    window_end: datetime
    created_at: datetime


class ContactOut(Schema):
    id: int
    channel: str
    direction: str
    started_at: datetime
    citizen: CitizenOut | None
    tickets: list[TicketOut]
    instant_answers: list[InstantAnswerOut]
    callbacks: list[CallbackOut]


class ContactPage(Schema):
    items: list[ContactOut]
    next: str | None


class TopicOut(Schema):
    code: str
    label: str
    theme: str
    path: list[str] = Field(description="codes du thème au sujet lui-même")


class TopicPage(Schema):
    items: list[TopicOut]
    next: str | None


class CommuneOut(Schema):
    code: str
    name: str
    departement: str
    epci: CodeName | None


class CompetenceOut(Schema):
    organisation: CodeName | None = Field(description="null quand personne ici n’est compétent")
    team: CodeLabel | None
    zone: CodeLabel | None
    commune: CommuneOut
    reasons: list[str]


class ReplyIn(Schema):
    body: str = Field(
        max_length=4000,
        json_schema_extra={"pattern": r"\S"},
        description="ce que la personne lira ; par SMS, au-delà de 1 600 caractères, en plusieurs messages",
    )


class CloseIn(Schema):
    outcome: Outcome
    note: str = ""
