"""Addresses of the telephone's webhooks."""

from django.urls import path

from channels_in.phone import twilio, views

urlpatterns = [
    path("webhooks/twilio/voice/incoming", views.incoming),
    path("webhooks/twilio/voice/step/<int:number>", views.step),
    path("webhooks/twilio/voice/wait/<int:number>", views.wait),
    path("webhooks/twilio/voice/left/<int:number>", views.left),
    path("webhooks/twilio/voice/again/<slug:why>", views.again),
    path("webhooks/twilio/voice/resume/<int:tries>", views.resume),
    path("webhooks/twilio/voice/fallback", twilio.fallback),
    path("webhooks/twilio/voice/status", views.status),
    path("webhooks/twilio/voice/recording", views.recording),
    path("webhooks/twilio/voice/agent/<slug:conference>", views.agent),
    path("webhooks/twilio/voice/leg/<int:leg_id>", views.leg),
    path("webhooks/twilio/voice/leg/<int:leg_id>/status", views.leg_status),
    path("webhooks/twilio/voice/conference/<slug:conference>", views.conference),
    path("webhooks/twilio/voice/hold/<slug:conference>", views.hold),
    path("webhooks/twilio/voice/after", views.after),
]
