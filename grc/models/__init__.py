"""Tables of the core. Private to grc, routing and knowledge: everybody else goes through services and selectors."""

from grc.models.accounts import Account, AgentLogin, ApiToken, CitizenLogin, Identity
from grc.models.agents import Agent, Presence, RoleGrant, TeamMembership
from grc.models.audit import AuditContent, AuditRecord, AuditSeal
from grc.models.citizens import Citizen, ContactPoint, Mandate, OptOut, Relation
from grc.models.clocks import Clock, ClockPause, ClockPolicy
from grc.models.console import LoginTry, TicketViewer
from grc.models.contacts import (
    Attachment,
    Call,
    CallStep,
    Contact,
    InboundReceipt,
    InstantAnswer,
    Message,
    RawPayload,
    Visit,
)
from grc.models.facts import Fact, FactUse, TopicNeed
from grc.models.figures import FigureCell
from grc.models.geography import AdminArea, Commune, CommuneName, CommunePostalCode
from grc.models.legs import CallLeg, CallOffer, NoteDraft
from grc.models.organisations import Calendar, Line, Organisation, Site, Team
from grc.models.outbox import Dispatch, Event, EventDelivery, FinishedEvent
from grc.models.queue import Callback, CallbackAttempt, QueueEntry
from grc.models.recordings import Recording
from grc.models.tickets import CodeAttempt, Misunderstanding, Referral, Survey, Ticket, TimelineEntry
from grc.models.topics import Topic, TopicForm
from grc.models.versions import Version

__all__ = [
    "Account",
    "AdminArea",
    "Agent",
    "AgentLogin",
    "ApiToken",
    "Attachment",
    "AuditContent",
    "AuditRecord",
    "AuditSeal",
    "Calendar",
    "Call",
    "CallLeg",
    "CallOffer",
    "CallStep",
    "Callback",
    "CallbackAttempt",
    "Citizen",
    "CitizenLogin",
    "Clock",
    "ClockPause",
    "ClockPolicy",
    "CodeAttempt",
    "Commune",
    "CommuneName",
    "CommunePostalCode",
    "Contact",
    "ContactPoint",
    "Dispatch",
    "Event",
    "EventDelivery",
    "Fact",
    "FactUse",
    "FigureCell",
    "FinishedEvent",
    "Identity",
    "InboundReceipt",
    "InstantAnswer",
    "Line",
    "LoginTry",
    "Mandate",
    "Message",
    "Misunderstanding",
    "NoteDraft",
    "OptOut",
    "Organisation",
    "Presence",
    "QueueEntry",
    "RawPayload",
    "Recording",
    "Referral",
    "Relation",
    "RoleGrant",
    "Site",
    "Survey",
    "Team",
    "TeamMembership",
    "Ticket",
    "TicketViewer",
    "TimelineEntry",
    "Topic",
    "TopicForm",
    "TopicNeed",
    "Version",
    "Visit",
]
