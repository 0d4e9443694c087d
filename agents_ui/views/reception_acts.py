"""What one does during a contact: say who it is, keep a need, end it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from agents_ui.access import console_page
from agents_ui.forms.needs import EndContactForm, NeedForm, PersonForm
from agents_ui.once import act_once, new_key
from agents_ui.views.reception import contact_render
from grc.errors import GrcError, Invalid, NotAllowed, NotFound
from grc.policies import Verb
from grc.references import display
from grc.selectors.citizens import candidates_by_name, candidates_by_number, citizen_get
from grc.selectors.reception import reception_contact
from grc.services.call_wrap_up import call_wrap_up
from grc.services.citizens import (
    citizen_create,
    contact_citizen_set,
    contact_note_keep,
)
from grc.services.intake import contact_end, instant_answer_give
from grc.services.ticket_open import ticket_open
from grc.services.visits import visit_serve
from grc.types import Actor

if TYPE_CHECKING:
    from grc.models import Contact


@require_POST
@console_page(Verb.RECEPTION)
def contact_candidates(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """Persons for a number or a name, with the least that lets one choose."""
    contact = reception_contact(actor=actor, contact_id=contact_id)
    asked = request.POST.get("person", "").strip()[:100]
    by_number = sum(character.isdigit() for character in asked) >= 6
    found = (
        candidates_by_number(actor=actor, number=asked)
        if by_number
        else candidates_by_name(actor=actor, words=asked)
    )
    context = {"candidates": found, "asked": asked, "page": {"id": contact.pk}, "form_key": new_key}
    if request.headers.get("HX-Request"):
        return render(request, "console/parts/candidates.html", context)
    return render(request, "console/candidates.html", context)


@require_POST
@console_page(Verb.RECEPTION)
def contact_person(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """Choose the person, or nobody in particular."""
    contact = reception_contact(actor=actor, contact_id=contact_id)

    def act() -> str:
        chosen = request.POST.get("citizen", "")
        citizen = citizen_get(actor=actor, citizen_id=int(chosen)) if chosen.isdecimal() else None
        contact_citizen_set(actor=actor, contact=contact, citizen=citizen)
        return reverse("reception-contact", args=[contact.pk])

    return _answered(request, actor, contact, act)


@require_POST
@console_page(Verb.RECEPTION)
def contact_new_person(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    contact = reception_contact(actor=actor, contact_id=contact_id)
    form = PersonForm(request.POST, auto_id="personne-%s")
    if not form.is_valid():
        return contact_render(request, actor, contact, person=form, status=422)

    def act() -> str:
        data = form.cleaned_data
        citizen = citizen_create(
            actor=actor,
            organisation_id=contact.organisation_id,
            at=timezone.now(),
            family_name=data["family_name"],
            given_names=data["given_names"],
            birth_date=data["birth_date"],
            phone=data["phone"],
        )
        contact_citizen_set(actor=actor, contact=contact, citizen=citizen)
        messages.success(request, _("La personne est enregistrée."))
        return reverse("reception-contact", args=[contact.pk])

    try:
        return act_once(request, actor, act)
    except Invalid as error:
        _put(form, error)
        return contact_render(request, actor, contact, person=form, status=422)


@require_POST
@console_page(Verb.RECEPTION)
def contact_need(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """One need: answered at once (``act=answer``) or opened as a request (``act=ticket``)."""
    contact = reception_contact(actor=actor, contact_id=contact_id)
    form = NeedForm(
        request.POST,
        organisation_id=contact.organisation_id,
        contact_id=contact.pk,
        auto_id="besoin-%s",
    )
    answered = request.POST.get("act") != "ticket"
    valid = form.is_valid()
    if valid and answered and not form.cleaned_data["said"].strip():
        form.add_error("said", _("Écrivez la réponse donnée : c’est elle qui reste."))
        valid = False
    if not valid:
        return contact_render(request, actor, contact, need=form, status=422)

    def act() -> str:
        said, now = form.cleaned_data["said"].strip(), timezone.now()
        if answered:
            instant_answer_give(actor=actor, contact=contact, topic=form.chosen_topic, said=said, at=now)
            messages.success(request, _("La réponse est gardée."))
        else:
            ticket = ticket_open(
                actor=actor,
                contact=contact,
                topic=form.chosen_topic,
                commune=form.chosen_commune,
                at=now,
                subject=form.cleaned_data["words"],
                description=said,
            )
            messages.success(
                request,
                _("Demande %(reference)s ouverte : dites ce numéro à la personne.")
                % {"reference": display(ticket.reference)},
            )
        return f"{reverse('reception-contact', args=[contact.pk])}?fait=besoin"

    return _answered(request, actor, contact, act, need=form)


@require_POST
@console_page(Verb.RECEPTION)
def contact_finish(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """Keep the note and end the contact. A telephone call ends when somebody hangs up: here its wrap-up ends."""
    contact = reception_contact(actor=actor, contact_id=contact_id)
    form = EndContactForm(request.POST, contact_id=contact.pk, auto_id="fin-%s")
    if not form.is_valid():
        return contact_render(request, actor, contact, end=form, status=422)

    def act() -> str:
        now = timezone.now()
        contact_note_keep(
            actor=actor,
            contact=contact,
            notes=form.cleaned_data["notes"],
            difficulties=form.cleaned_data["difficulties"],
        )
        visit = getattr(contact, "visit", None)
        if visit is not None:
            visit_serve(visit=visit, at=now)
        if getattr(contact, "call", None) is not None:
            # The note has just been written whole: only the draft goes, and the agent is free again.
            call_wrap_up(actor=actor, contact_id=contact.pk, notes="")
        else:
            contact_end(actor=actor, contact=contact, at=now)
        messages.success(request, _("Le contact est terminé."))
        return reverse("desk-site", args=[visit.site.code]) if visit is not None else reverse("reception")

    return _answered(request, actor, contact, act, end=form)


def _answered(
    request: HttpRequest,
    actor: Actor,
    contact: Contact,
    act: Callable[[], str],
    *,
    need: NeedForm | None = None,
    end: EndContactForm | None = None,
) -> HttpResponse:
    try:
        return act_once(request, actor, act)
    except (NotAllowed, NotFound):
        raise
    except GrcError as error:
        return contact_render(request, actor, contact, need=need, end=end, problem=error.sentence, status=409)


def _put(form: PersonForm, error: Invalid) -> None:
    name = next((name for name in error.fields if name in form.fields), None)
    if error.code.startswith("phone"):
        name = "phone"
    form.add_error(name, error.sentence)
