"""Addresses of the whole service; each folder holds its own."""

from django.contrib import admin
from django.urls import include, path

from config import health
from config.metrics import metrics

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics),
    path("admin/", admin.site.urls),
    path("theme/", include("config.theme_urls")),
    path("", include("agents_ui.urls")),
    path("", include("channels_in.urls")),
]

handler400 = "config.views.bad_request"
handler403 = "config.views.permission_denied"
handler404 = "config.views.page_not_found"
handler500 = "config.views.server_error"
