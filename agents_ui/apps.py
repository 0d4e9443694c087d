"""Application agents_ui."""

from django.apps import AppConfig


class AgentsUiConfig(AppConfig):
    name = "agents_ui"
    verbose_name = "Console"

    def ready(self) -> None:
        from agents_ui import handlers

        handlers.register()
