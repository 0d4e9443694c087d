"""What a document for Twilio may hold, from two sources that are not ours nor the simulator's.

The verbs, their attributes and what nests in what are read from the functions of the official library
(``twilio.twiml``): each is called with every parameter it knows, and what it writes is what is allowed. What Twilio
refuses beside that (design/protocols.md 2.4 and 2.4 bis, from Twilio's own pages) is the table below, written here
a second time on purpose: the simulator has its own, and each is tried against the other.
"""

from __future__ import annotations

import inspect
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from twilio.twiml import TwiML
from twilio.twiml.messaging_response import MessagingResponse
from twilio.twiml.voice_response import VoiceResponse

VOICE, QUEUE_WAIT, CONFERENCE_WAIT, WHISPER, MESSAGING = (
    "voice",
    "queue",
    "conference",
    "whisper",
    "messaging",
)
LARGEST: Final = 64 * 1024
LONGEST_NAME: Final = 64
LONGEST_SAID: Final = 4096

# What each kind of document may hold at its root; a voice or a message document: what the library gives it.
ONLY: Final = {
    QUEUE_WAIT: frozenset({"Play", "Say", "Pause", "Hangup", "Redirect", "Leave", "Gather"}),
    CONFERENCE_WAIT: frozenset({"Play", "Say", "Pause", "Redirect"}),
    WHISPER: frozenset({"Play", "Say", "Pause", "Gather", "Redirect", "Hangup"}),
}
# Verbs which never hand over to the one after them.
LAST: Final = frozenset({"Redirect", "Hangup", "Reject", "Leave"})
TEXT_NEEDED: Final = frozenset(
    {"Say", "Redirect", "Number", "Conference", "Queue", "Sip", "Identity", "Body", "Media"}
)
NAMES: Final = frozenset({"Enqueue", "Conference", "Queue"})

Check = Callable[[str], bool]


def _among(*values: str) -> Check:
    return lambda value: value in values


def _each_among(*values: str) -> Check:
    return lambda value: bool(value) and all(part in values for part in value.split(" "))


def _number(low: int, high: int) -> Check:
    return lambda value: re.fullmatch(r"\d+", value) is not None and low <= int(value) <= high


def _address(value: str) -> bool:
    """Absolute: a relative one is refused in a document given by REST, and wrong behind a proxy anywhere."""
    return re.fullmatch(r"https?://[^\s/]+(/\S*)?", value) is not None


_YES_NO: Final = _among("true", "false")
_RECORDING_EVENTS: Final = _each_among("in-progress", "completed", "absent")
_CALL_EVENTS: Final = _each_among("initiated", "ringing", "answered", "completed")

# By attribute, then by (element, attribute) where one element has a rule of its own.
VALUES: Final[Mapping[str, Check]] = {
    **dict.fromkeys(
        ("method", "waitUrlMethod", "waitMethod", "statusCallbackMethod", "recordingStatusCallbackMethod"),
        _among("GET", "POST"),
    ),
    **dict.fromkeys(
        ("action", "url", "waitUrl", "statusCallback", "recordingStatusCallback", "partialResultCallback"),
        _address,
    ),
    **dict.fromkeys(
        (
            "actionOnEmptyResult", "bargeIn", "profanityFilter", "enhanced", "playBeep", "transcribe", "muted",
            "answerOnBridge", "hangupOnStar", "sequential", "startConferenceOnEnter", "endConferenceOnExit",
        ),
        _YES_NO,
    ),
    "language": lambda value: re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", value) is not None,
    "recordingStatusCallbackEvent": _RECORDING_EVENTS,
    "trim": _among("trim-silence", "do-not-trim"),
}  # fmt: skip
VALUES_OF: Final[Mapping[tuple[str, str], Check]] = {
    ("Gather", "input"): _among("dtmf", "speech", "dtmf speech", "speech dtmf"),
    ("Gather", "numDigits"): _number(1, 250),
    ("Gather", "timeout"): _number(0, 600),
    ("Gather", "finishOnKey"): lambda value: re.fullmatch(r"[0-9*#]?", value) is not None,
    ("Gather", "speechTimeout"): lambda value: value == "auto" or _number(1, 60)(value),
    ("Record", "maxLength"): _number(1, 14400),
    ("Record", "timeout"): _number(0, 600),
    ("Record", "finishOnKey"): lambda value: re.fullmatch(r"[0-9*#]*", value) is not None,
    ("Pause", "length"): _number(0, 600),
    ("Say", "loop"): _number(0, 1000),
    ("Dial", "timeout"): _number(1, 600),
    ("Dial", "timeLimit"): _number(1, 86400),
    ("Dial", "record"): _among(
        "do-not-record", "record-from-answer", "record-from-ringing", "record-from-answer-dual",
        "record-from-ringing-dual",
    ),
    ("Dial", "callerId"): lambda value: re.fullmatch(r"\+[1-9]\d{6,14}|client:\S+", value) is not None,
    ("Number", "statusCallbackEvent"): _CALL_EVENTS,
    ("Client", "statusCallbackEvent"): _CALL_EVENTS,
    ("Conference", "beep"): _among("true", "false", "onEnter", "onExit"),
    ("Conference", "record"): _among("do-not-record", "record-from-start"),
    # Empty: no music at all, as Twilio documents.
    ("Conference", "waitUrl"): lambda value: value == "" or _address(value),
    ("Conference", "maxParticipants"): _number(1, 250),
    ("Conference", "statusCallbackEvent"): _each_among(
        "start", "end", "join", "leave", "mute", "hold", "modify", "speaker", "announcement"
    ),
    ("Enqueue", "maxQueueSize"): _number(1, 5000),
    ("Reject", "reason"): _among("rejected", "busy"),
}  # fmt: skip


@cache
def library(root: type[TwiML]) -> dict[tuple[str, str], frozenset[str]]:
    """(parent, child) -> attributes of the child, for everything reachable from ``root``."""
    found: dict[tuple[str, str], frozenset[str]] = {}
    waiting, seen = [root()], set()
    while waiting:
        parent = waiting.pop()
        if type(parent) in seen:
            continue
        seen.add(type(parent))
        for child in _children(parent):
            found[parent.name, child.name] = frozenset(child.attrs)
            waiting.append(child)
    return found


def _children(parent: TwiML) -> Iterator[TwiML]:
    for name, method in inspect.getmembers(type(parent), inspect.isfunction):
        if name.startswith("_") or name in dir(TwiML):
            continue
        parameters = [
            one
            for one in inspect.signature(method).parameters.values()
            if one.kind is one.POSITIONAL_OR_KEYWORD
        ]
        # "fr-FR" passes the library's own check of languages, and is as good as anything elsewhere.
        made: Any = method(parent, **{one.name: "fr-FR" for one in parameters if one.name != "self"})
        if isinstance(made, TwiML):
            yield made


def problems(text: str, context: str = VOICE) -> list[str]:
    """Why Twilio would not take this document whole; empty when it would."""
    if len(text.encode()) > LARGEST:
        return ["plus de 64 ko"]
    if "<!DOCTYPE" in text:
        return ["une déclaration de type"]
    try:
        root = ET.fromstring(text)
    except ET.ParseError as error:
        return [f"pas du XML : {error}"]
    if root.tag != "Response" or root.attrib:
        return [f"la racine est <{root.tag}> et non <Response> sans attribut"]
    known = library(MessagingResponse if context == MESSAGING else VoiceResponse)
    found = list(_inside(root, known))
    found += [
        f"<{verb.tag}> n’est pas admis dans ce document ({context})"
        for verb in root
        if context in ONLY and verb.tag not in ONLY[context]
    ]
    found += [
        f"<{after.tag}> n’est jamais atteint après <{verb.tag}>"
        for verb, after in zip(root, list(root)[1:], strict=False)
        if verb.tag in LAST
    ]
    if (root.text or "").strip() or any((verb.tail or "").strip() for verb in root):
        found.append("du texte hors des verbes")
    return found


def _inside(parent: ET.Element, known: dict[tuple[str, str], frozenset[str]]) -> Iterator[str]:
    for child in parent:
        allowed = known.get((parent.tag, child.tag))
        if allowed is None:
            yield f"<{child.tag}> dans <{parent.tag}> est inconnu de la bibliothèque de Twilio"
            continue
        yield from _attributes(child, allowed)
        yield from _content(child)
        yield from _inside(child, known)


def _attributes(element: ET.Element, allowed: frozenset[str]) -> Iterator[str]:
    for name, value in element.attrib.items():
        if name not in allowed:
            yield f"<{element.tag} {name}> est inconnu de la bibliothèque de Twilio"
            continue
        check = VALUES_OF.get((element.tag, name)) or VALUES.get(name)
        if check is not None and not check(value):
            yield f'<{element.tag} {name}="{value}"> : valeur refusée'


def _content(element: ET.Element) -> Iterator[str]:
    text = (element.text or "").strip()
    if element.tag in TEXT_NEEDED and not text:
        yield f"<{element.tag}> est vide"
    if element.tag in {"Hangup", "Pause", "Leave", "Reject", "Gather", "Record"} and text:
        yield f"<{element.tag}> ne prend pas de texte"
    if element.tag == "Say" and len(text) > LONGEST_SAID:
        yield "<Say> de plus de 4096 caractères"
    if element.tag == "Redirect" and text and not _address(text):
        yield "<Redirect> vers une adresse relative"
    if element.tag in NAMES and len(text) > LONGEST_NAME:
        yield f"<{element.tag}> : nom de plus de 64 caractères"
    if element.tag == "Enqueue" and not text and "workflowSid" not in element.attrib:
        yield "<Enqueue> sans nom"
    if element.tag == "Dial":
        alone = [child.tag for child in element if child.tag in {"Conference", "Queue"}]
        if alone and len(element) > 1:
            yield f"<{alone[0]}> doit être seul dans <Dial>"
        if not text and not len(element):
            yield "<Dial> n’appelle personne"


def continued(text: str, context: str) -> dict[str, str]:
    """Addresses a document gives, with the kind of document Twilio expects there; a question's answer goes on in the
    room it was asked in."""
    try:
        root = ET.fromstring(text)
    except ET.ParseError:
        return {}
    given: dict[str, str] = {}
    for element in root.iter():
        if element.tag == "Enqueue" and element.get("waitUrl"):
            given[element.attrib["waitUrl"]] = QUEUE_WAIT
        if element.tag == "Conference" and element.get("waitUrl"):
            given[element.attrib["waitUrl"]] = CONFERENCE_WAIT
        if element.tag in {"Number", "Client", "Queue", "Sip"} and element.get("url"):
            given[element.attrib["url"]] = WHISPER
        if context != VOICE and element.tag == "Gather" and element.get("action"):
            given[element.attrib["action"]] = context
        if context != VOICE and element.tag == "Redirect" and element.text:
            given[element.text.strip()] = context
    return given
