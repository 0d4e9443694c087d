"""Addresses of the API."""

from django.urls import path
from django.views.generic import RedirectView

from channels_in.api.errors import unknown_address
from channels_in.api.site import api, docs_page

urlpatterns = [
    path("api/v1/docs", docs_page, name="api-docs"),
    # Somebody who types the address of the interface reads how it is used.
    path("api/v1/", RedirectView.as_view(pattern_name="api-docs")),
    path("api/v1/", api.urls),
    path("api/v1/<path:rest>", unknown_address),
]
