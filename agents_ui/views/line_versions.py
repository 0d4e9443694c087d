"""The versions of a voice menu: differences in words, publication now or at a date, roll back; and a call tried."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agents_ui.access import console_page
from agents_ui.forms.line_menu import PublishForm, RollBackForm
from agents_ui.presenters.line_menu import MOST_KEYS, outline, turns_shown, waits_for
from agents_ui.views.administration import edit, show
from agents_ui.views.line_menu import acted, menu_context, seen_of, title_of
from grc import clock
from grc.enums import VersionKind, VersionState
from grc.errors import Invalid
from grc.policies import Verb
from grc.selectors.line_scripts import (
    LineMenu,
    Situation,
    line_menu,
    line_version,
    rehearsal_context,
    script_targets,
)
from grc.services.versions import (
    version_draft_drop,
    version_publish,
    version_roll_back,
    version_schedule_cancel,
)
from grc.types import Actor
from grc.voice_script import VoiceScriptError, rehearse, script_changes, script_from_json
from routing.selectors.setup import zones_shared

KIND = VersionKind.VOICE_SCRIPT
CALLER = "+33639980042"  # of the numbers kept for fiction: a mobile may be offered a text


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def versions_page(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    """History, and the draft: what it changes, what forbids its publication, publish it."""
    menu = line_menu(actor=actor, line_id=line_id)
    form = PublishForm(request.POST or None)

    def save() -> object:
        data = form.cleaned_data
        try:
            return version_publish(
                actor=actor,
                kind=KIND,
                subject=line_id,
                why=data["why"],
                at=data["publish_at"],
                seen=seen_of(request),
            )
        except Invalid as error:
            raise _on_the_page(error) from error

    at = request.POST.get("publish_at", "")
    said = _("La publication est programmée.") if at else _("La nouvelle version répond dès maintenant.")
    location = reverse("line-menu-versions", args=[line_id])
    done = edit(request, actor, form=form, save=save, said=said, location=location)
    if done is not None:
        return done
    context = menu_context(menu) | {
        "problems": [(step, title_of(menu, step), found) for step, found in menu.problems.items()],
        "states": VersionState,
    }
    return show(request, "line_versions", form, context)


def _on_the_page(error: Invalid) -> Invalid:
    """What is wrong in a step is already shown beside the form: only what is wrong in the form stays on a field."""
    fields = {name: found for name, found in error.fields.items() if name in ("why", "publish_at")}
    return Invalid(error.sentence, fields=fields, code=error.code)


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def version_page(request: HttpRequest, actor: Actor, line_id: int, number: int) -> HttpResponse:
    """One version: what it said, how it differs from what answers, and back to it."""
    menu = line_menu(actor=actor, line_id=line_id)
    version = line_version(menu=menu, number=number)
    form = RollBackForm(request.POST or None)

    def save() -> object:
        try:
            return version_roll_back(
                actor=actor, kind=KIND, subject=line_id, number=number, why=form.cleaned_data["why"]
            )
        except Invalid as error:
            sentences = [one for name, found in error.fields.items() if name != "why" for one in found]
            fields = {name: found for name, found in error.fields.items() if name == "why"}
            raise Invalid(" ".join([error.sentence, *sentences]), fields=fields) from error

    location = reverse("line-menu-versions", args=[line_id])
    said = _("Cette version répond de nouveau.")
    done = edit(request, actor, form=form, save=save, said=said, location=location)
    if done is not None:
        return done
    published = menu.published
    context = menu_context(menu) | {
        "version": version,
        "against": script_changes(published.content, version.content) if published else [],
        "roots": _roots(menu, version.content),
        "can_roll_back": version.state == VersionState.RETIRED and version.published_at is not None,
    }
    return show(request, "line_version", form, context)


def _roots(menu: LineMenu, content: Any) -> Any:
    try:
        script = script_from_json(content)
    except VoiceScriptError:
        return ()
    return outline(script, {}, script_targets(organisation_id=menu.line.organisation_id))


@require_POST
@console_page(Verb.ADMINISTER)
def version_act(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    """Give the draft up, or take a planned publication back."""
    line_menu(actor=actor, line_id=line_id)

    def act() -> str:
        if request.POST.get("act") == "cancel":
            version_schedule_cancel(actor=actor, kind=KIND, subject=line_id)
            messages.success(
                request, _("La publication est annulée : la version est redevenue un brouillon.")
            )
        else:
            version_draft_drop(actor=actor, kind=KIND, subject=line_id)
            messages.success(request, _("Le brouillon est abandonné ; rien ne change au téléphone."))
        return reverse("line-menu-versions", args=[line_id])

    return acted(request, actor, act, line_id, "line-menu-versions")


@require_safe
@console_page(Verb.ADMINISTER)
def rehearsal_page(request: HttpRequest, actor: Actor, line_id: int) -> HttpResponse:
    """A call tried on the draft. The whole call is in the address: nothing is kept, nothing is done."""
    menu = line_menu(actor=actor, line_id=line_id)
    context = menu_context(menu)
    if menu.script is None:
        return show(request, "line_rehearsal", None, context)
    moves = _moves(request)
    situation, asked = _situation(request)
    organisation_id, day = menu.line.organisation_id, timezone.localdate(situation.moment)
    known = rehearsal_context(
        line=menu.line,
        situation=situation,
        shared_zones=lambda code: zones_shared(commune_code=code, organisation_id=organisation_id, on=day),
    )
    turns = rehearse(menu.script, moves, known)
    targets = script_targets(organisation_id=menu.line.organisation_id)
    context |= {
        "turns": turns_shown(turns, menu.script, targets),
        "now": waits_for(turns[-1]),
        "moves": [turn.move for turn in turns[1:]],
        "back": [turn.move for turn in turns[1:-1]],
        "asked": asked,
        "keys": MOST_KEYS,
    }
    return show(request, "line_rehearsal", None, context)


def _moves(request: HttpRequest) -> list[str]:
    """Those of before, then the one of the button pressed."""
    moves = [move[:210] for move in request.GET.getlist("m")][:100]
    digits, words = request.GET.get("digits", "").strip(), request.GET.get("words", "").strip()
    if request.GET.get("do") == "digits" and digits:
        moves.append(f"k:{digits}")
    if request.GET.get("do") == "words" and words:
        moves.append(f"s:{words}")
    return moves


def _situation(request: HttpRequest) -> tuple[Situation, dict[str, str]]:
    asked = {name: request.GET.get(name, "") for name in ("hours", "at", "number", "busy")}
    try:
        moment = datetime.fromisoformat(asked["at"]) if asked["hours"] == "at" else None
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is None:
        moment = timezone.make_aware(moment)
    return (
        Situation(
            moment=moment or clock.now(),
            line_open={"open": True, "closed": False}.get(asked["hours"]),
            caller_number="" if asked["number"] == "hidden" else CALLER,
            all_busy=asked["busy"] == "yes",
        ),
        asked,
    )
