"""Addresses of the resident's pages."""

from django.urls import path

from channels_in.portal.views import home, login, notices, request, tracking

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("demarches/<slug:code>/", home.theme, name="theme"),
    path("demande/", request.request_form, name="request-other"),
    path("demande/lien/<str:token>/", request.form_link, name="form-link"),
    path("demande/recue/", request.received, name="received"),
    path("demande/sujet/<slug:code>/", request.request_form, name="request"),
    path("suivi/", tracking.track, name="track"),
    path("suivi/lien/", tracking.link_ask, name="link-ask"),
    path("suivi/lien/<str:token>/", tracking.link_open, name="link"),
    path("suivi/quitter/", tracking.leave, name="leave"),
    path("suivi/<str:reference>/", tracking.ticket, name="ticket"),
    path("suivi/<str:reference>/rouvrir/", tracking.reopen, name="reopen"),
    path(
        "suivi/<str:reference>/rappels/<int:number>/annuler/",
        tracking.callback_cancel,
        name="callback-cancel",
    ),
    path("suivi/<str:reference>/pieces/<int:number>/", tracking.piece, name="piece"),
    path("mes-demandes/", login.my_requests, name="my-requests"),
    path("connexion/franceconnect/", login.enter, name="enter"),
    path("connexion/franceconnect/retour/", login.come_back, name="come-back"),
    path("deconnexion/", login.leave, name="logout"),
    path("accessibilite/", notices.accessibility, name="accessibility"),
    path("donnees-personnelles/", notices.personal_data, name="personal-data"),
    path("mentions-legales/", notices.legal, name="legal"),
]
