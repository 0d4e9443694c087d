"""Application routing."""

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = "Orientation"

    def ready(self) -> None:
        from routing import handlers

        handlers.register()
