"""Addresses of the look, included under "theme/"."""

from django.urls import path

from config import views

app_name = "theme"

urlpatterns = [
    path("organisation.css", views.organisation_stylesheet, name="organisation-css"),
    path("guide/", views.style_guide, name="style-guide"),
    path("guide/console/", views.style_guide, {"side": "console"}, name="style-guide-console"),
]
