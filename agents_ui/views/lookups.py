"""Proposals as one types: topics, communes, persons. Asked by POST, so that no name is left in an access log."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from agents_ui.access import console_page
from agents_ui.forms.needs import communes_for
from grc.policies import Verb
from grc.selectors.topics import topics_found
from grc.types import Actor


@require_POST
@console_page(Verb.WORK)
def topics_lookup(request: HttpRequest, actor: Actor) -> HttpResponse:
    words = request.POST.get("words", "")[:200]
    topics = topics_found(organisation_id=actor.organisation_id or 0, words=words)
    context = {"topics": topics, "chosen": request.POST.get("topic", ""), "asked": words.strip()}
    return render(request, "console/parts/topics.html", context)


@require_POST
@console_page(Verb.WORK)
def communes_lookup(request: HttpRequest, actor: Actor) -> HttpResponse:
    place = request.POST.get("place", "")[:100]
    communes = communes_for(place) if len(place.strip()) > 1 else []
    context = {"communes": communes, "chosen": request.POST.get("commune", ""), "asked": place.strip()}
    return render(request, "console/parts/communes.html", context)
