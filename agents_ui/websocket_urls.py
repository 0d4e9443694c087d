"""Addresses of the live socket. Only pages of this site may open it."""

from channels.routing import URLRouter
from channels.security.websocket import OriginValidator
from django.conf import settings
from django.urls import path, re_path

from agents_ui.consumers import QueueConsumer, RefusedConsumer, TelephoneConsumer

live_application = OriginValidator(
    URLRouter(
        [
            path("direct/file/", QueueConsumer.as_asgi()),
            path("direct/telephone/", TelephoneConsumer.as_asgi()),
            re_path(r"", RefusedConsumer.as_asgi()),
        ]
    ),
    [settings.PUBLIC_BASE_URL],
)
