"""Pure. Every code the product stores or shows outside, with its French label.

The values are a contract: users' configurations, providers and the API depend on them. Add freely,
never rename. Labels are French sentences of the screen; `choices()` gives them in the shape Django wants.
"""

from enum import StrEnum
from typing import Final


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


LABELS: Final[dict[type[StrEnum], dict[str, str]]] = {
    Direction: {"inbound": "Entrant", "outbound": "Sortant"},
    Channel: {
        "phone": "Téléphone",
        "sms": "SMS",
        "email": "Courriel",
        "web": "Site internet",
        "counter": "Guichet",
        "letter": "Courrier",
        "video": "Visioguichet",
        "relay": "Relais texte ou langue des signes",
        "api": "Échange informatique",
    },
    Outcome: {
        "answered": "Réponse apportée",
        "right_opened": "Droit ouvert",
        "oriented": "Orientation vers un organisme",
        "withdrawn": "Retirée par l’usager",
        "duplicate": "Doublon",
        "unreachable": "Usager injoignable",
        "no_follow_up": "Sans suite",
    },
    Role: {
        "reception": "Accueil",
        "instructor": "Instruction",
        "supervisor": "Encadrement",
        "manager": "Direction",
        "editor": "Rédaction",
        "administrator": "Administration",
        "site_lead": "Responsable de site",
        "elected": "Élu",
        "auditor": "Audit",
    },
    CallbackState: {
        "proposed": "Rappel proposé",
        "owed": "À rappeler",
        "dialling": "Appel en cours",
        "kept": "Rappel tenu",
        "missed": "Rappel manqué",
        "cancelled": "Rappel annulé",
        "expired": "Rappel expiré",
    },
    CallbackOrigin: {
        "asked": "Rappel demandé",
        "voicemail": "Message vocal",
        "abandoned": "Appel abandonné",
    },
    CallbackResult: {
        "reached": "La personne a répondu",
        "no_answer": "Pas de réponse",
        "busy": "Occupé",
        "voicemail": "Répondeur",
        "wrong_number": "Mauvais numéro",
        "failed": "L’appel n’a pas abouti",
    },
    DeliveryState: {
        "queued": "En attente d’envoi",
        "sent": "Envoyé",
        "delivered": "Remis",
        "undelivered": "Non remis",
        "failed": "Échec de l’envoi",
        "unknown": "Issue inconnue",
    },
    EventDeliveryState: {
        "pending": "À traiter",
        "retrying": "Nouvel essai prévu",
        "done": "Traité",
        "dead": "Abandonné",
    },
    DispatchState: {
        "pending": "À envoyer",
        "sending": "Envoi en cours",
        "done": "Remis à l’opérateur",
        "dead": "Abandonné",
    },
    Theme: {
        "autonomie": "Autonomie et grand âge",
        "handicap": "Handicap",
        "logement": "Logement",
        "insertion": "Insertion et RSA",
        "sante": "Santé",
        "enfance": "Enfance",
        "famille": "Famille",
        "jeunesse": "Jeunesse",
        "mobilite": "Mobilité",
        "routes": "Routes",
        "education": "Éducation et collèges",
        "etat_civil": "État civil et papiers",
        "numerique": "Numérique",
        "autre_organisme": "Autre organisme",
    },
    TicketState: {
        "new": "À qualifier",
        "open": "En cours",
        "waiting_citizen": "En attente de l’usager",
        "waiting_partner": "En attente d’un partenaire",
        "scheduled": "Programmée",
        "resolved": "Résolue",
        "closed": "Close",
        "merged": "Fusionnée",
    },
    TicketMove: {
        "qualify": "Qualifier",
        "claim": "Prendre",
        "release": "Remettre dans la file",
        "assign": "Affecter",
        "transfer": "Transférer",
        "escalate": "Faire remonter",
        "ask": "Demander à l’usager",
        "receive": "Recevoir la réponse de l’usager",
        "refer": "Orienter vers un partenaire",
        "answer": "Recevoir la réponse du partenaire",
        "remind": "Relancer",
        "pause": "Programmer",
        "come_due": "Reprendre à l’échéance",
        "resolve": "Résoudre",
        "confirm": "Confirmer la résolution",
        "close": "Clore",
        "close_no_follow_up": "Clore sans suite",
        "reopen": "Rouvrir",
        "archive": "Archiver",
        "merge": "Fusionner",
        "unmerge": "Défusionner",
    },
    PendingReason: {
        "citizen_piece": "Pièce attendue de l’usager",
        "citizen_answer": "Réponse attendue de l’usager",
        "partner_answer": "Réponse attendue d’un partenaire",
        "appointment": "Rendez-vous fixé",
        "date": "Date fixée",
        "approval": "Visa attendu",
    },
    Priority: {"urgent": "Urgente", "high": "Haute", "normal": "Normale", "low": "Basse"},
    Confidentiality: {"normal": "Normale", "discreet": "Discrète", "anonymous": "Anonyme"},
    ContactKind: {"call": "Appel", "visit": "Visite", "messages": "Échange de messages"},
    ContactPointKind: {"phone": "Téléphone", "email": "Courriel", "postal": "Adresse postale"},
    Difficulty: {
        "reading": "Aide pour lire ou écrire",
        "computers": "Aide pour le numérique",
        "french": "Aide pour le français",
        "moving": "Aide pour se déplacer",
    },
    RelationKind: {
        "parent": "Parent",
        "partner": "Conjoint",
        "helper": "Aidant",
        "legal_guardian": "Représentant légal",
    },
    AccountKind: {"resident": "Usager", "agent": "Agent", "client": "Application"},
    OrganisationKind: {
        "host": "Collectivité porteuse",
        "hosted": "Collectivité hébergée",
        "partner": "Partenaire",
    },
    PresenceState: {
        "offline": "Absent",
        "available": "Disponible",
        "on_contact": "En contact",
        "wrapping_up": "Fin de traitement",
        "paused": "En pause",
    },
    PauseReason: {
        "break": "Pause",
        "meal": "Repas",
        "meeting": "Réunion",
        "training": "Formation",
        "back_office": "Travail sur dossiers",
        "missed_offers": "Deux appels proposés sans réponse",
    },
    AgentReach: {
        "screen": "À l’écran, puis sur mon poste",
        "softphone": "Dans le navigateur",
        "desk_phone": "Sur mon poste, même sans écran ouvert",
    },
    OfferKind: {"queue": "Appel de la file", "transfer": "Appel transféré", "consult": "Demande d’avis"},
    OfferOutcome: {
        "accepted": "Accepté",
        "declined": "Refusé",
        "missed": "Sans réponse",
        "caller_left": "La personne a raccroché",
        "withdrawn": "Retiré",
    },
    LegKind: {"caller": "Personne", "agent": "Agent", "partner": "Partenaire"},
    LegEnd: {
        "hung_up": "A raccroché",
        "ended_by_agent": "Terminé par l’agent",
        "transferred": "Transféré",
        "no_answer": "Sans réponse",
        "busy": "Occupé",
        "failed": "Échec",
        "declined": "Refusé",
        "caller_left": "La personne a raccroché",
        "withdrawn": "Retiré",
        "lost": "Coupé",
    },
    QueueEntryState: {
        "waiting": "En attente",
        "offered": "Proposé à un agent",
        "answered": "Pris",
        "left": "A raccroché",
        "called_back": "Rappel demandé",
        "voicemail": "Message vocal",
    },
    ClockKind: {
        "first_answer": "Première réponse",
        "resolution": "Résolution",
        "legal_acknowledgement": "Accusé de réception légal",
        "legal_silence": "Silence de l’administration",
    },
    ClockState: {"running": "En cours", "paused": "Suspendu", "met": "Tenu", "missed": "Manqué"},
    ClockUnit: {
        "office_hours": "Heures ouvrées",
        "working_days": "Jours ouvrés",
        "calendar_days": "Jours calendaires",
        "calendar_months": "Mois calendaires",
    },
    SilenceRule: {
        "none": "Sans effet",
        "sva": "Le silence vaut acceptation",
        "svr": "Le silence vaut rejet",
    },
}

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
