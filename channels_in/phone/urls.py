"""Addresses of the telephone's webhooks: the same for each provider, behind its own door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from channels_in.phone import twilio, views
from channels_in.phone.jambonz import hooks as jambonz
from channels_in.phone.jambonz import views as jambonz_views

Door = Callable[[Any], Callable[..., Any]]


def addresses(provider: str, door: Door) -> list[URLPattern]:
    """``door``: checks who asks, reads what came, writes what is answered, in the provider's own way."""
    places: dict[str, Callable[..., str | None]] = {
        "incoming": views.incoming,
        "step/<int:number>": views.step,
        "wait/<int:number>": views.wait,
        "left/<int:number>": views.left,
        "again/<slug:why>": views.again,
        "resume/<int:tries>": views.resume,
        "status": views.status,
        "recording": views.recording,
        "leg/<int:leg_id>": views.leg,
        "leg/<int:leg_id>/status": views.leg_status,
        "conference/<slug:conference>": views.conference,
        "hold/<slug:conference>": views.hold,
        "after": views.after,
    }
    return [path(f"webhooks/{provider}/voice/{place}", door(view)) for place, view in places.items()]


urlpatterns = [
    *addresses("twilio", twilio.voice_webhook),
    path("webhooks/twilio/voice/fallback", twilio.fallback),
    *addresses("jambonz", jambonz.voice_webhook),
    path("webhooks/jambonz/voice/waited/<int:number>", jambonz.voice_webhook(jambonz_views.waited)),
    path("webhooks/jambonz/voice/unrecorded/<int:number>", jambonz.voice_webhook(jambonz_views.unrecorded)),
    path("webhooks/jambonz/voice/join/<slug:conference>", jambonz.voice_webhook(jambonz_views.join)),
]
