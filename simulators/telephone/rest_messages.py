"""REST: messages."""

from datetime import UTC, date, datetime

from aiohttp import web

from simulators.telephone.clock import rfc2822
from simulators.telephone.network import Network
from simulators.telephone.numbers import ERROR_MESSAGES, segments
from simulators.telephone.records import Message
from simulators.telephone.rest import NETWORK, Json, form, page
from simulators.telephone.settings import API_VERSION
from simulators.telephone.sms import RestError, send_to_phone

CREATE = frozenset(
    {"To", "From", "Body", "StatusCallback", "MessagingServiceSid", "MediaUrl", "ValidityPeriod"}
)
LIST = frozenset({"To", "From", "DateSent", "DateSent<", "DateSent>"})


def as_resource(network: Network, message: Message) -> Json:
    uri = network.settings.resource(f"Messages/{message.sid}")
    return {
        "sid": message.sid,
        "account_sid": network.settings.account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": rfc2822(message.created),
        "date_sent": rfc2822(message.sent) if message.sent else None,
        "date_updated": rfc2822(message.updated),
        "direction": message.direction,
        "error_code": message.error_code,
        "error_message": ERROR_MESSAGES.get(message.error_code or 0),
        "from": message.from_,
        "messaging_service_sid": message.service_sid or None,
        "num_media": str(message.num_media),
        "num_segments": str(segments(message.body)),
        "price": None,
        "price_unit": "EUR",
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


async def create(request: web.Request) -> web.Response:
    network = request.app[NETWORK]
    data = await form(request, CREATE)
    service = data.get("MessagingServiceSid", "")
    sender = data.get("From", "")
    if service and not sender:
        sender = next((line.number for line in network.settings.lines.values() if line.sms_url), "")
    message = send_to_phone(
        network,
        from_=sender,
        to=data.get("To", ""),
        body=data.get("Body", ""),
        callback=data.get("StatusCallback", ""),
        service=service,
        media=len(data.getall("MediaUrl", [])),
    )
    return web.json_response(as_resource(network, message), status=201)


def _moment(text: str) -> tuple[datetime, bool]:
    """(start, whole day) of a `YYYY-MM-DD` or ISO date and time; without zone it is UTC."""
    try:
        if len(text) == 10:
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC), True
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise RestError(20001, text) from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), False


def in_dates(query: "dict[str, str]", name: str, moment: datetime | None) -> bool:
    """Whether a date passes `Name`, `Name<` and `Name>`; both bounds included, as at Twilio."""
    bounds = {sign: query[name + sign] for sign in ("", "<", ">") if name + sign in query}
    if not bounds:
        return True
    if moment is None:
        return False
    exact = moment.replace(microsecond=0)
    for sign, text in bounds.items():
        wanted, whole_day = _moment(text)
        wanted = wanted.replace(microsecond=0)
        seen = exact.replace(hour=0, minute=0, second=0) if whole_day else exact
        if (
            (sign == "" and seen != wanted)
            or (sign == "<" and seen > wanted)
            or (sign == ">" and seen < wanted)
        ):
            return False
    return True


async def listing(request: web.Request) -> web.Response:
    network, query = request.app[NETWORK], dict(request.query)
    rows = [
        as_resource(network, message)
        for message in reversed(network.messages.values())
        if query.get("To", message.to) == message.to
        and query.get("From", message.from_) == message.from_
        and in_dates(query, "DateSent", message.sent)
    ]
    return page(request, "messages", rows)


async def one(request: web.Request) -> web.Response:
    network = request.app[NETWORK]
    message = network.messages.get(request.match_info["sid"])
    if message is None:
        raise RestError(20404)
    return web.json_response(as_resource(network, message))
