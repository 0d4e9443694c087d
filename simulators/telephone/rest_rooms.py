"""REST: queues, conferences and their participants."""

from xml.sax.saxutils import escape, quoteattr

from aiohttp import web

from simulators.telephone.call import Fetch, Inline
from simulators.telephone.clock import rfc2822
from simulators.telephone.network import Network
from simulators.telephone.rest import NETWORK, Json, boolean, form, page
from simulators.telephone.rest_calls import CREATE as CALL_CREATE
from simulators.telephone.rest_calls import place_call
from simulators.telephone.rooms import Conference, Participant, Rooms
from simulators.telephone.settings import API_VERSION
from simulators.telephone.sms import RestError
from simulators.telephone.waiting import Member, WaitingLine, queue_named

QUEUE_CREATE = frozenset({"FriendlyName", "MaxSize"})
MEMBER_UPDATE = frozenset({"Url", "Method"})
CONFERENCE_LIST = frozenset({"FriendlyName", "Status"})
CONFERENCE_UPDATE = frozenset({"Status"})
PARTICIPANT_UPDATE = frozenset({"Muted", "Hold", "HoldUrl", "HoldMethod", "EndConferenceOnExit"})
_NOUN = {
    "Label": "participantLabel",
    "Muted": "muted",
    "Beep": "beep",
    "StartConferenceOnEnter": "startConferenceOnEnter",
    "EndConferenceOnExit": "endConferenceOnExit",
    "WaitUrl": "waitUrl",
    "WaitMethod": "waitMethod",
    "ConferenceStatusCallback": "statusCallback",
    "ConferenceStatusCallbackMethod": "statusCallbackMethod",
    "ConferenceStatusCallbackEvent": "statusCallbackEvent",
}
PARTICIPANT_CREATE = (CALL_CREATE - {"Url", "Twiml", "Method", "FallbackUrl"}) | frozenset(_NOUN)


# -- queues -------------------------------------------------------------------------------------


def _queue_resource(network: Network, line: WaitingLine) -> Json:
    uri = network.settings.resource(f"Queues/{line.sid}")
    return {
        "sid": line.sid,
        "account_sid": network.settings.account_sid,
        "average_wait_time": line.average,
        "current_size": len(line.members),
        "date_created": rfc2822(line.created),
        "date_updated": rfc2822(line.updated),
        "friendly_name": line.name,
        "max_size": line.max_size,
        "uri": f"{uri}.json",
        "subresource_uris": {"members": f"{uri}/Members.json"},
    }


def _member_resource(network: Network, line: WaitingLine, member: Member) -> Json:
    uri = network.settings.resource(f"Queues/{line.sid}/Members/{member.call.sid}.json")
    return {
        "call_sid": member.call.sid,
        "date_enqueued": rfc2822(member.enqueued),
        "position": line.position(member),
        "queue_sid": line.sid,
        "uri": uri,
        "wait_time": member.waited,
    }


def _queue(request: web.Request) -> WaitingLine:
    for line in request.app[NETWORK].queues.values():
        if line.sid == request.match_info["queue"]:
            return line
    raise RestError(20404)


def _member(request: web.Request) -> tuple[WaitingLine, Member]:
    line, wanted = _queue(request), request.match_info["call"]
    for member in line.members:
        if wanted in {member.call.sid, "Front"}:
            return line, member
    raise RestError(20404)


async def queues(request: web.Request) -> web.Response:
    network = request.app[NETWORK]
    return page(request, "queues", [_queue_resource(network, line) for line in network.queues.values()])


async def queue_create(request: web.Request) -> web.Response:
    network = request.app[NETWORK]
    data = await form(request, QUEUE_CREATE)
    name, size = data.get("FriendlyName", ""), data.get("MaxSize", "1000")
    if not 1 <= len(name) <= 64 or name in network.queues or not size.isdigit():
        raise RestError(20001, "FriendlyName or MaxSize")
    return web.json_response(_queue_resource(network, queue_named(network, name, int(size))), status=201)


async def queue(request: web.Request) -> web.Response:
    return web.json_response(_queue_resource(request.app[NETWORK], _queue(request)))


async def members(request: web.Request) -> web.Response:
    network, line = request.app[NETWORK], _queue(request)
    return page(request, "queue_members", [_member_resource(network, line, m) for m in line.members])


async def member(request: web.Request) -> web.Response:
    line, found = _member(request)
    return web.json_response(_member_resource(request.app[NETWORK], line, found))


async def member_update(request: web.Request) -> web.Response:
    """Take a call out of the queue and run the document at `Url`."""
    network = request.app[NETWORK]
    line, found = _member(request)
    data = await form(request, MEMBER_UPDATE)
    if not data.get("Url"):
        raise RestError(21205)
    resource = _member_resource(network, line, found) | {"position": 0}
    network.redirect(found.call, Fetch(data["Url"], data.get("Method", "POST")))
    return web.json_response(resource)


# -- conferences --------------------------------------------------------------------------------


def _conference_resource(network: Network, room: Conference) -> Json:
    uri = network.settings.resource(f"Conferences/{room.sid}")
    return {
        "sid": room.sid,
        "account_sid": network.settings.account_sid,
        "api_version": API_VERSION,
        "call_sid_ending_conference": room.ended_by,
        "date_created": rfc2822(room.created),
        "date_updated": rfc2822(room.updated),
        "friendly_name": room.name,
        "reason_conference_ended": room.reason,
        "region": "ie1",
        "status": room.status,
        "subresource_uris": {
            "participants": f"{uri}/Participants.json",
            "recordings": f"{uri}/Recordings.json",
        },
        "uri": f"{uri}.json",
    }


def _participant_resource(network: Network, room: Conference, who: Participant) -> Json:
    uri = network.settings.resource(f"Conferences/{room.sid}/Participants/{who.call.sid}.json")
    return {
        "account_sid": network.settings.account_sid,
        "call_sid": who.call.sid,
        "call_sid_to_coach": None,
        "coaching": False,
        "conference_sid": room.sid,
        "date_created": rfc2822(who.created),
        "date_updated": rfc2822(who.updated),
        "end_conference_on_exit": who.end_on_exit,
        "hold": who.hold,
        "label": who.label or None,
        "muted": who.muted,
        "queue_time": str(who.call.queue_seconds * 1000),
        "start_conference_on_enter": who.start_on_enter,
        "status": "connected",
        "uri": uri,
    }


def _conference(request: web.Request) -> Conference:
    room = request.app[NETWORK].conferences.get(request.match_info["conference"])
    if room is None:
        raise RestError(20404)
    return room


def _participant(request: web.Request) -> tuple[Conference, Participant]:
    room, wanted = _conference(request), request.match_info["call"]
    for who in room.participants:
        if wanted == who.call.sid or (who.label and wanted == who.label):
            return room, who
    raise RestError(20404)


async def conferences(request: web.Request) -> web.Response:
    network, query = request.app[NETWORK], request.query
    rows = [
        _conference_resource(network, room)
        for room in reversed(network.conferences.values())
        if query.get("FriendlyName", room.name) == room.name
        and query.get("Status", room.status) == room.status
    ]
    return page(request, "conferences", rows)


async def conference(request: web.Request) -> web.Response:
    return web.json_response(_conference_resource(request.app[NETWORK], _conference(request)))


async def conference_update(request: web.Request) -> web.Response:
    network, room = request.app[NETWORK], _conference(request)
    data = await form(request, CONFERENCE_UPDATE)
    if data.get("Status", "") not in {"", "completed"}:
        raise RestError(20001, "Status")
    if data.get("Status"):
        Rooms(network).end(room, "conference-ended-via-api")
    return web.json_response(_conference_resource(network, room))


async def participants(request: web.Request) -> web.Response:
    network, room = request.app[NETWORK], _conference(request)
    return page(request, "participants", [_participant_resource(network, room, w) for w in room.participants])


async def participant_create(request: web.Request) -> web.Response:
    """Ring somebody and bring them into the room. The room may be named instead of given by sid."""
    network, wanted = request.app[NETWORK], request.match_info["conference"]
    data = await form(request, PARTICIPANT_CREATE)
    known = network.conferences.get(wanted)
    room = known if known is not None else Rooms(network).named(wanted)
    noun = "".join(f" {_NOUN[k]}={quoteattr(' '.join(data.getall(k)))}" for k in _NOUN if k in data)
    twiml = f"<Response><Dial><Conference{noun}>{escape(room.name)}</Conference></Dial></Response>"
    call = place_call(request, data, Inline(twiml.encode()))
    now = network.clock.now()
    who = Participant(call, now, now, call.answer, label=data.get("Label", ""))
    resource = _participant_resource(network, room, who) | {"status": "queued"}
    return web.json_response(resource, status=201)


async def participant(request: web.Request) -> web.Response:
    room, who = _participant(request)
    return web.json_response(_participant_resource(request.app[NETWORK], room, who))


async def participant_update(request: web.Request) -> web.Response:
    network = request.app[NETWORK]
    room, who = _participant(request)
    data, rooms = await form(request, PARTICIPANT_UPDATE), Rooms(network)
    muted, hold = boolean(data, "Muted"), boolean(data, "Hold")
    ends = boolean(data, "EndConferenceOnExit")
    if muted is not None:
        rooms.mute(room, who, on=muted)
    if hold is not None:
        rooms.hold(room, who, on=hold, url=data.get("HoldUrl", ""), method=data.get("HoldMethod", "POST"))
    if ends is not None:
        who.end_on_exit = ends
    return web.json_response(_participant_resource(network, room, who))


async def participant_delete(request: web.Request) -> web.Response:
    room, who = _participant(request)
    Rooms(request.app[NETWORK]).kick(room, who)
    return web.Response(status=204)
