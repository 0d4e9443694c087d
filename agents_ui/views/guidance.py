"""Articles beside the conversation, as the agent types what the person says."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from agents_ui.access import console_page
from grc.policies import Verb
from grc.selectors.directory import host_organisation
from grc.types import Actor
from knowledge.selectors.articles import article_get
from knowledge.services.guidance import guidance_find


@require_http_methods(["GET", "HEAD", "POST"])
@console_page(Verb.OPEN, Verb.EDIT)
def articles_found(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Proposals for ``words`` (posted while typing, kept out of the access log) or ``q`` (a finished question)."""
    typing = request.method == "POST"
    words = (request.POST.get("words", "") if typing else request.GET.get("q", ""))[:500]
    found = guidance_find(
        words=words, limit=4, organisation_id=_organisation(actor), agents=True, typing=typing
    )
    context = {"hits": found.hits, "degraded": found.degraded, "asked": len(words.strip()) > 2}
    return render(request, "console/parts/articles.html", context)


@require_safe
@console_page(Verb.OPEN, Verb.EDIT)
def article_page(request: HttpRequest, actor: Actor, ref: str) -> HttpResponse:
    """One article whole, with its sources."""
    article = article_get(ref=ref, organisation_id=_organisation(actor), agents=True)
    return render(
        request, "console/article.html", {"article": article, "paragraphs": article.body.split("\n\n")}
    )


def _organisation(actor: Actor) -> int:
    return actor.organisation_id or host_organisation().pk
