"""The first page: say what happens in one's own words, or choose among the themes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from channels_in.portal.page import page, plain_errors
from grc.errors import NotFound
from grc.selectors.directory import host_organisation
from grc.selectors.portal import themes_shown, topics_of_theme
from grc.selectors.topic_suggestions import topic_suggestions
from grc.topic_words import topic_clear

LONGEST_QUERY = 500


@require_safe
@plain_errors
def home(request: HttpRequest) -> HttpResponse:
    """With ``q``: the topics these words are about, and always the way of those who do not know."""
    organisation = host_organisation()
    said = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    found = topic_suggestions(organisation_id=organisation.pk, text=said, limit=6) if said else ()
    if said:
        # Not in the address of the next page, which a shared computer remembers.
        request.session["said"] = {"text": said, "at": int(timezone.now().timestamp())}
    themes = themes_shown(organisation=organisation)
    labels = {theme.code: theme.label for theme in themes}
    context = {
        "said": said,
        "clear": topic_clear(found),
        # The theme places a topic; the words recognised are written without accents, as people type them.
        "found": [
            (match, labels.get(match.theme, "") if match.code != match.theme else _("Tout ce thème"))
            for match in found
        ],
        "themes": themes,
    }
    return page(request, "search.html" if said else "home.html", context)


@require_safe
@plain_errors
def theme(request: HttpRequest, code: str) -> HttpResponse:
    """The topics of one theme."""
    rows = topics_of_theme(organisation=host_organisation(), theme=code)
    root = next((row for row in rows if row.parent_id is None), None)
    if root is None:
        raise NotFound
    return page(request, "theme.html", {"theme": root, "topics": [row for row in rows if row.pk != root.pk]})
