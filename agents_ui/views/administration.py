"""Settings without code: topics, teams, hours of the lines, agents and roles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from agents_ui.access import console_page
from agents_ui.forms.administration import TopicForm, errors_add
from agents_ui.once import act_once, new_key
from agents_ui.presenters.administration import changes_shown
from grc import clock
from grc.enums import Confidentiality
from grc.errors import GrcError, Invalid
from grc.policies import Verb
from grc.selectors.administration import (
    agents_administered,
    calendars_administered,
    changes_of,
    lines_administered,
    organisations_administered,
    teams_administered,
    topic_administered,
    topics_administered,
)
from grc.services.administration_topics import topic_edit
from grc.types import Actor


def edit(
    request: HttpRequest,
    actor: Actor,
    *,
    form: forms.Form,
    save: Callable[[], object],
    said: str,
    location: str,
    names: Callable[[], dict[str, str]] = dict,
) -> HttpResponse | None:
    """Save a valid form once and go to ``location``; None when the page must be shown (again, with its errors)."""
    if request.method != "POST" or not form.is_valid():
        return None

    def act() -> str:
        save()
        messages.success(request, said)
        return location

    try:
        return act_once(request, actor, act)
    except Invalid as error:
        errors_add(form, error, names())
    except GrcError as error:
        form.add_error(None, error.sentence)
    return None


def show(
    request: HttpRequest, template: str, form: forms.Form | None, context: dict[str, Any]
) -> HttpResponse:
    """422 when what was sent comes back with its errors."""
    wrong = form is not None and form.is_bound and bool(form.errors)
    body = {**context, "form": form, "form_key": new_key()}
    return render(request, f"administration/{template}.html", body, status=422 if wrong else 200)


@require_safe
@console_page(Verb.ADMINISTER)
def index(request: HttpRequest, actor: Actor) -> HttpResponse:
    branches = topics_administered(actor=actor)
    context = {
        "organisations": organisations_administered(actor=actor),
        "topics": sum(len(branch.topics) for branch in branches),
        "themes": len(branches),
        "teams": len(teams_administered(actor=actor)),
        "lines": len(lines_administered(actor=actor)),
        "calendars": len(calendars_administered(actor=actor)),
        "agents": len([agent for agent in agents_administered(actor=actor) if agent.closed_on is None]),
    }
    return render(request, "administration/index.html", context)


@require_safe
@console_page(Verb.ADMINISTER)
def topics(request: HttpRequest, actor: Actor) -> HttpResponse:
    several = len(organisations_administered(actor=actor)) > 1
    context = {"branches": topics_administered(actor=actor), "several": several, "now": clock.now()}
    return render(request, "administration/topics.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.ADMINISTER)
def topic(request: HttpRequest, actor: Actor, topic_id: int) -> HttpResponse:
    row = topic_administered(actor=actor, topic_id=topic_id)
    initial = {
        "label": row.label,
        "words": "\n".join(row.words),
        "script": row.script,
        "confidentiality": row.confidentiality,
        "closed_on": row.closed_on,
        "recording_forbidden": row.recording_forbidden,
    }
    form = TopicForm(request.POST or None, initial=initial)

    def save() -> object:
        data = form.cleaned_data
        return topic_edit(
            actor=actor,
            topic_id=row.pk,
            label=data["label"],
            words=data["words"],
            script=data["script"],
            confidentiality=Confidentiality(data["confidentiality"]),
            closed_on=data["closed_on"],
            recording_forbidden=data["recording_forbidden"],
        )

    location = reverse("administration-topic", args=[row.pk])
    done = edit(request, actor, form=form, save=save, said=_("Le sujet est enregistré."), location=location)
    if done is not None:
        return done
    changes = changes_shown(changes_of(actor=actor, entity="topic", entity_id=row.pk))
    return show(request, "topic", form, {"topic": row, "changes": changes})
