"""The form of a request, its sending, and its acknowledgement."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from channels_in.portal.drafts import Draft, draft_forget, draft_read, draft_write, token_read
from channels_in.portal.page import page, plain_errors
from channels_in.portal.request_form import RequestForm
from channels_in.portal.visitor import resident_of, ticket_hold, visitor_of
from grc.enums import Confidentiality
from grc.errors import NotFound
from grc.forms import FieldKind, FormDefinition
from grc.forms.pieces import PieceRefusedError
from grc.french import typographic
from grc.references import LinkExpired, LinkRefused
from grc.selectors.directory import commune_by_code, host_organisation
from grc.selectors.portal import known_for_form, topic_for_form
from grc.services.call_links import call_link_read
from grc.services.topic_forms import form_of_topic
from grc.services.uploads import upload_keep
from grc.services.web_intake import WebAcknowledgement, WebRequest, acknowledgement_again, web_request_submit

if TYPE_CHECKING:
    from grc.models import Topic

SAID_FOR = 1800  # seconds during which what was searched fills the form
OTHER = "-"  # place of the draft of a request without topic


@require_http_methods(["GET", "HEAD", "POST"])
@plain_errors
def request_form(request: HttpRequest, code: str = "") -> HttpResponse:
    """The form of a topic, or of « autre demande » without ``code``."""
    topic = topic_for_form(organisation=host_organisation(), code=code) if code else None
    if code and topic is None:
        raise NotFound
    definition = form_of_topic(topic=topic, now=timezone.now())
    if request.method == "POST":
        return _receive(request, topic, definition)
    draft = draft_read(request, code or OTHER)
    initial = draft.answers or _prefilled(request, topic, definition)
    form = RequestForm(definition, initial=initial, draft_key=_draft_key(topic, code))
    return _show(request, topic, form, draft)


@require_safe
@plain_errors
def form_link(request: HttpRequest, token: str) -> HttpResponse:
    """The form that somebody on the telephone was sent, filled with what they had said."""
    try:
        linked = call_link_read(token=token, now=timezone.now())
    except (LinkRefused, LinkExpired) as error:
        return page(request, "link_refused.html", {"sentence": error.sentence}, status=410)
    topic = topic_for_form(organisation=host_organisation(), code=linked.topic) if linked.topic else None
    place = topic.code if topic is not None else OTHER
    draft = draft_read(request, place)
    definition = form_of_topic(topic=topic, now=timezone.now())
    asked = next((field.code for field in definition.fields if field.kind is FieldKind.POSTAL_CODE), "")
    if asked and linked.postal_code and not draft.answers and not _is_anonymous(topic):
        draft.answers = {asked: linked.postal_code, "commune": linked.commune}
        draft_write(request, place, draft)
    return redirect(f"/demande/sujet/{topic.code}/" if topic is not None else "/demande/")


def _receive(request: HttpRequest, topic: Topic | None, definition: FormDefinition) -> HttpResponse:
    now = timezone.now()
    place = topic.code if topic is not None else OTHER
    draft = draft_read(request, place)
    if "forget" in request.POST:
        draft_forget(request, place, with_pieces=True)
        return redirect(request.path)
    token = token_read(request.POST.get("token", ""))
    if token is not None and token != draft.token:
        draft = Draft(token)
    again = acknowledgement_again(token=draft.token, now=now)
    if again is not None:
        return _received(request, again, draft, place, now)
    form = RequestForm(definition, request.POST, draft_key=_draft_key(topic, place))
    refused = _pieces_take(request, definition, draft, now)
    if form.is_valid() and not refused:
        acknowledged = web_request_submit(
            actor=visitor_of(request),
            organisation=host_organisation(),
            request=WebRequest(
                token=draft.token,
                topic=topic,
                commune=commune_by_code(form.checked.commune.code) if form.checked.commune else None,
                answers=form.checked.answers,
                form_version=definition.version,
                pieces=tuple(draft.pieces),
            ),
            at=now,
        )
        return _received(request, acknowledged, draft, place, now)
    for sentence in refused:
        form.add_error("pieces", typographic(sentence))
    # What is written about an anonymous matter stays in the page and nowhere else until it is sent.
    draft.answers = (
        {}
        if _is_anonymous(topic)
        else {name: request.POST[name] for name in form.fields if name in request.POST}
    )
    draft_write(request, place, draft)
    return _show(request, topic, form, draft)


def _pieces_take(request: HttpRequest, definition: FormDefinition, draft: Draft, now: datetime) -> list[str]:
    """Add the files that came to those kept, drop those unticked; gives the refusals, in French."""
    if not definition.pieces:
        return []
    dropped = set(request.POST.getlist("drop"))
    draft.pieces = [piece for piece in draft.pieces if piece.stored not in dropped]
    refused = []
    for file in request.FILES.getlist("pieces"):
        if len(draft.pieces) >= definition.pieces:
            refused.append(
                _("%(n)s fichiers au plus : « %(name)s » n’est pas joint.")
                % {"n": definition.pieces, "name": file.name}
            )
            continue
        try:
            kept = upload_keep(file=file, now=now)
        except PieceRefusedError as error:
            refused.append(error.sentence)
        else:
            # A page sent twice joins its files once.
            if kept.sha256 not in {piece.sha256 for piece in draft.pieces}:
                draft.pieces.append(kept)
    return refused


def _received(
    request: HttpRequest, acknowledged: WebAcknowledgement, draft: Draft, place: str, now: datetime
) -> HttpResponse:
    draft_forget(request, place)
    request.session.pop("said", None)
    if acknowledged.code:
        ticket_hold(request, ticket_id=acknowledged.ticket_id, now=now)
    request.session["received"] = {"token": draft.token, "draft": _key(place)}
    return redirect("/demande/recue/")


@require_safe
@plain_errors
def received(request: HttpRequest) -> HttpResponse:
    """The acknowledgement, shown again for half an hour to this browser only."""
    kept = request.session.get("received") or {}
    now = timezone.now()
    acknowledged = acknowledgement_again(token=kept.get("token", ""), now=now)
    if acknowledged is None:
        return redirect("/suivi/")
    return page(
        request,
        "received.html",
        {"acknowledged": acknowledged, "now": now, "draft_done": kept.get("draft", "")},
    )


def _prefilled(request: HttpRequest, topic: Topic | None, definition: FormDefinition) -> dict[str, str]:
    resident = None if _is_anonymous(topic) else resident_of(request)
    known = known_for_form(actor=resident, now=timezone.now()) if resident is not None else {}
    values = {code: value.value for code, value in known.items() if definition.field(code) is not None}
    said = (request.session.get("said") or {}) if "cherche" in request.GET else {}
    if said and timezone.now().timestamp() - said.get("at", 0) < SAID_FOR:
        values["description"] = said["text"]
    return values


def _show(request: HttpRequest, topic: Topic | None, form: RequestForm, draft: Draft) -> HttpResponse:
    resident = None if _is_anonymous(topic) else resident_of(request)
    sources = known_for_form(actor=resident, now=timezone.now()) if resident is not None else {}
    fields = [
        (
            form[name],
            sources[name].source if name in sources and form[name].value() == sources[name].value else "",
        )
        for name in form.fields
        if name != "pieces"
    ]
    context = {
        "topic": topic,
        "anonymous": _is_anonymous(topic),
        "quiet": topic is not None and topic.confidentiality != Confidentiality.NORMAL,
        "body": topic.competent_organisation if topic is not None else None,
        "form": form,
        "fields": fields,
        "draft": draft,
        "limit_mb": settings.MAX_UPLOAD_BYTES // (1024 * 1024),
        "resident": resident,
    }
    return page(request, "request.html", context)


def _is_anonymous(topic: Topic | None) -> bool:
    return topic is not None and topic.confidentiality == Confidentiality.ANONYMOUS


def _key(place: str) -> str:
    return f"demande-{place}"


def _draft_key(topic: Topic | None, place: str) -> str:
    """Where the page keeps the text as it is typed; nowhere when the topic must leave no trace."""
    quiet = topic is not None and topic.confidentiality != Confidentiality.NORMAL
    return "" if quiet else _key(place or OTHER)
