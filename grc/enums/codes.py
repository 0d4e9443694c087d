"""Pure. Every code the product stores or shows outside, with its French label.

The values are a contract: users' configurations, providers and the API depend on them. Add freely,
never rename.
"""

from enum import StrEnum


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"


class Channel(StrEnum):
    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    WEB = "web"
    COUNTER = "counter"
    LETTER = "letter"
    VIDEO = "video"
    RELAY = "relay"
    API = "api"


class Outcome(StrEnum):
    ANSWERED = "answered"
    RIGHT_OPENED = "right_opened"
    ORIENTED = "oriented"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    UNREACHABLE = "unreachable"
    NO_FOLLOW_UP = "no_follow_up"


class Role(StrEnum):
    RECEPTION = "reception"
    INSTRUCTOR = "instructor"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"
    SITE_LEAD = "site_lead"
    ELECTED = "elected"
    AUDITOR = "auditor"


class CallbackState(StrEnum):
    """`proposed`: an abandoned caller whom an agent may decide to call; nothing was promised."""

    PROPOSED = "proposed"
    OWED = "owed"
    DIALLING = "dialling"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class CallbackOrigin(StrEnum):
    """Why we call: asked for, a voice message, or an abandoned call."""

    ASKED = "asked"
    VOICEMAIL = "voicemail"
    ABANDONED = "abandoned"


class CallbackResult(StrEnum):
    """How one attempt ended. `voicemail`: noted by the agent, the network cannot tell it from an answer."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong_number"
    FAILED = "failed"


class DeliveryState(StrEnum):
    """State of one outgoing message. `unknown`: the provider may or may not have taken it."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    UNKNOWN = "unknown"


class EventDeliveryState(StrEnum):
    """State of one outbox event for one subscriber."""

    PENDING = "pending"
    RETRYING = "retrying"
    DONE = "done"
    DEAD = "dead"


class DispatchState(StrEnum):
    """State of the work of sending one message. `sending` and old: the process died, look before sending again."""

    PENDING = "pending"
    SENDING = "sending"
    DONE = "done"
    DEAD = "dead"


class Theme(StrEnum):
    AUTONOMIE = "autonomie"
    HANDICAP = "handicap"
    LOGEMENT = "logement"
    INSERTION = "insertion"
    SANTE = "sante"
    ENFANCE = "enfance"
    FAMILLE = "famille"
    JEUNESSE = "jeunesse"
    MOBILITE = "mobilite"
    ROUTES = "routes"
    EDUCATION = "education"
    ETAT_CIVIL = "etat_civil"
    NUMERIQUE = "numerique"
    AUTRE_ORGANISME = "autre_organisme"


class TicketState(StrEnum):
    NEW = "new"
    OPEN = "open"
    WAITING_CITIZEN = "waiting_citizen"
    WAITING_PARTNER = "waiting_partner"
    SCHEDULED = "scheduled"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"


class TicketMove(StrEnum):
    QUALIFY = "qualify"
    CLAIM = "claim"
    RELEASE = "release"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    ESCALATE = "escalate"
    ASK = "ask"
    RECEIVE = "receive"
    REFER = "refer"
    ANSWER = "answer"
    REMIND = "remind"
    PAUSE = "pause"
    COME_DUE = "come_due"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    CLOSE = "close"
    CLOSE_NO_FOLLOW_UP = "close_no_follow_up"
    REOPEN = "reopen"
    ARCHIVE = "archive"
    MERGE = "merge"
    UNMERGE = "unmerge"


class PendingReason(StrEnum):
    CITIZEN_PIECE = "citizen_piece"
    CITIZEN_ANSWER = "citizen_answer"
    PARTNER_ANSWER = "partner_answer"
    APPOINTMENT = "appointment"
    DATE = "date"
    APPROVAL = "approval"


class Priority(StrEnum):
    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Confidentiality(StrEnum):
    NORMAL = "normal"
    DISCREET = "discreet"
    ANONYMOUS = "anonymous"


class ContactKind(StrEnum):
    """What a contact is made of: a call, a visit, or a run of messages on one channel."""

    CALL = "call"
    VISIT = "visit"
    MESSAGES = "messages"


class ContactPointKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    POSTAL = "postal"


class Difficulty(StrEnum):
    """What the person needs help with, noted during a contact."""

    READING = "reading"
    COMPUTERS = "computers"
    FRENCH = "french"
    MOVING = "moving"


class RelationKind(StrEnum):
    PARENT = "parent"
    PARTNER = "partner"
    HELPER = "helper"
    LEGAL_GUARDIAN = "legal_guardian"


class AccountKind(StrEnum):
    RESIDENT = "resident"
    AGENT = "agent"
    CLIENT = "client"


class OrganisationKind(StrEnum):
    HOST = "host"
    HOSTED = "hosted"
    PARTNER = "partner"


class PresenceState(StrEnum):
    OFFLINE = "offline"
    AVAILABLE = "available"
    ON_CONTACT = "on_contact"
    WRAPPING_UP = "wrapping_up"
    PAUSED = "paused"


class PauseReason(StrEnum):
    """Why an agent takes nobody. `missed_offers`: set by the product after two offers left without an answer."""

    BREAK = "break"
    MEAL = "meal"
    MEETING = "meeting"
    TRAINING = "training"
    BACK_OFFICE = "back_office"
    MISSED_OFFERS = "missed_offers"


class AgentReach(StrEnum):
    """How an agent is offered a caller. `screen`: accepted on the page, then the desk phone rings; `softphone` and
    `desk_phone`: it rings at once and picking up is accepting; only `desk_phone` needs no open page."""

    SCREEN = "screen"
    SOFTPHONE = "softphone"
    DESK_PHONE = "desk_phone"


class OfferKind(StrEnum):
    """Why an agent is offered somebody: the queue, a colleague who hands the caller over, or asks for advice."""

    QUEUE = "queue"
    TRANSFER = "transfer"
    CONSULT = "consult"


class OfferOutcome(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    MISSED = "missed"
    CALLER_LEFT = "caller_left"
    WITHDRAWN = "withdrawn"


class LegKind(StrEnum):
    CALLER = "caller"
    AGENT = "agent"
    PARTNER = "partner"


class LegEnd(StrEnum):
    """How one leg of a call ended. `lost`: cut off while talking, without anybody asking for it."""

    HUNG_UP = "hung_up"
    ENDED_BY_AGENT = "ended_by_agent"
    TRANSFERRED = "transferred"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    FAILED = "failed"
    DECLINED = "declined"
    CALLER_LEFT = "caller_left"
    WITHDRAWN = "withdrawn"
    LOST = "lost"


class QueueEntryState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ANSWERED = "answered"
    LEFT = "left"
    CALLED_BACK = "called_back"
    VOICEMAIL = "voicemail"


class RecordingKind(StrEnum):
    VOICEMAIL = "voicemail"
    CONVERSATION = "conversation"


class RecordingState(StrEnum):
    """`wanted`: to be started at the provider; `ready`: to be fetched; `lost`: the provider no longer has it."""

    WANTED = "wanted"
    RUNNING = "running"
    READY = "ready"
    KEPT = "kept"
    LOST = "lost"
    ERASED = "erased"


class TranscriptState(StrEnum):
    WANTED = "wanted"
    DONE = "done"
    FAILED = "failed"


class RecordingConsent(StrEnum):
    """What the caller knows of a recording of the conversation; nothing yet when empty. None is made before `told`."""

    TOLD = "told"
    REFUSED = "refused"


class ClockKind(StrEnum):
    FIRST_ANSWER = "first_answer"
    RESOLUTION = "resolution"
    LEGAL_ACKNOWLEDGEMENT = "legal_acknowledgement"
    LEGAL_SILENCE = "legal_silence"


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    MISSED = "missed"


class ClockUnit(StrEnum):
    OFFICE_HOURS = "office_hours"
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    CALENDAR_MONTHS = "calendar_months"


class SilenceRule(StrEnum):
    """What silence means in law: acceptance (SVA), rejection (SVR), or nothing."""

    NONE = "none"
    SVA = "sva"
    SVR = "svr"


class VersionKind(StrEnum):
    """What has versions: each later editor adds its own."""

    VOICE_SCRIPT = "voice_script"


class VersionState(StrEnum):
    """`scheduled`: published by itself at its date."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    RETIRED = "retired"
