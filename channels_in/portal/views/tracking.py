"""Coming back to one's request: by reference and code, by a link, or logged in."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from channels_in.portal.drafts import token_new, token_read
from channels_in.portal.page import page, plain_errors
from channels_in.portal.tracking_form import CodeForm, LinkForm, MessageForm
from channels_in.portal.visitor import reader_of, ticket_hold, tickets_release
from channels_in.portal.words import outcome_words, state_words, step_words
from grc.errors import GrcError, Invalid, NotFound, RateLimited
from grc.references import LinkExpired, LinkRefused
from grc.selectors.callbacks import callbacks_of_ticket
from grc.selectors.person_view import attachment_for_person, person_ticket_find, person_ticket_get
from grc.services.callbacks import callback_cancel_by_person
from grc.services.codes import ticket_open_with_code
from grc.services.tracking import (
    person_read,
    person_reopens,
    person_writes,
    tracking_link_open,
    tracking_link_read,
    tracking_link_send,
)

WRONG = "Ce numéro et ce code ne vont pas ensemble. Vérifiez chaque chiffre."


def _address(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


@require_http_methods(["GET", "HEAD", "POST"])
@plain_errors
def track(request: HttpRequest) -> HttpResponse:
    """One form: reference and code. The same words for a number that does not exist and for a wrong code."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            ticket = ticket_open_with_code(
                reference=form.cleaned_data["reference"],
                code=form.cleaned_data["code"],
                address=_address(request),
                now=now,
            )
        except Invalid as error:
            form.add_error("reference", error.sentence)
        else:
            if ticket is not None:
                ticket_hold(request, ticket_id=ticket.pk, now=now)
                return redirect(f"/suivi/{ticket.reference}/")
            form.add_error("code", _(WRONG))
    return page(request, "track.html", {"form": form, "link_form": LinkForm()})


@require_POST
@plain_errors
def link_ask(request: HttpRequest) -> HttpResponse:
    """Have a link sent to the number already known. The answer is the same whatever exists."""
    form = LinkForm(request.POST)
    if form.is_valid():
        try:
            tracking_link_send(
                reference=form.cleaned_data["reference"], address=_address(request), now=timezone.now()
            )
        except RateLimited:
            raise
        except Invalid as error:
            form.add_error("reference", error.sentence)
        else:
            return page(request, "link_sent.html")
    return page(request, "track.html", {"form": CodeForm(), "link_form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@plain_errors
def link_open(request: HttpRequest, token: str) -> HttpResponse:
    """A page with a button: telephones open links by themselves to preview them, and a link serves once."""
    now = timezone.now()
    try:
        if request.method == "POST":
            ticket = tracking_link_open(token=token, now=now)
            ticket_hold(request, ticket_id=ticket.pk, now=now)
            return redirect(f"/suivi/{ticket.reference}/")
        reference = tracking_link_read(token=token, now=now)
    except (LinkRefused, LinkExpired, GrcError) as error:
        return page(request, "link_refused.html", {"sentence": error.sentence}, status=410)
    return page(request, "link.html", {"reference": reference})


@require_http_methods(["GET", "HEAD", "POST"])
@plain_errors
def ticket(request: HttpRequest, reference: str) -> HttpResponse:
    """The request: its state in plain words, its conversation; POST writes in it, once per form."""
    reader = reader_of(request, reference=reference, now=timezone.now())
    form = MessageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        target = person_ticket_find(actor=reader, reference=reference)
        token = token_read(request.POST.get("token", "")) or token_new()
        try:
            person_writes(actor=reader, ticket=target, body=form.cleaned_data["body"], token=token)
        except GrcError as error:
            form.add_error("body", error.sentence)
        else:
            messages.success(request, _("Votre message est bien arrivé."))
            return redirect(f"{request.path}#conversation")
    shown = person_ticket_get(actor=reader, reference=reference)
    if request.method != "POST":
        person_read(actor=reader, ticket_id=shown.id)
    said, todo = state_words(shown.state)
    context = {
        "ticket": shown,
        "said": said,
        "todo": todo,
        "outcome": outcome_words(shown.outcome),
        "steps": [(step_words(step.verb, step.detail), step.at) for step in shown.steps],
        "may_reopen": shown.is_closed
        and (shown.reopen_until is None or shown.reopen_until >= timezone.now()),
        "callbacks": callbacks_of_ticket(ticket_id=shown.id),
        "form": form,
        "token": token_new(),
        "resident": reader.kind == "resident",
    }
    return page(request, "ticket.html", context)


@require_POST
@plain_errors
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    """Open a closed request again, with the reason as a message."""
    reader = reader_of(request, reference=reference, now=timezone.now())
    target = person_ticket_find(actor=reader, reference=reference)
    token = token_read(request.POST.get("token", "")) or token_new()
    try:
        person_reopens(actor=reader, ticket=target, reason=request.POST.get("reason", ""), token=token)
    except GrcError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("Votre demande est rouverte. L’équipe va la reprendre."))
    return redirect(f"/suivi/{target.reference}/")


@require_POST
@plain_errors
def callback_cancel(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """The person needs no call any more. Pressed twice, the second finds it done."""
    reader = reader_of(request, reference=reference, now=timezone.now())
    target = person_ticket_find(actor=reader, reference=reference)
    try:
        callback_cancel_by_person(actor=reader, ticket_id=target.pk, callback_id=number)
    except NotFound:
        raise
    except GrcError as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, _("Le rappel est annulé. Vous pouvez nous appeler quand vous voulez."))
    return redirect(f"/suivi/{target.reference}/")


@require_safe
@plain_errors
def piece(request: HttpRequest, reference: str, number: int) -> FileResponse:
    """A file of one's own request: always a download, never a page."""
    reader = reader_of(request, reference=reference, now=timezone.now())
    row = attachment_for_person(actor=reader, reference=reference, attachment_id=number)
    try:
        content = row.file.open("rb")
    except FileNotFoundError as error:
        raise NotFound from error
    response = FileResponse(
        content, as_attachment=True, filename=row.original_name, content_type=row.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    # In place of the policy of pages: nothing in a file may run, even opened in a tab.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """On a shared computer: forget the requests this browser holds."""
    tickets_release(request)
    messages.success(request, _("Cette demande n’est plus ouverte sur cet appareil."))
    return redirect("/suivi/")
