"""The reception screen: who, what, answer. Three columns that never move."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agents_ui.access import console_page
from agents_ui.forms.needs import EndContactForm, NeedForm, OpenContactForm, PersonForm
from agents_ui.once import act_once, new_key
from agents_ui.presenters.reception import Caller, caller, contact_page, needs_of, owed_call
from grc.enums import LABELS, CallbackResult, Channel
from grc.errors import Conflict, GrcError, Invalid, NotAllowed, NotFound
from grc.phone_numbers import normalise
from grc.policies import Verb
from grc.selectors.citizens import candidates_by_number, citizen_get, citizen_open_tickets
from grc.selectors.contacts import queue_waiting
from grc.selectors.directory import topic_by_code
from grc.selectors.menu_paths import menu_paths
from grc.selectors.reception import (
    callback_get,
    callbacks_proposed,
    callbacks_with_attempts,
    contact_answers,
    contact_tickets,
    queue_entry_taken,
    reception_contact,
    reception_organisation,
)
from grc.services.audit import audit_read
from grc.services.call_answering import call_answer
from grc.services.call_wrap_up import note_draft_of
from grc.services.callback_dialling import callback_dial
from grc.services.callback_results import callback_attempt
from grc.services.callbacks import callback_accept, callback_dismiss
from grc.services.intake import contact_end, contact_open
from grc.types import Actor

if TYPE_CHECKING:
    from grc.models import Contact


@require_safe
@console_page(Verb.RECEPTION)
def reception_home(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _home(request, actor, OpenContactForm())


def _home(
    request: HttpRequest, actor: Actor, form: OpenContactForm, *, problem: str = "", status: int = 200
) -> HttpResponse:
    now = timezone.now()
    context = {
        "form": form,
        "callers": _callers(actor),
        "owed": [
            owed_call(callback, tries, actor=actor, now=now)
            for callback, tries in callbacks_with_attempts(actor=actor)
        ],
        "proposed": [
            owed_call(callback, 0, actor=actor, now=now) for callback in callbacks_proposed(actor=actor)
        ],
        "attempts": list(LABELS[CallbackResult].items()),
        "form_key": new_key,
        "problem": problem,
    }
    return render(request, "console/reception.html", context, status=status)


def _callers(actor: Actor) -> list[Caller]:
    entries = list(queue_waiting(actor=actor))
    paths = menu_paths(calls=[entry.call for entry in entries])
    return [caller(entry, actor=actor, path=paths.get(entry.call_id, ())) for entry in entries]


@require_safe
@console_page(Verb.RECEPTION)
def reception_waiting(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Who waits on the telephone, read again every five seconds."""
    context = {
        "callers": _callers(actor),
        "form_key": new_key,
    }
    return render(request, "console/parts/callers.html", context)


@require_POST
@console_page(Verb.RECEPTION)
def reception_open(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Begin a contact: a call, a visit, a letter, or a note after the fact."""
    form = OpenContactForm(request.POST)
    number = ""
    if form.is_valid() and form.cleaned_data["number"].strip():
        try:
            number = normalise(form.cleaned_data["number"])
        except Invalid as error:
            form.add_error("number", error.sentence)
    if not form.is_valid():
        return _home(request, actor, form, status=422)

    def act() -> str:
        now = timezone.now()
        contact = contact_open(
            actor=actor,
            organisation=reception_organisation(actor=actor),
            channel=Channel(form.cleaned_data["channel"]),
            at=now,
            address_value=number,
            agent_id=actor.agent_id,
        )
        if form.cleaned_data["after"]:
            contact_end(actor=actor, contact=contact, at=now)
        return reverse("reception-contact", args=[contact.pk])

    return act_once(request, actor, act)


@require_POST
@console_page(Verb.RECEPTION)
def reception_answer(request: HttpRequest, actor: Actor, entry_id: int) -> HttpResponse:
    """Answer a caller. Not through ``act_once``: the telephone network is asked outside any transaction.

    Pressed twice: the second finds the call taken by the same agent and leads to the same contact.
    """
    known = queue_entry_taken(actor=actor, entry_id=entry_id)
    if known is not None:
        return HttpResponseRedirect(reverse("reception-contact", args=[known.call.contact_id]))
    entry = next((one for one in queue_waiting(actor=actor) if one.pk == entry_id), None)
    try:
        if entry is None:
            raise Conflict(_("Cet appel a déjà été pris, ou la personne a raccroché."))
        taken = call_answer(actor=actor, organisation_id=entry.organisation_id, entry_id=entry.pk)
    except (NotAllowed, NotFound):
        raise
    except GrcError as error:
        return _home(request, actor, OpenContactForm(), problem=error.sentence, status=409)
    assert taken is not None
    return HttpResponseRedirect(reverse("reception-contact", args=[taken.call.contact_id]))


@require_POST
@console_page(Verb.RECEPTION)
def reception_callback(request: HttpRequest, actor: Actor, callback_id: int) -> HttpResponse:
    """Write down one attempt of a call owed."""
    callback = callback_get(actor=actor, callback_id=callback_id)

    def act() -> str:
        callback_attempt(actor=actor, callback=callback, result=request.POST.get("result", ""))
        messages.success(request, _("La tentative est notée."))
        return reverse("reception")

    try:
        return act_once(request, actor, act)
    except (NotAllowed, NotFound):
        raise
    except GrcError as error:
        return _home(request, actor, OpenContactForm(), problem=error.sentence, status=409)


@require_POST
@console_page(Verb.RECEPTION)
def reception_callback_decide(request: HttpRequest, actor: Actor, callback_id: int) -> HttpResponse:
    """Call an abandoned caller, or not."""
    callback_get(actor=actor, callback_id=callback_id)

    def act() -> str:
        if request.POST.get("decision") == "accept":
            callback_accept(actor=actor, callback_id=callback_id)
            messages.success(request, _("Le rappel est à faire : il a gardé sa place."))
        else:
            callback_dismiss(actor=actor, callback_id=callback_id)
            messages.success(request, _("Le rappel proposé est écarté."))
        return reverse("reception")

    try:
        return act_once(request, actor, act)
    except (NotAllowed, NotFound):
        raise
    except GrcError as error:
        return _home(request, actor, OpenContactForm(), problem=error.sentence, status=409)


@require_POST
@console_page(Verb.RECEPTION)
def reception_callback_dial(request: HttpRequest, actor: Actor, callback_id: int) -> HttpResponse:
    """Call somebody back now. Not through ``act_once``: pressed twice, the second finds the call under way."""
    callback_get(actor=actor, callback_id=callback_id)
    try:
        callback_dial(actor=actor, callback_id=callback_id)
    except (NotAllowed, NotFound):
        raise
    except GrcError as error:
        return _home(request, actor, OpenContactForm(), problem=error.sentence, status=409)
    messages.success(request, _("Votre téléphone sonne. Décrochez : la personne sera appelée ensuite."))
    return HttpResponseRedirect(reverse("reception"))


@require_safe
@console_page(Verb.RECEPTION)
def reception_view(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """One contact. The file of the person chosen is shown, and its reading written down."""
    contact = reception_contact(actor=actor, contact_id=contact_id)
    if contact.citizen_id:
        audit_read(
            actor=actor,
            entity="citizen",
            entity_id=contact.citizen_id,
            citizen_id=contact.citizen_id,
            purpose=_("Accueil"),
        )
    return contact_render(request, actor, contact)


def contact_render(
    request: HttpRequest,
    actor: Actor,
    contact: Contact,
    *,
    need: NeedForm | None = None,
    person: PersonForm | None = None,
    end: EndContactForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The three columns; a form that came back keeps what was written."""
    citizen = citizen_get(actor=actor, citizen_id=contact.citizen_id) if contact.citizen_id else None
    page = contact_page(
        contact,
        tickets=contact_tickets(actor=actor, contact=contact),
        answers=contact_answers(contact=contact),
        person=citizen,
        path=_path(contact),
    )
    need = need or NeedForm(
        organisation_id=contact.organisation_id, contact_id=contact.pk, auto_id="besoin-%s"
    )
    number = contact.address_value
    context: dict[str, Any] = {
        "page": page,
        "need": need,
        "person_form": person
        or PersonForm(auto_id="personne-%s", initial={"phone": page.number if number else ""}),
        "person_open": person is not None,
        "end": end or _end_form(actor, contact),
        "candidates": [] if citizen or not number else candidates_by_number(actor=actor, number=number),
        "person_tickets": needs_of(citizen_open_tickets(actor=actor, citizen=citizen), []) if citizen else (),
        "topic": need.chosen_topic,
        "form_key": new_key,
        "problem": problem,
        "done": request.GET.get("fait", "")[:20],
    }
    return render(request, "console/reception_contact.html", context, status=status)


def _path(contact: Contact) -> tuple[str, ...]:
    call = getattr(contact, "call", None)
    return menu_paths(calls=[call]).get(call.pk, ()) if call is not None else ()


def _end_form(actor: Actor, contact: Contact) -> EndContactForm:
    """What was typed before the page or the machine was lost comes back."""
    draft = note_draft_of(actor=actor, contact_id=contact.pk)
    initial = {"notes": draft or contact.notes, "difficulties": contact.difficulties}
    return EndContactForm(contact_id=contact.pk, auto_id="fin-%s", initial=initial)


@require_POST
@console_page(Verb.RECEPTION)
def reception_script(request: HttpRequest, actor: Actor, contact_id: int) -> HttpResponse:
    """What the agent may say on the topic chosen."""
    contact = reception_contact(actor=actor, contact_id=contact_id)
    code = request.POST.get("topic", "")[:80]
    topic = topic_by_code(organisation_id=contact.organisation_id, code=code) if code else None
    return render(request, "console/parts/script.html", {"topic": topic})
