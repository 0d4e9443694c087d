"""The engines and variables of a test run, in place before Django reads its settings."""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from config.engines import start, stop
from config.supervisor import Guard

# What the settings require, and what a developer's own shell must not change.
FIXED = {
    "DEBUG": "0",
    "SECRET_KEY": "tests-only-not-a-secret-tests-only-not-a-secret",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "PUBLIC_BASE_URL": "http://testserver",
}
PREFIXES_IGNORED = (
    "TWILIO_",
    "FRANCECONNECT_",
    "PROCONNECT_",
    "API_PARTICULIER_",
    "ELASTICSEARCH_",
    "SENTRY_",
)


def engines_ensure() -> None:
    """Start test engines unless addresses are given; the first process of the run does it, its workers inherit.

    They stop, and their data goes, when this process ends in any way at all.
    """
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    folder = Path(tempfile.mkdtemp(prefix="grc-tests-")) / "engines"
    guard = Guard(engines=folder, remove=True)
    engines = start(folder, for_tests=True)
    os.environ.setdefault("DATABASE_URL", engines.database_url)
    os.environ.setdefault("REDIS_URL", engines.redis_url)

    def end() -> None:
        stop(folder, remove=True)
        folder.parent.rmdir()
        guard.dismiss()

    atexit.register(end)


def worker_number() -> int:
    """0 for a run in one process, then 1, 2... for the parallel ones."""
    found = re.fullmatch(r"gw(\d+)", os.environ.get("PYTEST_XDIST_WORKER", ""))
    return int(found.group(1)) + 1 if found else 0


def own_database_of_valkey() -> None:
    """Each process of the run has its own Valkey database, and its own prefix (publications cross databases)."""
    number = worker_number()
    if number:
        parts = urlsplit(os.environ["REDIS_URL"])
        os.environ["REDIS_URL"] = urlunsplit(parts._replace(path=f"/{number}"))
    os.environ["CHANNEL_PREFIX"] = f"grc-test-{number}"


def index_folder_own() -> None:
    """Each process of the run keeps its own search indexes, which go with it."""
    folder = tempfile.mkdtemp(prefix="grc-tests-index-")
    os.environ["SEARCH_INDEX_FOLDER"] = folder
    atexit.register(shutil.rmtree, folder, ignore_errors=True)


def variables_set() -> None:
    for name in [name for name in os.environ if name.startswith(PREFIXES_IGNORED)]:
        del os.environ[name]
    os.environ.update(FIXED)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
