"""Hours: of a line, of a team, or of their own; the week, holidays, exceptional days, and what is said outside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents_ui.access import console_page
from agents_ui.forms.administration import CalendarAddForm, FollowForm, HoursForm
from agents_ui.once import act_once
from agents_ui.presenters.administration import changes_shown, holidays_shown, open_now
from agents_ui.views.administration import edit, show
from grc import clock
from grc.calendars import hours_text
from grc.errors import GrcError
from grc.policies import Verb
from grc.selectors.administration import (
    calendar_administered,
    calendar_users,
    calendars_administered,
    changes_of,
    line_administered,
    lines_administered,
    organisations_administered,
    team_administered,
)
from grc.selectors.directory import opening_calendar
from grc.services.administration_hours import (
    calendar_add,
    calendar_edit,
    line_calendar_choose,
    team_calendar_choose,
)
from grc.types import Actor


@require_safe
@console_page(Verb.ADMINISTER)
def lines(request: HttpRequest, actor: Actor) -> HttpResponse:
    now = clock.now()
    rows = [
        (line, *open_now(opening_calendar(line.calendar), now=now))
        for line in lines_administered(actor=actor)
    ]
    return render(request, "administration/lines.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def line(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    row = line_administered(actor=actor, line_id=line_id)
    is_open, sentence = open_now(opening_calendar(row.calendar), now=clock.now())
    context: dict[str, Any] = {
        "line": row,
        "is_open": is_open,
        "sentence": sentence,
        "follow": follow_form(actor, row.organisation_id, row.calendar_id, _("à toute heure")),
    }
    if row.calendar is None:
        return show(request, "line", None, context)
    context["location"] = reverse("administration-line", args=[row.pk])
    return _hours(request, actor, row.calendar, "line", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def calendars(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every set of hours, who follows it, and a new one."""
    now, rows = clock.now(), calendars_administered(actor=actor)
    form = CalendarAddForm(
        request.POST or None,
        organisations=[(one.pk, one.name) for one in organisations_administered(actor=actor)],
        likes=[(one.pk, one.label) for one in rows],
    )
    made: list[int] = []

    def save() -> object:
        data = form.cleaned_data
        calendar = calendar_add(
            actor=actor, organisation_id=data["organisation"], label=data["label"], like_id=data["like"]
        )
        made.append(calendar.pk)
        return calendar

    said = _("Les horaires sont créés : choisissez qui les suit, ou une étape du menu vocal.")
    done = edit(request, actor, form=form, save=save, said=said, location=reverse("administration-calendars"))
    if done is not None:
        return done
    shown = []
    for row in rows:
        opening = opening_calendar(row)
        usual = hours_text(opening.weekly) if opening is not None else ""
        shown.append((row, usual, *open_now(opening, now=now), calendar_users(calendar=row)))
    return show(request, "calendars", form, {"rows": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def calendar(request: HttpRequest, actor: Actor, calendar_id: int) -> HttpResponse:
    row = calendar_administered(actor=actor, calendar_id=calendar_id)
    is_open, sentence = open_now(opening_calendar(row), now=clock.now())
    location = reverse("administration-calendar", args=[row.pk])
    context = {"calendar": row, "is_open": is_open, "sentence": sentence, "location": location}
    return _hours(request, actor, row, "calendar", context)


def _hours(
    request: HttpRequest, actor: Actor, row: Any, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The form of a calendar, and around it who follows it and what is said outside it."""
    opening = opening_calendar(row)
    form = HoursForm(request.POST or None, definition=row.definition, count=_count(request))

    def save() -> object:
        return calendar_edit(
            actor=actor,
            calendar_id=row.pk,
            weekly=form.weekly(),
            exceptions=form.exceptions(),
            holidays=form.cleaned_data["holidays"] or None,
        )

    said = _("Les horaires sont enregistrés.")
    done = edit(
        request, actor, form=form, save=save, said=said, location=context["location"], names=form.names
    )
    if done is not None:
        return done
    moment = _moment(request)
    assert opening is not None
    context |= {
        "usual": hours_text(opening.weekly),
        "users": calendar_users(calendar=row),
        "holidays": holidays_shown(opening, moment.date()),
        "asked": opening.local(moment),
        "asked_open": opening.is_open(moment),
        "asked_sentence": opening.why_closed(moment) or "",
        "changes": changes_shown(changes_of(actor=actor, entity="calendar", entity_id=row.pk)),
    }
    return show(request, template, form, context)


def _moment(request: HttpRequest) -> datetime:
    """The date one asks about, else now."""
    try:
        moment = datetime.fromisoformat(request.GET.get("at", ""))
    except ValueError:
        return clock.now()
    return timezone.make_aware(moment) if moment.tzinfo is None else moment


def _count(request: HttpRequest) -> int | None:
    """How many exceptional days the page that was sent had room for."""
    sent = request.POST.get("exceptions", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= 3 else None


def follow_form(actor: Actor, organisation_id: int, current: int | None, empty: str) -> FollowForm:
    rows = [one for one in calendars_administered(actor=actor) if one.organisation_id == organisation_id]
    return FollowForm(
        options=[(one.pk, one.label) for one in rows], empty=empty, current=current, auto_id="follow-%s"
    )


@require_POST
@console_page(Verb.ADMINISTER)
def line_follow(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    """Which hours the line follows."""
    row = line_administered(actor=actor, line_id=line_id)
    location = reverse("administration-line", args=[row.pk])

    def act() -> str:
        line_calendar_choose(actor=actor, line_id=row.pk, calendar_id=_pick(request))
        messages.success(request, _("La ligne suit ces horaires."))
        return location

    return _acted(request, actor, act, location)


@require_POST
@console_page(Verb.ADMINISTER)
def team_follow(request: HttpRequest, actor: Actor, team_id: int) -> HttpResponse:
    """Which hours the team follows."""
    row = team_administered(actor=actor, team_id=team_id)
    location = reverse("administration-team", args=[row.pk])

    def act() -> str:
        team_calendar_choose(actor=actor, team_id=row.pk, calendar_id=_pick(request))
        messages.success(request, _("L’équipe suit ces horaires."))
        return location

    return _acted(request, actor, act, location)


def _pick(request: HttpRequest) -> int | None:
    sent = request.POST.get("pick", "")
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 19 else None


def _acted(request: HttpRequest, actor: Actor, act: Any, location: str) -> HttpResponse:
    try:
        return act_once(request, actor, act)
    except GrcError as error:
        messages.error(request, error.sentence)
        return HttpResponseRedirect(location)
