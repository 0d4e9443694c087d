"""Jambonz's webhooks: signed or refused, read into our words, answered in its verbs."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from channels_in.phone.fallback import is_report, trouble_of
from channels_in.phone.jambonz import verbs
from channels_in.phone.jambonz.verbs import Hooks, conference, document, redirect, said
from channels_in.phone.port import Asked
from channels_in.receive.in_time import answer_in_time
from channels_in.receive.webhook import REFUSED
from grc.voice_script import Step

P = ParamSpec("P")
PROVIDER: Final = "jambonz"
HEADER: Final = "Jambonz-Signature"
TOLERANCE: Final = 300
"""Seconds between our clock and the signature's: an old request may not be played again."""
_SIGNED: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
# Its words for what happens to a call, in ours.
_STATUS: Final = {"trying": "initiated", "early-media": "ringing"}
_EVENTS: Final = {"join": "participant-join", "leave": "participant-leave"}


def hooks() -> Hooks:
    return Hooks(settings.PUBLIC_BASE_URL)


class JambonzVoice:
    """Implements channels_in.phone.port.VoiceProvider."""

    code: Final = PROVIDER

    def step(self, step: Step, *, queue: str, fill: Mapping[str, str]) -> str:
        return verbs.step_document(step, hooks=hooks(), fill=fill)

    def wait(self, step: Step, *, fill: Mapping[str, str], music_url: str) -> str:
        """Without the music: one verb either speaks or plays while it listens, and keys must be heard throughout."""
        return verbs.wait_document(step, hooks=hooks(), fill=fill)

    def hang_up(self, lines: Iterable[str]) -> str:
        return document(*said(lines), {"verb": "hangup"})

    def pause(self, lines: Iterable[str]) -> str:
        return document(*said(lines), verbs.pause(10), redirect(hooks().to("resume", 1)))

    def enter(self, conference: str, lines: Iterable[str]) -> str:
        return document(*said(lines), verbs.conference(conference, ends_for_all=False, hooks=hooks()))

    def hold(self, conference: str, lines: Iterable[str], *, music_url: str) -> str:
        heard = {"verb": "play", "url": music_url} if music_url else verbs.pause(verbs.HOLD_SECONDS)
        return document(*said(lines), heard)

    def wait_again(self) -> str:
        return document(redirect(hooks().to("again", "missed")))

    def begin_again(self) -> str:
        return document(redirect(hooks().to("incoming")))

    def join(self, name: str, lines: Iterable[str]) -> str:
        """Lets a caller into the room of their contact."""
        return document(*said(lines), conference(name, ends_for_all=True, hooks=hooks()))


JAMBONZ: Final = JambonzVoice()


def request_is_signed(request: HttpRequest) -> bool:
    """HMAC-SHA256 of « moment.body » with the account's webhook secret, not older than five minutes."""
    found = _SIGNED.fullmatch(request.headers.get(HEADER, ""))
    secret = settings.JAMBONZ_WEBHOOK_SECRET
    if found is None or not secret or abs(time.time() - int(found.group(1))) > TOLERANCE:
        return False
    signed = hmac.new(secret.encode(), found.group(1).encode() + b"." + request.body, hashlib.sha256)
    return hmac.compare_digest(signed.hexdigest(), found.group(2))


def asked_of(payload: Mapping[str, Any], *, path: str, moment: str = "") -> Asked:
    """The names of Jambonz's fields, and how long each may be, are known here alone."""
    status = _text(payload, "call_status", 20)
    dialled = _text(payload, "dial_call_status", 40)
    return Asked(
        provider=JAMBONZ,
        call_id=_text(payload, "call_sid", 64),
        from_number=_number(_text(payload, "from", 32)),
        to_number=_number(_text(payload, "to", 32)),
        keys=_text(payload, "digits", 20),
        speech=_speech(payload),
        # Nobody comes there but by our own redirection: its waiting room is made of our questions.
        queue_result="leave" if "/voice/left/" in path else "",
        dial_status=_STATUS.get(dialled, dialled),
        status=_STATUS.get(status, status),
        moment=moment,
        conference_id=_text(payload, "conference_sid", 64),
        event=_EVENTS.get(_text(payload, "event", 40), ""),
        params=_plain(payload),
        secret=("digits", "speech"),
    )


def _text(payload: Mapping[str, Any], name: str, limit: int) -> str:
    value = payload.get(name)
    # PostgreSQL keeps no NUL, and nobody says one.
    return str(value).replace("\0", "")[:limit] if isinstance(value, (str, int)) else ""


def _number(value: str) -> str:
    """SIP trunks often drop the plus of an international number."""
    return f"+{value}" if re.fullmatch(r"[1-9]\d{9,14}", value) else value


def _speech(payload: Mapping[str, Any]) -> str:
    speech = payload.get("speech")
    heard = speech.get("alternatives") if isinstance(speech, dict) else None
    first = heard[0] if isinstance(heard, list) and heard else None
    return _text(first, "transcript", 500) if isinstance(first, dict) else ""


def _plain(payload: Mapping[str, Any]) -> dict[str, Any]:
    # Of the SIP message itself nothing is kept: it repeats the numbers, with the network's inner addresses.
    kept = {name: value for name, value in payload.items() if name != "sip"}
    cleaned: dict[str, Any] = json.loads(json.dumps(kept).replace("\\u0000", ""))
    return cleaned


def voice_webhook(
    view: Callable[Concatenate[Asked, P], str | None],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view of the telephone that only our Jambonz may call. A forged request leaves no trace but a counter."""

    def told(asked: Asked, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        text = view(asked, *args, **kwargs)
        return HttpResponse(status=204) if text is None else _json(text)

    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request_is_signed(request):
            REFUSED.labels(provider=PROVIDER).inc()
            refused = HttpResponse(status=403)
            refused._has_been_logged = True  # type: ignore[attr-defined]
            return refused
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        try:
            payload = json.loads(request.body)
        except ValueError:
            return HttpResponse(status=400)
        if not isinstance(payload, dict):
            return HttpResponse(status=400)
        moment = request.headers[HEADER].partition(",")[0].removeprefix("t=")
        asked = asked_of(payload, path=request.path, moment=moment)
        return answer_in_time(
            lambda: told(asked, *args, **kwargs),
            otherwise=lambda: _trouble(request.path),
            what=f"voice/{view.__name__}",
        )

    return csrf_exempt(checked)


def _trouble(path: str) -> HttpResponse:
    if is_report(path):
        return HttpResponse(status=503)
    found = trouble_of(path, hours=settings.ORGANISATION_HOURS)
    if not found.then:
        return _json(JAMBONZ.hang_up(found.lines))
    return _json(document(*said(found.lines), verbs.pause(found.seconds), redirect(hooks().to(found.then))))


def _json(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="application/json")
