"""Addresses of the telephone's webhooks."""

from django.urls import path

from channels_in.phone import views

urlpatterns = [
    path("webhooks/twilio/voice/incoming", views.incoming),
    path("webhooks/twilio/voice/step/<int:number>", views.step),
    path("webhooks/twilio/voice/wait/<int:number>", views.wait),
    path("webhooks/twilio/voice/left/<int:number>", views.left),
    path("webhooks/twilio/voice/again", views.again),
    path("webhooks/twilio/voice/status", views.status),
    path("webhooks/twilio/voice/recording", views.recording),
    path("webhooks/twilio/voice/agent/<slug:conference>", views.agent),
]
