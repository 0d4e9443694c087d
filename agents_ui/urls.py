"""Addresses of this folder."""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from agents_ui.auth import proconnect_pages
from agents_ui.views import (
    administration,
    administration_hours,
    administration_lines,
    administration_people,
    desk,
    guidance,
    line_menu,
    line_versions,
    login,
    lookups,
    pilotage,
    queue,
    reception,
    reception_acts,
    recordings,
    telephone,
    ticket,
    ticket_acts,
)


class ActConverter(StringConverter):
    """Only the acts that exist have an address."""

    regex = "|".join(ticket_acts.ACTS)


class VisitActConverter(StringConverter):
    regex = "appeler|recu|absent"


class OfferActConverter(StringConverter):
    regex = "prendre|laisser"


class CallMoveConverter(StringConverter):
    """Only the moves that exist have an address."""

    regex = "|".join(telephone.MOVES)


register_converter(ActConverter, "act")
register_converter(OfferActConverter, "offer_act")
register_converter(CallMoveConverter, "call_move")
register_converter(VisitActConverter, "visit_act")

urlpatterns: list[URLPattern | URLResolver] = [
    path("agents/connexion/", login.login_page, name="console-login"),
    path("agents/connexion/code/", login.code_page, name="console-login-code"),
    path("agents/connexion/proconnect/", proconnect_pages.proconnect_leave, name="console-proconnect-leave"),
    path(
        "agents/connexion/proconnect/retour/",
        proconnect_pages.proconnect_back,
        name="console-proconnect-back",
    ),
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
    path("agents/telephone/", telephone.telephone, name="telephone"),
    path("agents/telephone/presence/", telephone.telephone_presence, name="telephone-presence"),
    path("agents/telephone/present/", telephone.telephone_touch, name="telephone-touch"),
    path("agents/telephone/poste/", telephone.telephone_softphone, name="telephone-softphone"),
    path("agents/telephone/jeton/", telephone.telephone_token, name="telephone-token"),
    path(
        "agents/telephone/offre/<int:offer_id>/<offer_act:slug>/",
        telephone.telephone_offer,
        name="telephone-offer",
    ),
    path("agents/telephone/appel/<int:contact_id>/notes/", telephone.telephone_notes, name="telephone-notes"),
    path(
        "agents/telephone/appel/<int:contact_id>/<call_move:slug>/",
        telephone.telephone_move,
        name="telephone-move",
    ),
    path("agents/enregistrements/<int:recording_id>/", recordings.recording_sound, name="recording-sound"),
    path("agents/themes/", lookups.topics_lookup, name="topics-lookup"),
    path("agents/communes/", lookups.communes_lookup, name="communes-lookup"),
    path("agents/accueil/", reception.reception_home, name="reception"),
    path("agents/accueil/attente/", reception.reception_waiting, name="reception-waiting"),
    path("agents/accueil/ouvrir/", reception.reception_open, name="reception-open"),
    path("agents/accueil/appel/<int:entry_id>/", reception.reception_answer, name="reception-answer"),
    path("agents/accueil/rappel/<int:callback_id>/", reception.reception_callback, name="reception-callback"),
    path(
        "agents/accueil/rappel/<int:callback_id>/decision/",
        reception.reception_callback_decide,
        name="reception-callback-decide",
    ),
    path(
        "agents/accueil/rappel/<int:callback_id>/appeler/",
        reception.reception_callback_dial,
        name="reception-callback-dial",
    ),
    path("agents/accueil/contact/<int:contact_id>/", reception.reception_view, name="reception-contact"),
    path(
        "agents/accueil/contact/<int:contact_id>/script/", reception.reception_script, name="contact-script"
    ),
    path(
        "agents/accueil/contact/<int:contact_id>/personnes/",
        reception_acts.contact_candidates,
        name="contact-candidates",
    ),
    path(
        "agents/accueil/contact/<int:contact_id>/personne/",
        reception_acts.contact_person,
        name="contact-person",
    ),
    path(
        "agents/accueil/contact/<int:contact_id>/nouvelle-personne/",
        reception_acts.contact_new_person,
        name="contact-new-person",
    ),
    path("agents/accueil/contact/<int:contact_id>/besoin/", reception_acts.contact_need, name="contact-need"),
    path(
        "agents/accueil/contact/<int:contact_id>/fin/", reception_acts.contact_finish, name="contact-finish"
    ),
    path("agents/guichet/", desk.desk_home, name="desk"),
    path("agents/guichet/<slug:site_code>/", desk.desk_site, name="desk-site"),
    path("agents/guichet/<slug:site_code>/arrivee/", desk.desk_arrival, name="desk-arrival"),
    path("agents/guichet/<slug:site_code>/suivant/", desk.desk_next, name="desk-next"),
    path(
        "agents/guichet/<slug:site_code>/<int:visit_id>/<visit_act:slug>/", desk.desk_visit, name="desk-visit"
    ),
    path("agents/fiches/", guidance.articles_found, name="articles-found"),
    path("agents/fiches/<slug:ref>/", guidance.article_page, name="article"),
    path("pilotage/", pilotage.report_page, name="report"),
    path("pilotage/rapport.json", pilotage.report_json, name="report-json"),
    path("pilotage/graphe.svg", pilotage.report_chart, name="report-chart"),
    path("pilotage/export/<slug:key>.csv", pilotage.report_table, name="report-table"),
    path("pilotage/direct/", pilotage.live_page, name="live-board"),
    path("pilotage/definitions/", pilotage.definitions_page, name="report-definitions"),
    path("pilotage/enregistrements/", recordings.conversations, name="recordings"),
    path("administration/", administration.index, name="administration"),
    path("administration/sujets/", administration.topics, name="administration-topics"),
    path("administration/sujets/<int:topic_id>/", administration.topic, name="administration-topic"),
    path("administration/equipes/", administration_people.teams, name="administration-teams"),
    path("administration/equipes/<int:team_id>/", administration_people.team, name="administration-team"),
    path(
        "administration/equipes/<int:team_id>/membres/",
        administration_people.team_members_act,
        name="administration-team-members",
    ),
    path("administration/lignes/", administration_hours.lines, name="administration-lines"),
    path("administration/lignes/<int:line_id>/", administration_hours.line, name="administration-line"),
    path(
        "administration/lignes/<int:line_id>/reglages/",
        administration_lines.line_settings,
        name="administration-line-settings",
    ),
    path(
        "administration/lignes/<int:line_id>/horaires/",
        administration_hours.line_follow,
        name="administration-line-follow",
    ),
    path(
        "administration/equipes/<int:team_id>/horaires/",
        administration_hours.team_follow,
        name="administration-team-follow",
    ),
    path("administration/horaires/", administration_hours.calendars, name="administration-calendars"),
    path(
        "administration/horaires/<int:calendar_id>/",
        administration_hours.calendar,
        name="administration-calendar",
    ),
    path("administration/lignes/<int:line_id>/menu/", line_menu.menu_page, name="line-menu"),
    path("administration/lignes/<int:line_id>/menu/etapes/", line_menu.step_add, name="line-step-add"),
    path(
        "administration/lignes/<int:line_id>/menu/etapes/<str:step>/", line_menu.step_page, name="line-step"
    ),
    path(
        "administration/lignes/<int:line_id>/menu/etapes/<str:step>/retirer/",
        line_menu.step_remove,
        name="line-step-remove",
    ),
    path(
        "administration/lignes/<int:line_id>/menu/reglages/", line_menu.settle_page, name="line-menu-settle"
    ),
    path("administration/lignes/<int:line_id>/menu/json/", line_menu.json_page, name="line-menu-json"),
    path("administration/lignes/<int:line_id>/menu/menu.json", line_menu.menu_json, name="line-menu-file"),
    path(
        "administration/lignes/<int:line_id>/menu/essai/", line_versions.rehearsal_page, name="line-menu-try"
    ),
    path(
        "administration/lignes/<int:line_id>/menu/versions/",
        line_versions.versions_page,
        name="line-menu-versions",
    ),
    path(
        "administration/lignes/<int:line_id>/menu/versions/actes/",
        line_versions.version_act,
        name="line-menu-versions-act",
    ),
    path(
        "administration/lignes/<int:line_id>/menu/versions/<int:number>/",
        line_versions.version_page,
        name="line-menu-version",
    ),
    path("administration/agents/", administration_people.agents, name="administration-agents"),
    path("administration/agents/<int:agent_id>/", administration_people.agent, name="administration-agent"),
    path(
        "administration/agents/<int:agent_id>/actes/",
        administration_people.agent_act,
        name="administration-agent-act",
    ),
]
