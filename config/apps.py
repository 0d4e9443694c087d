"""Application ``config``: wiring, demo, commands."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    label = "config"

    def ready(self) -> None:
        # Without it a web process would wake the worker through Celery's own default broker, and find nobody.
        from config import (
            celery,
            checks,  # noqa: F401 -- registers them
        )

        celery.app.set_default()
