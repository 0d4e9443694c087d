"""Application ``grc``: the core."""

from django.apps import AppConfig


class GrcConfig(AppConfig):
    name = "grc"
    verbose_name = "Le cœur"

    def ready(self) -> None:
        from grc import handlers, tasks
        from grc.services import line_scripts

        handlers.register()
        tasks.register()
        line_scripts.register()
