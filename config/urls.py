"""Addresses of the whole service; each folder holds its own."""

from django.contrib import admin
from django.urls import include, path

from config import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("admin/", admin.site.urls),
    path("", include("agents_ui.urls")),
    path("", include("channels_in.urls")),
]
