"""Pure. The TwiML elements: where each may stand, its attributes and the values they take.

Source: Twilio's TwiML reference and the parameters of `twilio.twiml` 9.13 (MIT).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

Check = Callable[[str], bool]


class Context(Enum):
    """What a document is for; each has its own list of verbs."""

    VOICE = "voice"
    QUEUE_WAIT = "queue_wait"
    CONFERENCE_WAIT = "conference_wait"
    WHISPER = "whisper"
    MESSAGING = "messaging"


def _one_of(*values: str) -> Check:
    return lambda value: value in values


def _several_of(*values: str) -> Check:
    return lambda value: bool(value.split()) and set(value.split()) <= set(values)


def _integer(low: int, high: int = 10**9) -> Check:
    return lambda value: value.isascii() and value.isdigit() and low <= int(value) <= high


def _auto_or_integer(value: str) -> bool:
    return value == "auto" or (value.isascii() and value.isdigit() and int(value) >= 1)


def _matches(pattern: str) -> Check:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


def _any(value: str) -> bool:
    return True


URL = _matches(r"\S+")
BOOL = _one_of("true", "false")
METHOD = _one_of("GET", "POST")
ANY: Check = _any
KEYS = _matches(r"[0-9*#]*")
LANGUAGE = _matches(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
CALL_EVENTS = _several_of("initiated", "ringing", "answered", "completed")
RECORDING_EVENTS = _several_of("in-progress", "completed", "absent")
DIAL_RECORD = _one_of(
    "do-not-record",
    "record-from-answer",
    "record-from-ringing",
    "record-from-answer-dual",
    "record-from-ringing-dual",
    "true",
    "false",
)
TRIM = _one_of("trim-silence", "do-not-trim")
_RECORDING = {
    "recordingStatusCallback": URL,
    "recordingStatusCallbackMethod": METHOD,
    "recordingStatusCallbackEvent": RECORDING_EVENTS,
}
_STATUS = {"statusCallback": URL, "statusCallbackMethod": METHOD, "statusCallbackEvent": CALL_EVENTS}
_URL_METHOD = {"url": URL, "method": METHOD}
_ACTION = {"action": URL, "method": METHOD}


@dataclass(frozen=True)
class Element:
    """`text`: "no", "may" or "must" hold text. `children`: names of the elements allowed inside."""

    attributes: dict[str, Check] = field(default_factory=dict)
    children: frozenset[str] = frozenset()
    text: str = "no"


SPEECH = frozenset({"Say", "Play", "Pause"})
SSML = frozenset({"break", "emphasis", "lang", "p", "phoneme", "prosody", "s", "say-as", "sub", "w"})

GATHER = {
    "action": URL,
    "method": METHOD,
    "actionOnEmptyResult": BOOL,
    "bargeIn": BOOL,
    "debug": BOOL,
    "enhanced": BOOL,
    "finishOnKey": _matches(r"[0-9*#]?"),
    "hints": ANY,
    "input": _one_of("dtmf", "speech", "dtmf speech", "speech dtmf"),
    "language": LANGUAGE,
    "maxSpeechTime": _integer(1, 60),
    "numDigits": _integer(1),
    "partialResultCallback": URL,
    "partialResultCallbackMethod": METHOD,
    "profanityFilter": BOOL,
    "speechModel": ANY,
    "speechTimeout": _auto_or_integer,
    "timeout": _integer(0),
}
RECORD = {
    **_ACTION,
    **_RECORDING,
    "finishOnKey": KEYS,
    "maxLength": _integer(1, 14400),
    "playBeep": BOOL,
    "timeout": _integer(0),
    "transcribe": BOOL,
    "transcribeCallback": URL,
    "trim": TRIM,
}
DIAL = {
    **_ACTION,
    **_RECORDING,
    "answerOnBridge": BOOL,
    "callerId": ANY,
    "hangupOnStar": BOOL,
    "record": DIAL_RECORD,
    "recordingTrack": _one_of("inbound", "outbound", "both"),
    "ringTone": ANY,
    "sequential": BOOL,
    "timeLimit": _integer(1, 86400),
    "timeout": _integer(1, 600),
    "trim": TRIM,
}
CONFERENCE = {
    "beep": _one_of("true", "false", "onEnter", "onExit"),
    "coach": _matches(r"CA[0-9a-f]{32}"),
    "endConferenceOnExit": BOOL,
    "eventCallbackUrl": URL,
    "jitterBufferSize": _one_of("off", "small", "medium", "large"),
    "maxParticipants": _integer(1, 250),
    "muted": BOOL,
    "participantLabel": ANY,
    "record": _one_of("do-not-record", "record-from-start"),
    "region": ANY,
    "startConferenceOnEnter": BOOL,
    "statusCallback": URL,
    "statusCallbackMethod": METHOD,
    "statusCallbackEvent": _several_of("start", "end", "join", "leave", "mute", "hold", "modify", "speaker"),
    "trim": TRIM,
    "waitMethod": METHOD,
    "waitUrl": ANY,
    **_RECORDING,
}

ELEMENTS: dict[str, Element] = {
    "Say": Element({"voice": ANY, "language": LANGUAGE, "loop": _integer(0)}, SSML, "must"),
    "Play": Element({"loop": _integer(0), "digits": _matches(r"[0-9*#wWA-D]+")}, text="may"),
    "Pause": Element({"length": _integer(0)}),
    "Gather": Element(GATHER, SPEECH),
    "Record": Element(RECORD),
    "Redirect": Element({"method": METHOD}, text="must"),
    "Hangup": Element(),
    "Reject": Element({"reason": _one_of("rejected", "busy")}),
    "Leave": Element(),
    "Enqueue": Element(
        {
            **_ACTION,
            "maxQueueSize": _integer(1, 5000),
            "waitUrl": URL,
            "waitUrlMethod": METHOD,
            "workflowSid": _matches(r"WW[0-9a-f]{32}"),
        },
        text="may",
    ),
    "Dial": Element(DIAL, frozenset({"Number", "Client", "Conference", "Queue"}), "may"),
    "Number": Element({**_URL_METHOD, **_STATUS, "sendDigits": ANY}, text="must"),
    "Client": Element({**_URL_METHOD, **_STATUS}, frozenset({"Identity", "Parameter"}), "may"),
    "Identity": Element(text="must"),
    "Parameter": Element({"name": ANY, "value": ANY}),
    "Conference": Element(CONFERENCE, text="must"),
    "Queue": Element({**_URL_METHOD, "postWorkActivitySid": ANY, "reservationSid": ANY}, text="must"),
    "Message": Element(
        {**_ACTION, "to": ANY, "from": ANY, "statusCallback": URL},
        frozenset({"Body", "Media"}),
        "may",
    ),
    "Body": Element(text="must"),
    "Media": Element(text="must"),
}

_QUEUE_WAIT = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"})
_WHISPER = frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Gather"})
_VOICE = frozenset(
    ["Say", "Play", "Pause", "Gather", "Record", "Redirect", "Hangup", "Reject", "Enqueue", "Dial", "Leave"],
)
VERBS: dict[Context, frozenset[str]] = {
    Context.VOICE: _VOICE,
    Context.QUEUE_WAIT: _QUEUE_WAIT,
    Context.CONFERENCE_WAIT: frozenset({"Play", "Say", "Pause", "Redirect"}),
    Context.WHISPER: _WHISPER,
    Context.MESSAGING: frozenset({"Message", "Redirect"}),
}
# The rule broken by a known voice verb that its document does not admit.
MISPLACED: dict[Context, str] = {
    Context.VOICE: "nesting",
    Context.QUEUE_WAIT: "not_in_wait",
    Context.CONFERENCE_WAIT: "not_in_wait",
    Context.WHISPER: "not_in_whisper",
    Context.MESSAGING: "nesting",
}
FINAL_VERBS = frozenset({"Redirect", "Hangup", "Reject", "Leave"})
NAMED = frozenset({"Conference", "Queue", "Enqueue"})
NAME_LIMIT = 64
