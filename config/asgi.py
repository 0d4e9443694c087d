"""ASGI entry point: the live socket only. Pages stay on WSGI (docs/decisions/)."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402

from agents_ui.websocket_urls import live_application  # noqa: E402  (needs the apps loaded)

application = ProtocolTypeRouter({"http": django_application, "websocket": live_application})
