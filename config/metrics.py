"""``/metrics`` for Prometheus, behind a bearer token.

The state (what is owed, who waits) is read in the database: whichever process answers, it is that of the platform.
The counters are those of the process that answered, unless ``PROMETHEUS_MULTIPROC_DIR`` names a folder shared by the
processes of one machine (prometheus-client's own variable): they are then summed over all of them.
"""

from __future__ import annotations

import hmac
import os

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Gauge, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from grc.selectors.health import Health, Owed, health_now
from grc.types import system_actor


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 while no METRICS_TOKEN is set (nothing says that the address exists), 403 without the right one."""
    if not settings.METRICS_TOKEN:
        return HttpResponse(status=404)
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(status=403)
    health = health_now(actor=system_actor("Supervision"), now=timezone.now())
    body = generate_latest(_counters()) + generate_latest(_state(health))
    return HttpResponse(body, content_type=CONTENT_TYPE_LATEST)


def _counters() -> CollectorRegistry:
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


def _state(health: Health) -> CollectorRegistry:
    registry = CollectorRegistry()
    _owed(registry, "grc_outbox", "Events owed to subscribers", health.events)
    _owed(registry, "grc_messages", "Messages owed to providers", health.messages)
    for name, text, value in (
        ("grc_callers_waiting", "Callers in the telephone queue", health.callers_waiting),
        ("grc_callbacks_owed", "Call-backs promised and not yet made", health.callbacks_owed),
        ("grc_tickets_to_take", "Requests which nobody has taken", health.tickets_to_take),
    ):
        Gauge(name, text, registry=registry).set(value)
    return registry


def _owed(registry: CollectorRegistry, name: str, text: str, owed: Owed) -> None:
    Gauge(f"{name}_pending", f"{text}, to be done", registry=registry).set(owed.pending)
    Gauge(f"{name}_dead", f"{text}, given up", registry=registry).set(owed.dead)
    oldest = Gauge(f"{name}_oldest_seconds", f"{text}, age of the oldest to be done", registry=registry)
    oldest.set(owed.oldest_seconds)
