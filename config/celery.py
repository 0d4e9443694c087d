"""The Celery application. Work is owed by rows; Celery only runs it sooner."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
app = Celery("grc")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["grc", "routing", "knowledge", "channels_in", "agents_ui"])
