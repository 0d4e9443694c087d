"""The counter desk: arrivals of the day at one site, who is next."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents_ui.access import console_page
from agents_ui.forms.desk import ArrivalForm
from agents_ui.once import act_once, new_key
from agents_ui.presenters.desk import desk_page
from grc.errors import GrcError, NotAllowed, NotFound
from grc.policies import Verb
from grc.selectors.reception import reception_sites, site_get, site_visits, visit_get
from grc.services.visits import visit_arrive, visit_call, visit_call_next, visit_no_show, visit_serve
from grc.types import Actor

SITE_KEY, DESK_KEY = "desk_site", "desk_name"


@require_safe
@console_page(Verb.RECEPTION)
def desk_home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Choose a site; the one used last comes back by itself."""
    sites = reception_sites(actor=actor)
    last = request.session.get(SITE_KEY, "")
    if "choisir" not in request.GET and any(site.code == last for site in sites):
        return HttpResponseRedirect(reverse("desk-site", args=[last]))
    places = [(site.code, site.name, site.commune.name if site.commune else "") for site in sites]
    return render(request, "console/desk_sites.html", {"places": places})


@require_safe
@console_page(Verb.RECEPTION)
def desk_site(request: HttpRequest, actor: Actor, site_code: str) -> HttpResponse:
    site = site_get(actor=actor, code=site_code)
    if request.session.get(SITE_KEY) != site.code:
        request.session[SITE_KEY] = site.code
    return _page(request, actor, site_code, ArrivalForm())


def _page(
    request: HttpRequest,
    actor: Actor,
    site_code: str,
    form: ArrivalForm,
    *,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    site = site_get(actor=actor, code=site_code)
    visits = site_visits(actor=actor, site=site, day=timezone.localdate())
    context = {
        "page": desk_page(site, visits),
        "form": form,
        "desk": request.session.get(DESK_KEY, ""),
        "form_key": new_key,
        "problem": problem,
    }
    return render(request, "console/desk.html", context, status=status)


@require_POST
@console_page(Verb.RECEPTION)
def desk_arrival(request: HttpRequest, actor: Actor, site_code: str) -> HttpResponse:
    """Somebody comes in: they get a number."""
    site = site_get(actor=actor, code=site_code)
    form = ArrivalForm(request.POST)
    if not form.is_valid():
        return _page(request, actor, site_code, form, status=422)

    def act() -> str:
        visit = visit_arrive(
            actor=actor,
            site=site,
            at=timezone.now(),
            motive=form.cleaned_data["motive"],
            difficulties=form.cleaned_data["difficulties"],
        )
        messages.success(request, _("Numéro %(n)s : donnez-le à la personne.") % {"n": visit.arrival_number})
        return reverse("desk-site", args=[site.code])

    return act_once(request, actor, act)


@require_POST
@console_page(Verb.RECEPTION)
def desk_next(request: HttpRequest, actor: Actor, site_code: str) -> HttpResponse:
    """Call the next number and open the reception screen for it."""
    site = site_get(actor=actor, code=site_code)
    desk = request.POST.get("desk", "").strip()[:40]
    request.session[DESK_KEY] = desk

    def act() -> str:
        visit = visit_call_next(actor=actor, site=site, desk=desk, at=timezone.now())
        if visit is None:
            messages.info(request, _("Personne n’attend."))
            return reverse("desk-site", args=[site.code])
        return reverse("reception-contact", args=[visit.contact_id])

    return act_once(request, actor, act)


@require_POST
@console_page(Verb.RECEPTION)
def desk_visit(request: HttpRequest, actor: Actor, site_code: str, visit_id: int, slug: str) -> HttpResponse:
    """Call this number (``appeler``), say the person was received (``recu``) or did not come (``absent``)."""
    site = site_get(actor=actor, code=site_code)
    visit = visit_get(actor=actor, site=site, visit_id=visit_id)

    def act() -> str:
        now = timezone.now()
        if slug == "appeler":
            desk = str(request.session.get(DESK_KEY, ""))
            visit_call(actor=actor, visit=visit, desk=desk, at=now)
            return reverse("reception-contact", args=[visit.contact_id])
        if slug == "recu":
            visit_serve(visit=visit, at=now)
        else:
            visit_no_show(visit=visit, at=now)
        return reverse("desk-site", args=[site.code])

    try:
        return act_once(request, actor, act)
    except (NotAllowed, NotFound):
        raise
    except GrcError as error:
        return _page(request, actor, site_code, ArrivalForm(), problem=error.sentence, status=409)
