"""Pure. Every code the product stores or shows outside, with its French label.

The values are a contract: users' configurations, providers and the API depend on them. Add freely,
never rename. Labels are French sentences of the screen; `choices()` gives them in the shape Django wants.
"""

from enum import StrEnum
from typing import Final

from grc.enums.codes import (
    AccountKind,
    AgentReach,
    CallbackOrigin,
    CallbackResult,
    CallbackState,
    Channel,
    ClockKind,
    ClockState,
    ClockUnit,
    Confidentiality,
    ContactKind,
    ContactPointKind,
    DeliveryState,
    Difficulty,
    Direction,
    DispatchState,
    EventDeliveryState,
    LegEnd,
    LegKind,
    OfferKind,
    OfferOutcome,
    OrganisationKind,
    Outcome,
    PauseReason,
    PendingReason,
    PresenceState,
    Priority,
    QueueEntryState,
    RecordingConsent,
    RecordingKind,
    RecordingState,
    RelationKind,
    Role,
    SilenceRule,
    Theme,
    TicketMove,
    TicketState,
    TranscriptState,
    VersionKind,
    VersionState,
)
from grc.enums.labels import LABELS

__all__ = [
    "DELIVERY_ORDER",
    "LABELS",
    "AccountKind",
    "AgentReach",
    "CallbackOrigin",
    "CallbackResult",
    "CallbackState",
    "Channel",
    "ClockKind",
    "ClockState",
    "ClockUnit",
    "Confidentiality",
    "ContactKind",
    "ContactPointKind",
    "DeliveryState",
    "Difficulty",
    "Direction",
    "DispatchState",
    "EventDeliveryState",
    "LegEnd",
    "LegKind",
    "OfferKind",
    "OfferOutcome",
    "OrganisationKind",
    "Outcome",
    "PauseReason",
    "PendingReason",
    "PresenceState",
    "Priority",
    "QueueEntryState",
    "RecordingConsent",
    "RecordingKind",
    "RecordingState",
    "RelationKind",
    "Role",
    "SilenceRule",
    "Theme",
    "TicketMove",
    "TicketState",
    "TranscriptState",
    "VersionKind",
    "VersionState",
    "choices",
    "delivery_advances",
    "label",
]

# A receipt never moves a message backwards; the three last states are final.
DELIVERY_ORDER: Final[dict[DeliveryState, int]] = {
    DeliveryState.QUEUED: 0,
    DeliveryState.UNKNOWN: 1,
    DeliveryState.SENT: 2,
    DeliveryState.UNDELIVERED: 3,
    DeliveryState.FAILED: 3,
    DeliveryState.DELIVERED: 3,
}


def choices(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """(value, French label) pairs in declaration order, as a Django field's `choices` wants them."""
    labels = LABELS[enum]
    return [(member.value, labels[member.value]) for member in enum]


def label(member: StrEnum) -> str:
    """The French label of one code."""
    return LABELS[type(member)][member.value]


def delivery_advances(current: DeliveryState, received: DeliveryState) -> bool:
    """Whether a receipt may be applied: True only when it moves strictly forward."""
    return DELIVERY_ORDER[received] > DELIVERY_ORDER[current]
