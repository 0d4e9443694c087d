"""Is the process alive, and what it depends on."""

from __future__ import annotations

import logging
from typing import Final

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.exceptions import BadMigrationError
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse

from knowledge.services.guidance import search_state

logger = logging.getLogger(__name__)

NEWER: Final = (ImportError, AttributeError, LookupError, TypeError, SyntaxError, BadMigrationError)
"""What reading the migrations raises when they are of another version than the code of this process: an update is
under way."""


def healthz(request: HttpRequest) -> HttpResponse:
    """Alive; no dependency touched."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """State of each dependency: ``ok``, ``degraded`` or ``off``. 503 only without PostgreSQL or a migration."""
    database = _database()
    migrations = _migrations() if database == "ok" else "degraded"
    body = {
        "database": database,
        "migrations": migrations,
        "redis": _redis(),
        "search": search_state() if database == "ok" and migrations == "ok" else "degraded",
        "telephony": "ok" if settings.TWILIO_ENABLED else "off",
        "franceconnect": "ok" if settings.FRANCECONNECT_ENABLED else "off",
        "proconnect": "ok" if settings.PROCONNECT_ENABLED else "off",
    }
    ready = body["database"] == "ok" and body["migrations"] == "ok"
    return JsonResponse({"ready": ready, **body}, status=200 if ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "degraded"
    return "ok"


def _migrations() -> str:
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "degraded"
    except NEWER:
        logger.warning("migrations on disk are not those of this process", exc_info=True)
        return "degraded"
    return "degraded" if missing else "ok"


def _redis() -> str:
    try:
        client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.2)
        client.ping()
        client.close()
    except redis.RedisError:
        return "degraded"
    return "ok"
