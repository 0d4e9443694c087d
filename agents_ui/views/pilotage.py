"""Managers: the report of a period, its exports, the live board, the definitions."""

from __future__ import annotations

from typing import Any

from csp.decorators import csp
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agents_ui.access import console_page
from agents_ui.presenters.live_board import live_tiles
from agents_ui.presenters.periods import DEFAULT, PRESETS, Period, period_read, preset_period
from agents_ui.presenters.report import chart_svg, groups, headlines, phone_sentence, table_csv, tables
from grc import clock
from grc.errors import Invalid
from grc.figures.catalogue import CATALOGUE
from grc.figures.count import PARIS
from grc.figures.live import live_board
from grc.figures.report import service_level_report
from grc.policies import Verb
from grc.types import Actor


def _report(request: HttpRequest, actor: Actor) -> tuple[Period, dict[str, Any]]:
    """Raises Invalid for a period that cannot be."""
    now = clock.now()
    period = period_read(request.GET.dict(), today=now.astimezone(PARIS).date())
    return period, service_level_report(actor=actor, start=period.start, end=period.end, now=now)


@require_safe
@console_page(Verb.REPORT)
def report_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """A wrong period keeps what was typed, says why, and shows the usual one."""
    error, now = None, clock.now()
    try:
        period, report = _report(request, actor)
    except Invalid as invalid:
        error = invalid
        period = preset_period(DEFAULT, today=now.astimezone(PARIS).date())
        report = service_level_report(actor=actor, start=period.start, end=period.end, now=now)
    context = {
        "error": error,
        "typed": {name: request.GET.get(name, "") for name in ("start", "end")} if error else None,
        "period": period,
        "presets": [(key, words) for key, (words, _days) in PRESETS.items()],
        "headlines": headlines(report, _before(actor, period)),
        "groups": groups(report),
        "phone_sentence": phone_sentence(report),
        "tables": tables(report=report, actor=actor, period=period),
        "now": now,
        "today": now.astimezone(PARIS).date(),
    }
    return render(request, "pilotage/report.html", context, status=422 if error else 200)


def _before(actor: Actor, period: Period) -> dict[str, Any]:
    before = period.before()
    return service_level_report(actor=actor, start=before.start, end=before.end, now=clock.now())


@require_safe
@console_page(Verb.REPORT)
def report_json(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        period, report = _report(request, actor)
    except Invalid as error:
        return _refusal(error)
    response = JsonResponse(report, json_dumps_params={"ensure_ascii": False, "indent": 2})
    name = f"rapport-{period.start.isoformat()}-{period.end.isoformat()}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@console_page(Verb.REPORT)
def report_table(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """One table as CSV."""
    try:
        period, report = _report(request, actor)
    except Invalid as error:
        return _refusal(error)
    table = next((one for one in tables(report=report, actor=actor, period=period) if one.key == key), None)
    if table is None:
        raise Http404("Ce tableau n’existe pas.")
    response = HttpResponse(table_csv(table).encode(), content_type="text/csv; charset=utf-8")
    name = f"{key}-{period.start.isoformat()}-{period.end.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# A chart opened by itself shows its own style and runs nothing.
@csp({"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "sandbox": True})
@require_safe
@console_page(Verb.REPORT)
def report_chart(request: HttpRequest, actor: Actor) -> HttpResponse:
    try:
        period, report = _report(request, actor)
    except Invalid as error:
        return _refusal(error)
    return HttpResponse(
        chart_svg(report=report, period=period, narrow="etroit" in request.GET), content_type="image/svg+xml"
    )


def _refusal(error: Invalid) -> HttpResponse:
    return JsonResponse(
        {"detail": error.sentence, "fields": error.fields},
        status=422,
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
@console_page(Verb.REPORT)
def live_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The board; asked again every ten seconds by the page itself, which then gets the board alone."""
    now = clock.now()
    board = live_board(actor=actor, now=now)
    template = "pilotage/parts/board.html" if request.headers.get("HX-Request") else "pilotage/live.html"
    return render(request, template, {"board": board, "tiles": live_tiles(board), "now": now})


@require_safe
@console_page(Verb.REPORT)
def definitions_page(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "pilotage/definitions.html", {"catalogue": CATALOGUE})
