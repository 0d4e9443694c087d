"""Application knowledge."""

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "knowledge"
    verbose_name = "Fiches"

    def ready(self) -> None:
        from knowledge import handlers

        handlers.register()
