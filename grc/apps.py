"""Application grc."""

from django.apps import AppConfig


class GrcConfig(AppConfig):
    name = "grc"
    verbose_name = "Le cœur"
