"""The other side of the network: what people with telephones do, as JSON a script or the page drives."""

import asyncio
import copy
import json
from typing import Any

from aiohttp import web

from simulators.telephone.call import Call, Elapsed, Fetch, Key, Speech
from simulators.telephone.faults import KINDS, Fault
from simulators.telephone.network import Event, Network
from simulators.telephone.numbers import E164
from simulators.telephone.records import Message
from simulators.telephone.rest import HANDLERS, NETWORK
from simulators.telephone.rules import REST_ERRORS, problem
from simulators.telephone.runner import Runner
from simulators.telephone.sms import message_json, receive_from_phone

KEYS = frozenset("0123456789*#")
HIDDEN = "anonymous"
SETTLE_LIMIT = 30.0


class RefusedActionError(Exception):
    """What was asked cannot be done; `str` is a French sentence."""

    def __init__(self, text: str, status: int = 409) -> None:
        super().__init__(text)
        self.status = status


@web.middleware
async def control_middleware(request: web.Request, handler: Any) -> web.StreamResponse:
    """JSON errors, and only JSON bodies: a form of another site cannot drive the telephones."""
    if not request.path.startswith("/control/"):
        answer: web.StreamResponse = await handler(request)
        return answer
    if request.method == "POST" and request.content_type != "application/json":
        return web.json_response({"error": "Le corps doit être du JSON."}, status=415)
    try:
        answer = await handler(request)
    except RefusedActionError as error:
        return web.json_response({"error": str(error)}, status=error.status)
    return answer


async def _body(request: web.Request, *names: str) -> list[str]:
    try:
        data = json.loads(await request.text() or "{}")
        values = [data[name] for name in names]
    except (ValueError, KeyError, TypeError) as error:
        raise RefusedActionError(f"Champs attendus : {', '.join(names)}.", 400) from error
    return [str(value).strip() for value in values]


def _call(request: web.Request) -> Call:
    call = request.app[NETWORK].calls.get(request.match_info["sid"])
    if call is None:
        raise RefusedActionError("Appel inconnu.", 404)
    return call


def call_json(call: Call, *, since: int = 0) -> dict[str, object]:
    """The state of a call; `since` leaves out the first entries of the transcript."""
    where = call.where
    gather = dict(call.expecting) if call.expecting else None
    if gather and call.collector is not None:
        gather["digits"] = call.collector.digits
    return {
        "sid": call.sid,
        "from": call.from_,
        "to": call.to,
        "number": call.human,
        "direction": call.direction,
        "parent": call.parent_sid or None,
        "status": call.status,
        "created": call.created.isoformat(),
        "duration": call.duration,
        "expecting": gather,
        "queue": {"name": where.queue, "sid": where.queue_sid, "position": where.position}
        if where.queue
        else None,
        "conference": {"name": where.conference, "sid": where.conference_sid} if where.conference else None,
        "talking_to": where.talking_to,
        "transcript": [entry.as_json() for entry in call.transcript[since:]],
        "entries": len(call.transcript),
    }


async def _settle(request: web.Request, call: Call | None = None) -> bool:
    """Let what follows happen, unless `?settle=0`: all of it on a driven clock, else this call only.

    In real time other people's calls go on meanwhile and must not hold this answer.
    """
    network = request.app[NETWORK]
    if request.query.get("settle") == "0":
        return False
    if network.settings.fast:
        return await network.settle(SETTLE_LIMIT)
    return call is None or await network.settle_call(call, SETTLE_LIMIT)


async def _state(request: web.Request, call: Call, status: int = 200, **more: object) -> web.Response:
    settled = await _settle(request, call)
    return web.json_response(call_json(call) | more | {"settled": settled}, status=status)


# -- calls --------------------------------------------------------------------------------------


def dial_line(network: Network, handlers: Any, from_: str, to: str) -> Call:
    """A person calls a line of the account."""
    line = network.settings.lines.get(to)
    if line is None or not line.voice_url:
        raise RefusedActionError("Ce numéro n’est pas une ligne qui reçoit des appels.", 404)
    if from_ != HIDDEN and not E164.fullmatch(from_):
        raise RefusedActionError("Numéro d’appelant attendu : +33… ou anonymous.", 400)
    call = network.new_call(from_, to, "inbound")
    call.status = "ringing"
    call.fallback_url = line.voice_fallback_url
    call.note("Ring", f"Appel de {line.label or to}")
    network.start(call, Runner(network, call, handlers).run(Fetch(line.voice_url)))
    return call


async def calls_create(request: web.Request) -> web.Response:
    from_, to = await _body(request, "from", "to")
    call = dial_line(request.app[NETWORK], request.app[HANDLERS], from_ or HIDDEN, to)
    return await _state(request, call, 201)


async def calls_list(request: web.Request) -> web.Response:
    number = request.query.get("number", "")
    calls = [c for c in request.app[NETWORK].calls.values() if not number or c.human == number]
    return web.json_response({"calls": [call_json(call) for call in calls[-100:]]})


async def calls_one(request: web.Request) -> web.Response:
    since = request.query.get("since", "0")
    return web.json_response(call_json(_call(request), since=int(since) if since.isdigit() else 0))


def press(network: Network, call: Call, digits: str) -> tuple[str, str]:
    """Press keys one by one: (those the running Gather took, those it refused)."""
    collector = copy.copy(call.collector)
    accepted = ""
    for key in digits:
        if collector is not None and not collector.press(key):
            break
        accepted += key
    refused = digits[len(accepted) :]
    call.note("Digits", digits, who="caller")
    if collector is None:
        listening = call.expecting is not None or bool(call.where.talking_to)
        accepted, refused = (digits, "") if listening else ("", digits)
    elif refused and collector.spec.num_digits:
        limit = f"numDigits = {collector.spec.num_digits}, perdues : {refused}"
        network.debug(problem("extra_digits", limit), call.sid)
    for key in accepted:
        call.push(Key(key))
    return accepted, refused


async def calls_digits(request: web.Request) -> web.Response:
    call = _call(request)
    (digits,) = await _body(request, "digits")
    if not digits or not set(digits) <= KEYS:
        raise RefusedActionError("Touches attendues : 0 à 9, * et #.", 400)
    if call.over:
        raise RefusedActionError("L’appel est terminé.")
    accepted, refused = press(request.app[NETWORK], call, digits)
    return await _state(request, call, accepted=accepted, refused=refused)


async def calls_speech(request: web.Request) -> web.Response:
    call = _call(request)
    (text,) = await _body(request, "text")
    if not text:
        raise RefusedActionError("Que dit l’appelant ?", 400)
    if call.over:
        raise RefusedActionError("L’appel est terminé.")
    call.note("Speech", text, who="caller")
    heard = call.expecting is not None or call.audience is not None
    if call.collector is not None:
        heard = call.collector.spec.speech
    if heard:
        call.push(Speech(text))
    return await _state(request, call, heard=heard)


async def calls_hangup(request: web.Request) -> web.Response:
    call = _call(request)
    if not call.over:
        call.note("Hangup", "Raccroché", who="caller")
        network = request.app[NETWORK]
        network.hang_up(call, "completed" if call.start or call.direction == "inbound" else "busy")
    return await _state(request, call)


async def calls_timeout(request: web.Request) -> web.Response:
    """Let what the call waits for time out now: a Gather, a ring, a pause of a wait document."""
    call = _call(request)
    if call.over or not call.timed:
        raise RefusedActionError("Rien n’attend de délai sur cet appel.")
    call.push(Elapsed())
    return await _state(request, call)


async def answer(request: web.Request) -> web.Response:
    """Pick up (or, with `refuse`, turn down) the call that rings at a number."""
    network = request.app[NETWORK]
    (number,) = await _body(request, "number")
    call = network.ringing_at(number)
    if call is None:
        raise RefusedActionError("Aucun appel ne sonne à ce numéro.", 404)
    call.resolve(call.answer, not request.path.endswith("/refuse"))
    return await _state(request, call)


# -- texts, debugger, time ----------------------------------------------------------------------


async def sms_send(request: web.Request) -> web.Response:
    network = request.app[NETWORK]
    from_, to, body = await _body(request, "from", "to", "body")
    line = network.settings.lines.get(to)
    if line is None:
        raise RefusedActionError("Ce numéro n’est pas une ligne du réseau.", 404)
    if not E164.fullmatch(from_):
        raise RefusedActionError("Un SMS part d’un numéro visible : +33…", 400)
    if not body:
        raise RefusedActionError("Le message est vide.", 400)
    message: Message = await receive_from_phone(network, from_=from_, to=to, body=body)
    await _settle(request)
    return web.json_response(message_json(message), status=201)


async def sms_list(request: web.Request) -> web.Response:
    """Texts to or from a number, oldest first, once those under way have arrived."""
    network, number = request.app[NETWORK], request.query.get("number", "")
    await _settle(request)
    found = [m for m in network.messages.values() if not number or number in {m.from_, m.to}]
    return web.json_response({"messages": [message_json(message) for message in found[-500:]]})


async def debugger(request: web.Request) -> web.Response:
    return web.json_response({"notes": [note.as_json() for note in request.app[NETWORK].notes]})


async def sent(request: web.Request) -> web.Response:
    """The last requests made to the product."""
    rows = [
        {
            "url": s.url,
            "method": s.method,
            "params": [list(pair) for pair in s.params],
            "idempotency_token": s.token,
            "attempt": s.attempt,
            "status": s.status,
            "milliseconds": s.milliseconds,
        }
        for s in request.app[NETWORK].sent
    ]
    return web.json_response({"requests": rows})


async def faults(request: web.Request) -> web.Response:
    """Ask for faults of the REST API; an empty body takes back those which were asked for."""
    network = request.app[NETWORK]
    asked = await request.json()
    if not asked:
        network.faults.clear()
        return web.json_response({})
    if asked.get("kind") not in KINDS or int(asked.get("code", 20500)) not in REST_ERRORS:
        raise RefusedActionError(f"Panne attendue : {', '.join(KINDS)}, et un code d’erreur de l’API.", 400)
    network.faults.ask(
        Fault(
            asked["kind"],
            path=str(asked.get("path", "")),
            method=str(asked.get("method", "")),
            code=int(asked.get("code", 20500)),
            seconds=float(asked.get("seconds", 0)),
            times=int(asked.get("times", 1)),
        )
    )
    return web.json_response(asked, status=201)


async def advance(request: web.Request) -> web.Response:
    network = request.app[NETWORK]
    (seconds,) = await _body(request, "seconds")
    try:
        wanted = float(seconds)
    except ValueError as error:
        raise RefusedActionError("Nombre de secondes attendu.", 400) from error
    if not network.settings.fast:
        raise RefusedActionError("Le temps ne se conduit qu’avec --fast.")
    if not 0 < wanted <= 86400:
        raise RefusedActionError("Entre 0 et 86400 secondes.", 400)
    await network.advance(wanted)
    return web.json_response({"now": network.clock.now().isoformat()})


async def settle(request: web.Request) -> web.Response:
    return web.json_response({"settled": await request.app[NETWORK].settle(SETTLE_LIMIT)})


async def lines(request: web.Request) -> web.Response:
    network = request.app[NETWORK]
    shown = [
        {"number": line.number, "label": line.label, "voice": bool(line.voice_url), "sms": bool(line.sms_url)}
        for line in network.settings.lines.values()
    ]
    return web.json_response({"lines": shown, "fast": network.settings.fast})


async def events(request: web.Request) -> web.StreamResponse:
    """Server-sent events: `call` (sid), `sms`, `debugger`."""
    network = request.app[NETWORK]
    queue: asyncio.Queue[tuple[str, Event]] = asyncio.Queue(maxsize=1000)

    def listen(kind: str, body: Event) -> None:
        if not queue.full():
            queue.put_nowait((kind, body))

    response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
    await response.prepare(request)
    await response.write(b": ouvert\n\n")
    network.listeners.add(listen)
    try:
        while True:
            try:
                kind, body = await asyncio.wait_for(queue.get(), 15)
                data = json.dumps(body, ensure_ascii=False)
                await response.write(f"event: {kind}\ndata: {data}\n\n".encode())
            except TimeoutError:
                await response.write(b": toujours la\n\n")
    except (ConnectionResetError, asyncio.CancelledError):
        return response
    finally:
        network.listeners.discard(listen)
