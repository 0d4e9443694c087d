"""Whatever the suite tests, no document and no request that Twilio would refuse leaves the product.

A middleware, added to the settings of the tests, reads every answer of a webhook; the library's HTTP client is
watched where it sends. What is found fails the test under way by saying why. Documents are read as what they are
for: an address given as a ``waitUrl`` is held to what a wait document may contain, for the call it was given to.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response

from channels_in.receive.in_time import FALLBACKS
from tests.support import json_verbs, openapi_rules, twiml_rules

MIDDLEWARE = "tests.support.provider_traps.DocumentsWatched"
WEBHOOKS = "/webhooks/twilio/"


class Watch:
    """What was seen, and what is wrong with it. Several threads write to it."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.seen: Counter[str] = Counter()
        self._kinds: dict[tuple[str, str], str] = {}
        self.troubles_expected = False
        self._troubles = 0.0
        self._lock = threading.Lock()

    def document(self, text: str, *, path: str, call: str) -> None:
        """A document answered to Twilio, or given to it by REST (``path`` is then empty)."""
        with self._lock:
            kind = self._kind(path, call)
            found = twiml_rules.problems(text, kind)
            self.seen["documents"] += 1
            self.faults += [f"TwiML de {path or 'REST'} : {one}\n{text}" for one in found]
            for address, expected in twiml_rules.continued(text, kind).items():
                self._kinds[call, urlsplit(address).path] = expected

    def request(self, method: str, url: str, query: dict[str, Any], form: dict[str, Any]) -> None:
        """A request to Twilio's REST API."""
        found = openapi_rules.problems(method, urlsplit(url).path, query=query, form=form)
        with self._lock:
            self.seen["requests"] += 1
            self.faults += [f"REST : {one}" for one in found]
            for name in ("WaitUrl", "HoldUrl", "AnnounceUrl"):
                if form.get(name):
                    self._kinds["", urlsplit(str(form[name])).path] = twiml_rules.CONFERENCE_WAIT
        if form.get("Twiml"):
            self.document(str(form["Twiml"]), path="", call="")

    def _kind(self, path: str, call: str) -> str:
        if path.startswith(f"{WEBHOOKS}messaging/"):
            return twiml_rules.MESSAGING
        if path.startswith(f"{WEBHOOKS}voice/wait/"):
            return twiml_rules.QUEUE_WAIT
        return self._kinds.get((call, path)) or self._kinds.get(("", path)) or twiml_rules.VOICE

    def forget(self) -> None:
        """Another test begins: the identifiers of its calls may be those of the one before."""
        with self._lock:
            self._kinds.clear()
        self.troubles_expected = False
        self._troubles = troubles()

    def taken(self) -> list[str]:
        """The faults found since the last time."""
        with self._lock:
            found, self.faults = self.faults, []
        if troubles() > self._troubles and not self.troubles_expected:
            found.append(
                "Un webhook a échoué et le document de secours a été lu : l’erreur est dans le journal. "
                "Un test qui le veut prend la fixture « troubles »."
            )
        self._troubles = troubles()
        return found


def troubles() -> float:
    """How many webhooks of this process were answered without the database."""
    return sum(
        sample.value
        for metric in FALLBACKS.collect()
        for sample in metric.samples
        if sample.name.endswith("_total")
    )


WATCH = Watch()


class DocumentsWatched:
    """The outermost middleware: what it sees is what leaves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if request.path.startswith("/webhooks/jambonz/") and answer.status_code == 200 and answer.content:
            text = answer.content.decode("utf-8")
            WATCH.seen["json"] += 1
            WATCH.faults += [f"JSON de {request.path} : {one}\n{text}" for one in json_verbs.problems(text)]
        if request.path.startswith(WEBHOOKS) and answer.status_code == 200 and answer.content:
            if not answer["Content-Type"].startswith("text/xml"):
                WATCH.faults.append(f"{request.path} : {answer['Content-Type']} au lieu de text/xml")
            # Django keeps what the view has read; a request refused before that has no form worth reading.
            WATCH.document(
                answer.content.decode("utf-8"),
                path=request.path,
                call=str(request.POST.get("CallSid", "")),
            )
        return answer


def traps_set() -> None:
    """Once, before any handler is built."""
    settings.MIDDLEWARE = [MIDDLEWARE, *settings.MIDDLEWARE]
    sent = TwilioHttpClient.request

    def request(self: TwilioHttpClient, method: str, url: str, *args: Any, **options: Any) -> Response:
        # As the library calls it: request(method, url, params, data, ...).
        given = dict(zip(("params", "data"), args, strict=False)) | options
        WATCH.request(method, url, dict(given.get("params") or {}), dict(given.get("data") or {}))
        return sent(self, method, url, *args, **options)

    TwilioHttpClient.request = request


@contextmanager
def faults_expected() -> Iterator[list[str]]:
    """For the tests of the traps alone: what is found inside is given, and fails nothing."""
    found: list[str] = []
    before = WATCH.taken()
    yield found
    found += WATCH.taken()
    WATCH.faults += before


def summary(seen: Counter[str]) -> str:
    """One line for the end of a run."""
    return (
        f"Tout ce qui part vers l’opérateur a été validé : {seen['documents']} documents TwiML, "
        f"{seen['json']} documents JSON, {seen['requests']} appels REST."
    )
