"""Celery only runs sooner what rows already owe."""

from __future__ import annotations

import logging
import os
import threading
import time
from datetime import timedelta
from typing import Final

from celery import shared_task
from django.utils import timezone

from grc.services.audit import audit_seal
from grc.services.calls import calls_sweep
from grc.services.dispatching import dispatches_run
from grc.services.intake import contacts_close_silent
from grc.services.logins import login_tries_purge
from grc.services.outbox import deliveries_run, set_wake
from grc.services.partitions import partitions_prepare
from grc.services.recording_work import recordings_run
from grc.services.recordings import recordings_erase_due
from grc.services.uploads import uploads_purge
from grc.services.versions import versions_due_publish
from grc.services.viewers import viewers_purge
from grc.types import system_actor

logger = logging.getLogger(__name__)


@shared_task(name="grc.outbox_run", ignore_result=True)
def outbox_run() -> None:
    deliveries_run()
    dispatches_run()
    recordings_run()


@shared_task(name="grc.audit_seal", ignore_result=True)
def audit_seal_task() -> None:
    audit_seal()


@shared_task(name="grc.partitions_prepare", ignore_result=True)
def partitions_prepare_task() -> None:
    partitions_prepare(now=timezone.now())


@shared_task(name="grc.contacts_close_silent", ignore_result=True)
def contacts_close_silent_task() -> None:
    contacts_close_silent(now=timezone.now())


@shared_task(name="grc.calls_sweep", ignore_result=True)
def calls_sweep_task() -> None:
    calls_sweep(actor=system_actor("Fin d’appel non reçue"), now=timezone.now())


@shared_task(name="grc.versions_publish", ignore_result=True)
def versions_publish_task() -> None:
    versions_due_publish(actor=system_actor("Publication programmée"), now=timezone.now())


@shared_task(name="grc.uploads_purge", ignore_result=True)
def uploads_purge_task() -> None:
    uploads_purge(now=timezone.now())


@shared_task(name="grc.recordings_erase", ignore_result=True)
def recordings_erase_task() -> None:
    recordings_erase_due(actor=system_actor("Durée de conservation"), now=timezone.now())


@shared_task(name="grc.console_purge", ignore_result=True)
def console_purge() -> None:
    """What the console counts for a quarter of an hour or less is not kept longer."""
    now = timezone.now()
    login_tries_purge(now=now)
    viewers_purge(before=now - timedelta(minutes=5))


class _Waker:
    """Wakes a worker from a thread of its own: whoever has committed does not wait for the broker.

    However many commits ask while one message leaves, the next message answers them all: it says « look at the rows ».
    """

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Also in a process just forked: the thread stayed in the other."""
        self._asked = threading.Event()
        self._start = threading.Lock()
        self._thread: threading.Thread | None = None

    def ask(self) -> None:
        """Returns at once."""
        self._asked.set()
        if self._thread is None or not self._thread.is_alive():
            self._launch()

    def _launch(self) -> None:
        with self._start:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="outbox-wake", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while self._asked.wait():
            self._asked.clear()
            try:
                outbox_run.apply_async(retry=False, expires=30)
            except Exception:  # noqa: BLE001 -- any broker failure whatever its class: the sweep does the work
                logger.warning("the broker does not answer; the sweep does the work for 5 s")
                time.sleep(BROKEN_SECONDS)
            time.sleep(BETWEEN_SECONDS)


BROKEN_SECONDS: Final = 5.0
BETWEEN_SECONDS: Final = 0.05
_WAKER: Final = _Waker()
os.register_at_fork(after_in_child=_WAKER.begin)


def register() -> None:
    """Called once by grc.apps: how a worker is woken after a commit."""
    set_wake(_WAKER.ask)
