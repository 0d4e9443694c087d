"""Application ``grc``: the core."""

from django.apps import AppConfig


class GrcConfig(AppConfig):
    name = "grc"
    verbose_name = "Le cœur"

    def ready(self) -> None:
        from grc import handlers, tasks

        handlers.register()
        tasks.register()
