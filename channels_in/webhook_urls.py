"""What providers call. Also read alone: their requests take a shorter way (config.middleware)."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("channels_in.phone.urls")),
    path("", include("channels_in.sms.urls")),
]
