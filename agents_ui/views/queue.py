"""The shared queue: lists, the next one, export."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, StreamingHttpResponse
from django.http.request import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST, require_safe

from agents_ui.access import console_page, may, refused
from agents_ui.once import act_once, new_key
from agents_ui.presenters.queue import VIEWS, QueueRow, filter_of, place_of, queue_row, tabs_of
from agents_ui.presenters.sheet import safe_cell
from grc.enums import LABELS, Channel, Theme, TicketState
from grc.errors import GrcError
from grc.policies import Verb
from grc.selectors.console import queue_counts, teams_visible, viewers_of, zones_in_queue
from grc.selectors.directory import team_by_code
from grc.selectors.tickets import QueueFilter, tickets_queue
from grc.services.audit import audit_read
from grc.services.ticket_claim import ticket_claim_next
from grc.types import Actor

PAGE = 50
EXPORT_PAGE = 500
EXPORT_MOST = 20_000


@require_safe
@console_page()
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    """To the place of one's work: reception, queue, figures or settings."""
    for verbs, address in (
        ((Verb.RECEPTION,), reverse("reception")),
        ((Verb.SEE,), reverse("queue")),
        ((Verb.REPORT,), "/pilotage/"),
        ((Verb.EDIT, Verb.ADMINISTER), "/administration/"),
    ):
        if may(actor, *verbs):
            # Those who decide and those who distribute work from the list, not from the desk.
            if verbs == (Verb.RECEPTION,) and may(actor, Verb.REASSIGN):
                return HttpResponseRedirect(reverse("queue"))
            return HttpResponseRedirect(address)
    return refused(request, _("Votre compte n’a encore aucun rôle : demandez à votre administrateur."))


@require_safe
@console_page(Verb.SEE)
def queue_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    chosen, now = filter_of(request.GET), timezone.now()
    rows, previous, following = _page(request.GET, actor, chosen)
    counts = queue_counts(actor=actor, now=now)
    tabs = tabs_of(request.GET, counts)
    current = next(tab for tab in tabs if tab.current)
    kept = request.GET.urlencode()
    context = {
        "title": _("File des demandes"),
        "rows": rows,
        "tabs": tabs,
        "view_code": current.code,
        "chosen": chosen,
        "choices": _choices(actor, chosen),
        "filtered": any([chosen.team_code, chosen.theme, chosen.channel, chosen.zone_code, chosen.words]),
        "caption": ngettext("%(n)s demande sur cette page", "%(n)s demandes sur cette page", len(rows))
        % {"n": len(rows)}
        if rows
        else _("Aucune demande sur cette page"),
        "previous_url": previous,
        "next_url": following,
        "has_previous": bool(previous),
        "has_next": bool(following),
        "may_claim": may(actor, Verb.CLAIM),
        "form_key": new_key(),
        "live_url": f"{settings.LIVE_BASE_URL}/direct/file/?{kept}",
        "rows_url": f"{reverse('queue-rows')}?{kept}",
        "export_url": f"{reverse('queue-export')}?{kept}",
        **_empty(chosen, current.code),
    }
    return render(request, "console/queue.html", context)


@require_GET
@console_page(Verb.SEE)
def queue_rows(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The rows alone, for a page whose live socket is down."""
    rows, _previous, _following = _page(request.GET, actor, filter_of(request.GET))
    return render(request, "console/parts/queue_rows.html", {"rows": rows})


@require_GET
@console_page(Verb.SEE)
def queue_counts_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    return JsonResponse(queue_counts(actor=actor, now=timezone.now()))


@require_POST
@console_page(Verb.CLAIM)
def queue_next(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Take the first request; the same button pressed twice leads to the same one."""
    code = request.POST.get("equipe", "")

    def take() -> str:
        ticket = ticket_claim_next(actor=actor, team=team_by_code(code) if code else None)
        if ticket is None:
            messages.info(request, _("Aucune demande n’attend dans vos files : tout est pris."))
            return reverse("queue")
        return reverse("ticket", args=[ticket.reference])

    try:
        return act_once(request, actor, take)
    except GrcError as error:
        messages.error(request, error.sentence)
        return HttpResponseRedirect(reverse("queue"))


@require_GET
@console_page(Verb.SEE)
def queue_export(request: HttpRequest, actor: Actor) -> StreamingHttpResponse:
    """The whole list as CSV for a French spreadsheet (semicolons, UTF-8 with its mark)."""
    audit_read(actor=actor, entity="queue_export", entity_id=None, purpose="Export de la file")
    lines = _lines(actor, filter_of(request.GET))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    stamp = timezone.localtime().strftime("%Y-%m-%d-%Hh%M")
    response["Content-Disposition"] = f'attachment; filename="file-{stamp}.csv"'
    return response


class _Echo:
    """What csv writes to when each line is sent at once."""

    def write(self, text: str) -> str:
        return text


def _lines(actor: Actor, chosen: QueueFilter) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    head = [_("Référence"), _("Reçue le"), _("Échéance"), _("Canal"), _("Thème"), _("Zone"), _("Équipe")]
    yield "\ufeff" + writer.writerow([*head, _("État"), _("Agent"), _("Priorité")])
    after: tuple[int, int] | None = None
    for _page_number in range(EXPORT_MOST // EXPORT_PAGE):
        now = timezone.now()
        tickets = tickets_queue(actor=actor, chosen=chosen, now=now, after=after, limit=EXPORT_PAGE)
        for ticket in tickets:
            row = queue_row(ticket, actor=actor, now=now, viewers={})
            yield writer.writerow([safe_cell(value) for value in _cells(row)])
        if len(tickets) < EXPORT_PAGE:
            return
        after = (tickets[-1].queue_rank, tickets[-1].pk)


def _cells(row: QueueRow) -> list[str]:
    def moment(value: Any) -> str:
        return timezone.localtime(value).strftime("%d/%m/%Y %H:%M") if value else ""

    state = LABELS[TicketState][row.state]
    return [
        row.reference.replace("\u00a0", " "), moment(row.created_at), moment(row.due_at),
        LABELS[Channel][row.channel], row.topic, row.zone, row.team, state, row.assignee, row.priority,
    ]  # fmt: skip


def _page(query: QueryDict, actor: Actor, chosen: QueueFilter) -> tuple[list[QueueRow], str, str]:
    """Rows of one page, address of the page before, of the page after; one row more tells whether there is one."""
    now = timezone.now()
    after, before = place_of(query.get("apres", "")), place_of(query.get("avant", ""))
    found = tickets_queue(actor=actor, chosen=chosen, now=now, after=after, before=before, limit=PAGE + 1)
    more = len(found) > PAGE
    backwards = before is not None
    tickets = (found[1:] if backwards else found[:PAGE]) if more else found
    viewers = viewers_of(ticket_ids=[ticket.pk for ticket in tickets], now=now)
    rows = [queue_row(ticket, actor=actor, now=now, viewers=viewers) for ticket in tickets]
    has_previous = bool(rows) and (after is not None or (backwards and more))
    has_next = bool(rows) and (backwards or more)
    previous = _address(query, "avant", rows[0].place) if has_previous else ""
    return rows, previous, _address(query, "apres", rows[-1].place) if has_next else ""


def _address(query: QueryDict, name: str, place: str) -> str:
    kept = query.copy()
    for old in ("apres", "avant"):
        kept.pop(old, None)
    kept[name] = place
    return f"{reverse('queue')}?{kept.urlencode()}"


def _choices(actor: Actor, chosen: QueueFilter) -> list[dict[str, Any]]:
    return [
        {
            "name": "equipe",
            "label": _("Équipe"),
            "everything": _("Toutes"),
            "value": chosen.team_code,
            "options": [(team.code, team.label) for team in teams_visible(actor=actor)],
        },
        {
            "name": "theme",
            "label": _("Thème"),
            "everything": _("Tous"),
            "value": chosen.theme,
            "options": [(theme.value, LABELS[Theme][theme.value]) for theme in Theme],
        },
        {
            "name": "canal",
            "label": _("Canal"),
            "everything": _("Tous"),
            "value": chosen.channel,
            "options": [(channel.value, LABELS[Channel][channel.value]) for channel in Channel],
        },
        {
            "name": "zone",
            "label": _("Zone"),
            "everything": _("Toutes"),
            "value": chosen.zone_code,
            "options": zones_in_queue(actor=actor),
        },
    ]


def _empty(chosen: QueueFilter, view_code: str) -> dict[str, str]:
    waiting = chosen.view == "waiting"
    if any([chosen.team_code, chosen.theme, chosen.channel, chosen.zone_code, chosen.words]):
        return {
            "empty_title": _("Aucune demande ne répond à ces filtres"),
            "empty_text": _("Élargissez la recherche, ou regardez toute la vue."),
            "empty_url": f"{reverse('queue')}?vue={view_code}",
            "empty_label": _("Tout voir"),
        }
    return {
        "empty_title": _("Aucune demande n’attend") if waiting else _("Aucune demande ici"),
        "empty_text": _("La liste se remplit d’elle-même dès qu’une demande arrive."),
        "empty_url": f"{reverse('queue')}?vue={'les-miennes' if waiting else next(iter(VIEWS))}",
        "empty_label": _("Voir les miennes") if waiting else _("Voir ce qui est à prendre"),
    }
