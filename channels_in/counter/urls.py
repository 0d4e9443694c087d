"""Addresses of the waiting room."""

from django.urls import path

from channels_in.counter import views

urlpatterns = [
    path("ecran-salle/<slug:site_code>/", views.room_page, name="room"),
    path("ecran-salle/<slug:site_code>/numeros/", views.room_numbers, name="room-numbers"),
]
