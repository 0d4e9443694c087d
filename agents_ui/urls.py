"""Addresses of this folder."""

from django.urls import URLPattern, URLResolver, path, register_converter

from agents_ui.auth import proconnect_pages
from agents_ui.views import login, lookups, queue, ticket, ticket_acts



class ActConverter:
    """Only the acts that exist have an address."""

    regex = "|".join(ticket_acts.ACTS)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ActConverter, "act")

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
    path("agents/demandes/<str:reference>/", ticket.ticket_view, name="ticket"),
    path("agents/demandes/<str:reference>/regard/", ticket.ticket_looking, name="ticket-looking"),
    path("agents/demandes/<str:reference>/apercu/", ticket.ticket_preview, name="ticket-preview"),
    path(
        "agents/demandes/<str:reference>/pieces/<int:attachment_id>/", ticket.ticket_file, name="ticket-file"
    ),
    path("agents/demandes/<str:reference>/<act:slug>/", ticket_acts.ticket_act, name="ticket-act"),
    path("agents/themes/", lookups.topics_lookup, name="topics-lookup"),
    path("agents/communes/", lookups.communes_lookup, name="communes-lookup"),
]
