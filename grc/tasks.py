"""Celery only runs sooner what rows already owe."""

from __future__ import annotations

from datetime import timedelta

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


def _wake() -> None:
    outbox_run.apply_async(retry=False, expires=30)


def register() -> None:
    """Called once by grc.apps: how a worker is woken after a commit."""
    set_wake(_wake)
