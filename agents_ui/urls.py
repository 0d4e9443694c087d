"""Addresses of this folder."""

from django.urls import URLPattern, URLResolver, path

from agents_ui.auth import proconnect_pages
from agents_ui.views import login, queue

urlpatterns: list[URLPattern | URLResolver] = [
    path("agents/connexion/", login.login_page, name="console-login"),
    path("agents/connexion/code/", login.code_page, name="console-login-code"),
    path("agents/connexion/proconnect/", proconnect_pages.proconnect_leave, name="console-proconnect-leave"),
    path("agents/connexion/proconnect/retour/", proconnect_pages.proconnect_back, name="console-proconnect-back"),
    path("agents/deconnexion/", login.logout_page, name="console-logout"),
    path("agents/", queue.home, name="console"),
    path("agents/file/", queue.queue_page, name="queue"),
    path("agents/file/lignes/", queue.queue_rows, name="queue-rows"),
    path("agents/file/comptes/", queue.queue_counts_json, name="queue-counts"),
    path("agents/file/suivante/", queue.queue_next, name="queue-next"),
    path("agents/file/export.csv", queue.queue_export, name="queue-export"),
]
