"""Settings of the people: teams and their members, agents and their roles."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents_ui.access import console_page
from agents_ui.forms.administration import PickForm, RoleForm, TeamForm
from agents_ui.once import act_once
from agents_ui.presenters.administration import changes_shown
from agents_ui.views.administration import edit, show
from agents_ui.views.administration_hours import follow_form
from grc import clock
from grc.enums import LABELS, Role
from grc.errors import GrcError, Invalid
from grc.figures.count import PARIS
from grc.policies import Verb
from grc.selectors.administration import (
    agent_administered,
    agent_grants,
    agents_administered,
    changes_of,
    organisations_administered,
    team_administered,
    team_members,
    teams_administered,
)
from grc.services.administration_agents import agent_close, agent_reopen, role_grant, role_revoke
from grc.services.administration_teams import team_edit, team_member_add, team_member_remove
from grc.types import Actor


@require_safe
@console_page(Verb.ADMINISTER)
def teams(request: HttpRequest, actor: Actor) -> HttpResponse:
    several = len(organisations_administered(actor=actor)) > 1
    context = {"teams": teams_administered(actor=actor), "several": several}
    return render(request, "administration/teams.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def team(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    row = team_administered(actor=actor, team_id=team_id)
    names = {
        one.pk: one.label
        for one in teams_administered(actor=actor)
        if one.organisation_id == row.organisation_id
    }
    form = TeamForm(
        request.POST or None,
        initial={"label": row.label, "parent": row.parent_id, "restricted": row.restricted},
        parents=[(pk, label) for pk, label in names.items() if pk != row.pk],
    )

    def save() -> object:
        data = form.cleaned_data
        return team_edit(
            actor=actor,
            team_id=row.pk,
            label=data["label"],
            parent_id=data["parent"],
            restricted=data["restricted"],
        )

    location = reverse("administration-team", args=[row.pk])
    done = edit(request, actor, form=form, save=save, said=_("L’équipe est enregistrée."), location=location)
    if done is not None:
        return done
    members = team_members(actor=actor, team=row)
    inside = {member.pk for member in members}
    others = [
        (one.pk, one.display_name)
        for one in agents_administered(actor=actor)
        if one.closed_on is None and one.pk not in inside
    ]
    context = {
        "team": row,
        "members": members,
        "follow": follow_form(actor, row.organisation_id, row.calendar_id, _("à tout moment")),
        "pick": PickForm(label=_("Ajouter quelqu’un"), options=others, auto_id="add-%s"),
        "changes": changes_shown(changes_of(actor=actor, entity="team", entity_id=row.pk), names),
    }
    return show(request, "team", form, context)


@require_POST
@console_page(Verb.ADMINISTER)
def team_members_act(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    """Add (``pick``) or remove (``remove``) somebody."""
    row = team_administered(actor=actor, team_id=team_id)
    location = reverse("administration-team", args=[row.pk])

    def act() -> str:
        if request.POST.get("remove"):
            team_member_remove(actor=actor, team_id=row.pk, agent_id=_number(request, "remove"))
            messages.success(request, _("La personne n’est plus membre de l’équipe."))
        else:
            team_member_add(actor=actor, team_id=row.pk, agent_id=_number(request, "pick"))
            messages.success(request, _("La personne est membre de l’équipe."))
        return location

    return _act(request, actor, act_location=location, act=act)


@require_safe
@console_page(Verb.ADMINISTER)
def agents(request: HttpRequest, actor: Actor) -> HttpResponse:
    rows = [
        (agent, sorted({LABELS[Role][grant.role] for grant in agent.grants.all()}))
        for agent in agents_administered(actor=actor)
    ]
    several = len(organisations_administered(actor=actor)) > 1
    return render(request, "administration/agents.html", {"rows": rows, "several": several})


@require_safe
@console_page(Verb.ADMINISTER)
def agent(request: HttpRequest, actor: Actor, agent_id: int) -> HttpResponse:
    row = agent_administered(actor=actor, agent_id=agent_id)
    grants = [(grant, LABELS[Role][grant.role]) for grant in agent_grants(actor=actor, agent=row)]
    context = {
        "agent": row,
        "is_me": row.pk == actor.agent_id,
        "grants": grants,
        "changes": changes_shown(changes_of(actor=actor, entity="agent", entity_id=row.pk)),
    }
    return show(request, "agent", RoleForm(places=_places(actor)), context)


@require_POST
@console_page(Verb.ADMINISTER)
def agent_act(request: HttpRequest, actor: Actor, agent_id: int) -> HttpResponse:
    """Give a role (``role``, ``place``), take one back (``revoke``), close or reopen (``account``)."""
    row = agent_administered(actor=actor, agent_id=agent_id)
    location = reverse("administration-agent", args=[row.pk])

    def act() -> str:
        account = request.POST.get("account", "")
        if request.POST.get("revoke"):
            role_revoke(actor=actor, grant_id=_number(request, "revoke"))
            said = _("Le rôle est retiré.")
        elif account == "close":
            agent_close(actor=actor, agent_id=row.pk, on=clock.now().astimezone(PARIS).date())
            said = _("Le compte est fermé. Vous pouvez le rouvrir.")
        elif account == "reopen":
            agent_reopen(actor=actor, agent_id=row.pk)
            said = _("Le compte est rouvert.")
        else:
            said = _grant(request, actor, row.pk)
        messages.success(request, said)
        return location

    return _act(request, actor, act_location=location, act=act)


def _grant(request: HttpRequest, actor: Actor, agent_id: int) -> str:
    form = RoleForm(request.POST, places=_places(actor))
    if not form.is_valid():
        raise Invalid(_("Choisissez un rôle et où il s’exerce."))
    kind, _colon, pk = form.cleaned_data["place"].partition(":")
    found = {one.pk: one.organisation_id for one in teams_administered(actor=actor)}
    role_grant(
        actor=actor,
        agent_id=agent_id,
        role=Role(form.cleaned_data["role"]),
        organisation_id=int(pk) if kind == "o" else found[int(pk)],
        team_id=None if kind == "o" else int(pk),
    )
    return _("Le rôle est donné.")


def _places(actor: Actor) -> list[tuple[str, str]]:
    whole = [
        (f"o:{one.pk}", _("%(name)s (toutes les équipes)") % {"name": one.name})
        for one in organisations_administered(actor=actor)
    ]
    return [*whole, *[(f"t:{one.pk}", one.label) for one in teams_administered(actor=actor)]]


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Invalid(_("Choisissez quelqu’un dans la liste."))
    return int(text)


def _act(request: HttpRequest, actor: Actor, *, act_location: str, act: Callable[[], str]) -> HttpResponse:
    try:
        return act_once(request, actor, act)
    except GrcError as error:
        messages.error(request, error.sentence)
        return HttpResponseRedirect(act_location)
