"""One door for every webhook of Twilio: signed or refused, then read once into plain values."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt
from prometheus_client import Counter

from channels_in.receive.signature import request_is_signed

PROVIDER: Final = "twilio"
REFUSED: Final = Counter(
    "grc_webhook_refused_total", "Webhooks refused because their signature is not right", ["provider"]
)
P = ParamSpec("P")


@dataclass(frozen=True)
class Posted:
    """What a webhook posted: parameters by name (the last value of each), the token its retries share, and where."""

    params: dict[str, str]
    token: str
    path: str = ""

    def text(self, name: str, *, limit: int = 200) -> str:
        return self.params.get(name, "")[:limit]

    def whole(self, name: str, default: int = 0) -> int:
        """A number, or the default when it is missing or is no number."""
        value = self.params.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else default

    def raw(self, *hidden: str) -> dict[str, Any]:
        """What is kept as it came, without the values of ``hidden``."""
        return {name: "***" if name in hidden else value for name, value in self.params.items()}


def twilio_webhook(
    view: Callable[Concatenate[Posted, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A view that only Twilio may call. A forged request gets 403 and leaves no trace but a counter."""

    @wraps(view)
    def checked(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request_is_signed(request):
            REFUSED.labels(provider=PROVIDER).inc()
            return _untold(HttpResponse(status=403))
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        return view(_posted(request), *args, **kwargs)

    return csrf_exempt(checked)


def _posted(request: HttpRequest) -> Posted:
    # PostgreSQL keeps no NUL, and nobody says one.
    params = {name: str(value).replace("\0", "") for name, value in request.POST.items()}
    return Posted(params, request.headers.get("I-Twilio-Idempotency-Token", "")[:120], request.path)


def _untold(response: HttpResponse) -> HttpResponse:
    """Django would log the address of a refused request: anybody could fill the logs with it."""
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def document(text: str) -> HttpResponse:
    """A TwiML document."""
    return HttpResponse(text, content_type="text/xml; charset=utf-8")


def done() -> HttpResponse:
    """A callback is noted; nobody reads the answer."""
    return HttpResponse(status=204)
