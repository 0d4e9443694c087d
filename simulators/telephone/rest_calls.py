"""REST: calls."""

from aiohttp import web
from multidict import MultiMapping

from simulators.telephone.call import Call, Fetch, Inline, Step
from simulators.telephone.clock import rfc2822
from simulators.telephone.dialing import place
from simulators.telephone.grammar import Context
from simulators.telephone.network import Network
from simulators.telephone.numbers import E164
from simulators.telephone.records import Callback
from simulators.telephone.rest import HANDLERS, NETWORK, Json, call_of, form, page
from simulators.telephone.rest_messages import in_dates
from simulators.telephone.rules import refused
from simulators.telephone.settings import API_VERSION
from simulators.telephone.sms import RestError
from simulators.telephone.twiml import parse

CREATE = frozenset(
    {
        "To",
        "From",
        "Url",
        "Twiml",
        "Method",
        "FallbackUrl",
        "StatusCallback",
        "StatusCallbackEvent",
        "StatusCallbackMethod",
        "Timeout",
        "TimeLimit",
    }
)
UPDATE = frozenset(
    {"Url", "Method", "Status", "Twiml", "StatusCallback", "StatusCallbackMethod", "FallbackUrl"}
)
LIST = frozenset(
    {"To", "From", "Status", "ParentCallSid", "StartTime", "StartTime<", "StartTime>"}
    | {"EndTime", "EndTime<", "EndTime>"}
)


def as_resource(network: Network, call: Call) -> Json:
    uri = network.settings.resource(f"Calls/{call.sid}")
    parts = ("Events", "Notifications", "Payments", "Recordings", "Siprec", "Streams", "Transcriptions")
    return {
        "sid": call.sid,
        "account_sid": network.settings.account_sid,
        "answered_by": None,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": rfc2822(call.created),
        "date_updated": rfc2822(call.updated or call.created),
        "direction": call.direction,
        "duration": str(call.duration) if call.end else None,
        "end_time": rfc2822(call.end) if call.end else None,
        "forwarded_from": None,
        "from": call.from_,
        "from_formatted": call.from_,
        "group_sid": None,
        "parent_call_sid": call.parent_sid or None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "EUR",
        "queue_time": str(call.queue_seconds * 1000),
        "start_time": rfc2822(call.start) if call.start else None,
        "status": call.status,
        "subresource_uris": {part.lower(): f"{uri}/{part}.json" for part in parts},
        "to": call.to,
        "to_formatted": call.to,
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


def _step(data: MultiMapping[str]) -> Step | None:
    """What the call is asked to run. `Twiml` is checked at once, as Twilio does not wait for it."""
    if data.get("Twiml"):
        body = data["Twiml"].encode()
        problems = parse(body, "text/xml", Context.VOICE).problems
        if refused(problems, lenient=True):
            raise RestError(20001, str(problems[0]))
        return Inline(body)
    return Fetch(data["Url"], data.get("Method", "POST")) if data.get("Url") else None


def _callback(data: MultiMapping[str]) -> Callback | None:
    if not data.get("StatusCallback"):
        return None
    events = [e for given in data.getall("StatusCallbackEvent", []) for e in given.split()]
    unknown = set(events) - {"initiated", "ringing", "answered", "completed"}
    if unknown:
        raise RestError(20001, f"StatusCallbackEvent {sorted(unknown)}")
    method = data.get("StatusCallbackMethod", "POST")
    return Callback(data["StatusCallback"], method, frozenset(events or ["completed"]))


def place_call(request: web.Request, data: MultiMapping[str], step: Step) -> Call:
    """Ring `To` from `From`, then run `step`."""
    network = request.app[NETWORK]
    to, sender = data.get("To", ""), data.get("From", "")
    if not to:
        raise RestError(21201)
    if not sender:
        raise RestError(21213)
    if not (E164.fullmatch(to) or to.startswith("client:")):
        raise RestError(21211, to)
    if sender not in network.settings.lines and not sender.startswith("client:"):
        raise RestError(21210, sender)
    timeout = data.get("Timeout", "60")
    if not timeout.isdigit() or not 1 <= int(timeout) <= 600:
        raise RestError(20001, "Timeout")
    callback = _callback(data)
    call = network.new_call(sender, to, "outbound-api")
    call.callback = callback
    call.fallback_url = data.get("FallbackUrl", "")
    call.ring_seconds = float(timeout)
    limit = data.get("TimeLimit", "")
    if limit and (not limit.isdigit() or not 1 <= int(limit) <= 86400):
        raise RestError(20001, "TimeLimit")
    call.most_seconds = float(limit) if limit else 0.0
    place(network, call, request.app[HANDLERS], step)
    return call


async def create(request: web.Request) -> web.Response:
    data = await form(request, CREATE)
    step = _step(data)
    if step is None:
        raise RestError(21205)
    call = place_call(request, data, step)
    resource = as_resource(request.app[NETWORK], call)
    return web.json_response(resource | {"status": "queued"}, status=201)


async def listing(request: web.Request) -> web.Response:
    network, query = request.app[NETWORK], dict(request.query)
    rows = [
        as_resource(network, call)
        for call in reversed(network.calls.values())
        if query.get("To", call.to) == call.to
        and query.get("From", call.from_) == call.from_
        and query.get("Status", call.status) == call.status
        and query.get("ParentCallSid", call.parent_sid) == call.parent_sid
        and in_dates(query, "StartTime", call.start)
        and in_dates(query, "EndTime", call.end)
    ]
    return page(request, "calls", rows)


async def one(request: web.Request) -> web.Response:
    return web.json_response(as_resource(request.app[NETWORK], call_of(request)))


async def update(request: web.Request) -> web.Response:
    """Send a call elsewhere, or end it: `canceled` only before it is picked up."""
    network, call = request.app[NETWORK], call_of(request)
    data = await form(request, UPDATE)
    status = data.get("Status", "")
    if status not in {"", "completed", "canceled"}:
        raise RestError(20001, "Status")
    step = _step(data)
    if call.over and (step is not None or status):
        raise RestError(21220)
    call.callback = _callback(data) or call.callback
    resource = as_resource(network, call)
    if status:
        if status == "completed" or call.start is None:
            network.hang_up(call, status)
            resource["status"] = status if call.start or status == "canceled" else call.status
    elif step is not None:
        if call.start is None:
            raise RestError(21220)
        network.redirect(call, step)
    return web.json_response(resource)
