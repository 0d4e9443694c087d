"""Conferences: named rooms calls join, wait in, are held in and leave."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulators.telephone.call import Call, Step
from simulators.telephone.clock import rfc2822
from simulators.telephone.grammar import Context
from simulators.telephone.network import Network
from simulators.telephone.records import Callback, Where, new_sid
from simulators.telephone.runner import Frame, Runner
from simulators.telephone.talk import tell_recording
from simulators.telephone.twiml import Verb
from simulators.telephone.webhooks import Pairs


@dataclass(eq=False)
class Participant:
    """`changed` is done each time what the participant should hear may be another thing."""

    call: Call
    created: datetime
    updated: datetime
    changed: "asyncio.Future[bool]"
    label: str = ""
    muted: bool = False
    hold: bool = False
    hold_url: str = ""
    hold_method: str = "POST"
    start_on_enter: bool = True
    end_on_exit: bool = False
    gone: bool = False
    kicked: bool = False

    def wake(self) -> None:
        self.call.resolve(self.changed, True)


@dataclass(eq=False)
class Conference:
    name: str
    created: datetime
    updated: datetime
    sid: str = field(default_factory=lambda: new_sid("CF"))
    status: str = "init"
    participants: list[Participant] = field(default_factory=list)
    callback: Callback | None = None
    sequence: int = 0
    reason: str | None = None
    ended_by: str | None = None
    began: float = 0.0


class Rooms:
    """What may be done to a conference, from a document or from the REST API."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def named(self, name: str) -> Conference:
        """The live conference of that name, made if absent."""
        for room in self.network.conferences.values():
            if room.name == name and room.status != "completed":
                return room
        now = self.network.clock.now()
        room = Conference(name, now, now)
        self.network.conferences[room.sid] = room
        return room

    def tell(self, room: Conference, event: str, who: Participant | None = None, **more: str) -> None:
        kind = event.partition("-")[2]
        asked = {"unmute": "mute", "unhold": "hold"}.get(kind, kind)
        if room.callback is None or asked not in room.callback.events:
            return
        room.sequence += 1
        params: Pairs = [
            ("ConferenceSid", room.sid),
            ("FriendlyName", room.name),
            ("AccountSid", self.network.settings.account_sid),
            ("SequenceNumber", str(room.sequence)),
            ("Timestamp", rfc2822(self.network.clock.now())),
            ("StatusCallbackEvent", event),
        ]
        if who is not None:
            params += [
                ("CallSid", who.call.sid),
                ("Muted", str(who.muted).lower()),
                ("Hold", str(who.hold).lower()),
                ("Coaching", "false"),
                ("StartConferenceOnEnter", str(who.start_on_enter).lower()),
                ("EndConferenceOnExit", str(who.end_on_exit).lower()),
            ]
            params += [("ParticipantLabel", who.label)] if who.label else []
        self.network.tell(room.sid, room.callback.url, params + list(more.items()), room.callback.method)

    def join(self, room: Conference, who: Participant) -> None:
        room.participants.append(who)
        room.updated = self.network.clock.now()
        self.tell(room, "participant-join", who)
        if (
            room.status == "init"
            and len(room.participants) >= 2
            and any(other.start_on_enter for other in room.participants)
        ):
            room.status = "in-progress"
            room.began = self.network.clock.seconds()
            self.tell(room, "conference-start")
        self._wake_others(room, who)

    def leave(self, room: Conference, who: Participant) -> None:
        """Take out; the conference ends with the last one, or with one who ends it on exit."""
        if who not in room.participants:
            return
        who.gone = True
        room.participants.remove(who)
        room.updated = self.network.clock.now()
        self.tell(room, "participant-leave", who)
        manner = "kicked" if who.kicked else "left"
        if who.end_on_exit and room.participants:
            self.end(room, f"participant-with-end-conference-on-exit-{manner}", who.call.sid)
        elif not room.participants:
            self.end(room, f"last-participant-{manner}", who.call.sid)
        else:
            self._wake_others(room, who)

    def end(self, room: Conference, reason: str, call_sid: str = "") -> None:
        if room.status == "completed":
            return
        room.status, room.reason = "completed", reason
        room.ended_by = call_sid or None
        room.updated = self.network.clock.now()
        for other in tuple(room.participants):
            room.participants.remove(other)
            other.gone = True
            self.tell(room, "participant-leave", other)
            other.wake()
        more = {"ReasonConferenceEnded": reason} | ({"CallSidEndingConference": call_sid} if call_sid else {})
        self.tell(room, "conference-end", None, **more)

    def kick(self, room: Conference, who: Participant) -> None:
        """Remove from the room; the call goes on with what follows its `<Dial>`."""
        who.kicked = True
        self.leave(room, who)
        who.wake()

    def hold(self, room: Conference, who: Participant, *, on: bool, url: str, method: str) -> None:
        if who.hold != on:
            who.hold, who.hold_url, who.hold_method = on, url, method
            who.updated = self.network.clock.now()
            self.tell(room, "participant-hold" if on else "participant-unhold", who)
            who.wake()

    def mute(self, room: Conference, who: Participant, *, on: bool) -> None:
        if who.muted != on:
            who.muted = on
            who.updated = self.network.clock.now()
            self.tell(room, "participant-mute" if on else "participant-unmute", who)
            who.call.note("Mute", "Micro coupé" if on else "Micro rétabli")

    def _wake_others(self, room: Conference, who: Participant) -> None:
        for other in room.participants:
            if other is not who:
                other.wake()

    def spread(self, room: Conference, who: Participant, text: str) -> None:
        """Everyone in the room who may hear hears what one says."""
        if who.muted or who.hold or room.status != "in-progress":
            return
        for other in room.participants:
            if other is not who and not other.hold:
                other.call.note("Voice", text, who="peer")


def _participant(runner: Runner, noun: Verb) -> Participant:
    now = runner.network.clock.now()
    return Participant(
        runner.call,
        now,
        now,
        asyncio.get_running_loop().create_future(),
        label=noun.get("participantLabel"),
        muted=noun.flag("muted"),
        start_on_enter=noun.flag("startConferenceOnEnter", default=True),
        end_on_exit=noun.flag("endConferenceOnExit"),
    )


async def conference(runner: Runner, verb: Verb, noun: Verb, frame: Frame) -> Step | None:
    """`<Dial><Conference>`: stay until the room ends or one is removed."""
    call, rooms = runner.call, Rooms(runner.network)
    room = rooms.named(noun.text)
    full = len(room.participants) >= noun.number("maxParticipants", 250)
    if full:
        return runner.action(verb, frame, [("DialCallStatus", "failed")])
    if room.callback is None and noun.get("statusCallback"):
        room.callback = runner.callback_of(noun, frame, "start end")
    who = _participant(runner, noun)
    runner.answer()
    call.where = Where(conference=room.name, conference_sid=room.sid)
    call.note("Conference", f"Salle « {room.name} »")
    call.audience = lambda speaker, text: rooms.spread(room, who, text)
    rooms.join(room, who)
    try:
        await _stay(runner, noun, frame, room, who)
    except asyncio.CancelledError:
        runner.tell_action(verb, frame, [("DialCallStatus", "answered"), ("ConferenceSid", room.sid)])
        raise
    finally:
        call.audience = None
        call.where = Where()
        rooms.leave(room, who)
    if noun.get("record") == "record-from-start" and room.status == "completed":
        made = runner.network.record(call, max(1, round(call.clock.seconds() - room.began)), "Conference")
        made.conference_sid = room.sid
        tell_recording(runner, noun, frame, made)
    runner.heard_someone()
    return runner.action(verb, frame, [("DialCallStatus", "answered"), ("ConferenceSid", room.sid)])


async def _stay(runner: Runner, noun: Verb, frame: Frame, room: Conference, who: Participant) -> None:
    """Hear the waiting document, the hold document or the others, until out of the room."""
    call, heard = runner.call, ""
    while not who.gone:
        who.changed = asyncio.get_running_loop().create_future()
        if who.hold:
            now, url, method = "hold", who.hold_url, who.hold_method
        elif room.status == "init":
            now, url, method = "wait", noun.get("waitUrl"), noun.get("waitMethod", "POST")
        else:
            now, url, method = "talk", "", ""
        if now != heard:
            call.where.talking_to = []
            silent = now == "wait" and "waitUrl" in noun.attrs and not url
            _announce(call, room, now, silent=silent)
        heard = now
        if now == "talk":
            call.where.talking_to = [o.call.human for o in room.participants if o is not who]
            call.changed(call)
        if not url:
            await call.attend(who.changed, hear=call.speak_aloud)
            continue
        await _hear_document(runner, (url, method), frame.url, room, who)


def _announce(call: Call, room: Conference, now: str, *, silent: bool) -> None:
    if now == "talk":
        call.note("Bridge", f"En ligne dans la salle « {room.name} »")
    elif now == "hold":
        call.note("Music", "Mise en garde : musique d’attente")
    elif not silent:
        call.note("Music", "Attente de l’ouverture de la salle")


async def _hear_document(
    runner: Runner, wanted: tuple[str, str], base: str, room: Conference, who: Participant
) -> None:
    """Hear a waiting or hold document, `wanted` = (address, method), until something changes."""
    url, method = wanted
    told = [("ConferenceSid", room.sid), ("FriendlyName", room.name)]
    waiting = asyncio.create_task(
        runner.wait_document(url, method, Context.CONFERENCE_WAIT, lambda: told, base)
    )
    either: set[asyncio.Future[Any]] = {waiting, who.changed}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if not waiting.done():
            waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    if waiting.done() and not waiting.cancelled() and (error := waiting.exception()) is not None:
        raise error
    runner.call.idle.clear()
