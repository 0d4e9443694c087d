"""The API put together, and its documentation page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from ninja import NinjaAPI

from channels_in.api import contacts, reference, steering, telephone, tickets
from channels_in.api.access import TokenAuth, TokenThrottle
from channels_in.api.errors import errors_register

api = NinjaAPI(
    title="Relation citoyenne : interface pour les programmes",
    version="1.0.0",
    description="Chaque appel porte un jeton (Authorization: Bearer …) et a les droits de l’agent à qui il est lié.",
    urls_namespace="api",
    openapi_url="/openapi.json",
    docs_url=None,
    auth=TokenAuth(),
    throttle=[TokenThrottle()],
)
errors_register(api)
api.add_router("", tickets.router)
api.add_router("", contacts.router)
api.add_router("", reference.router)
api.add_router("", steering.router)
api.add_router("", telephone.router)


def docs_page(request: HttpRequest) -> HttpResponse:
    """The reader of the OpenAPI document, wholly self-hosted: the common content security policy is enough."""
    return render(request, "api/docs.html")
