"""What one does with a request: one function an act, each through ``act_once``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents_ui.access import console_page
from agents_ui.forms.needs import TopicPlaceForm
from agents_ui.once import act_once
from agents_ui.views.ticket import FORMS, ticket_render
from grc.enums import Outcome, PendingReason
from grc.errors import GrcError, Invalid, NotAllowed, NotFound
from grc.policies import Verb
from grc.selectors.directory import partners_for_orientation, team_by_code, teams_of
from grc.selectors.tickets import ticket_get
from grc.services.ticket_claim import ticket_claim, ticket_release
from grc.services.ticket_close import ticket_close, ticket_reopen, ticket_resume, ticket_wait_for_citizen
from grc.services.ticket_work import ticket_note, ticket_qualify, ticket_reply, ticket_transfer
from grc.types import Actor

if TYPE_CHECKING:
    from grc.models import Ticket

Act = Callable[[Actor, "Ticket", forms.Form | None], str]


def _claim(actor: Actor, ticket: Ticket, form: forms.Form | None) -> str:
    ticket_claim(actor=actor, ticket=ticket)
    return _("La demande est à vous.")


def _release(actor: Actor, ticket: Ticket, form: forms.Form | None) -> str:
    ticket_release(actor=actor, ticket=ticket)
    return _("La demande est remise dans la file.")


def _reply(actor: Actor, ticket: Ticket, form: forms.Form | None) -> str:
    ticket_reply(actor=actor, ticket=ticket, body=_data(form)["body"])
    return _("La réponse est enregistrée et part sur le canal de la personne.")


def _note(actor: Actor, ticket: Ticket, form: forms.Form | None) -> str:
    ticket_note(actor=actor, ticket=ticket, body=_data(form)["body"])
    return _("La note est enregistrée.")


def _qualify(actor: Actor, ticket: Ticket, form: forms.Form | None) -> str:
    assert isinstance(form, TopicPlaceForm)
    ticket_qualify(
        actor=actor,
        ticket=ticket,
        topic=form.chosen_topic or ticket.topic,
        commune=form.chosen_commune or ticket.commune,
    )
    return _("La demande est qualifiée. L’équipe est choisie à nouveau dans un instant.")


def _transfer(actor: Actor, ticket: Ticket, form: forms.Form | None) -> str:
    data = _data(form)
    team = team_by_code(data["team"])
    ticket_transfer(actor=actor, ticket=ticket, team=team, reason=data["reason"])
    return _("La demande est transférée à %(team)s.") % {"team": team.label}


def _close(actor: Actor, ticket: Ticket, form: forms.Form | None) -> str:
    data = _data(form)
    partner = next((one for one in partners_for_orientation() if one.code == data["partner"]), None)
    ticket_close(
        actor=actor,
        ticket=ticket,
        outcome=Outcome(data["outcome"]),
        note=data["note"],
        oriented_to=partner,
    )
    return _("La demande est close. Vous pouvez la rouvrir en cas d’erreur.")


def _reopen(actor: Actor, ticket: Ticket, form: forms.Form | None) -> str:
    ticket_reopen(actor=actor, ticket=ticket, reason=_data(form)["reason"])
    return _("La demande est rouverte.")


def _wait(actor: Actor, ticket: Ticket, form: forms.Form | None) -> str:
    ticket_wait_for_citizen(actor=actor, ticket=ticket, reason=PendingReason(_data(form)["reason"]))
    return _("La demande attend la personne.")


def _resume(actor: Actor, ticket: Ticket, form: forms.Form | None) -> str:
    ticket_resume(actor=actor, ticket=ticket)
    return _("La demande reprend.")


ACTS: dict[str, Act] = {
    "prendre": _claim,
    "rendre": _release,
    "repondre": _reply,
    "note": _note,
    "qualifier": _qualify,
    "transferer": _transfer,
    "clore": _close,
    "rouvrir": _reopen,
    "attendre": _wait,
    "reprendre": _resume,
}


@require_POST
@console_page(Verb.SEE)
def ticket_act(request: HttpRequest, actor: Actor, reference: str, slug: str) -> HttpResponse:
    """Do one act and show the request again; refused or incomplete, the page comes back with what was written."""
    ticket = ticket_get(actor=actor, reference=reference)
    form = _form(request, actor, ticket, slug)
    if form is not None and not form.is_valid():
        return ticket_render(request, actor, ticket, bound=form, slug=slug, status=422)

    def act() -> str:
        messages.success(request, ACTS[slug](actor, ticket, form))
        return f"{reverse('ticket', args=[ticket.reference])}?fait={slug}#fin"

    try:
        return act_once(request, actor, act)
    except (NotAllowed, NotFound):
        raise
    except GrcError as error:
        fresh = ticket_get(actor=actor, reference=reference)
        if form is not None and isinstance(error, Invalid):
            form.add_error(next((name for name in error.fields if name in form.fields), None), error.sentence)
        return ticket_render(request, actor, fresh, bound=form, slug=slug, problem=error.sentence, status=409)


def _form(request: HttpRequest, actor: Actor, ticket: Ticket, slug: str) -> forms.Form | None:
    if slug == "qualifier":
        return TopicPlaceForm(request.POST, organisation_id=ticket.organisation_id, auto_id="qualifier-%s")
    if slug not in FORMS:
        return None
    options: dict[str, Any] = {}
    if slug == "transferer":
        teams = teams_of(actor=actor, organisation_id=ticket.organisation_id)
        options["teams"] = [team for team in teams if team.pk != ticket.team_id]
    if slug == "clore":
        options["partners"] = partners_for_orientation()
    return FORMS[slug](request.POST, reference=ticket.reference, options=options)


def _data(form: forms.Form | None) -> dict[str, Any]:
    assert form is not None
    return form.cleaned_data
