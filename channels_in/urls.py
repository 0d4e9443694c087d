"""Addresses of this folder."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("channels_in.webhook_urls")),
    path("", include("channels_in.counter.urls")),
    path("", include("channels_in.api.urls")),
    path("", include("channels_in.portal.urls")),
]
