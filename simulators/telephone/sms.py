"""Texts, both ways."""

from urllib.parse import urljoin

from simulators.telephone.clock import rfc2822
from simulators.telephone.grammar import Context
from simulators.telephone.network import Network
from simulators.telephone.numbers import (
    ALPHANUMERIC,
    E164,
    FAILED_LATER,
    REFUSED_AT_ONCE,
    SHORT_CODE,
    SMS_ACCEPTED_THEN_500,
    SMS_NO_CALLBACK,
    SMS_OVERFLOW_ONCE,
    is_landline,
    opt_out_type,
    segments,
)
from simulators.telephone.records import Message, new_sid
from simulators.telephone.rules import problem, refused
from simulators.telephone.settings import API_VERSION
from simulators.telephone.store import save
from simulators.telephone.twiml import Verb, parse
from simulators.telephone.webhooks import Pairs

BODY_LIMIT = 1600


class RestError(Exception):
    """A refusal of the REST API, by Twilio's number."""

    def __init__(self, code: int, detail: str = "") -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = detail


def send_to_phone(
    network: Network, *, from_: str, to: str, body: str, callback: str = "", service: str = "", media: int = 0
) -> Message:
    """Accept a text of the account for a telephone; RestError when Twilio would refuse it.

    Raises code 20500 *after* accepting for the number kept for unknown outcomes, the first time a
    given text is sent to it.
    """
    _check(network, from_, to, body, media)
    known = any(m.to == to and m.body == body for m in network.messages.values())
    now = network.clock.now()
    direction = "outbound-api"
    message = Message(
        new_sid("MM" if media else "SM"), from_, to, body, direction, "queued", now, now,
        num_media=media, service_sid=service, callback=callback,
    )  # fmt: skip
    _keep(network, message)
    network.spawn(_deliver(network, message, again=known), after=message.sid)
    if to == SMS_ACCEPTED_THEN_500 and not known:
        raise RestError(20500)
    return message


def _check(network: Network, from_: str, to: str, body: str, media: int) -> None:
    if not to:
        raise RestError(21604)
    if not from_:
        raise RestError(21603)
    if not E164.fullmatch(to):
        raise RestError(21211, to)
    line = network.settings.lines.get(from_)
    if line is None and not ALPHANUMERIC.fullmatch(from_):
        known = E164.fullmatch(from_) or SHORT_CODE.fullmatch(from_)
        raise RestError(21606 if known else 21212, from_)
    if not body and not media:
        raise RestError(21602)
    if len(body) > BODY_LIMIT:
        raise RestError(21617)
    if to in REFUSED_AT_ONCE:
        raise RestError(REFUSED_AT_ONCE[to], to)
    if is_landline(to):
        raise RestError(21614, to)
    if (from_, to) in network.opted_out:
        raise RestError(21610, to)


def _keep(network: Network, message: Message) -> None:
    network.messages[message.sid] = message
    save(network)
    network.publish("sms", message_json(message))


async def _deliver(network: Network, message: Message, *, again: bool) -> None:
    """Sent, then delivered or not, each told to the status callback."""
    _move(network, message, "sent")
    if message.to == SMS_NO_CALLBACK:
        return
    _tell(network, message)
    status, code = FAILED_LATER.get(message.to, ("delivered", None))
    if message.to == SMS_OVERFLOW_ONCE and again:
        status, code = "delivered", None
    message.error_code = code
    _move(network, message, status)
    _tell(network, message)


def _move(network: Network, message: Message, status: str) -> None:
    message.status = status
    message.updated = network.clock.now()
    message.sent = message.sent or message.updated
    save(network)
    network.publish("sms", message_json(message))


def _tell(network: Network, message: Message) -> None:
    params: Pairs = [
        ("MessageSid", message.sid),
        ("SmsSid", message.sid),
        ("AccountSid", network.settings.account_sid),
        ("MessageStatus", message.status),
        ("SmsStatus", message.status),
        ("From", message.from_),
        ("To", message.to),
        ("ApiVersion", API_VERSION),
    ]
    if message.error_code is not None:
        params.append(("ErrorCode", str(message.error_code)))
    network.tell(message.sid, message.callback, params)


async def receive_from_phone(network: Network, *, from_: str, to: str, body: str) -> Message:
    """A person sends a text to a line: the line's address is called and its answer obeyed."""
    now = network.clock.now()
    message = Message(new_sid("SM"), from_, to, body, "inbound", "received", now, now, sent=now)
    _keep(network, message)
    kind = opt_out_type(body)
    if kind == "STOP":
        network.opted_out.add((to, from_))
    elif kind == "START":
        network.opted_out.discard((to, from_))
    save(network)
    line = network.settings.lines[to]
    if not line.sms_url:
        network.debug(problem("no_sms_url"), message.sid)
        return message
    await _hand_over(network, message, line.sms_url, _inbound_params(network, message, kind), hops=0)
    return message


def _inbound_params(network: Network, message: Message, kind: str) -> Pairs:
    params: Pairs = [
        ("MessageSid", message.sid),
        ("SmsSid", message.sid),
        ("SmsMessageSid", message.sid),
        ("AccountSid", network.settings.account_sid),
        ("From", message.from_),
        ("To", message.to),
        ("Body", message.body),
        ("NumMedia", "0"),
        ("NumSegments", str(segments(message.body))),
        ("SmsStatus", "received"),
        ("ApiVersion", API_VERSION),
    ]
    for side, number in (("From", message.from_), ("To", message.to)):
        country = "FR" if number.startswith("+33") else ""
        params += [(f"{side}City", ""), (f"{side}State", ""), (f"{side}Zip", ""), (f"{side}Country", country)]
    return params + ([("OptOutType", kind)] if kind else [])


async def _hand_over(network: Network, message: Message, url: str, params: Pairs, hops: int) -> None:
    reply = await network.webhooks.send(url, params)
    if reply.failure is not None:
        network.debug(reply.failure, message.sid, url)
        fallback = network.settings.lines[message.to].sms_fallback_url
        if fallback and fallback != url:
            told = [("ErrorCode", str(reply.failure.rule.code)), ("ErrorUrl", url)]
            await _hand_over(network, message, fallback, params + told, hops)
        return
    if not reply.body.strip():
        return
    parsed = parse(reply.body, reply.content_type, Context.MESSAGING)
    for found in parsed.problems:
        network.debug(found, message.sid, url)
    if refused(parsed.problems, lenient=network.settings.lenient):
        return
    for verb in parsed.verbs:
        if verb.name == "Redirect":
            if hops >= 20:
                network.debug(problem("redirect_loop"), message.sid, url)
                return
            await _hand_over(network, message, urljoin(url, verb.text), params, hops + 1)
        elif verb.name == "Message":
            _answer(network, message, verb, url)


def _answer(network: Network, message: Message, verb: Verb, url: str) -> None:
    body = "".join(child.text for child in verb.children if child.name == "Body") or verb.text
    media = sum(child.name == "Media" for child in verb.children)
    callback = verb.get("statusCallback") or verb.get("action")
    try:
        sent = send_to_phone(
            network,
            from_=verb.get("from", message.to),
            to=verb.get("to", message.from_),
            body=body,
            callback=urljoin(url, callback) if callback else "",
            media=media,
        )
        sent.direction = "outbound-reply"
    except RestError as error:
        network.debug(problem("bad_attribute", f"<Message> : {error}."), message.sid, url)


def message_json(message: Message) -> dict[str, object]:
    """A text as the control interface shows it."""
    return {
        "sid": message.sid,
        "from": message.from_,
        "to": message.to,
        "body": message.body,
        "direction": message.direction,
        "status": message.status,
        "error_code": message.error_code,
        "date_created": rfc2822(message.created),
        "at": message.created.isoformat(),
        "num_segments": segments(message.body),
    }
