"""One request: its page, who looks at it, its attachments."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from agents_ui.access import console_page
from agents_ui.forms.needs import TopicPlaceForm
from agents_ui.forms.ticket import (
    CloseForm,
    NoteForm,
    ReopenForm,
    ReplyForm,
    TicketForm,
    TransferForm,
    WaitForm,
)
from agents_ui.live import ticket_tell
from agents_ui.once import new_key
from agents_ui.presenters.ticket import ticket_page
from grc.policies import Verb
from grc.segmenting import plain_typography, sending_of
from grc.selectors.console import attachment_get, ticket_attachments, ticket_clocks, viewers_of
from grc.selectors.directory import partners_for_orientation, teams_of
from grc.selectors.recordings import ticket_recordings
from grc.selectors.tickets import ticket_get, ticket_messages, ticket_timeline
from grc.services.audit import audit_read
from grc.services.messages import way_to_reply
from grc.services.topic_forms import ticket_answers
from grc.services.viewers import ticket_look
from grc.types import Actor

if TYPE_CHECKING:
    from grc.models import Ticket

FORMS: dict[str, type[TicketForm]] = {
    form.slug: form for form in (ReplyForm, NoteForm, TransferForm, CloseForm, ReopenForm, WaitForm)
}


@require_safe
@console_page(Verb.SEE)
def ticket_view(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """The story of a request. Reading it is written down, once for each page shown."""
    ticket = ticket_get(actor=actor, reference=reference)
    with transaction.atomic():
        audit_read(
            actor=actor,
            entity="ticket",
            entity_id=ticket.pk,
            citizen_id=ticket.requester_id,
            purpose=_("Suivi de la demande"),
        )
        fresh = ticket_look(actor=actor, ticket=ticket, at=timezone.now())
    if fresh:
        _tell(ticket)
    return ticket_render(request, actor, ticket)


def ticket_render(
    request: HttpRequest,
    actor: Actor,
    ticket: Ticket,
    *,
    bound: forms.Form | None = None,
    slug: str = "",
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page; ``bound`` is the form ``slug`` that came back with its errors, nothing of it lost."""
    now = timezone.now()
    page = ticket_page(
        ticket,
        actor=actor,
        timeline=ticket_timeline(actor=actor, ticket=ticket),
        messages=ticket_messages(actor=actor, ticket=ticket),
        clocks=ticket_clocks(actor=actor, ticket=ticket),
        attachments=ticket_attachments(actor=actor, ticket=ticket),
        recordings=ticket_recordings(actor=actor, ticket=ticket),
        answers=ticket_answers(ticket=ticket),
        way=way_to_reply(ticket=ticket),
        now=now,
    )
    context: dict[str, Any] = {
        "page": page,
        "ways": _forms(actor, ticket, page.actions, bound, slug),
        "open_form": slug,
        "bound": bound,
        "problem": problem,
        "others": _others(actor, ticket),
        "form_key": new_key,
        "done": request.GET.get("fait", "")[:20],
    }
    return render(request, "console/ticket.html", context, status=status)


def _forms(
    actor: Actor, ticket: Ticket, actions: frozenset[str], bound: forms.Form | None, slug: str
) -> dict[str, forms.Form]:
    options: dict[str, Any] = {}
    if "transferer" in actions:
        teams = teams_of(actor=actor, organisation_id=ticket.organisation_id)
        options["teams"] = [team for team in teams if team.pk != ticket.team_id]
    if "clore" in actions:
        options["partners"] = partners_for_orientation()
    found: dict[str, forms.Form] = {
        name: form(reference=ticket.reference, options=options)
        for name, form in FORMS.items()
        if name in actions
    }
    if "qualifier" in actions:
        found["qualifier"] = TopicPlaceForm(
            organisation_id=ticket.organisation_id, auto_id="qualifier-%s", initial=_qualified(ticket)
        )
    if bound is not None:
        found[slug] = bound
    return found


def _qualified(ticket: Ticket) -> dict[str, str]:
    return {"place": ticket.commune.name if ticket.commune else "", "commune": ticket.commune_id or ""}


def _others(actor: Actor, ticket: Ticket) -> list[str]:
    looking = viewers_of(ticket_ids=[ticket.pk], now=timezone.now()).get(ticket.pk, [])
    return [name for agent, name in looking if agent != actor.agent_id]


def _tell(ticket: Ticket) -> None:
    ticket_tell(
        ticket_id=ticket.pk,
        organisation_id=ticket.organisation_id,
        teams=[ticket.team.code] if ticket.team else [],
    )


@require_POST
@console_page(Verb.SEE)
def ticket_looking(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """The page says every twenty seconds that it is still open, and learns who else looks."""
    ticket = ticket_get(actor=actor, reference=reference)
    if ticket_look(actor=actor, ticket=ticket, at=timezone.now()):
        _tell(ticket)
    return render(request, "console/parts/ticket_viewers.html", {"others": _others(actor, ticket)})


@require_POST
@console_page(Verb.SEE)
def ticket_preview(request: HttpRequest, actor: Actor, reference: str) -> HttpResponse:
    """What the answer being written costs in SMS."""
    ticket = ticket_get(actor=actor, reference=reference)
    body = request.POST.get("body", "")[:4000].strip()
    context = {"cost": sending_of(body) if body else None, "plain": sending_of(plain_typography(body)).count}
    del ticket
    return render(request, "console/parts/sms_cost.html", context)


@require_GET
@console_page(Verb.SEE)
def ticket_file(request: HttpRequest, actor: Actor, reference: str, attachment_id: int) -> FileResponse:
    """An attachment, always as a download: nothing of it runs here."""
    ticket = ticket_get(actor=actor, reference=reference)
    attachment = attachment_get(actor=actor, ticket=ticket, attachment_id=attachment_id)
    audit_read(
        actor=actor,
        entity="attachment",
        entity_id=attachment.pk,
        citizen_id=ticket.requester_id,
        purpose=_("Suivi de la demande"),
    )
    response = FileResponse(attachment.file.open("rb"), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, attachment.original_name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
