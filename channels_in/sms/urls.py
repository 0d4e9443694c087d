"""Addresses of the text messages' webhooks."""

from django.urls import path

from channels_in.sms import views

urlpatterns = [
    path("webhooks/twilio/messaging/incoming", views.incoming),
    path("webhooks/twilio/messaging/status", views.status),
    path("webhooks/twilio/messaging/fallback", views.fallback),
]
