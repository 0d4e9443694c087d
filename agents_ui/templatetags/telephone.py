"""The telephone bar at the foot of a page, for the agents who receive people."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from agents_ui.access import actor_of_page, may
from grc.policies import Verb

register = template.Library()


@register.inclusion_tag("console/parts/telephone_place.html", takes_context=True)
def telephone_bar(context: template.Context) -> dict[str, Any]:
    """Its place only: the page asks for the bar once it is shown, and again when the socket says so."""
    request = context.get("request")
    actor = actor_of_page(request) if request is not None else None
    shown = actor is not None and actor.agent_id is not None and may(actor, Verb.RECEPTION)
    return {"shown": shown, "live_url": f"{settings.LIVE_BASE_URL}/direct/telephone/"}
