"""The least a view of the same stack can cost: no middleware, no template, the same number of indexed statements.

Served by the same server with the same pool on the same base; a write makes one transaction of the whole.
"""

from __future__ import annotations

import os
from contextlib import nullcontext
from itertools import count
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.floor_settings"

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from twilio.request_validator import RequestValidator

ROWS = 15_000
_turn = count(os.getpid())


@csrf_exempt
def webhook(request: HttpRequest, reads: int, writes: int) -> HttpResponse:
    """The same behind a signature, checked by the provider's own library as its documentation shows."""
    validator = RequestValidator(settings.TWILIO_AUTH_TOKENS[0])
    address = settings.PUBLIC_BASE_URL + request.path
    if not validator.validate(address, request.POST, request.headers.get("X-Twilio-Signature", "")):
        return HttpResponse(status=403)
    return statements(request, reads, writes)


def statements(request: HttpRequest, reads: int, writes: int) -> HttpResponse:
    """``reads`` SELECT by a unique key and ``writes`` INSERT into a table with two indexes."""
    whole: Any = transaction.atomic() if writes else nullcontext()
    with whole, connection.cursor() as cursor:
        for _ in range(reads):
            key = f"key-{next(_turn) * 7919 % ROWS}"
            cursor.execute("SELECT id, body FROM bench_read WHERE key = %s", [key])
            cursor.fetchone()
        for _ in range(writes):
            cursor.execute(
                "INSERT INTO bench_write (key, at, body) VALUES (%s, %s, %s)",
                [f"key-{next(_turn)}", timezone.now(), "x" * 200],
            )
    return HttpResponse(b"ok", headers={"Content-Length": "2"})


urlpatterns = [
    path("floor/<int:reads>/<int:writes>", statements),
    path("floor/signed/<int:reads>/<int:writes>", webhook),
]
application = get_wsgi_application()
